"""Builds the daily totals of a helpdesk from its rows."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, func, select

from connector.store.counted import count_accounts
from connector.store.database import Database
from connector.store.desk_number import hold_number
from connector.store.desks import say_built, say_due
from connector.store.sums import Sums, insert_sums
from connector.store.tables import ACCOUNT_DAY, EFFORT_DAY, HELPDESK, TICKET
from rules.counting.contribution import Counting
from rules.facts import AccountId

_TICKETS_A_STEP = 4_000


class Span(NamedTuple):
    """Neighbouring accounts, both ends included."""

    first: AccountId
    last: AccountId


def build_totals(database: Database, desk: int, counting: Counting) -> None:
    """Counts every ticket once and replaces the totals, some accounts in each transaction.

    Cut short it leaves the old totals of some accounts, and the helpdesk says that they are due.
    """
    with database.write() as connection:
        say_due(connection, desk)
        counting = rebased(connection, desk, counting)
        every = list(spans(connection, desk))
        for table in (ACCOUNT_DAY, EFFORT_DAY):
            connection.execute(delete(table).where(is_orphan(table, desk)))
    for span in every:
        with database.write() as connection:
            _replace(connection, desk, span, counting)
    with database.write() as connection:
        say_built(connection, desk, counting.facts_from)


def rebased(connection: Connection, desk: int, counting: Counting) -> Counting:
    """By what is counted, from the earliest beginning that the totals ever had: pruning moves it for nobody."""
    before = connection.scalar(select(HELPDESK.c.facts_from).where(HELPDESK.c.id == desk))
    return counting if before is None else replace(counting, facts_from=min(before, counting.facts_from))


def spans(connection: Connection, desk: int) -> Iterator[Span]:
    """Every account with a ticket, in spans of some thousand tickets."""
    account = TICKET.c.account
    counts = select(account, func.count()).where(TICKET.c.helpdesk == desk).group_by(account).order_by(account)
    first, tickets, last = None, 0, None
    for last, count in connection.execute(counts):
        first = last if first is None else first
        tickets += count
        if tickets >= _TICKETS_A_STEP:
            yield Span(first, last)
            first, tickets = None, 0
    if first is not None and last is not None:
        yield Span(first, last)


def is_within(table: Table, desk: int, span: Span) -> ColumnElement[bool]:
    """Rows of the accounts of a span."""
    account = table.c.account
    return and_(table.c.helpdesk == desk, account >= span.first, account <= span.last)


def is_orphan(table: Table, desk: int) -> ColumnElement[bool]:
    """Totals of an account that has no ticket any more."""
    with_tickets = select(TICKET.c.account).where(TICKET.c.helpdesk == desk)
    return and_(table.c.helpdesk == desk, table.c.account.not_in(with_tickets))


def _replace(connection: Connection, desk: int, span: Span, counting: Counting) -> None:
    hold_number(connection, desk)
    sums = Sums()
    sums.add(count_accounts(connection, desk, *span, counting))
    for table in (ACCOUNT_DAY, EFFORT_DAY):
        connection.execute(delete(table).where(is_within(table, desk, span)))
    insert_sums(connection, desk, sums)
