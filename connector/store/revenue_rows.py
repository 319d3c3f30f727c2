"""The revenue that is known of accounts."""

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import Connection, delete, insert, select

from connector.store.changes import note_changed
from connector.store.tables import REVENUE
from rules.facts import Revenue

_NAMES = ("account", "first", "last", "amount", "currency")


def read_revenue(connection: Connection, desk: int) -> tuple[Revenue, ...]:
    """In the order in which it was given."""
    rows = connection.execute(select(REVENUE).where(REVENUE.c.helpdesk == desk).order_by(REVENUE.c.line)).mappings()
    return tuple(Revenue(**{name: row[name] for name in _NAMES}) for row in rows)


def replace_revenue(connection: Connection, desk: int, revenue: Iterable[Revenue]) -> None:
    """These lines, and no others. Accounts whose lines are others than before are to be judged again."""
    fresh = tuple(revenue)
    before, after = Counter(read_revenue(connection, desk)), Counter(fresh)
    note_changed(connection, desk, {one.account for one in (*(before - after), *(after - before))})
    connection.execute(delete(REVENUE).where(REVENUE.c.helpdesk == desk))
    lines = [
        {"helpdesk": desk, "line": line} | {name: getattr(one, name) for name in _NAMES}
        for line, one in enumerate(fresh)
    ]
    if lines:
        connection.execute(insert(REVENUE), lines)
