"""The revenue and the invoices that are known of accounts."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select

from connector.store.changes import note_changed
from connector.store.tables import INVOICE, REVENUE
from rules.facts import AccountId, Billed, Invoice, Revenue

_REVENUE = ("account", "first", "last", "amount", "currency")
_INVOICE = ("account", "number", "due", "paid", "amount", "currency")


def read_billed(connection: Connection, desk: int) -> Billed:
    """Revenue in the order in which it was given, invoices by account and number."""
    revenue = select(REVENUE).where(REVENUE.c.helpdesk == desk).order_by(REVENUE.c.line)
    invoices = select(INVOICE).where(INVOICE.c.helpdesk == desk).order_by(INVOICE.c.account, INVOICE.c.number)
    return Billed(
        revenue=tuple(Revenue(**_picked(row, _REVENUE)) for row in connection.execute(revenue).mappings()),
        invoices=tuple(Invoice(**_picked(row, _INVOICE)) for row in connection.execute(invoices).mappings()),
    )


def replace_billed(connection: Connection, desk: int, billed: Billed) -> None:
    """These lines, and no others. Accounts whose lines are others than before are to be judged again."""
    before = read_billed(connection, desk)
    changed = _accounts_apart(before.revenue, billed.revenue) | _accounts_apart(before.invoices, billed.invoices)
    note_changed(connection, desk, changed)
    if before.revenue != billed.revenue:
        periods = [{"line": line} | _row(one, _REVENUE) for line, one in enumerate(billed.revenue)]
        _rewrite(connection, desk, REVENUE, periods)
    if before.invoices != billed.invoices:
        _rewrite(connection, desk, INVOICE, [_row(one, _INVOICE) for one in billed.invoices])


def _picked(row: Mapping[Any, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: row[name] for name in names}


def _row(one: Revenue | Invoice, names: Sequence[str]) -> dict[str, object]:
    return {name: getattr(one, name) for name in names}


def _accounts_apart(before: Iterable[Revenue | Invoice], after: Iterable[Revenue | Invoice]) -> set[AccountId]:
    """The accounts of lines that stand on one side alone, or not as often on the other."""
    ours, theirs = Counter(before), Counter(after)
    return {one.account for one in (*(ours - theirs), *(theirs - ours))}


def _rewrite(connection: Connection, desk: int, table: Table, rows: Sequence[dict[str, object]]) -> None:
    connection.execute(delete(table).where(table.c.helpdesk == desk))
    if rows:
        connection.execute(insert(table), [{"helpdesk": desk} | row for row in rows])
