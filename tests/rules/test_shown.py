"""Numbers as people read them."""

from datetime import date
from decimal import Decimal

import pytest

from rules.catalogue import Unit
from rules.facts import Day
from rules.measuring.shown import (
    long_date,
    money_field,
    number_field,
    period,
    rounded,
    short_date,
    show,
    show_beside,
    show_closely,
)


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (Decimal("4180.49"), Unit.MONEY, "4,180 EUR"),
        (Decimal("12.345"), Unit.MONEY, "12.34 EUR"),
        (Decimal(50), Unit.MONEY, "50 EUR"),
        (Decimal("-1250"), Unit.MONEY, "-1,250 EUR"),
        (Decimal("0.3096"), Unit.RATIO, "31 %"),
        (Decimal("0.125"), Unit.RATIO, "12 %"),
        (Decimal("0.135"), Unit.RATIO, "14 %"),
        (Decimal("0.004"), Unit.RATIO, "0.4 %"),
        (Decimal(0), Unit.RATIO, "0 %"),
        (Decimal("Infinity"), Unit.RATIO, "without any revenue"),
        (74, Unit.COUNT, "74"),
        (12_345, Unit.COUNT, "12,345"),
        (Decimal("37.50"), Unit.COUNT, "37.5"),
        (Decimal("4180.2"), Unit.MINUTES, "4,180 minutes"),
        (1, Unit.DURATION, "1 day"),
        (84, Unit.DURATION, "84 days"),
        ("small", Unit.TEXT, "small"),
        (True, Unit.YES_NO, "yes"),
        (None, Unit.MONEY, "unknown"),
    ],
)
def test_every_unit_is_shown_in_its_own_way(value: Decimal | int | str | None, unit: Unit, expected: str) -> None:
    assert show(value, unit, "EUR") == expected


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (Decimal("0.3006"), Unit.RATIO, "30.1 %"),
        (Decimal("0.30"), Unit.RATIO, "30 %"),
        (Decimal("0.3001"), Unit.RATIO, "30.0 %"),
        (Decimal("Infinity"), Unit.RATIO, "without any revenue"),
        (None, Unit.RATIO, "unknown"),
        (Decimal("12.345"), Unit.MONEY, "12.34 EUR"),
    ],
)
def test_a_share_shown_closely_has_a_decimal_wherever_it_stands(
    value: Decimal | None, unit: Unit, expected: str
) -> None:
    assert show_closely(value, unit, "EUR") == expected


def test_money_without_a_currency_is_a_bare_number() -> None:
    assert show(Decimal(4_180), Unit.MONEY) == "4,180"


def test_half_a_cent_goes_to_the_even_cent() -> None:
    assert [money_field(Decimal(text)) for text in ("0.125", "0.135", "7")] == ["0.12", "0.14", "7.00"]


def test_nothing_is_ever_minus_zero() -> None:
    assert str(rounded(Decimal("-0.001"), Decimal("0.01"))) == "0.00"


def test_days_are_shown_in_english_words() -> None:
    first, last = Day(date(2026, 8, 24).toordinal()), Day(date(2026, 11, 21).toordinal())
    assert (short_date(last), long_date(last), period(first, last)) == ("21 Nov", "21 Nov 2026", "24 Aug–21 Nov")


@pytest.mark.parametrize(
    ("number", "unit", "expected"),
    [
        ("1389.683333333333333333333333", Unit.MONEY, "1389.68"),
        ("93.78333333333333333333333333", Unit.MINUTES, "93.78"),
        ("0.05658572251970846348356388517", Unit.RATIO, "0.0566"),
        ("37.14285714285714285714285714", Unit.COUNT, "37.1429"),
        ("Infinity", Unit.RATIO, "Infinity"),
    ],
)
def test_number_for_machines_has_no_tail(number: str, unit: Unit, expected: str) -> None:
    assert str(number_field(Decimal(number), unit)) == expected


@pytest.mark.parametrize(("share", "expected"), [("0.199", "19.9 %"), ("0.2", "20 %"), ("0.27", "27 %")])
def test_share_that_is_not_on_its_line_does_not_look_as_if_it_were(share: str, expected: str) -> None:
    assert show_beside(Decimal(share), (Decimal("0.2"), Decimal("0.16")), Unit.RATIO) == expected
