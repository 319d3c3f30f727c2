"""Checks the store: whether its pages are sound, and whether the totals are the sum of the contributions."""

from collections.abc import Iterable, Iterator
from datetime import date

from sqlalchemy import Connection, select, text

from connector.store.counted import count_accounts
from connector.store.database import Database, Values
from connector.store.sums import Sums
from connector.store.tables import ACCOUNT_DAY, EFFORT_DAY, HELPDESK
from connector.store.totals import Span, is_orphan, is_within, rebased, spans
from rules.counting.contribution import Counting
from rules.facts import AccountId, Day

_SECONDS_A_DAY = 86_400
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_MOST = 20
_MARGIN = 2
"""Days around the pruning, which cuts between two zones' midnights."""


def examine(database: Database, desk: int, counting: Counting) -> tuple[str, ...]:
    """What is wrong, in sentences; empty when all is well. Readable beside a writer."""
    broken = [f"the file is damaged: {problem}" for problem in _damage(database)]
    if broken:
        return tuple(broken[:_MOST])
    wrong = sorted(set(_wrong_days(database, desk, counting)))
    told = [
        f"the totals of account {account or '(none)'} on {date.fromordinal(day)} are not the sum of its tickets"
        for account, day in wrong[:_MOST]
    ]
    more = len(wrong) - len(told)
    return (*told, f"and {more} days more") if more else tuple(told)


def _damage(database: Database) -> list[str]:
    if database.file is None:
        return []
    with database.read() as connection:
        return [line for line in connection.scalars(text("PRAGMA integrity_check")) if line != "ok"]


def _wrong_days(database: Database, desk: int, counting: Counting) -> Iterator[tuple[AccountId, Day]]:
    with database.read() as connection:
        row = connection.execute(select(HELPDESK).where(HELPDESK.c.id == desk)).one_or_none()
        if row is None or row.filling == 1 or row.due == 1:
            return
        counting = rebased(connection, desk, counting)
        first = Day(0 if row.kept_from is None else row.kept_from // _SECONDS_A_DAY + _EPOCH_DAY + _MARGIN)
        every = list(spans(connection, desk))
        yield from _without_ticket(connection, desk, first)
    for span in every:
        with database.read() as connection:
            yield from _compared(connection, desk, span, first, counting)


def _compared(
    connection: Connection, desk: int, span: Span, first: Day, counting: Counting
) -> Iterator[tuple[AccountId, Day]]:
    sums = Sums()
    sums.add(count_accounts(connection, desk, *span, counting))
    for table, counted in ((ACCOUNT_DAY, sums.days()), (EFFORT_DAY, sums.effort())):
        found = select(*table.columns[1:]).where(is_within(table, desk, span))
        stored = {tuple(row) for row in connection.execute(found)}
        yield from _days(stored ^ set(counted), first)


def _without_ticket(connection: Connection, desk: int, first: Day) -> Iterator[tuple[AccountId, Day]]:
    for table in (ACCOUNT_DAY, EFFORT_DAY):
        found = select(table.c.account, table.c.day).where(is_orphan(table, desk))
        yield from _days((tuple(row) for row in connection.execute(found)), first)


def _days(rows: Iterable[Values], first: Day) -> Iterator[tuple[AccountId, Day]]:
    for account, day, *_ in rows:
        if isinstance(day, int) and day >= first:
            yield AccountId(str(account)), Day(day)
