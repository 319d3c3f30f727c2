"""Revenue and invoices in the store."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from facts_desk import ACME

from connector.store.rows import Judgement
from connector.store.store import Store
from rules.facts import AccountId, Billed, HelpdeskName, Invoice, Revenue

NOW = datetime(2026, 11, 22, 23, tzinfo=UTC)
ONE, TWO = AccountId("1"), AccountId("2")
PAID = Invoice(
    account=ONE, number="R-1", due=date(2026, 2, 28), paid=date(2026, 3, 4), amount=Decimal("1200.10"), currency="EUR"
)
UNPAID = replace(PAID, account=TWO, paid=None, amount=Decimal("0.333333333"))
PERIODS = tuple(
    Revenue(
        account=AccountId(name),
        first=date(2026, 1, 1),
        last=date(2026, 1, 31),
        amount=Decimal(amount),
        currency="EUR",
    )
    for name, amount in (("2", "1200.10"), ("1", "0.3333333333333333333333"), ("1", "-5E+3"))
)


def test_revenue_is_replaced_whole_and_to_the_last_digit(store: Store) -> None:
    store.replace_billed(ACME, Billed(revenue=PERIODS))
    assert store.billed(ACME).revenue == PERIODS
    store.replace_billed(ACME, Billed(revenue=PERIODS[:1]))
    assert [str(one.amount) for one in store.billed(ACME).revenue] == ["1200.10"]


def test_invoices_are_replaced_whole_and_to_the_last_digit(store: Store) -> None:
    store.replace_billed(ACME, Billed(invoices=(PAID, UNPAID)))
    assert store.billed(ACME).invoices == (PAID, UNPAID)
    assert [str(one.amount) for one in store.billed(ACME).invoices] == ["1200.10", "0.333333333"]
    store.replace_billed(ACME, Billed(invoices=(UNPAID,)))
    assert store.billed(ACME) == Billed(invoices=(UNPAID,))


def test_numbers_of_invoices_come_back_in_the_order_of_their_signs(store: Store) -> None:
    numbers = sorted(["R-10", "R-9", "r-1", "Ä-1", "R 1", "発票-1", "1", "\U0001f4c4"])
    store.replace_billed(ACME, Billed(invoices=tuple(replace(PAID, number=number) for number in numbers)))
    assert [one.number for one in store.billed(ACME).invoices] == numbers


@pytest.mark.parametrize(
    ("after", "changed"),
    [
        (Billed(revenue=PERIODS, invoices=(PAID, UNPAID)), set()),
        (Billed(revenue=PERIODS, invoices=(PAID, replace(UNPAID, paid=PAID.paid))), {TWO}),
        (Billed(revenue=PERIODS, invoices=(UNPAID,)), {ONE}),
        (Billed(revenue=PERIODS, invoices=(PAID, replace(PAID, number="R-2"), UNPAID)), {ONE}),
        (Billed(revenue=PERIODS[1:], invoices=(PAID, UNPAID)), {TWO}),
        (Billed(), {ONE, TWO}),
    ],
)
def test_accounts_whose_billing_changed_are_to_be_judged_again(
    store: Store, after: Billed, changed: set[AccountId]
) -> None:
    store.replace_billed(ACME, Billed(revenue=PERIODS, invoices=(PAID, UNPAID)))
    store.save_judgement(ACME, Judgement(states={}, as_of=NOW, changed=frozenset({ONE, TWO})))
    store.replace_billed(ACME, after)
    assert store.changed(ACME) == changed


def test_invoices_are_of_a_helpdesk_and_go_with_it(store: Store) -> None:
    store.replace_billed(ACME, Billed(invoices=(PAID,)))
    store.replace_billed(HelpdeskName("other"), Billed(invoices=(UNPAID,)))
    store.erase(ACME)
    assert store.billed(ACME) == Billed()
    assert store.billed(HelpdeskName("other")).invoices == (UNPAID,)
