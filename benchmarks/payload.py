"""The pages that every benchmark reads: the same bytes for ours, for the floor and for the peer."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

BEGINNING = datetime(2026, 8, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
PER_PAGE = 1000
EVENTS_PER_TICKET = 5
_CUSTOM_FIELDS = 30
_TICKET_BYTES = 3800
_AGENTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How much history a benchmark serves."""

    tickets: int
    accounts: int = 1000
    seed: int = 1


def agents() -> list[dict[str, object]]:
    """The agents as the users list gives them."""
    return [
        {"id": 9_000 + number, "role": "agent", "active": True, "default_group_id": 1 + number % 2}
        for number in range(_AGENTS)
    ]


def organizations(shape: Shape) -> list[dict[str, object]]:
    """The organisations, each with a monthly revenue."""
    return [
        {
            "id": 100_000 + number,
            "name": f"Account {number}",
            "external_id": None,
            "created_at": _iso(BEGINNING - timedelta(days=400)),
            "updated_at": _iso(BEGINNING),
            "domain_names": [f"account-{number}.test"],
            "tags": [],
            "organization_fields": {"mrr": str(100 + number % 900), "currency": "EUR"},
            "deleted_at": None,
        }
        for number in range(shape.accounts)
    ]


def ticket_pages(shape: Shape) -> Iterator[bytes]:
    """Pages of the cursor export, in the order of generated_timestamp; each ticket weighs about 3.8 KB."""
    random = Random(shape.seed)  # noqa: S311 - reproducible filling, no secret
    step = (NOW - BEGINNING - timedelta(hours=1)) / shape.tickets
    for first in range(0, shape.tickets, PER_PAGE):
        last = min(first + PER_PAGE, shape.tickets)
        rows = [_ticket(number, BEGINNING + number * step, shape, random) for number in range(first, last)]
        end = last == shape.tickets
        page = {"tickets": rows, "after_cursor": f"page-{last}", "after_url": None, "end_of_stream": end}
        yield json.dumps(page).encode()


def event_pages(shape: Shape) -> Iterator[bytes]:
    """Pages of the ticket events without comment bodies, 1,000 a page."""
    random = Random(shape.seed + 1)  # noqa: S311 - reproducible filling, no secret
    total = shape.tickets * EVENTS_PER_TICKET
    step = (NOW - BEGINNING - timedelta(hours=1)) / total
    for first in range(0, total, PER_PAGE):
        last = min(first + PER_PAGE, total)
        rows = [_event(number, BEGINNING + number * step, random) for number in range(first, last)]
        end_time = int((BEGINNING + last * step).timestamp()) + 1
        page = {
            "ticket_events": rows,
            "count": len(rows),
            "end_time": end_time,
            "next_page": None,
            "end_of_stream": last == total,
        }
        yield json.dumps(page).encode()


def _ticket(number: int, at: datetime, shape: Shape, random: Random) -> dict[str, object]:
    organization = 100_000 + min(int(random.paretovariate(0.9)), shape.accounts) - 1
    ticket = _plain_ticket(number, at, organization)
    ticket["description"] = "x" * max(0, _TICKET_BYTES - len(json.dumps(ticket)))
    return ticket


def _plain_ticket(number: int, at: datetime, organization: int) -> dict[str, object]:
    fields = [{"id": 360_000_000_000 + place, "value": None} for place in range(_CUSTOM_FIELDS)]
    return {
        "url": f"https://benchmark.test/api/v2/tickets/{number + 1}.json",
        "id": number + 1,
        "external_id": None,
        "via": {"channel": "email", "source": {"from": {}, "to": {}, "rel": None}},
        "created_at": _iso(at),
        "updated_at": _iso(at),
        "type": "question",
        "subject": "placeholder",
        "raw_subject": "placeholder",
        "description": "",
        "priority": "normal",
        "status": "solved",
        "recipient": None,
        "requester_id": 500_000 + organization,
        "submitter_id": 500_000 + organization,
        "assignee_id": 9_000 + number % _AGENTS,
        "organization_id": organization,
        "group_id": 1,
        "collaborator_ids": [],
        "follower_ids": [],
        "email_cc_ids": [],
        "problem_id": None,
        "has_incidents": False,
        "is_public": True,
        "due_at": None,
        "tags": ["question", "benchmark"],
        "custom_fields": fields,
        "fields": fields,
        "satisfaction_rating": None,
        "brand_id": 1,
        "generated_timestamp": int(at.timestamp()),
    }


def _event(number: int, at: datetime, random: Random) -> dict[str, object]:
    ticket = number // EVENTS_PER_TICKET + 1
    by_agent = number % EVENTS_PER_TICKET != 0
    author = 9_000 + random.randrange(_AGENTS) if by_agent else 600_000 + ticket
    child: dict[str, object] = {
        "id": 10_000_000 + number,
        "via": "Email",
        "via_reference_id": None,
        "event_type": "Change" if by_agent else "Create",
        "comment_present": True,
        "comment_public": True,
    }
    status = {0: "new", 1: "open", EVENTS_PER_TICKET - 1: "solved"}.get(number % EVENTS_PER_TICKET)
    children = [child] if status is None else [child, {"id": 20_000_000 + number, "status": status, "via": "Email"}]
    return {
        "id": 30_000_000 + number,
        "ticket_id": ticket,
        "timestamp": int(at.timestamp()),
        "created_at": _iso(at),
        "updater_id": author,
        "via": "Email",
        "system": {"client": "benchmark", "location": "-", "latitude": 0.0, "longitude": 0.0},
        "event_type": "Audit",
        "child_events": children,
    }


def _iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
