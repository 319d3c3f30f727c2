"""The rows that every benchmark reads: the same bytes for ours, for the floor and for the peer."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from benchmarks.row import Row

BEGINNING = datetime(2024, 11, 1, tzinfo=UTC)
"""A year of history, as a first pull usually has."""

NOW = datetime(2025, 11, 1, 12, tzinfo=UTC)
"""When the first pull takes place; the newest row is an hour older."""

QUARTER = timedelta(minutes=15)
"""From the first pull to the steady one."""

EVENTS_PER_TICKET = 5
CHANGED_TICKETS, CHANGED_EVENTS = 1_000, 2_000
TIMER_FIELD = 360_000_000_000
"""The custom field with the timer's total, as Zendesk's Time Tracking app makes it."""

_CUSTOM_FIELDS = 30
_TICKET_BYTES = 3_800
_AGENTS = 20
_FIRST_AGENT, _FIRST_REQUESTER = 9_000, 500_000
_FIRST_ORGANIZATION = 100_000
_HEAVY_TAIL = 0.9

_FIELDS = [{"id": TIMER_FIELD + place, "value": None} for place in range(_CUSTOM_FIELDS)]
_SAME_ON_EVERY_TICKET = {
    "external_id": None,
    "via": {"channel": "email", "source": {"from": {}, "to": {}, "rel": None}},
    "type": "question",
    "subject": "placeholder",
    "raw_subject": "placeholder",
    "description": "",
    "priority": "normal",
    "status": "solved",
    "recipient": None,
    "group_id": 1,
    "collaborator_ids": [],
    "follower_ids": [],
    "email_cc_ids": [],
    "problem_id": None,
    "has_incidents": False,
    "is_public": True,
    "due_at": None,
    "tags": ["question", "benchmark"],
    "custom_fields": _FIELDS,
    "fields": _FIELDS,
    "satisfaction_rating": None,
    "brand_id": 1,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How much history a benchmark serves."""

    tickets: int
    accounts: int = 1_000
    seed: int = 1


def agents() -> list[dict[str, object]]:
    """The agents as the list of users gives them."""
    return [
        {"id": _FIRST_AGENT + number, "role": "agent", "active": True, "default_group_id": 1 + number % 2}
        for number in range(_AGENTS)
    ]


def organizations(shape: Shape) -> list[dict[str, object]]:
    """The organisations, each with a monthly revenue."""
    return [
        {
            "id": _FIRST_ORGANIZATION + number,
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


def tickets(shape: Shape) -> Iterator[Row]:
    """Tickets in the order of the cursor export; each weighs about 3.8 KB, and few accounts have most of them."""
    random = Random(shape.seed)  # noqa: S311 - reproducible filling, no secret
    step = (NOW - BEGINNING - timedelta(hours=1)) / shape.tickets
    for number in range(shape.tickets):
        yield _ticket_row(number + 1, BEGINNING + number * step, BEGINNING + number * step, shape, random)


def events(shape: Shape) -> Iterator[Row]:
    """Ticket events in order, without comment bodies: one by the customer, four by agents with the timer's total."""
    random = Random(shape.seed + 1)  # noqa: S311 - reproducible filling, no secret
    total = shape.tickets * EVENTS_PER_TICKET
    step = (NOW - BEGINNING - timedelta(hours=1)) / total
    for number in range(total):
        turn = number % EVENTS_PER_TICKET
        yield _event_row(number, number // EVENTS_PER_TICKET + 1, turn, BEGINNING + number * step, random)


def changed_tickets(shape: Shape) -> Iterator[Row]:
    """Old tickets that changed in the quarter of an hour after the first pull."""
    random = Random(shape.seed + 2)  # noqa: S311 - reproducible filling, no secret
    born = (NOW - BEGINNING - timedelta(hours=1)) / shape.tickets
    for place, number in enumerate(_changed(shape)):
        yield _ticket_row(number, BEGINNING + (number - 1) * born, _moment_of_quarter(place), shape, random)


def changed_events(shape: Shape) -> Iterator[Row]:
    """Two events of each ticket that changed: the customer's and an agent's."""
    random = Random(shape.seed + 3)  # noqa: S311 - reproducible filling, no secret
    first = shape.tickets * EVENTS_PER_TICKET
    for place, number in enumerate(_changed(shape)):
        for turn in (0, 2):
            yield _event_row(first + 2 * place + turn // 2, number, turn, _moment_of_quarter(place), random)


def _changed(shape: Shape) -> list[int]:
    random = Random(shape.seed + 4)  # noqa: S311 - reproducible filling, no secret
    return random.sample(range(1, shape.tickets + 1), CHANGED_TICKETS)


def _moment_of_quarter(place: int) -> datetime:
    return NOW + place * timedelta(minutes=13) / CHANGED_TICKETS


def _ticket_row(number: int, created: datetime, changed: datetime, shape: Shape, random: Random) -> Row:
    organization = _FIRST_ORGANIZATION + min(int(random.paretovariate(_HEAVY_TAIL)), shape.accounts) - 1
    ticket = _ticket(number, created, changed, organization)
    ticket["description"] = "x" * max(0, _TICKET_BYTES - len(_compact(ticket)))
    return Row(int(changed.timestamp()), _compact(ticket))


def _ticket(number: int, created: datetime, changed: datetime, organization: int) -> dict[str, object]:
    return {
        "url": f"https://benchmark.test/api/v2/tickets/{number}.json",
        "id": number,
        "created_at": _iso(created),
        "updated_at": _iso(changed),
        "requester_id": _FIRST_REQUESTER + organization,
        "submitter_id": _FIRST_REQUESTER + organization,
        "assignee_id": _FIRST_AGENT + number % _AGENTS,
        "organization_id": organization,
        "generated_timestamp": int(changed.timestamp()),
        **_SAME_ON_EVERY_TICKET,
    }


def _event_row(number: int, ticket: int, turn: int, at: datetime, random: Random) -> Row:
    by_agent = turn != 0
    event = {
        "id": 30_000_000 + number,
        "ticket_id": ticket,
        "timestamp": int(at.timestamp()),
        "created_at": _iso(at),
        "updater_id": _FIRST_AGENT + random.randrange(_AGENTS) if by_agent else _FIRST_REQUESTER + ticket,
        "via": "Web form" if by_agent else "Mail",
        "system": {"client": "benchmark", "location": "-", "latitude": 0.0, "longitude": 0.0},
        "event_type": "Audit",
        "child_events": list(_children(number, turn)),
    }
    return Row(int(at.timestamp()), _compact(event))


def _children(number: int, turn: int) -> Iterator[dict[str, object]]:
    yield {
        "id": 10_000_000 + number,
        "via": "Web form" if turn else "Mail",
        "via_reference_id": None,
        "event_type": "Change" if turn else "Create",
        "comment_present": True,
        "comment_public": turn % 2 == 0,
    }
    status = {0: "new", 1: "open", EVENTS_PER_TICKET - 1: "solved"}.get(turn)
    if status is not None:
        yield {"id": 20_000_000 + number, "via": "Mail", "event_type": "Change", "status": status}
    if turn:
        timer = {str(TIMER_FIELD): str(90 * turn)}
        yield {"id": 40_000_000 + number, "via": "Mail", "event_type": "Change", "custom_ticket_fields": timer}


def _compact(row: object) -> bytes:
    return json.dumps(row, separators=(",", ":")).encode()


def _iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
