"""An invoice that billing names more than once."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.counting.matching import PlacedInvoice
from rules.counting.repeated import join_repeated
from rules.facts import AccountId, Invoice

ONE = Invoice(
    account=AccountId("1"), number="R-1", due=date(2026, 2, 28), paid=None, amount=Decimal(100), currency="EUR"
)


def placed(*invoices: Invoice) -> list[PlacedInvoice]:
    return [PlacedInvoice(invoice=invoice, place=f"revenue.csv:{row}") for row, invoice in enumerate(invoices, start=2)]


def test_the_same_line_twice_is_one_invoice() -> None:
    assert join_repeated(placed(ONE, replace(ONE, amount=Decimal("100.00")))).invoices == (ONE,)


@given(days=st.permutations([None, date(2026, 3, 1), date(2026, 3, 4)]))
def test_a_payment_that_any_line_knows_counts_and_of_two_the_later(days: list[date | None]) -> None:
    found = join_repeated(placed(*(replace(ONE, paid=day) for day in days)))
    assert (found.invoices, found.problems) == ((replace(ONE, paid=date(2026, 3, 4)),), ())


@pytest.mark.parametrize(
    "other",
    [replace(ONE, amount=Decimal(90)), replace(ONE, currency="USD"), replace(ONE, due=date(2026, 3, 31))],
)
def test_lines_that_differ_are_told_and_the_first_counts(other: Invoice) -> None:
    found = join_repeated(placed(ONE, replace(other, paid=date(2026, 3, 1)), ONE))
    assert found.invoices == (ONE,)
    assert found.problems == (
        "revenue.csv:3: invoice 'R-1' of this account stands at revenue.csv:2 with another amount, currency or due "
        "date, and that one counts; give an invoice one row with its number",
    )


def test_a_number_belongs_to_an_account() -> None:
    other = replace(ONE, account=AccountId("2"), amount=Decimal(7))
    found = join_repeated(placed(other, replace(ONE, number="R-2"), ONE))
    assert (found.invoices, found.problems) == ((ONE, replace(ONE, number="R-2"), other), ())
