"""Absorbs a page: rows, totals and the walk's cursor, all of them or nothing.

Outside a filling the totals change by what the concerned tickets counted before and count after: late, double,
reordered and overlapping pages give the same end. While filling only the rows are written.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select, update

from connector.helpdesk import Page, Rejected, Stream
from connector.settings import EMAIL_DOMAIN, AccountSource
from connector.store.accounts import owners, save_accounts, storable, stored_accounts
from connector.store.agents import listed, named, save_agents, tickets_of
from connector.store.changes import note_changed
from connector.store.counted import count_tickets
from connector.store.facts_rows import FactRows, changes_of, move_tickets, tickets_with
from connector.store.ledger_rows import accounts_told_on
from connector.store.packing import event_fits, ticket_fits
from connector.store.rows import Absorbed, WalkState
from connector.store.sums import Sums, change_sums
from connector.store.tables import HELPDESK
from connector.store.totals import rebased
from connector.store.walks import advance, remember_newest
from rules.counting.contribution import Counting
from rules.facts import Account, AccountId, TicketId, UtcSecond

_TOO_LARGE = "a number of more than 64 bits"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The helpdesk that a page is absorbed into, and how it counts there."""

    connection: Connection
    desk: int
    filling: bool
    kept_from: UtcSecond
    sources: tuple[AccountSource, ...]
    counting: Counting
    rows: FactRows


def place(
    connection: Connection, desk: int, sources: tuple[AccountSource, ...], counting: Counting, rows: FactRows
) -> Place:
    """The helpdesk as this transaction finds it."""
    found = select(HELPDESK.c.filling, HELPDESK.c.kept_from).where(HELPDESK.c.id == desk)
    filling, kept_from = connection.execute(found).one()
    return Place(
        connection=connection,
        desk=desk,
        filling=filling == 1,
        kept_from=UtcSecond(kept_from or 0),
        sources=sources,
        counting=rebased(connection, desk, counting),
        rows=rows,
    )


def absorb(here: Place, page: Page, walk: WalkState | None) -> Absorbed:
    """What the page changed. Raises FencedError when the walk has gone on without this worker."""
    after = None if walk is None else advance(here.connection, here.desk, walk, page)
    fitting, rejected = _fitting(page)
    begins = walk is None or walk.cursor is None
    absorbed = {
        Stream.ACCOUNTS: lambda: _absorb_accounts(here, fitting),
        Stream.AGENTS: lambda: _absorb_agents(here, fitting, begins=begins),
        Stream.EVENTS: lambda: _absorb_events(here, fitting),
        Stream.TICKETS: lambda: _absorb_tickets(here, fitting),
    }
    reviewed = frozenset() if here.filling else _reviewed(here, fitting)
    changed = absorbed[page.stream]()
    if not here.filling:
        note_changed(here.connection, here.desk, changed | reviewed)
    remember_newest(here.connection, here.desk, fitting)
    rows = len(getattr(fitting, page.stream.value))
    return Absorbed(walk=after, rows=rows, changed=changed, rejected=rejected)


def _absorb_accounts(here: Place, page: Page) -> frozenset[AccountId]:
    """An organisation that gains, loses or hands on a domain, or is deleted, moves the tickets of that domain."""
    named = {account.id: account for account in map(storable, page.accounts)}
    known = stored_accounts(here.connection, here.desk, named)
    fresh = {id_: _traced(account, known.get(id_)) for id_, account in named.items()}
    changed = {id_: account for id_, account in fresh.items() if known.get(id_) != account}
    domains: set[str] = set()
    for id_, account in changed.items():
        domains |= {*account.domains} ^ ({*known[id_].domains} if id_ in known else set())
    if EMAIL_DOMAIN not in here.sources:
        domains.clear()

    def write() -> None:
        save_accounts(here.connection, here.desk, changed)
        if domains:
            holders = owners(here.connection, here.desk, here.sources, domains)
            move_tickets(here.connection, here.desk, domains, holders)

    moved = (row.id for row in tickets_with(here.connection, here.desk, domains))
    return frozenset(changed) | _recount(here, moved, write)


def _traced(account: Account, known: Account | None) -> Account:
    """A deleted account that went into another one does not come out of it because a later row does not say so."""
    if known is None or not account.deleted or account.merged_into is not None:
        return account
    return replace(account, merged_into=known.merged_into)


def _absorb_agents(here: Place, page: Page, *, begins: bool) -> frozenset[AccountId]:
    _save_people(here, page, begins=begins)
    agents = listed(here.connection, here.desk, page.agents, filling=here.filling)
    concerned = frozenset() if here.filling else tickets_of(here.connection, here.desk, agents)
    return _recount(here, concerned, lambda: save_agents(here.connection, here.desk, agents))


def _absorb_events(here: Place, page: Page) -> frozenset[AccountId]:
    """An event whose ticket is not known yet is kept, and counts when the ticket comes."""
    agents = listed(here.connection, here.desk, page.agents, filling=here.filling)
    concerned = {event.ticket for event in page.events}
    if not here.filling:
        concerned |= tickets_of(here.connection, here.desk, agents)

    def write() -> None:
        save_agents(here.connection, here.desk, agents)
        here.rows.save_events(here.connection, here.desk, page.events)

    return _recount(here, concerned, write)


def _absorb_tickets(here: Place, page: Page) -> frozenset[AccountId]:
    domains = {ticket.domain for ticket in page.tickets if ticket.domain is not None}
    holders = owners(here.connection, here.desk, here.sources, domains)
    agents = named(here.connection, here.desk, (ticket.assignee for ticket in page.tickets))
    met = _unknown(here, page.accounts)
    concerned = {ticket.id for ticket in page.tickets}
    if not here.filling:
        concerned |= tickets_of(here.connection, here.desk, agents)

    def write() -> None:
        save_accounts(here.connection, here.desk, met)
        save_agents(here.connection, here.desk, agents)
        here.rows.save_tickets(here.connection, here.desk, page.tickets, holders, here.kept_from)

    return frozenset(met) | _recount(here, concerned, write)


def _unknown(here: Place, accounts: Iterable[Account]) -> dict[AccountId, Account]:
    """Those that are not stored yet: what a list said of the others stays."""
    fresh = {account.id: account for account in map(storable, accounts)}
    known = stored_accounts(here.connection, here.desk, fresh)
    return {name: account for name, account in fresh.items() if name not in known}


def _reviewed(here: Place, page: Page) -> frozenset[AccountId]:
    """The accounts whose alert tickets changed since they were stored: a person may have answered there."""
    own = {ticket.id: ticket.changed for ticket in page.tickets if ticket.own}
    known = changes_of(here.connection, here.desk, own)
    moved = {number for number, changed in own.items() if known.get(number) != changed}
    return accounts_told_on(here.connection, here.desk, moved)


def _recount(here: Place, tickets: Iterable[TicketId], write: Callable[[], None]) -> frozenset[AccountId]:
    """Takes away what the tickets counted, writes, and adds what they count then. Answers whose totals changed."""
    if here.filling:
        write()
        return frozenset()
    concerned = frozenset(tickets)
    sums = Sums()
    sums.add(count_tickets(here.connection, here.desk, concerned, here.counting), sign=-1)
    write()
    sums.add(count_tickets(here.connection, here.desk, concerned, here.counting))
    change_sums(here.connection, here.desk, sums)
    return sums.accounts()


def _save_people(here: Place, page: Page, *, begins: bool) -> None:
    """Our own user and the ignored requesters; the first page of a list replaces them, later ones add."""
    ignored = set(page.ignored)
    if not begins:
        ignored |= set(here.connection.scalar(select(HELPDESK.c.ignored).where(HELPDESK.c.id == here.desk)) or ())
    values: dict[str, object] = {"ignored": sorted(ignored)}
    if page.own is not None:
        values["own"] = page.own
    here.connection.execute(update(HELPDESK).where(HELPDESK.c.id == here.desk).values(values))


def _fitting(page: Page) -> tuple[Page, tuple[Rejected, ...]]:
    """The page without the rows that no table could hold, and every row that was set aside."""
    events = [event for event in page.events if event_fits(event)]
    tickets = [ticket for ticket in page.tickets if ticket_fits(ticket)]
    if len(events) == len(page.events) and len(tickets) == len(page.tickets):
        return page, page.rejected
    odd = [event.id for event in page.events if not event_fits(event)]
    odd += [ticket.id for ticket in page.tickets if not ticket_fits(ticket)]
    rejected = (Rejected(stream=page.stream, row=str(number), problem=_TOO_LARGE) for number in odd)
    return replace(page, events=events, tickets=tickets), (*page.rejected, *rejected)
