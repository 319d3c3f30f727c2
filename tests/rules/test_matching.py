"""Which account a line of billing belongs to."""

from datetime import date
from decimal import Decimal

import pytest

from rules.counting.matching import BilledInvoice, BilledPeriod, Matched, match_billing
from rules.facts import Account, AccountId, Invoice


def account(number: str, name: str = "", **changes: object) -> Account:
    external_id, domains, fields, deleted = (
        changes.get(key) for key in ("external_id", "domains", "fields", "deleted")
    )
    assert external_id is None or isinstance(external_id, str)
    return Account(
        id=AccountId(number),
        name=name or f"Company {number}",
        external_id=external_id,
        domains=domains if isinstance(domains, tuple) else (),
        created=None,
        deleted=bool(deleted),
        fields=fields if isinstance(fields, tuple) else (),
    )


ACCOUNTS = (
    account("1", "Acme", external_id="C-1", domains=("acme.test", "acme.example")),
    account("2", "Globex", fields=(("stripe_id", "cus_2"),)),
    account("3", "Twin"),
    account("4", "twin "),
)


def match(key: str, *ways: str) -> Matched:
    january = (date(2026, 1, 1), date(2026, 1, 31))
    period = BilledPeriod(
        key=key, first=january[0], last=january[1], amount=Decimal(9), currency="EUR", place="revenue.csv:2"
    )
    return match_billing([period], [], ACCOUNTS, ways)


@pytest.mark.parametrize(
    ("key", "way", "found"),
    [
        ("C-1", "external_id", "1"),
        ("cus_2", "field:stripe_id", "2"),
        ("ACME.example", "domain", "1"),
        ("  aCMe ", "name", "1"),
    ],
)
def test_account_is_found_in_each_way(key: str, way: str, found: str) -> None:
    (revenue,) = match(key, way).revenue
    assert (revenue.account, revenue.amount, revenue.first) == (AccountId(found), Decimal(9), date(2026, 1, 1))


def test_ways_are_tried_in_order() -> None:
    accounts = (account("1", "one", external_id="two"), account("2", "two"))
    period = BilledPeriod(
        key="two", first=date(2026, 1, 1), last=date(2026, 1, 1), amount=Decimal(1), currency="EUR", place="a:2"
    )
    by_number = match_billing([period], [], accounts, ("external_id", "name")).revenue
    by_name = match_billing([period], [], accounts, ("name", "external_id")).revenue
    assert (by_number[0].account, by_name[0].account) == ("1", "2")


def test_row_of_nobody_is_told_with_its_place() -> None:
    assert match("Initech", "external_id", "name").unmatched == (
        "revenue.csv:2: no account has 'Initech' as its external_id or name",
    )


def test_key_of_several_accounts_belongs_to_none_of_them() -> None:
    found = match("Twin", "name")
    assert found == Matched(revenue=(), unmatched=("revenue.csv:2: 'Twin' could be any of the accounts 3, 4",))


def test_invoice_finds_its_account_and_a_line_of_nobody_is_told_once() -> None:
    invoices = [_invoice("Acme"), _invoice("Initech")]
    period = BilledPeriod(
        key="Initech",
        first=date(2026, 1, 1),
        last=date(2026, 1, 1),
        amount=Decimal(1),
        currency="EUR",
        place="revenue.csv:2",
    )
    found = match_billing([period], invoices, ACCOUNTS, ["name"])
    assert [(each.invoice, each.place) for each in found.invoices] == [
        (
            Invoice(
                account=AccountId("1"),
                number="R-1",
                due=date(2026, 2, 28),
                paid=None,
                amount=Decimal(9),
                currency="EUR",
            ),
            "revenue.csv:2",
        )
    ]
    assert found.unmatched == ("revenue.csv:2: no account has 'Initech' as its name",)


def _invoice(key: str) -> BilledInvoice:
    return BilledInvoice(
        key=key,
        number="R-1",
        due=date(2026, 2, 28),
        paid=None,
        amount=Decimal(9),
        currency="EUR",
        place="revenue.csv:2",
    )


def test_nothing_is_matched_by_likeness() -> None:
    assert match("Acme Inc", "name").revenue == ()


def test_external_ids_are_compared_as_they_are_written() -> None:
    assert match("c-1", "external_id").revenue == ()


def test_deleted_account_takes_no_revenue() -> None:
    period = BilledPeriod(
        key="Acme", first=date(2026, 1, 1), last=date(2026, 1, 1), amount=Decimal(1), currency="EUR", place="a:2"
    )
    assert match_billing([period], [], [account("1", "Acme", deleted=True)], ["name"]).revenue == ()
