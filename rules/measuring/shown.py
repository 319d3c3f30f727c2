"""Numbers as people read them: the only place that rounds, half-even."""

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from rules.catalogue import Unit
from rules.facts import Day

UNKNOWN = "unknown"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WHOLE = Decimal(1)
_CENT = Decimal("0.01")
_TENTH = Decimal("0.1")
_TEN_THOUSANDTH = Decimal("0.0001")
_SMALL_MONEY = 100


def show(value: Decimal | int | str | bool | None, unit: Unit, currency: str | None = None) -> str:  # noqa: FBT001 - a fact's value
    """A value of the catalogue in a sentence; `currency` belongs to money."""
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    return _show_number(Decimal(value), unit, currency)


def show_beside(value: Decimal, lines: Iterable[Decimal], unit: Unit, currency: str | None = None) -> str:
    """The same; a share that would look like one of its lines and is not has a decimal more: 19.9 %, not 20 %."""
    text = show(value, unit, currency)
    alike = any(line != value and show(line, unit, currency) == text for line in lines)
    return f"{rounded(value * 100, _TENTH):,f} %" if alike and unit is Unit.RATIO and value.is_finite() else text


def show_closely(
    value: Decimal | int | str | bool | None,  # noqa: FBT001 - a fact's value
    unit: Unit,
    currency: str | None = None,
) -> str:
    """The same as `show`, but a share that is no whole per cent always has a decimal: 30.1 %, wherever it stands."""
    if unit is Unit.RATIO and isinstance(value, Decimal | int) and Decimal(value).is_finite():
        return f"{count(Decimal(value) * 100)} %"
    return show(value, unit, currency)


def money(amount: Decimal, currency: str | None) -> str:
    """4,180 EUR; below 100 with two decimals: 12.50 EUR."""
    small = abs(amount) < _SMALL_MONEY and amount != amount.to_integral_value()
    number = f"{rounded(amount, _CENT if small else _WHOLE):,f}"
    return f"{number} {currency}" if currency else number


def money_field(amount: Decimal) -> str:
    """An amount for machines and tables: plain decimal text with two decimals."""
    return f"{rounded(amount, _CENT):f}"


def number_field(number: Decimal, unit: Unit) -> Decimal:
    """A number for machines: money and minutes to two decimals, all else to four. Infinity stays."""
    if not number.is_finite():
        return number
    return rounded(number, _CENT if unit in (Unit.MONEY, Unit.MINUTES) else _TEN_THOUSANDTH)


def share(ratio: Decimal) -> str:
    """31 %; below 1 % with one decimal. A share of nothing paid has no per cent."""
    if not ratio.is_finite():
        return "without any revenue"
    percent = ratio * 100
    return f"{rounded(percent, _TENTH if 0 < abs(percent) < 1 else _WHOLE):,f} %"


def count(number: Decimal | int) -> str:
    """4,180; one decimal where it is no whole number: 37.5."""
    exact = Decimal(number)
    return f"{rounded(exact, _WHOLE if exact == exact.to_integral_value() else _TENTH):,f}"


def minutes(number: Decimal) -> str:
    """4,180 minutes."""
    return f"{rounded(number, _WHOLE):,f} minutes"


def days(number: Decimal | int) -> str:
    """84 days."""
    return f"{count(number)} {'day' if number == 1 else 'days'}"


def short_date(day: Day) -> str:
    """12 Nov."""
    found = date.fromordinal(day)
    return f"{found.day} {_MONTHS[found.month - 1]}"


def long_date(day: Day) -> str:
    """12 Nov 2026."""
    return f"{short_date(day)} {date.fromordinal(day).year}"


def period(first: Day, last: Day) -> str:
    """24 Aug–21 Nov."""
    return f"{short_date(first)}–{short_date(last)}"


def rounded(amount: Decimal, step: Decimal) -> Decimal:
    """Half-even to a step such as 0.01; never minus zero."""
    return amount.quantize(step, ROUND_HALF_EVEN) + 0


def _show_number(number: Decimal, unit: Unit, currency: str | None) -> str:
    if unit is Unit.MONEY:
        return money(number, currency)
    if unit is Unit.RATIO:
        return share(number)
    if unit is Unit.MINUTES:
        return minutes(number)
    return days(number) if unit is Unit.DURATION else count(number)
