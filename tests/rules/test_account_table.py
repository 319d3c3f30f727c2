"""The table of accounts."""

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from rules.counting.cost import Pricing
from rules.counting.revenue import Monthly
from rules.counting.subject import without_account
from rules.facts import AccountId, Day, Kind, Method, Rate
from rules.measuring.account_table import as_fields, line_of_90_days, line_of_month
from rules.measuring.measure import DayRow, History, Metrics, Subject, measure

TODAY = Day(date(2026, 11, 21).toordinal())
LONG_AGO = Day(TODAY - 1_000)
PRICING = Pricing(
    rates=(Rate(per_hour=Decimal("60.00"), group=None, first=None),),
    minutes={"email": Decimal(5), "note": Decimal(3), "change": Decimal("0.5")},
    currency="EUR",
    gross_margin=None,
)
ACME = Subject(id=AccountId("1"), name="Acme", monthly=Monthly(amount=Decimal("365"), currency="EUR"))
EVERYTHING_UNKNOWN = {"measured": None, "inferred": None, "assumed": None}


def row(day: Day = TODAY, *, seconds: int = 0, count: int = 1, kind: Kind = Kind.REPLY, tickets: int = 0) -> DayRow:
    method = Method.MEASURED if seconds else Method.ASSUMED
    return DayRow(day, "", "email", kind, method, count, seconds, tickets, 0, 0)


def numbers(rows: Sequence[DayRow], subject: Subject = ACME, facts_from: Day = LONG_AGO) -> Metrics:
    return measure(subject, History(rows), PRICING, TODAY, facts_from)


def test_line_has_the_numbers_of_accounts_json_under_their_names() -> None:
    rows = [row(tickets=2, seconds=300), row(Day(TODAY - 30), tickets=1), row(kind=Kind.CONTACT, count=4)]
    rows.append(row(seconds=240)._replace(own_fault=True))
    assert as_fields(line_of_90_days(numbers(rows))) == {
        "tickets_28d": 2,
        "tickets_90d": 3,
        "touches_90d": 2,
        "contacts_90d": 4,
        "touch_minutes_90d": 10,
        "touch_cost_90d": "10.00",
        "touches_all_90d": 3,
        "touch_minutes_all_90d": 14,
        "touch_cost_all_90d": "14.00",
        "own_fault_share_90d": 0.2857,
        "currency": "EUR",
        "revenue_currency": "EUR",
        "revenue_90d": "1080.00",
        "cost_share_90d": 0.0093,
        "method": {"measured": 0.5, "inferred": 0, "assumed": 0.5},
    }


def test_numbers_have_no_more_digits_than_a_reader_can_use() -> None:
    fields = as_fields(line_of_90_days(numbers([row(seconds=1), row(seconds=100), row(seconds=21)])))
    assert (fields["touch_minutes_90d"], fields["touch_cost_90d"]) == (2.03, "2.03")
    assert fields["cost_share_90d"] == 0.0019
    assert as_fields(line_of_90_days(numbers([row(seconds=200), row()])))["method"] == {
        "measured": 0.4,
        "inferred": 0,
        "assumed": 0.6,
    }


def test_unknown_numbers_are_null() -> None:
    fields = as_fields(line_of_90_days(numbers([row()], without_account(), TODAY)))
    known = {name: number for name, number in fields.items() if number is not None}
    assert known == {"currency": "EUR", "method": EVERYTHING_UNKNOWN}


def test_share_of_nothing_paid_is_null_in_json_and_the_line_knows_it_is_over_every_line() -> None:
    free = Subject(id=AccountId("1"), name="Acme", pays=True, monthly=Monthly(amount=Decimal(0), currency="EUR"))
    line = line_of_90_days(numbers([row()], free))
    assert json.loads(json.dumps(as_fields(line)))["cost_share_90d"] is None
    assert line.cost_share == Decimal("Infinity")


def test_month_holds_its_own_days_only() -> None:
    rows = [row(Day(date(2026, 10, day).toordinal())) for day in (1, 31)]
    beside = [row(Day(date(2026, 9, 30).toordinal())), row(Day(date(2026, 11, 1).toordinal()))]
    fields = as_fields(line_of_month(numbers([*rows, *beside]), 2026, 10))
    assert (fields["touches"], fields["revenue"]) == (2, "372.00")
    assert "tickets_28d" not in fields


def test_running_month_ends_today() -> None:
    assert as_fields(line_of_month(numbers([row()]), 2026, 11))["revenue"] == "252.00"


def test_month_that_begins_before_the_facts_is_unknown() -> None:
    first = Day(date(2026, 11, 1).toordinal())
    touches = [line_of_month(numbers([row()], facts_from=day), 2026, 11).touches for day in (first, Day(first + 1))]
    assert touches == [1, None]


rows_of_an_account = st.lists(
    st.builds(
        row,
        st.integers(TODAY - 120, TODAY).map(Day),
        seconds=st.integers(0, 5_000),
        count=st.integers(0, 9),
        kind=st.sampled_from(Kind),
        tickets=st.integers(0, 3),
    ).flatmap(lambda row: st.booleans().map(lambda own_fault: row._replace(own_fault=own_fault))),
    max_size=8,
)


@given(st.lists(rows_of_an_account, max_size=5))
def test_lines_of_accounts_and_of_none_add_up_to_everything(accounts: list[list[DayRow]]) -> None:
    lines = [line_of_90_days(numbers(rows)) for rows in accounts]
    everything = line_of_90_days(numbers([row for rows in accounts for row in rows]))
    assert sum(line.tickets or 0 for line in lines) == everything.tickets
    assert sum(line.touches or 0 for line in lines) == everything.touches
    for cost in (lambda line: line.cost, lambda line: line.cost_all, lambda line: line.own_fault_cost):
        assert sum(round((cost(line) or Decimal(0)) * 3_600) for line in lines) == round(cost(everything) * 3_600)
