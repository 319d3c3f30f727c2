"""Sums of daily totals."""

import tracemalloc
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from rules.counting.cost import Pricing
from rules.counting.counts import COUNTS
from rules.counting.history import DayRow, History, collapse
from rules.facts import Day, Kind, Method, Rate

TODAY = Day(date(2026, 11, 21).toordinal())
PRICING = Pricing(
    rates=(
        Rate(per_hour=Decimal("60.10"), group=None, first=None),
        Rate(per_hour=Decimal("85.33"), group="Tier 2", first=date(2026, 6, 1)),
    ),
    minutes={"email": Decimal(5), "chat": Decimal("10.5"), "note": Decimal(3), "change": Decimal("0.33")},
    currency="EUR",
    gross_margin=None,
)
WEIGHTS = [*COUNTS.values(), PRICING.seconds, PRICING.rate_seconds, PRICING.measured_seconds, PRICING.assumed_seconds]

rows = st.builds(
    DayRow,
    st.integers(TODAY - 40, TODAY).map(Day),
    st.sampled_from(["", "Tier 1", "Tier 2"]),
    st.sampled_from(["email", "chat"]),
    st.none() | st.sampled_from(Kind),
    st.sampled_from([Method.MEASURED, Method.ASSUMED]),
    *[st.integers(0, 1_000)] * 5,
    st.booleans(),
)
days = st.integers(TODAY - 50, TODAY + 10).map(Day)


@given(st.lists(rows, max_size=40), days, days)
def test_sum_of_a_window_equals_the_naive_sum(totals: list[DayRow], one: Day, other: Day) -> None:
    first, last = min(one, other), max(one, other)
    history = History(totals)
    for weigh in WEIGHTS:
        assert history.total(weigh, first, last) == sum(weigh(row) for row in totals if first <= row.day <= last)


@given(st.lists(rows, max_size=40), days)
def test_collapsed_lines_give_the_same_sums(totals: list[DayRow], first: Day) -> None:
    history, collapsed = History(totals), History(collapse(totals))
    for weigh in WEIGHTS:
        assert collapsed.total(weigh, first, TODAY) == history.total(weigh, first, TODAY)


@given(st.lists(st.lists(rows, max_size=10), max_size=6))
def test_totals_of_all_accounts_and_of_none_add_up_to_the_total_of_all_lines(accounts: list[list[DayRow]]) -> None:
    everything = History(row for account in accounts for row in account)
    for weigh in WEIGHTS:
        each = [History(account).total(weigh, Day(TODAY - 27), TODAY) for account in accounts]
        assert sum(each) == everything.total(weigh, Day(TODAY - 27), TODAY)


def test_collapsing_makes_one_line_of_equal_places() -> None:
    row = DayRow(TODAY, "", "email", Kind.REPLY, Method.MEASURED, 2, 30, 1, 0, 0)
    assert collapse([row, row]) == (row._replace(count=4, seconds=60, tickets=2),)


@given(st.lists(rows, max_size=40), days)
def test_folded_lines_give_the_same_sums_as_often_as_they_are_asked(totals: list[DayRow], first: Day) -> None:
    history, folded = History(totals), History(totals).folded().folded()
    for weigh in [*WEIGHTS, *WEIGHTS]:
        assert folded.total(weigh, first, TODAY) == history.total(weigh, first, TODAY)


@given(st.lists(rows, max_size=40), days)
def test_lines_without_our_own_fault_are_the_others_folded_or_not(totals: list[DayRow], first: Day) -> None:
    rest = History(row for row in totals if not row.own_fault)
    for history in (History(totals), History(totals).folded()):
        for weigh in WEIGHTS:
            assert history.without_own_fault.total(weigh, first, TODAY) == rest.total(weigh, first, TODAY)


def test_lines_without_any_own_fault_are_kept_once() -> None:
    history = History([DayRow(TODAY, "", "email", Kind.REPLY, Method.MEASURED, 2, 30, 1, 0, 0)])
    assert history.without_own_fault is history


def test_folded_line_holds_the_seconds_of_a_timer_that_ran_wild() -> None:
    row = DayRow(TODAY, "Tier 1", "email", Kind.REPLY, Method.MEASURED, 1, 2**63 - 1, 0, 0, 0)
    assert History([row]).folded().total(PRICING.measured_seconds, TODAY, TODAY) == 2**63 - 1


def test_folded_lines_take_a_quarter_of_the_memory() -> None:
    totals = [DayRow(Day(TODAY - day), "", "email", Kind.REPLY, None, day, 60 * day, 0, 0, 0) for day in range(4_000)]
    assert _memory(lambda: History(totals).folded()) < _memory(lambda: History([*map(_copy, totals)])) / 4


def _copy(row: DayRow) -> DayRow:
    return DayRow(*row)


def _memory(make: Callable[[], History]) -> int:
    tracemalloc.start()
    kept = make()
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept
    return size
