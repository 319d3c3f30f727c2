"""What a message says of an alert about invoices."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from planning_desk import CALENDAR, PRICING, SHARE, TODAY, standing
from written import signal

from rules.counting.history import DayRow, History
from rules.counting.subject import Subject
from rules.facts import AccountId, Day, Invoice, Kind, Method, Revenue, TicketId
from rules.measuring.measure import measure
from rules.planning.case import Alert, Case
from rules.planning.evidence import evidence, reason_line, subject, value_line
from rules.rule import Level, Lines, Rule

ACME = AccountId("42")
OVERDUE = Rule(
    id="invoices-overdue",
    title="An invoice is past its due date",
    signal=signal("days_overdue"),
    levels=(
        (Level.WATCH, Lines(enter=Decimal(1), exit=Decimal(1))),
        (Level.AMBER, Lines(enter=Decimal(15), exit=Decimal(8))),
    ),
    why="Invoices past their due date: {invoices_overdue}, the oldest by {days_overdue}",
)
SINCE = datetime(2026, 11, 6, 0, 15, tzinfo=UTC)


def invoice(number: str, due: date, amount: str = "1200.50", currency: str = "EUR") -> Invoice:
    return Invoice(account=ACME, number=number, due=due, paid=None, amount=Decimal(amount), currency=currency)


UNPAID = invoice("R-117", date(2026, 11, 5))
TWO = (UNPAID, invoice("R-131", date(2026, 11, 18), "99.50"))


def case(*invoices: Invoice) -> Case:
    """An account with work, revenue and invoices."""
    rows = [DayRow(TODAY, "", "email", Kind.REPLY, Method.MEASURED, 40, 155_496, 0, 0, 0)]
    paid = Revenue(
        account=ACME, first=date(2026, 8, 24), last=date(2026, 11, 21), amount=Decimal(13_500), currency="EUR"
    )
    who = Subject(id=ACME, name="Rossi Meccanica", periods=(paid,), invoices=invoices)
    metrics = measure(who, History(rows), PRICING, TODAY, Day(TODAY - 400))
    return Case(metrics=metrics, states={}, examples=(TicketId(48211),))


def alert(rule: Rule = OVERDUE, level: Level = Level.AMBER) -> Alert:
    state = replace(standing(level, opened=SINCE), value=Decimal(16))
    return Alert(rule=rule, state=state, level=level)


def lines(found: Case, *alerts: Alert) -> list[str]:
    return list(evidence(found, alerts, CALENDAR))


def test_a_message_about_invoices_speaks_of_days_and_lists_what_is_overdue() -> None:
    assert lines(case(*TWO), alert()) == [
        "Invoices past their due date: 2, the oldest by 16 days (16 days; your line is 15 days). Since 6 Nov.",
        "Overdue: R-117 (due 5 Nov 2026, 1,200 EUR), R-131 (due 18 Nov 2026, 99.50 EUR).",
        "Look at: #48211.",
    ]


def test_the_subject_and_the_field_hold_no_amount() -> None:
    found = case(*TWO)
    said = "Invoices past their due date: 2, the oldest by 16 days"
    assert reason_line(found, alert()) == said
    assert subject(found, alert()) == f"For review: Rossi Meccanica – {said[:1].lower()}{said[1:]}"


def test_a_rule_without_why_says_title_days_and_line() -> None:
    assert reason_line(case(UNPAID), alert(replace(OVERDUE, why=None))) == (
        "An invoice is past its due date: 16 days (your line is 15 days)"
    )


def test_an_amount_that_a_text_asks_for_is_in_the_currency_of_the_invoices() -> None:
    rule = replace(OVERDUE, why="{amount_overdue} overdue")
    assert reason_line(case(*(replace(one, currency="CHF") for one in TWO)), alert(rule)) == "1,300 CHF overdue"
    by_amount = replace(
        rule, signal=signal("amount_overdue"), levels=((Level.AMBER, Lines(enter=Decimal(500), exit=Decimal(400))),)
    )
    [first, *_] = lines(case(*TWO), alert(by_amount))
    assert first == "1,300 EUR overdue (1,300 EUR; your line is 500 EUR). Since 6 Nov."


def test_of_many_invoices_the_oldest_are_named_and_the_others_counted() -> None:
    many = [invoice(f"R-{number}", date(2026, 10, 1) + timedelta(days=number)) for number in reversed(range(8))]
    said = next(line for line in lines(case(*many), alert()) if line.startswith("Overdue: "))
    assert said.startswith("Overdue: R-0 (due 1 Oct 2026, 1,200 EUR), R-1 (due 2 Oct 2026")
    assert said.endswith("R-4 (due 5 Oct 2026, 1,200 EUR) and 3 more.")


def test_a_number_of_any_kind_stays_on_its_line_and_short() -> None:
    [_, said, _] = lines(case(invoice("R\u2028" + "9" * 90, UNPAID.due)), alert())
    assert said == f"Overdue: R {'9' * 37}… (due 5 Nov 2026, 1,200 EUR)."


def test_a_message_about_work_speaks_of_minutes_and_not_of_invoices() -> None:
    said = lines(case(*TWO), alert(SHARE))
    assert [line.partition(":")[0] for line in said[1:]] == ["How sure", "Look at"]


def test_a_message_about_both_has_both() -> None:
    said = lines(case(*TWO), alert(SHARE), alert())
    assert [line.partition(":")[0] for line in said[2:]] == ["Overdue", "How sure", "Look at"]


def test_nothing_overdue_is_no_line() -> None:
    late = replace(OVERDUE, signal=signal("late_payments_of_4"), why=None)
    assert all(not line.startswith("Overdue") for line in lines(case(), alert(late)))


def test_the_all_clear_says_the_days_that_are_left() -> None:
    assert value_line(case(UNPAID), OVERDUE, Decimal(0)) == "0 days"
