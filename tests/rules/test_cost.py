"""What work costs."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.counting.cost import Pricing, cost
from rules.counting.history import DayRow, History
from rules.facts import Day, Kind, Method, Rate

TODAY = Day(date(2026, 11, 21).toordinal())
MINUTES = {name: Decimal(each) for name, each in (("email", 5), ("chat", 10), ("web", 5), ("api", 5), ("social", 5))}
MINUTES |= {"phone": Decimal("7.5"), "note": Decimal(3), "change": Decimal("0.5")}


def rate(per_hour: str, group: str | None = None, first: date | None = None) -> Rate:
    return Rate(per_hour=Decimal(per_hour), group=group, first=first)


def pricing(*rates: Rate) -> Pricing:
    return Pricing(rates=rates, minutes=MINUTES, currency="EUR", gross_margin=None)


def work(
    kind: Kind = Kind.REPLY,
    *,
    count: int = 1,
    seconds: int | None = None,
    channel: str = "email",
    group: str = "",
    day: Day = TODAY,
) -> DayRow:
    method = Method.ASSUMED if seconds is None else Method.MEASURED
    return DayRow(day, group, channel, kind, method, count, seconds or 0, 0, 0, 0)


def priced(row: DayRow, *rates: Rate) -> Fraction | None:
    return cost(History([row]), pricing(*rates), TODAY, TODAY)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (work(channel="email"), "5"),
        (work(channel="chat", count=2), "20"),
        (work(channel="phone"), "7.5"),
        (work(Kind.NOTE, channel="phone"), "3"),
        (work(Kind.CHANGE, count=3), "1.5"),
        (work(seconds=90), "1.5"),
    ],
)
def test_hour_of_sixty_costs_one_a_minute(row: DayRow, expected: str) -> None:
    assert priced(row, rate("60.00")) == Fraction(expected)


def test_messages_of_the_customer_cost_nothing() -> None:
    assert priced(work(Kind.CONTACT, count=9), rate("60.00")) == 0


def test_measured_seconds_are_taken_instead_of_default_minutes() -> None:
    assert priced(work(count=4, seconds=0), rate("60.00")) == 0


def test_group_with_a_rate_of_its_own_is_priced_by_it() -> None:
    rates = (rate("60.00"), rate("85.00", "Tier 2"))
    assert priced(work(seconds=3600, group="Tier 2"), *rates) == 85
    assert priced(work(seconds=3600, group="Tier 1"), *rates) == 60


def test_unknown_group_takes_the_rate_for_every_group() -> None:
    assert priced(work(seconds=3600), rate("60.00"), rate("85.00", "Tier 2")) == 60


def test_rate_counts_from_its_first_day_on() -> None:
    rates = (rate("60.00"), rate("66.00", None, date(2026, 11, 21)))
    history = History([work(seconds=3600, day=Day(TODAY - 1)), work(seconds=3600)])
    assert cost(history, pricing(*rates), Day(TODAY - 1), TODAY) == 126


def test_group_rate_that_has_not_begun_leaves_the_rate_for_every_group() -> None:
    assert priced(work(seconds=3600, group="Tier 2"), rate("60.00"), rate("85.00", "Tier 2", date(2027, 1, 1))) == 60


def test_without_any_rate_the_cost_is_unknown() -> None:
    assert priced(work()) is None


def test_work_that_no_rate_covers_makes_the_cost_unknown_and_not_smaller() -> None:
    history = History([work(group="Tier 1"), work(group="Tier 2")])
    assert cost(history, pricing(rate("85.00", "Tier 2")), TODAY, TODAY) is None


def test_no_work_costs_nothing_where_a_rate_is_configured() -> None:
    assert cost(History([]), pricing(rate("60.00")), TODAY, TODAY) == 0


def test_thousands_of_touches_lose_no_fraction_of_a_cent() -> None:
    history = History([work(seconds=1, day=Day(TODAY - day)) for day in range(3_600)])
    assert cost(history, pricing(rate("33.33")), Day(TODAY - 3_600), TODAY) == Fraction("33.33")


works = st.builds(
    work,
    st.sampled_from(Kind),
    count=st.integers(0, 50),
    seconds=st.none() | st.integers(0, 10_000),
    channel=st.sampled_from(["email", "chat", "phone"]),
    group=st.sampled_from(["", "Tier 1", "Tier 2"]),
    day=st.integers(TODAY - 400, TODAY).map(Day),
)


@given(st.lists(works, max_size=30), works)
def test_more_work_never_lowers_the_cost(rows: list[DayRow], more: DayRow) -> None:
    prices = pricing(rate("60.00"), rate("85.25", "Tier 2", date(2026, 6, 1)))
    before = cost(History(rows), prices, Day(TODAY - 89), TODAY)
    after = cost(History([*rows, more]), prices, Day(TODAY - 89), TODAY)
    assert before is not None
    assert after is not None
    assert after >= before
