"""Builds the daily totals of a helpdesk from its rows, and checks them against the rows."""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, select, update

from connector.store.counted import count_accounts
from connector.store.database import Database
from connector.store.sums import Sums, insert_sums
from connector.store.tables import ACCOUNT_DAY, EFFORT_DAY, HELPDESK, TICKET
from rules.contribution import Counting
from rules.facts import AccountId

_TICKETS_A_STEP = 4_000


class _Span(NamedTuple):
    """Neighbouring accounts, both ends included."""

    first: AccountId
    last: AccountId


def build_totals(database: Database, desk: int, counting: Counting) -> None:
    """Counts every ticket once and replaces the totals, some accounts in each transaction.

    Cut short it leaves the old totals of some accounts and says so in `helpdesk.facts_from`: begin again.
    """
    with database.write() as connection:
        _say_built(connection, desk, None)
        spans = list(_spans(connection, desk))
        _drop_orphans(connection, desk)
    for span in spans:
        with database.write() as connection:
            _replace(connection, desk, span, counting)
    with database.write() as connection:
        _say_built(connection, desk, counting.facts_from)


def _say_built(connection: Connection, desk: int, facts_from: int | None) -> None:
    connection.execute(update(HELPDESK).where(HELPDESK.c.id == desk).values(facts_from=facts_from))


def _spans(connection: Connection, desk: int) -> Iterator[_Span]:
    """Every account with a ticket, in spans of some thousand tickets."""
    account = TICKET.c.account
    counts = select(account, func.count()).where(TICKET.c.helpdesk == desk).group_by(account).order_by(account)
    first, tickets, last = None, 0, None
    for last, count in connection.execute(counts):
        first = last if first is None else first
        tickets += count
        if tickets >= _TICKETS_A_STEP:
            yield _Span(first, last)
            first, tickets = None, 0
    if first is not None and last is not None:
        yield _Span(first, last)


def _drop_orphans(connection: Connection, desk: int) -> None:
    """Totals of accounts that have no ticket any more."""
    with_tickets = select(TICKET.c.account).where(TICKET.c.helpdesk == desk)
    for table in (ACCOUNT_DAY, EFFORT_DAY):
        connection.execute(delete(table).where(table.c.helpdesk == desk, table.c.account.not_in(with_tickets)))


def _replace(connection: Connection, desk: int, span: _Span, counting: Counting) -> None:
    sums = Sums()
    sums.add(count_accounts(connection, desk, *span, counting))
    for table in (ACCOUNT_DAY, EFFORT_DAY):
        connection.execute(delete(table).where(table.c.helpdesk == desk, table.c.account.between(*span)))
    insert_sums(connection, desk, sums)
