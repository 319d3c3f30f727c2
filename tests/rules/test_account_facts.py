"""What organisation fields say."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.counting.account_facts import Vocabulary, find_subject, find_unreadable, is_ignored, plain_number
from rules.counting.revenue import Monthly
from rules.counting.subject import Subject
from rules.days import Calendar
from rules.facts import Account, AccountId, UtcSecond

ROME = Calendar(ZoneInfo("Europe/Rome"))
FIELDS = {
    "revenue_month": "mrr",
    "currency": "money",
    "seats": "seats",
    "segment": "segment",
    "customer_since": "contract_start",
    "owner": "csm",
    "status": "customer_status",
    "strategic": "vip",
}
WORDS = Vocabulary(calendar=ROME, fields=FIELDS, grace=timedelta(days=90))
CREATED = datetime(2026, 1, 31, 23, 30, tzinfo=UTC)


def account(**fields: str | None) -> Account:
    said = tuple(fields.items())
    return Account(
        id=AccountId("7"), name="Acme", external_id=None, domains=(), created=CREATED, deleted=False, fields=said
    )


def read(vocabulary: Vocabulary = WORDS, **fields: str | None) -> Subject:
    return find_subject(account(**fields), vocabulary, None)


def unreadable(**fields: str | None) -> list[str]:
    return [found.word for found in find_unreadable(account(**fields), WORDS)]


def test_fields_are_found_by_the_keys_of_the_configuration() -> None:
    found = read(mrr="1200.50", money="eur", seats="12", segment="small", csm="c-17", customer_status="active")
    assert found.monthly == Monthly(amount=Decimal("1200.50"), currency="EUR")
    assert (found.seats, found.segment, found.owner, found.status) == (Decimal(12), "small", "c-17", "active")


def test_empty_and_absent_fields_are_unknown_and_not_unreadable() -> None:
    found = read(mrr="", seats=None, segment="  ")
    assert (found.monthly, found.seats, found.segment, found.strategic) == (None, None, None, None)
    assert unreadable(mrr="", seats=None, segment="  ") == []


@pytest.mark.parametrize(
    "text", ["1,200", "1.200,50", "€ 90", "1e5", "NaN", "Infinity", "-3", "٣", "9" * 40, "about 5"]
)
def test_what_is_no_plain_number_is_unknown_and_counted(text: str) -> None:
    assert (read(mrr=text).monthly, unreadable(mrr=text)) == (None, ["revenue_month"])


def test_unreadable_field_is_told_with_what_it_needs_and_without_its_text() -> None:
    (found,) = find_unreadable(account(vip="canary"), WORDS)
    assert (found.account, found.key, found.needs) == ("7", "vip", "true or false")
    assert "canary" not in repr(found)


@pytest.mark.parametrize(("text", "answer"), [("true", True), ("false", False), ("vip_tag", None)])
def test_strategic_is_yes_no_or_unknown(text: str, answer: bool | None) -> None:  # noqa: FBT001 - a table's cell
    assert read(vip=text).strategic is answer


def test_unreadable_currency_is_unknown_and_never_the_cost_currency() -> None:
    words = replace(WORDS, currency="EUR")
    assert read(words, mrr="5", money="euros").monthly == Monthly(amount=Decimal(5), currency=None)
    assert unreadable(money="euros") == ["currency"]


def test_currency_of_the_cost_counts_where_no_field_is_named_for_it() -> None:
    words = replace(WORDS, currency="EUR", fields={"revenue_month": "mrr"})
    assert read(words, mrr="5").monthly == Monthly(amount=Decimal(5), currency="EUR")


def test_account_begins_with_customer_since() -> None:
    assert read(contract_start="2025-03-01").begun == date(2025, 3, 1).toordinal()
    assert read(contract_start="2025-03-01T00:00:00+00:00").begun == date(2025, 3, 1).toordinal()


def test_account_without_customer_since_begins_on_the_day_it_was_made_here() -> None:
    assert read().begun == date(2026, 2, 1).toordinal()


@pytest.mark.parametrize("text", ["soon", "2025-02-30", "01.03.2025", "2025-03-01 or so"])
def test_unreadable_customer_since_leaves_the_creation(text: str) -> None:
    assert read(contract_start=text).begun == date(2026, 2, 1).toordinal()
    assert unreadable(contract_start=text) == ["customer_since"]


def test_ticket_older_than_the_organisation_is_its_beginning() -> None:
    first = UtcSecond(int(datetime(2024, 5, 5, 12, tzinfo=UTC).timestamp()))
    assert find_subject(account(), WORDS, first).begun == date(2024, 5, 5).toordinal()


def test_account_nobody_dated_has_no_age_and_no_grace() -> None:
    found = find_subject(replace(account(), created=None), WORDS, None)
    assert (found.begun, found.judged_from) == (None, None)


def test_account_is_judged_from_the_end_of_its_grace() -> None:
    assert read(contract_start="2026-01-01").judged_from == date(2026, 4, 1).toordinal()


def test_without_grace_nothing_is_judged_from_a_day() -> None:
    assert read(replace(WORDS, grace=timedelta()), contract_start="2026-01-01").judged_from is None


def test_status_that_is_not_ignored_says_that_the_account_pays() -> None:
    words = replace(WORDS, ignored_status=frozenset({"trial"}))
    paying = [read(words, customer_status=text).pays for text in ("active", "trial", None)]
    assert paying == [True, False, False]


def test_accounts_are_ignored_by_id_and_by_status() -> None:
    by_id = replace(WORDS, ignored=frozenset({AccountId("7")}))
    by_status = replace(WORDS, ignored_status=frozenset({"trial"}))
    assert is_ignored(account(), by_id)
    assert is_ignored(account(customer_status="trial"), by_status)
    assert not is_ignored(account(customer_status="active"), by_status)


def test_owner_with_the_name_of_a_group_is_no_person() -> None:
    words = replace(WORDS, teams=frozenset({"Customer Success"}))
    persons = [read(words, csm=text).owner_is_person for text in ("customer success", "c-17", None)]
    assert persons == [False, True, False]


@given(st.decimals(min_value=-(10**17), max_value=10**17, places=2))
def test_number_as_plain_text_is_read_as_it_is(number: Decimal) -> None:
    assert plain_number(f"{number:f}") == number


@given(st.text())
def test_any_text_is_a_number_or_unknown(text: str) -> None:
    found = plain_number(text)
    assert found is None or found.is_finite()
