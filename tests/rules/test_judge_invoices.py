"""Judging what moves with the calendar day: whoever looks how often, the same days open and end an alert."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from written import signal

from rules.alert import Phase, State
from rules.counting.cost import Pricing
from rules.counting.history import History
from rules.counting.subject import Subject
from rules.days import Calendar
from rules.facts import AccountId, Day, Invoice
from rules.judging.judge import Sight, course, judge
from rules.judging.watch import watch
from rules.measuring.measure import measure
from rules.rule import Level, Lines, Rule, Unknown

ROME = Calendar(ZoneInfo("Europe/Rome"))
# The night in which the clocks of Rome go back lies within these weeks.
FIRST = Day(date(2026, 10, 12).toordinal())
PRICING = Pricing(rates=(), minutes={}, currency=None, gross_margin=None)
RULE = Rule(
    id="invoices-overdue",
    title="An invoice is past its due date",
    signal=signal("days_overdue"),
    levels=(
        (Level.WATCH, Lines(enter=Decimal(1), exit=Decimal(1))),
        (Level.AMBER, Lines(enter=Decimal(5), exit=Decimal(3))),
    ),
    hold=timedelta(0),
    clear_after=timedelta(0),
    grace=False,
    min_history=timedelta(0),
    unknown=Unknown.CLEAR,
)
Shown = tuple[object, ...]


def sight(invoices: Iterable[Invoice]) -> Sight:
    subject = Subject(id=AccountId("1"), name="Acme", invoices=tuple(invoices))
    return Sight(measure=lambda day: measure(subject, History(()), PRICING, day, FIRST), begun=None)


def invoice(due: int, paid: int | None, number: str = "R-1") -> Invoice:
    """By days after the first one."""
    return Invoice(
        account=AccountId("1"),
        number=number,
        due=date.fromordinal(FIRST + due),
        paid=None if paid is None else date.fromordinal(FIRST + paid),
        amount=Decimal(100),
        currency="EUR",
    )


def lived(invoices: Sequence[Invoice], rule: Rule, moments: Iterable[datetime]) -> State:
    """The state after a cycle at each of these moments."""
    states: dict[str, State] = {}
    for moment in moments:
        judged = judge(sight(invoices), (watch(rule),), states, course(ROME, FIRST, moment, timedelta(0)))
        states = {one.rule: one.state for one in judged}
    return states[rule.id]


def shown(state: State) -> Shown:
    """What people see of it."""
    days = (state.since, state.opened_at if state.level else None, state.calm_since if state.level else None)
    return (state.phase, state.level, *(None if at is None else ROME.shown(at) for at in days))


def moments(every: timedelta, first: timedelta, end: datetime) -> list[datetime]:
    begin = ROME.midnight(FIRST) + first
    count = (end - begin) // every + 1
    return [*(begin + every * number for number in range(count) if begin + every * number < end), end]


@st.composite
def ledgers(draw: st.DrawFn) -> list[Invoice]:
    count = draw(st.integers(0, 3))
    return [
        invoice(draw(st.integers(-9, 24)), draw(st.none() | st.integers(-9, 34)), f"R-{number}")
        for number in range(count)
    ]


@given(
    invoices=ledgers(),
    hold=st.sampled_from([0, 12, 24, 72]),
    clear_after=st.sampled_from([0, 12, 24, 48]),
    end=st.integers(24, 26 * 24),
)
def test_a_daemon_a_nightly_run_and_a_machine_that_was_off_come_to_the_same(
    invoices: list[Invoice], hold: int, clear_after: int, end: int
) -> None:
    rule = replace(RULE, hold=timedelta(hours=hold), clear_after=timedelta(hours=clear_after))
    last = ROME.midnight(FIRST) + timedelta(hours=end, minutes=20)
    hours = timedelta(hours=1)
    rhythms = [(5 * hours, hours / 4), (24 * hours, 2 * hours), (168 * hours, 9 * hours), (9999 * hours, hours)]
    found = [lived(invoices, rule, moments(every, first, last)) for every, first in rhythms]
    assert [shown(each) for each in found] == [shown(found[0])] * len(rhythms)


def test_an_alert_opens_on_the_day_after_the_due_date_whoever_looks() -> None:
    unpaid = [invoice(3, None)]
    by_day = lived(unpaid, RULE, [ROME.midnight(Day(FIRST + day)) + timedelta(hours=9) for day in range(8)])
    looked_back = lived(unpaid, RULE, [ROME.midnight(Day(FIRST + 7)) + timedelta(hours=9)])
    for state in (by_day, looked_back):
        assert state.since is not None
        assert (state.level, ROME.shown(state.since)) == (Level.WATCH, date.fromordinal(FIRST + 4))


def test_a_first_look_back_finds_what_was_overdue_before_it_and_nothing_that_was_paid_since() -> None:
    now = [ROME.midnight(Day(FIRST + 20)) + timedelta(hours=9)]
    assert shown(lived([invoice(1, None)], RULE, now))[:3] == (
        Phase.OPEN,
        Level.AMBER,
        date.fromordinal(FIRST + 2),
    )
    assert lived([invoice(1, 12)], RULE, now).phase is Phase.IDLE


def test_an_alert_ends_at_the_first_look_after_the_payment_and_with_the_last_invoice() -> None:
    nine = [ROME.midnight(Day(FIRST + 9)) + timedelta(hours=hours) for hours in (9, 10)]
    opened = lived([invoice(1, None)], RULE, nine[:1])
    for after in ([invoice(1, 9)], []):
        judged = judge(sight(after), (watch(RULE),), {RULE.id: opened}, course(ROME, FIRST, nine[1], timedelta(0)))
        assert judged[0].state.phase is Phase.IDLE
