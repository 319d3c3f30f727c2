"""What an account owes on a day, and how it paid its last invoices."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from written import signal

from rules.counting.cost import Pricing
from rules.counting.history import History
from rules.counting.revenue import Absence
from rules.counting.subject import Subject
from rules.facts import AccountId, Day, Invoice
from rules.judging.signals import absence_of, currency_of, value_of
from rules.measuring.measure import Metrics, measure

DUE = date(2026, 11, 10)
TODAY = Day(DUE.toordinal() + 16)
UNPAID = Invoice(account=AccountId("1"), number="R-1", due=DUE, paid=None, amount=Decimal("1200.50"), currency="EUR")
NUMBERS = ("days_overdue", "invoices_overdue", "amount_overdue")
DAYS = st.integers(-40, 60).map(lambda days: DUE + timedelta(days=days))


def metrics(*invoices: Invoice, day: int = TODAY) -> Metrics:
    pricing = Pricing(rates=(), minutes={}, currency="USD", gross_margin=None)
    return measure(
        Subject(id=AccountId("1"), name="Acme", invoices=invoices), History(()), pricing, Day(day), Day(TODAY - 9)
    )


def seen(*invoices: Invoice, day: int = TODAY) -> tuple[object, ...]:
    found = metrics(*invoices, day=day)
    return tuple(found.value(name) for name in NUMBERS)


def later(invoice: Invoice, days: int, **changes: object) -> Invoice:
    return replace(invoice, due=invoice.due + timedelta(days=days), **changes)  # type: ignore[arg-type]


def test_the_day_after_the_due_date_is_the_first_that_is_overdue() -> None:
    due = DUE.toordinal()
    assert [seen(UNPAID, day=due + days)[0] for days in (-1, 0, 1, 2)] == [0, 0, 1, 2]


def test_an_invoice_is_overdue_until_the_day_before_it_is_paid() -> None:
    paid = replace(UNPAID, paid=DUE + timedelta(days=5))
    assert [seen(paid, day=DUE.toordinal() + days)[:2] for days in (4, 5, 6)] == [(4, 1), (0, 0), (0, 0)]


def test_what_was_paid_later_was_overdue_on_the_days_before() -> None:
    paid = replace(UNPAID, paid=DUE + timedelta(days=40))
    assert seen(paid) == seen(UNPAID) == (16, 1, Decimal("1200.50"))


def test_the_oldest_unpaid_invoice_says_the_days_and_all_of_them_the_amount() -> None:
    paid = later(UNPAID, -90, paid=DUE, number="R-0")
    assert seen(paid, later(UNPAID, 10, number="R-2"), UNPAID) == (16, 2, 2401)


def test_an_account_without_invoices_owes_nobody_knows_what() -> None:
    assert seen() == (None, None, None)
    assert metrics().absence("days_overdue") is Absence.NO_INVOICES


def test_invoices_of_which_none_is_overdue_are_zero() -> None:
    assert seen(later(UNPAID, 30)) == (0, 0, 0)


def test_numbers_of_invoices_need_no_facts_of_the_helpdesk() -> None:
    before = DUE.toordinal() + 2
    assert metrics(UNPAID, day=before).reach > before
    assert seen(UNPAID, day=before)[0] == 2


def test_amounts_are_in_the_currency_of_the_invoices() -> None:
    found = metrics(UNPAID)
    assert (found.currency("amount_overdue"), found.currency("days_overdue")) == ("EUR", None)
    assert currency_of(signal("amount_overdue"), found) == "EUR"
    assert metrics(later(UNPAID, 30)).currency("amount_overdue") == "EUR"


def test_currencies_are_never_added() -> None:
    both = metrics(UNPAID, replace(UNPAID, number="R-2", currency="CHF"))
    assert (both.value("amount_overdue"), both.absence("amount_overdue")) == (None, Absence.MIXED_INVOICES)
    assert (both.currency("amount_overdue"), both.value("invoices_overdue")) == (None, 2)
    one_of_them = metrics(UNPAID, later(UNPAID, 30, number="R-2", currency="CHF"))
    assert (one_of_them.value("amount_overdue"), one_of_them.currency("amount_overdue")) == (Decimal("1200.50"), "EUR")


def test_what_is_overdue_is_not_set_against_another_currency() -> None:
    found = metrics(UNPAID)
    assert absence_of(signal("amount_overdue / touch_cost_90d"), found) is Absence.BEFORE_FACTS
    assert value_of(signal("amount_overdue / invoices_overdue"), found) == Decimal("1200.50")


def monthly(*paid: int | None) -> list[Invoice]:
    """Invoices a month apart, the last one a month ago, and how many days after its due date each was paid."""
    return [_monthly(30 * (place - len(paid)), days) for place, days in enumerate(paid)]


def _monthly(ago: int, paid: int | None) -> Invoice:
    due = DUE + timedelta(days=ago)
    return replace(UNPAID, number=f"R{ago}", due=due, paid=None if paid is None else due + timedelta(days=paid))


@pytest.mark.parametrize(
    ("paid", "late"),
    [
        ((0, -5, 0, -30), 0),
        ((1, 0, 0, 0), 1),
        ((1, 0, 20, 0), 2),
        ((0, 0, 3, None), 2),
        ((9, 9, 9, 9, 0, 0, 0, 0), 0),
        ((0, 0, 0, 0, 9, 0, 0, 9), 2),
    ],
)
def test_of_the_last_four_invoices_those_not_paid_by_their_due_date_are_late(
    paid: tuple[int | None, ...], late: int
) -> None:
    assert metrics(*monthly(*paid)).value("late_payments_of_4") == late


def test_three_invoices_are_too_few_and_a_fourth_counts_once_its_due_date_has_passed() -> None:
    invoices = (*monthly(9, 9, 9), UNPAID)
    days = [DUE.toordinal(), DUE.toordinal() + 1]
    assert [metrics(*invoices, day=day).value("late_payments_of_4") for day in days] == [None, 4]
    assert metrics(*invoices, day=days[0]).absence("late_payments_of_4") is Absence.FEW_INVOICES


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[Invoice, ...]:
    paid = st.none() | DAYS
    days = draw(st.lists(st.tuples(DAYS, paid, st.integers(1, 900)), min_size=1, max_size=8))
    return tuple(
        replace(UNPAID, number=f"R-{place}", due=due, paid=when, amount=Decimal(amount) / 10)
        for place, (due, when, amount) in enumerate(days)
    )


@given(invoices=ledgers(), day=DAYS, which=st.integers(0, 7), paid=DAYS)
def test_paying_never_raises_what_is_overdue(invoices: tuple[Invoice, ...], day: date, which: int, paid: date) -> None:
    place = which % len(invoices)
    sooner = min(invoices[place].paid or paid, paid)
    after = (*invoices[:place], replace(invoices[place], paid=sooner), *invoices[place + 1 :])
    before, now = seen(*invoices, day=day.toordinal()), seen(*after, day=day.toordinal())
    assert all(one <= other for one, other in zip(now, before, strict=True))  # type: ignore[operator]


@given(invoices=ledgers(), days=st.tuples(DAYS, DAYS).map(sorted))
def test_a_later_day_never_lowers_what_is_overdue_while_nothing_is_paid(
    invoices: tuple[Invoice, ...], days: list[date]
) -> None:
    unpaid = tuple(replace(each, paid=None) for each in invoices)
    first, then = (seen(*unpaid, day=day.toordinal()) for day in days)
    assert all(one <= other for one, other in zip(first, then, strict=True))  # type: ignore[operator]


@given(invoices=ledgers(), day=DAYS, more=st.integers(0, 60), paid=st.none() | DAYS)
def test_what_falls_due_or_is_paid_later_changes_no_day_before(
    invoices: tuple[Invoice, ...], day: date, more: int, paid: date | None
) -> None:
    falls_due = day + timedelta(days=more)
    planted = replace(UNPAID, number="planted", due=falls_due, paid=paid)
    unknown_yet = tuple(
        replace(each, paid=None) if each.paid is not None and each.paid > day else each for each in invoices
    )
    names = (*NUMBERS, "late_payments_of_4")
    known, then = (metrics(*each, day=day.toordinal()) for each in ((*invoices, planted), unknown_yet))
    assert [known.value(name) for name in names] == [then.value(name) for name in names]
