"""Reads daily totals and what else is asked about tickets."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    ColumnClause,
    ColumnElement,
    Connection,
    Row,
    exists,
    func,
    literal_column,
    or_,
    select,
    union_all,
)

from connector.store.database import STREAMED, batches
from connector.store.packing import KINDS, METHODS, STATUSES, TICKET_COLUMNS, unpack_ticket
from connector.store.tables import ACCOUNT_DAY, EFFORT_DAY, EVENT, TICKET
from rules.counting.history import DayRow
from rules.facts import NOBODY, AccountId, Day, Ticket, TicketId, TicketStatus, UtcSecond

_NO_KIND = -1
_DELETED = STATUSES.index(TicketStatus.DELETED)
_by_account = itemgetter(0)
_ZERO: ColumnClause[int] = literal_column("0")
_OF_DAYS = select(
    ACCOUNT_DAY.c.account,
    ACCOUNT_DAY.c.day,
    literal_column("''").label("group"),
    literal_column("''").label("channel"),
    literal_column(str(_NO_KIND)).label("kind"),
    literal_column(str(_NO_KIND)).label("method"),
    _ZERO.label("own_fault"),
    _ZERO.label("count"),
    _ZERO.label("seconds"),
    ACCOUNT_DAY.c.tickets,
    ACCOUNT_DAY.c.solved,
    ACCOUNT_DAY.c.reopens,
)
_OF_EFFORT = select(*[column for column in EFFORT_DAY.c if column.name != "helpdesk"], _ZERO, _ZERO, _ZERO)


def day_rows(
    connection: Connection, desk: int, first: Day, last: Day, accounts: Iterable[AccountId] | None
) -> Iterator[tuple[AccountId, list[DayRow]]]:
    """The totals of these days, account by account in the order of their ids and day by day."""
    if accounts is None:
        yield from _day_rows(connection, desk, first, last, None)
        return
    for names in batches(sorted(accounts)):
        yield from _day_rows(connection, desk, first, last, names)


def first_tickets(connection: Connection, desk: int) -> dict[AccountId, UtcSecond]:
    """When each account's first ticket was made."""
    found = select(TICKET.c.account, func.min(TICKET.c.created)).where(*_counting_tickets(desk))
    return {row[0]: row[1] for row in connection.execute(found.group_by(TICKET.c.account))}


def latest_tickets(connection: Connection, desk: int, account: AccountId, limit: int) -> tuple[TicketId, ...]:
    """The account's newest tickets, newest first."""
    found = select(TICKET.c.id).where(*_counting_tickets(desk), TICKET.c.account == account)
    return tuple(connection.scalars(found.order_by(TICKET.c.created.desc(), TICKET.c.id.desc()).limit(limit)))


def marked_tickets(connection: Connection, desk: int, account: AccountId, since: UtcSecond) -> Iterator[Ticket]:
    """The account's tickets with a tag or a problem, on which anything happened since then, by their number."""
    event = (EVENT.c.helpdesk == desk, EVENT.c.ticket == TICKET.c.id, EVENT.c.at >= since)
    marked = or_(TICKET.c.problem.is_not(None), TICKET.c.tags != "")
    here = (*_counting_tickets(desk), TICKET.c.account == account, marked, exists().where(*event))
    found = select(*[TICKET.c[name] for name in TICKET_COLUMNS]).where(*here)
    return map(unpack_ticket, connection.execute(found.order_by(TICKET.c.id)))


def orphan_domains(connection: Connection, desk: int, since: UtcSecond, limit: int) -> list[tuple[str, int]]:
    """Mail domains of tickets without account made since then, the most frequent first."""
    tickets = func.count()
    nobody = (TICKET.c.account == NOBODY, TICKET.c.domain.is_not(None), TICKET.c.created >= since)
    found = select(TICKET.c.domain, tickets).where(*_counting_tickets(desk), *nobody).group_by(TICKET.c.domain)
    rows = connection.execute(found.order_by(tickets.desc(), TICKET.c.domain).limit(limit))
    return [(domain, count) for domain, count in rows]


def active_accounts(connection: Connection, desk: int, since: Day) -> int:
    """How many accounts have a ticket made on that day or later."""
    table = ACCOUNT_DAY.c
    here = (table.helpdesk == desk, table.day >= since, table.tickets > 0, table.account != NOBODY)
    return connection.scalar(select(func.count(table.account.distinct())).where(*here)) or 0


def _day_rows(
    connection: Connection, desk: int, first: Day, last: Day, accounts: Sequence[AccountId] | None
) -> Iterator[tuple[AccountId, list[DayRow]]]:
    lines = []
    for query, table in ((_OF_DAYS, ACCOUNT_DAY), (_OF_EFFORT, EFFORT_DAY)):
        here = query.where(table.c.helpdesk == desk, table.c.day.between(first, last))
        lines.append(here if accounts is None else here.where(table.c.account.in_(accounts)))
    found = union_all(*lines).order_by("account", "day")
    result = connection.execute(found, execution_options=STREAMED)
    # A few hundred days and some names stand in every line: each is kept once, not in a copy a line.
    once: dict[Any, Any] = {}
    for account, rows in groupby(result, key=_by_account):
        yield account, [_day_row(row, once) for row in rows]


def _day_row(row: Row[*tuple[Any, ...]], once: dict[Any, Any]) -> DayRow:
    _, day, group, channel, kind, method, own_fault, count, seconds, tickets, solved, reopens = row
    day = once.setdefault(day, day)
    if kind == _NO_KIND:
        return DayRow(day, "", "", None, None, 0, 0, tickets, solved, reopens)
    group, channel = once.setdefault(group, group), once.setdefault(channel, channel)
    return DayRow(day, group, channel, KINDS[kind], METHODS[method], count, seconds, 0, 0, 0, own_fault == 1)


def _counting_tickets(desk: int) -> tuple[ColumnElement[bool], ...]:
    return TICKET.c.helpdesk == desk, TICKET.c.status != _DELETED, TICKET.c.own == 0
