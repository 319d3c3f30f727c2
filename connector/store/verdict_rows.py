"""What rules saw on finished days, as rows."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from connector.store.database import batches, replacing
from connector.store.rows import VerdictDay
from connector.store.tables import VERDICT_DAY
from rules.catalogue import Unit, find_metric
from rules.facts import AccountId, Day
from rules.judging.lines import read_scale, scale_text
from rules.measuring.measure import Value

_AS_THEY_ARE = (Unit.TEXT, Unit.YES_NO)


def save_days(connection: Connection, desk: int, days: Sequence[VerdictDay]) -> None:
    """A first run has many thousands of them: never all at once as rows."""
    statement = replacing(connection.dialect, VERDICT_DAY)
    for some in batches(days):
        connection.execute(statement, [_packed(desk, one) for one in some])


def read_days(connection: Connection, desk: int | None, account: AccountId, day: Day | None) -> Iterator[VerdictDay]:
    """Of one account, by rule and day; `day`: this one alone."""
    found = select(VERDICT_DAY).where(VERDICT_DAY.c.helpdesk == desk, VERDICT_DAY.c.account == account)
    if day is not None:
        found = found.where(VERDICT_DAY.c.day == day)
    for row in connection.execute(found.order_by(VERDICT_DAY.c.rule, VERDICT_DAY.c.day)).mappings():
        yield _unpacked(row)


def _packed(desk: int, one: VerdictDay) -> dict[str, object]:
    return {
        "helpdesk": desk,
        "account": one.account,
        "rule": one.rule,
        "day": one.day,
        "value": one.value,
        "condition": None if one.condition is None else int(one.condition),
        "operands": {name: _kept(value) for name, value in one.operands},
        "lines": scale_text(one.scale),
    }


def _unpacked(row: RowMapping) -> VerdictDay:
    operands: Mapping[str, Any] = row["operands"]
    return VerdictDay(
        account=row["account"],
        rule=row["rule"],
        day=row["day"],
        value=row["value"],
        condition=None if row["condition"] is None else row["condition"] == 1,
        operands=tuple((name, _value(name, value)) for name, value in operands.items()),
        scale=read_scale(row["lines"]),
    )


def _kept(value: Value) -> str | int | bool | None:
    """A Decimal as its digits, so that none is lost; all else as JSON has it."""
    return str(value) if isinstance(value, Decimal) else value


def _value(name: str, kept: str | int | bool | None) -> Value:  # noqa: FBT001 - a fact's value.
    """The number again, where the name is one of a number; a name that is none any more stays a text."""
    metric = find_metric(name)
    if not isinstance(kept, str) or metric is None or metric.unit in _AS_THEY_ARE:
        return kept
    return Decimal(kept)
