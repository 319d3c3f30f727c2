"""A helpdesk's facts, made by hand: tickets, events, pages, and what totals they are to give."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from connector.helpdesk import Page, Stream
from connector.settings import EMAIL_DOMAIN, ORGANIZATION
from connector.store.rows import Absorbed, Basis, WalkState
from connector.store.store import Store
from rules.counting.contribution import Contribution, Counting
from rules.days import Calendar
from rules.facts import (
    Account,
    AccountId,
    Agent,
    Comment,
    Day,
    Event,
    HelpdeskName,
    PersonKey,
    Ticket,
    TicketId,
    TicketStatus,
    UtcSecond,
)

ACME = HelpdeskName("acme")
BOTH = (ORGANIZATION, EMAIL_DOMAIN)
START = UtcSecond(int(datetime(2026, 11, 2, 12, tzinfo=UTC).timestamp()))
TODAY = Day(date(2026, 11, 2).toordinal())
AGENT, COLLEAGUE, CUSTOMER, OURS = (PersonKey(key) for key in (11, 12, 21, 99))
OWN_FAULT = "own fault"
EVER = (Day(1), Day(10_000_000))
COUNTING = Counting(
    calendar=Calendar(UTC),
    ignored_tags=frozenset({"spam"}),
    ignored_requesters=frozenset(),
    own=OURS,
    facts_from=UtcSecond(0),
)
BASIS = Basis(
    time_zone="UTC",
    ignored_tags=frozenset({"spam"}),
    ignored_requesters=frozenset(),
    own=None,
    timer_field=None,
    sources=BOTH,
    since=date(2026, 1, 1),
)

Totals = Mapping[tuple[object, ...], tuple[int, ...]]
"""Everything that stands in the daily totals, by account, day and what it is counted by."""


def ticket(number: int, **changes: Any) -> Ticket:  # noqa: ANN401
    whole = Ticket(
        id=TicketId(number),
        organization="1",
        domain=None,
        requester=CUSTOMER,
        assignee=None,
        channel="email",
        created=START,
        changed=START,
        status=TicketStatus.OPEN,
        own=False,
        tags=(),
    )
    return whole._replace(**changes)


def event(number: int, of: int = 1, **changes: Any) -> Event:  # noqa: ANN401
    whole = Event(
        ticket=TicketId(of),
        id=number,
        at=UtcSecond(START + 1000 * number),
        author=CUSTOMER,
        group=None,
        comment=Comment.PUBLIC,
        status=None,
        timer=None,
        merge=False,
    )
    return whole._replace(**changes)


def account(number: str, *domains: str, **changes: Any) -> Account:  # noqa: ANN401
    values: dict[str, Any] = {
        "id": AccountId(number),
        "name": f"Account {number}",
        "external_id": None,
        "domains": domains,
        "created": None,
        "deleted": False,
        "fields": (),
    }
    return Account(**(values | changes))


def agent(key: PersonKey, group: str | None = "Tier 1") -> Agent:
    return Agent(key=key, since=UtcSecond(0), group=group)


def page(stream: Stream, rows: Iterable[Any] = (), *, cursor: str = "next", end: bool = False, **more: Any) -> Page:  # noqa: ANN401
    return Page(stream=stream, cursor=cursor, reached=None, end=end, **{stream.value: tuple(rows)}, **more)


def absorb(
    store: Store,
    given: Page,
    walk: WalkState | None = None,
    counting: Counting = COUNTING,
    sources: Any = BOTH,  # noqa: ANN401
) -> Absorbed:
    return store.absorb(ACME, given, walk, counting, sources)


def filled(store: Store, *pages: Page, counting: Counting = COUNTING) -> None:
    """Brings the store through a filling with these pages."""
    store.begin_filling(ACME, BASIS)
    for given in pages:
        absorb(store, given, counting=counting)
    store.build_totals(ACME, counting)
    store.end_filling(ACME)


def totals(store: Store) -> Totals:
    """What stands in the store."""
    found: dict[tuple[object, ...], tuple[int, ...]] = {}
    for name, rows in store.rows(ACME, None, *EVER):
        for row in rows:
            if row.kind is None:
                found[name, row.day] = (row.tickets, row.solved, row.reopens)
            else:
                found[name, *_place(row[:5], own_fault=row.own_fault)] = (row.count, row.seconds)
    return found


def _place(work: tuple[object, ...], *, own_fault: bool) -> tuple[object, ...]:
    return (*work, OWN_FAULT) if own_fault else work


def added_up(contributions: Iterable[Contribution]) -> Totals:
    """What is to stand there."""
    sums: dict[tuple[object, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
    for one in contributions:
        rows = [((one.account, day), counts) for day, counts in one.days.items()]
        efforts = [
            ((one.account, *_place(key[:5], own_fault=key.own_fault)), counts) for key, counts in one.effort.items()
        ]
        for key, counts in (*rows, *efforts):
            sums[key] = [before + count for before, count in zip(sums[key], (*counts, 0), strict=False)]
    return {key: tuple(counts if len(key) == 2 else counts[:2]) for key, counts in sums.items()}
