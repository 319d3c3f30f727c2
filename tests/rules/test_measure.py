"""The numbers of one account."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from written import signal

from rules.counting.cost import Pricing
from rules.counting.revenue import Monthly
from rules.facts import AccountId, Day, Kind, Method, Rate, Revenue
from rules.judging.signals import absence_of, value_of
from rules.measuring.measure import Absence, DayRow, Fleet, History, Metrics, Subject, measure, plain
from rules.measuring.stretch import OVER_EVERY_LINE
from rules.rule import Signal

TODAY = Day(date(2026, 11, 21).toordinal())
LONG_AGO = Day(TODAY - 1_000)
RATES = (Rate(per_hour=Decimal("60.00"), group=None, first=None),)
PRICING = Pricing(
    rates=RATES,
    minutes={"email": Decimal(5), "chat": Decimal(10), "note": Decimal(3), "change": Decimal("0.5")},
    currency="EUR",
    gross_margin=Decimal("0.78"),
)
UNPRICED = Pricing(rates=(), minutes={"email": Decimal(5)}, currency=None, gross_margin=None)
ACME = Subject(id=AccountId("1"), name="Acme")
COST_SHARE = signal("touch_cost_90d / revenue_90d")


def tickets(count: int, day: Day = TODAY) -> DayRow:
    return DayRow(day, "", "", None, None, 0, 0, count, 0, 0)


def touches(count: int, day: Day = TODAY, *, kind: Kind = Kind.REPLY, channel: str = "email") -> DayRow:
    return DayRow(day, "", channel, kind, Method.ASSUMED, count, 0, 0, 0, 0)


def timed(seconds: int, day: Day = TODAY) -> DayRow:
    return DayRow(day, "", "email", Kind.REPLY, Method.MEASURED, 1, seconds, 0, 0, 0)


def paid(amount: str, first: date, last: date, currency: str = "EUR") -> Revenue:
    return Revenue(account=ACME.id, first=first, last=last, amount=Decimal(amount), currency=currency)


def monthly(amount: str, currency: str | None = "EUR") -> Monthly:
    return Monthly(amount=Decimal(amount), currency=currency)


def metrics(rows: Sequence[DayRow] = (), subject: Subject = ACME, *, facts_from: int = LONG_AGO) -> Metrics:
    return measure(subject, History(rows), PRICING, TODAY, Day(facts_from))


def test_window_holds_today_and_the_days_before_it() -> None:
    found = metrics([tickets(1), tickets(2, Day(TODAY - 6)), tickets(4, Day(TODAY - 7))])
    assert (found.value("tickets_7d"), found.value("tickets_28d")) == (3, 7)


def test_days_after_the_last_day_of_a_look_back_are_not_seen() -> None:
    assert metrics([tickets(1, Day(TODAY + 1))]).value("tickets_7d") == 0


def test_touches_are_replies_and_notes_but_no_changes_or_contacts() -> None:
    counts = {Kind.REPLY: 5, Kind.NOTE: 4, Kind.CONTACT: 7, Kind.CHANGE: 6}
    found = metrics([touches(count, kind=kind) for kind, count in counts.items()])
    names = ("touches_7d", "replies_7d", "notes_7d", "contacts_7d", "changes_7d")
    assert [found.value(name) for name in names] == [9, 5, 4, 7, 6]


def test_touches_are_told_apart_by_the_channel_of_their_ticket() -> None:
    found = metrics([touches(2), touches(3, channel="chat"), touches(4, kind=Kind.CONTACT, channel="chat")])
    assert (found.value("touches_email_90d"), found.value("touches_chat_90d")) == (2, 3)


def test_solved_and_reopens_are_counted_on_their_day() -> None:
    row = DayRow(TODAY, "", "", None, None, 0, 0, 0, 3, 2)
    assert (metrics([row]).value("solved_7d"), metrics([row]).value("reopens_7d")) == (3, 2)


def test_minutes_and_cost_hold_changes_too() -> None:
    found = metrics([touches(2), touches(4, kind=Kind.CHANGE)])
    assert (found.value("minutes_90d"), found.value("touch_cost_90d")) == (12, 12)


def test_shares_say_where_the_minutes_come_from() -> None:
    found = metrics([timed(900), touches(1)])
    assert (found.value("measured_share_90d"), found.value("assumed_share_90d")) == (Decimal("0.75"), Decimal("0.25"))


def test_shares_of_no_minutes_are_unknown() -> None:
    assert metrics().value("measured_share_90d") is None


@pytest.mark.parametrize("name", ["tickets_90d", "touch_minutes_90d", "touch_cost_90d", "cost_share_90d"])
def test_window_that_reaches_before_the_facts_is_unknown(name: str) -> None:
    payer = replace(ACME, monthly=monthly("1000"))
    reached = metrics([tickets(1), touches(1)], payer, facts_from=TODAY - 89)
    not_reached = metrics([tickets(1), touches(1)], payer, facts_from=TODAY - 88)
    assert reached.value(name) is not None
    assert (not_reached.value(name), not_reached.absence(name)) == (None, Absence.BEFORE_FACTS)


def test_without_rates_there_are_minutes_but_no_cost() -> None:
    found = measure(ACME, History([touches(1)]), UNPRICED, TODAY, LONG_AGO)
    assert (found.value("touch_minutes_90d"), found.value("touch_cost_90d")) == (Decimal(5), None)
    assert found.absence("touch_cost_90d") is Absence.NO_RATE


def test_unknown_name_is_an_error() -> None:
    with pytest.raises(KeyError):
        metrics().value("tickts_28d")


def test_monthly_figure_counts_by_the_days_of_a_year() -> None:
    found = metrics(subject=replace(ACME, monthly=monthly("365")))
    assert (found.value("revenue_90d"), found.value("revenue_365d")) == (1_080, 4_380)


def test_prepaid_year_is_spread_by_its_days() -> None:
    found = metrics(subject=replace(ACME, periods=(paid("3650", date(2026, 1, 1), date(2026, 12, 31)),)))
    assert found.value("revenue_90d") == 900


def test_only_the_days_of_a_period_inside_the_window_count() -> None:
    found = metrics(subject=replace(ACME, periods=(paid("100", date(2026, 11, 17), date(2026, 11, 26)),)))
    assert found.value("revenue_7d") == 50


def test_credit_is_deducted() -> None:
    november = (date(2026, 11, 1), date(2026, 11, 21))
    found = metrics(subject=replace(ACME, periods=(paid("100", *november), paid("-30", *november))))
    assert found.value("revenue_28d") == 70


def test_billing_comes_before_the_monthly_figure() -> None:
    billed = replace(ACME, periods=(paid("90", date(2026, 11, 15), date(2026, 11, 21)),), monthly=monthly("5000"))
    assert metrics(subject=billed).value("revenue_7d") == 90


def test_unknown_revenue_is_never_zero() -> None:
    found = metrics([touches(1)])
    assert (found.value("revenue_90d"), found.value("cost_share_90d"), value_of(COST_SHARE, found)) == (
        None,
        None,
        None,
    )
    assert found.absence("cost_share_90d") is Absence.NO_REVENUE


def test_time_that_no_period_covers_has_unknown_revenue() -> None:
    ended = replace(ACME, periods=(paid("100", date(2026, 1, 1), date(2026, 1, 31)),))
    assert metrics(subject=ended).value("revenue_90d") is None


def test_cost_share_is_cost_over_revenue() -> None:
    subject = replace(ACME, periods=(paid("50", date(2026, 11, 1), date(2026, 11, 21)),))
    found = metrics([touches(3)], subject)
    assert found.value("cost_share_90d") == value_of(COST_SHARE, found) == Decimal("0.3")


def test_currencies_of_cost_and_revenue_are_never_mixed() -> None:
    found = metrics([touches(3)], replace(ACME, monthly=monthly("1000", "USD")))
    assert (found.value("cost_share_90d"), value_of(COST_SHARE, found), found.value("contribution_90d")) == (None,) * 3
    assert found.absence("cost_share_90d") is absence_of(COST_SHARE, found) is Absence.OTHER_CURRENCY
    assert (found.currency("touch_cost_90d"), found.currency("revenue_90d")) == ("EUR", "USD")


def test_revenue_in_two_currencies_is_unknown() -> None:
    november = (date(2026, 11, 1), date(2026, 11, 21))
    found = metrics(subject=replace(ACME, periods=(paid("1", *november), paid("1", *november, "USD"))))
    assert (found.value("revenue_28d"), found.absence("revenue_28d")) == (None, Absence.MIXED_CURRENCIES)


def test_revenue_without_a_currency_is_known_but_stands_beside_no_cost() -> None:
    found = metrics([touches(1)], replace(ACME, monthly=monthly("365", None)))
    assert (found.value("revenue_90d"), found.value("cost_share_90d")) == (1_080, None)
    assert absence_of(COST_SHARE, found) is Absence.NO_CURRENCY


def test_no_revenue_is_over_every_line_where_the_status_says_it_pays() -> None:
    found = metrics([touches(1)], replace(ACME, monthly=monthly("0"), pays=True))
    assert value_of(COST_SHARE, found) == found.value("cost_share_90d") == OVER_EVERY_LINE


@pytest.mark.parametrize(
    "watched",
    [
        COST_SHARE,
        signal("revenue_90d"),
        signal("contribution_90d"),
        signal("cost_share_90d"),
        signal("revenue_90d / touch_cost_90d"),
        signal("touch_cost_28d / revenue_month"),
    ],
)
def test_money_rules_sleep_for_an_account_that_pays_nothing_and_need_not(watched: Signal) -> None:
    found = metrics([touches(1)], replace(ACME, monthly=monthly("0")))
    assert (value_of(watched, found), absence_of(watched, found)) == (None, Absence.NOT_PAYING)
    assert (found.value("touch_cost_90d"), found.value("revenue_90d")) == (5, 0)


def test_contribution_is_margin_less_cost() -> None:
    found = metrics([touches(2)], replace(ACME, periods=(paid("100", date(2026, 11, 1), date(2026, 11, 21)),)))
    assert found.value("contribution_90d") == 68


def test_without_a_gross_margin_contribution_is_unknown() -> None:
    bare = Pricing(rates=RATES, minutes={}, currency="EUR", gross_margin=None)
    found = measure(replace(ACME, monthly=monthly("9")), History([]), bare, TODAY, LONG_AGO)
    assert (found.value("contribution_90d"), found.absence("contribution_90d")) == (None, Absence.NO_MARGIN)


def test_facts_are_as_they_are_now_and_unknown_ones_none() -> None:
    found = metrics(subject=replace(ACME, begun=Day(TODAY - 400), seats=Decimal(12), segment="small", strategic=True))
    names = ("age_days", "seats", "segment", "strategic", "status", "owner", "revenue_month")
    assert [found.value(name) for name in names] == [400, 12, "small", True, None, None, None]
    assert found.absence("owner") is Absence.NO_FACT


def test_numbers_that_were_kept_are_the_same_and_others_are_unknown() -> None:
    paying = replace(ACME, monthly=monthly("100"), seats=Decimal(7))
    whole = metrics([tickets(3), timed(600), touches(2)], paying)
    kept = whole.only(["tickets_90d", "cost_share_90d"])
    for name in ("tickets_90d", "cost_share_90d", "revenue_90d", "seats"):
        assert kept.value(name) == whole.value(name)
    assert kept.value("tickets_28d") is None
    assert kept.value("contacts_90d") is None


def test_quotient_by_zero_is_unknown() -> None:
    found = metrics([touches(4)])
    watched = signal("touches_90d / tickets_90d")
    assert (value_of(watched, found), absence_of(watched, found)) == (None, Absence.BY_ZERO)


def test_share_of_endless_fractions_is_exact_at_its_line() -> None:
    billed = replace(ACME, periods=(paid("11", date(2026, 11, 21), date(2026, 11, 29)),))
    watched = signal("touch_cost_90d / revenue_90d")
    assert value_of(watched, metrics([timed(22)], billed)) == Decimal("0.3")


class TestGrace:
    """A signal counts from the end of an account's grace; everything else never does."""

    rows = (tickets(90, Day(TODAY - 70)), tickets(10, Day(TODAY - 59)), tickets(5))

    def test_signal_counts_the_days_since_and_is_scaled_to_its_window(self) -> None:
        found = metrics(self.rows, replace(ACME, judged_from=Day(TODAY - 59)))
        assert (plain(found.operand("tickets_90d")), found.value("tickets_90d")) == (Decimal("22.5"), 105)
        assert found.scaled_since("tickets_90d") == TODAY - 59

    def test_less_than_half_of_the_window_is_unknown(self) -> None:
        half = metrics(self.rows, replace(ACME, judged_from=Day(TODAY - 44)))
        less = metrics(self.rows, replace(ACME, judged_from=Day(TODAY - 43)))
        assert (plain(half.operand("tickets_90d")), plain(less.operand("tickets_90d"))) == (Decimal(10), None)

    def test_shorter_window_that_has_passed_since_is_not_scaled(self) -> None:
        found = metrics(self.rows, replace(ACME, judged_from=Day(TODAY - 44)))
        assert (plain(found.operand("tickets_28d")), found.scaled_since("tickets_28d")) == (Decimal(5), None)

    def test_account_in_grace_is_not_scaled(self) -> None:
        assert metrics(self.rows, replace(ACME, judged_from=Day(TODAY + 1))).operand("tickets_90d") == 105

    def test_shares_are_taken_of_the_days_since_and_not_scaled(self) -> None:
        rows = [timed(300, Day(TODAY - 80)), touches(1)]
        assert metrics(rows, replace(ACME, judged_from=Day(TODAY - 59))).operand("assumed_share_90d") == 1

    def test_quotient_of_equal_windows_is_exact_at_its_line(self) -> None:
        rows = [touches(18, Day(TODAY - 80)), touches(18)]
        period = paid("300", date(2026, 9, 13), date(2026, 11, 21))
        found = metrics(rows, replace(ACME, judged_from=Day(TODAY - 69), periods=(period,)))
        assert value_of(COST_SHARE, found) == Decimal("0.3")

    def test_facts_are_needed_only_for_the_days_that_count(self) -> None:
        found = metrics(self.rows, replace(ACME, judged_from=Day(TODAY - 59)), facts_from=TODAY - 60)
        assert (plain(found.operand("tickets_90d")), found.value("tickets_90d")) == (Decimal("22.5"), None)


class TestFleet:
    """Shares of all accounts."""

    def test_share_of_all_cost_counts_the_work_without_account(self) -> None:
        mine, nobodys = [touches(1)], [touches(3)]
        fleet = Fleet([*mine, *nobodys], [ACME])
        found = measure(ACME, History(mine), PRICING, TODAY, LONG_AGO, fleet=fleet)
        assert found.value("cost_share_of_all_90d") == Decimal("0.25")

    def test_share_of_all_revenue_leaves_unknown_revenue_out(self) -> None:
        mine, other = replace(ACME, monthly=monthly("100")), replace(ACME, monthly=monthly("300"))
        fleet = Fleet([], [mine, other, ACME])
        found = measure(mine, History([]), PRICING, TODAY, LONG_AGO, fleet=fleet)
        assert found.value("revenue_share_of_all_90d") == Decimal("0.25")

    def test_share_of_revenue_in_several_currencies_is_unknown(self) -> None:
        mine, other = replace(ACME, monthly=monthly("100")), replace(ACME, monthly=monthly("300", "USD"))
        found = measure(mine, History([]), PRICING, TODAY, LONG_AGO, fleet=Fleet([], [mine, other]))
        assert found.absence("revenue_share_of_all_90d") is Absence.MIXED_CURRENCIES

    def test_without_the_totals_of_all_a_share_is_unknown(self) -> None:
        assert metrics([touches(1)]).absence("cost_share_of_all_90d") is Absence.NO_FLEET
