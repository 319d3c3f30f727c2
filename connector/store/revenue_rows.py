"""The revenue that is known of accounts."""

from collections.abc import Iterable

from sqlalchemy import Connection, delete, insert, select

from connector.store.tables import REVENUE
from rules.facts import Revenue

_NAMES = ("account", "first", "last", "amount", "currency")


def read_revenue(connection: Connection, desk: int) -> tuple[Revenue, ...]:
    """In the order in which it was given."""
    rows = connection.execute(select(REVENUE).where(REVENUE.c.helpdesk == desk).order_by(REVENUE.c.line)).mappings()
    return tuple(Revenue(**{name: row[name] for name in _NAMES}) for row in rows)


def replace_revenue(connection: Connection, desk: int, revenue: Iterable[Revenue]) -> None:
    """These lines, and no others."""
    connection.execute(delete(REVENUE).where(REVENUE.c.helpdesk == desk))
    lines = [
        {"helpdesk": desk, "line": line} | {name: getattr(one, name) for name in _NAMES}
        for line, one in enumerate(revenue)
    ]
    if lines:
        connection.execute(insert(REVENUE), lines)
