"""Values of metrics in a rule file's tests: one, or one for each judgement."""

import re
from dataclasses import dataclass
from decimal import Decimal

from connector.rulefiles.values import constant
from connector.yaml.values import said
from rules.catalogue import Unit
from rules.language.expression import unfit

UNKNOWN = "_"
_LONGEST = 10_000
_REPEATED = re.compile(r"(?P<value>.+?)(?:\s+x(?P<times>[0-9]{1,5}))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Amount:
    """One value; None: unknown."""

    value: Decimal | str | bool | None


def read_amount(value: object, unit: Unit | None) -> Amount | str:
    """A value of a unit (None: of any number), or the sentence about what is wrong with it."""
    if value == UNKNOWN:
        return Amount(None)
    if unit is Unit.TEXT:
        return Amount(value.strip("'")) if isinstance(value, str) else f"write a text, not {said(value)}"
    if unit is Unit.YES_NO and not isinstance(value, bool) and value not in ("true", "false"):
        return f"write true or false, not {said(value)}"
    if isinstance(value, bool) or value in ("true", "false"):
        is_answer = unit is Unit.YES_NO
        return Amount(value in (True, "true")) if is_answer else f"write a number, not {said(value)}"
    found = constant(value)
    if found is None or not isinstance(found.value, Decimal):
        return f'write a value such as 20, 25% or "12.50", or _ for unknown, not {said(value)}'
    return (unit and unfit(unit, found)) or Amount(found.value)


def read_series(value: object, unit: Unit) -> tuple[Decimal | str | bool | None, ...] | str:
    """Values with commas between them, `170 x10` ten times; or the sentence about what is wrong."""
    if isinstance(value, dict | list):
        return f'write values such as "100 x3, 170 x10, _", not {said(value)}'
    found: list[Decimal | str | bool | None] = []
    for part in str(value).split(","):
        parsed = _REPEATED.fullmatch(part.strip())
        if parsed is None:
            return "a value is missing between two commas"
        amount = read_amount(parsed["value"], unit)
        if isinstance(amount, str):
            return amount
        found += [amount.value] * min(int(parsed["times"] or 1), _LONGEST + 1)
        if len(found) > _LONGEST:
            return f"a series has at most {_LONGEST:,} values"
    return tuple(found)
