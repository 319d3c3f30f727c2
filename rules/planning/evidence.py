"""Why now: the numbers behind an alert as people read them."""

import re
from collections.abc import Iterator
from decimal import Decimal

from rules.catalogue import Metric, Unit, find_metric
from rules.counting.invoices import OWED, overdue
from rules.days import Calendar
from rules.expression import Binary, Name, Operator, names
from rules.facts import Day, Invoice
from rules.judging.signals import currency_of, scaled_since, value_of
from rules.language.expression import signal_unit
from rules.measuring.measure import plain as plain_number
from rules.measuring.shown import count, long_date, period, share, short_date, show, show_beside
from rules.messages.english import ENGLISH
from rules.planning.case import Alert, Case
from rules.rule import Direction, Rule

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_BLANKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]+")
_NAME_LENGTH, _SUBJECT_LENGTH = 80, 150
_NUMBER_LENGTH = 40
_EXAMPLES = 5
_OF_INVOICES = frozenset(OWED)
_OF_MINUTES = frozenset({"touch_minutes", "touch_cost", "cost_share", "contribution", "cost_share_of_all"})


def reason_line(case: Case, alert: Alert) -> str:
    """The main reason in one line, without a full stop: `why` filled in, else the title with value and line."""
    rule, value = alert.rule, _value(case, alert)
    if rule.why is not None:
        return plain(_filled(case, rule.why))
    template, number = ENGLISH.reason, _shown(case, rule, value)
    if value is not None and not alert.reaches(value):
        template, number = _past_reason(rule), _shown_beside(case, rule, value, alert.line)
    return plain(template.format(title=rule.title, value=number, line=_shown(case, rule, alert.line)))


def subject(case: Case, alert: Alert) -> str:
    """The subject of an alert ticket, at most 150 characters."""
    reason = _lower_first(reason_line(case, alert))
    return _cut(ENGLISH.subject.format(name=account_name(case), reason=reason), _SUBJECT_LENGTH)


def account_name(case: Case) -> str:
    """The account's name on one line, at most 80 characters."""
    return one_line(case.metrics.subject.name, _NAME_LENGTH)


def evidence(case: Case, alerts: tuple[Alert, ...], calendar: Calendar) -> Iterator[str]:
    """The lines of a message, the loudest alert first. A line whose facts are not there is left out."""
    for alert in alerts:
        yield _alert_line(case, alert, calendar)
    yield from _overdue(case, alerts)
    yield from _how_sure(case, alerts)
    yield from _is_it_us(case, alerts)
    if case.examples:
        yield ENGLISH.look_at.format(tickets=" ".join(f"#{ticket}" for ticket in case.examples[:_EXAMPLES]))
    for advice in dict.fromkeys(alert.rule.advice for alert in alerts if alert.rule.advice):
        yield ENGLISH.you_could.format(advice=plain(_filled(case, advice)).rstrip("."))


def value_line(case: Case, rule: Rule, value: Decimal) -> str:
    """A rule's value for the all-clear: *8 % of what they paid* where it is a cost share."""
    text = _shown(case, rule, value)
    return ENGLISH.of_what_they_paid.format(share=text) if _cost_share(rule) is not None and value.is_finite() else text


def since_line(alert: Alert, calendar: Calendar) -> str:
    """*Since 12 Nov.*; '' when that is not known."""
    since = alert.state.since
    return "" if since is None else ENGLISH.since.format(day=short_date(Day(calendar.shown(since).toordinal())))


def one_line(text: str, length: int) -> str:
    """Text of the world on one line, cut to so many characters."""
    return _cut(plain(text), length)


def plain(text: str) -> str:
    """Text of the world on one line: no control or direction characters, no runs of blanks."""
    return _BLANKS.sub(" ", text).strip()


def _alert_line(case: Case, alert: Alert, calendar: Calendar) -> str:
    line = _cost_line(case, alert) or _number_line(case, alert)
    return f"{line} {since_line(alert, calendar)}".strip()


def _cost_line(case: Case, alert: Alert) -> str | None:
    """Cost against revenue with both amounts; None for another signal or where an amount is unknown."""
    share_of = _cost_share(alert.rule)
    if share_of is None or share_of[0].window is None:
        return None
    top, below = share_of
    cost, revenue = case.metrics.value(top.name), case.metrics.value(below.name)
    if cost is None or revenue is None:
        return None
    last = case.metrics.last_day
    return ENGLISH.cost.format(
        cost=show(cost, top.unit),
        revenue=show(revenue, below.unit, case.metrics.currency(below.name)),
        period=period(Day(last - share_of[0].window + 1), last),
        notes=_notes(case, alert, ENGLISH.share_note.format(share=_shown(case, alert.rule, _value(case, alert)))),
    )


def _number_line(case: Case, alert: Alert) -> str:
    if alert.rule.why is None:
        return f"{reason_line(case, alert)}."
    value = ENGLISH.value_note.format(value=_shown(case, alert.rule, _value(case, alert)))
    return ENGLISH.number.format(reason=reason_line(case, alert).rstrip("."), notes=_notes(case, alert, value))


def _notes(case: Case, alert: Alert, value: str) -> str:
    """What stands in parentheses: the value, the line, the window before, and whether it was scaled."""
    notes = [value, ENGLISH.line_note.format(line=_shown(case, alert.rule, alert.line))]
    if before := _before(case, alert.rule):
        notes.append(before)
    since = scaled_since(alert.rule.signal, case.metrics)
    if since is not None:
        notes.append(ENGLISH.scaled_note.format(day=short_date(since)))
    return f" ({'; '.join(notes)})"


def _before(case: Case, rule: Rule) -> str | None:
    """The signal over the window before; only where it is one metric, or cost over revenue."""
    metric = _counted(rule)
    if metric is None or metric.window is None:
        return None
    last = Day(case.metrics.last_day - metric.window)
    found = plain_number(case.metrics.over(Day(last - metric.window + 1), last).read(metric.stem))
    if found is None or not Decimal(found).is_finite():
        return None
    return ENGLISH.before_note.format(before=_shown(case, rule, Decimal(found)), days=metric.window)


def _counted(rule: Rule) -> Metric | None:
    """The one metric that a signal is."""
    if isinstance(rule.signal.tree, Name):
        return find_metric(rule.signal.tree.name)
    share_of = _cost_share(rule)
    return None if share_of is None else find_metric(f"cost_share_{share_of[0].window}d")


def _overdue(case: Case, alerts: tuple[Alert, ...]) -> Iterator[str]:
    """The invoices that are overdue, where an alert is about invoices."""
    late = overdue(case.metrics.subject.invoices, case.metrics.last_day)
    if not late or not _speaks_of(alerts, _OF_INVOICES):
        return
    listed = ", ".join(_invoice(one) for one in late[:_EXAMPLES])
    more = ENGLISH.more_invoices.format(count=count(len(late) - _EXAMPLES)) if len(late) > _EXAMPLES else ""
    yield ENGLISH.overdue.format(invoices=f"{listed}{more}")


def _invoice(one: Invoice) -> str:
    due = long_date(Day(one.due.toordinal()))
    amount = show(one.amount, Unit.MONEY, one.currency)
    return ENGLISH.invoice.format(number=_cut(plain(one.number), _NUMBER_LENGTH), due=due, amount=amount)


def _how_sure(case: Case, alerts: tuple[Alert, ...]) -> Iterator[str]:
    """Where the minutes come from, where an alert is about minutes or what they cost."""
    if not _speaks_of(alerts, _OF_MINUTES):
        return
    measured, assumed = case.metrics.value("measured_share_90d"), case.metrics.value("assumed_share_90d")
    if isinstance(measured, Decimal | int) and isinstance(assumed, Decimal | int):
        yield ENGLISH.how_sure.format(measured=share(Decimal(measured)), assumed=share(Decimal(assumed)))


def _speaks_of(alerts: tuple[Alert, ...], stems: frozenset[str]) -> bool:
    """Whether the signal of one of them, or its reason, is made of one of these."""
    signals = (name.name for alert in alerts for name in names(alert.rule.signal.tree))
    reasons = (name for alert in alerts for name in _PLACEHOLDER.findall(alert.rule.why or ""))
    found = (find_metric(name) for name in (*signals, *reasons))
    return any(metric is not None and metric.stem in stems for metric in found)


def _is_it_us(case: Case, alerts: tuple[Alert, ...]) -> Iterator[str]:
    """How many tickets are our own fault, and that they are taken off where a signal is made of work."""
    found = case.taken_off
    if found is None:
        return
    is_taken_off = any(_is_without_own_fault(alert.rule) for alert in alerts)
    of_problem, of_ours, off = (
        (ENGLISH.ticket_of_problem, ENGLISH.ticket_of_ours, ENGLISH.ticket_taken_off)
        if found.tickets == 1
        else (ENGLISH.tickets_of_problem, ENGLISH.tickets_of_ours, ENGLISH.tickets_taken_off)
    )
    tickets = (of_ours if found.problem is None else of_problem).format(
        count=count(found.tickets), problem=found.problem
    )
    yield ENGLISH.is_it_us.format(tickets=tickets, taken_off=off if is_taken_off else "")


def _is_without_own_fault(rule: Rule) -> bool:
    metrics = (find_metric(name.name) for name in names(rule.signal.tree))
    return any(metric is not None and metric.is_without_own_fault for metric in metrics)


def _cost_share(rule: Rule) -> tuple[Metric, Metric] | None:
    """Cost and revenue of one window, where the signal is the one over the other."""
    match rule.signal.tree:
        case Binary(operator=Operator.OVER, left=Name(name=above), right=Name(name=under)):
            top, below = find_metric(above), find_metric(under)
        case _:
            return None
    if top is None or below is None or top.window != below.window:
        return None
    return (top, below) if (top.stem, below.stem) == ("touch_cost", "revenue") else None


def _value(case: Case, alert: Alert) -> Decimal | None:
    found = value_of(alert.rule.signal, case.metrics)
    return alert.state.value if found is None else found


def _shown(case: Case, rule: Rule, value: Decimal | None) -> str:
    return show(value, signal_unit(rule.signal), currency_of(rule.signal, case.metrics))


def _shown_beside(case: Case, rule: Rule, value: Decimal, line: Decimal) -> str:
    return show_beside(value, (line,), signal_unit(rule.signal), currency_of(rule.signal, case.metrics))


def _past_reason(rule: Rule) -> str:
    return ENGLISH.reason_over if rule.direction is Direction.ABOVE else ENGLISH.reason_under


def _filled(case: Case, text: str) -> str:
    return _PLACEHOLDER.sub(lambda found: _metric_text(case, found[1]), text)


def _metric_text(case: Case, name: str) -> str:
    metric = find_metric(name)
    if metric is None:
        return name
    return show(case.metrics.value(metric.name), metric.unit, case.metrics.currency(metric.name))


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"
