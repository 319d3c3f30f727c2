"""A Zendesk account for tests: its settings, and answers typed from the fact sheet about Zendesk's API."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from canary import CANARY

from connector.helpdesk import Stream, Walk
from connector.settings import EMAIL_DOMAIN, ORGANIZATION, HelpdeskSettings, Ignored, Secret
from rules.facts import HelpdeskName
from rules.rule import Policy

HOST = "https://acme.zendesk.com"
TICKETS = f"{HOST}/api/v2/incremental/tickets/cursor"
EVENTS = f"{HOST}/api/v2/incremental/ticket_events"
ORGANIZATIONS = f"{HOST}/api/v2/incremental/organizations"
SECOND = 1_695_052_663
"""2023-09-18T15:57:43Z, the second of a recorded cursor."""
CURSOR = "MTY5NTA1MjY2My4wfHwyOHw="
"""A recorded cursor: `1695052663.0||28|`."""
TOKEN = {"token": Secret(reference=f"env:{CANARY}", place="config.yaml:5:12")}
OAUTH: Mapping[str, Secret | str] = {
    "client_id": "touchcost",
    "client_secret": Secret(reference=f"env:{CANARY}", place="config.yaml:5:12"),
}


def settings(**changed: object) -> HelpdeskSettings:
    """One account, signed in by a bearer token, with a known timer field."""
    wanted: dict[str, Any] = {
        "name": HelpdeskName("acme"),
        "kind": "zendesk",
        "url": HOST,
        "auth": TOKEN,
        "since": date(2023, 9, 1),
        "timer_field": 36_000_000_000_001,
        "policy": Policy(rules=()),
        "requests_per_minute": 1000,
        "exports_per_minute": 1000,
    }
    return HelpdeskSettings(**{**wanted, **changed})


def with_domains() -> HelpdeskSettings:
    return settings(account=(ORGANIZATION, EMAIL_DOMAIN))


def ignoring(*addresses: str) -> HelpdeskSettings:
    return settings(ignore=Ignored(requesters=frozenset(addresses)))


def walk(stream: Stream, **changed: object) -> Walk:
    return Walk(**{"stream": stream, "start": at(SECOND - 3600), **changed})


def at(second: int) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(seconds=second)


def ticket(ticket_id: int, **changed: object) -> dict[str, Any]:
    """A ticket with the keys recorded of one; ids of people and organisations have 13 digits."""
    return {
        "url": f"{HOST}/api/v2/tickets/{ticket_id}.json",
        "id": ticket_id,
        "external_id": None,
        "via": {"channel": "email", "source": {"from": {}, "to": {}, "rel": None}},
        "created_at": "2023-09-18T15:57:43Z",
        "updated_at": "2023-09-18T15:57:43Z",
        "type": None,
        "subject": "A subject",
        "raw_subject": "A subject",
        "description": "A text",
        "priority": None,
        "status": "open",
        "requester_id": 1_900_000_000_001,
        "submitter_id": 1_900_000_000_001,
        "assignee_id": 1_900_000_000_002,
        "organization_id": 1_800_000_000_001,
        "group_id": None,
        "tags": ["import_problem"],
        "custom_fields": [{"id": 36_000_000_000_001, "value": "745"}],
        "generated_timestamp": SECOND + ticket_id,
        **changed,
    }


def tickets(*rows: object, cursor: str | None = CURSOR, end: bool = True, **more: object) -> dict[str, Any]:
    """A page of the cursor export."""
    return {
        "tickets": list(rows),
        "after_cursor": cursor,
        "after_url": None if cursor is None else f"{TICKETS}.json?cursor={cursor}&per_page=1000",
        "before_cursor": None,
        "before_url": None,
        "end_of_stream": end,
        **more,
    }


def event(event_id: int, *children: object, **changed: object) -> dict[str, Any]:
    """One update as the event export shows it, without the side-load of comments."""
    return {
        "id": event_id,
        "ticket_id": 28,
        "timestamp": SECOND,
        "created_at": "2023-09-18T15:57:43Z",
        "updater_id": 1_900_000_000_002,
        "via": "Email",
        "system": {"client": "x", "ip_address": "192.0.2.1"},
        "metadata": {},
        "event_type": "Audit",
        "child_events": [
            {"id": place, "via": "Email", "via_reference_id": None, "event_type": "Change", **child}
            for place, child in enumerate(children, start=1)
        ],
        **changed,
    }


def comment(*, public: bool) -> dict[str, Any]:
    return {"event_type": "Comment", "comment_present": True, "comment_public": public}


def events(*rows: object, end_time: int | None = SECOND + 1, end: bool | None = True) -> dict[str, Any]:
    """A page of the event export."""
    return {**_by_time("ticket_events", EVENTS, rows, end_time), **_told(end)}


def organization(organization_id: int, **changed: object) -> dict[str, Any]:
    """An organisation with the keys recorded of one."""
    return {
        "url": f"{HOST}/api/v2/organizations/{organization_id}.json",
        "id": organization_id,
        "name": "Acme",
        "shared_tickets": False,
        "shared_comments": False,
        "external_id": "C-1",
        "created_at": "2023-09-18T15:57:43Z",
        "updated_at": "2023-09-18T15:57:43Z",
        "domain_names": ["Acme.test"],
        "details": "",
        "notes": "",
        "group_id": None,
        "tags": ["vip"],
        "organization_fields": {"mrr": 450.5, "seats": 12, "vip": True, "segment": "smb", "owner": None},
        **changed,
    }


def organizations(*rows: object, end_time: int | None = SECOND + 1, end: bool | None = True) -> dict[str, Any]:
    """A page of the organisation export."""
    return {**_by_time("organizations", ORGANIZATIONS, rows, end_time), **_told(end)}


def _by_time(key: str, url: str, rows: tuple[Any, ...], end_time: int | None) -> dict[str, Any]:
    return {
        key: list(rows),
        "count": len(rows),
        "end_time": end_time,
        "next_page": None if end_time is None else f"{url}.json?start_time={end_time}",
    }


def _told(end: bool | None) -> dict[str, Any]:  # noqa: FBT001  None leaves it out.
    return {} if end is None else {"end_of_stream": end}
