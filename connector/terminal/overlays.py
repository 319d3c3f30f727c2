"""What lies over the phase of an alert, with who or what caused it; nobody's name is known here."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from connector.reports.explaining import RuleTag, RuleView
from connector.terminal.rule_lines import shown_day
from connector.terminal.words import shown_moment
from rules.alert import Answer, Block, Held, Phase
from rules.command import Taken, Verb
from rules.days import Calendar
from rules.measuring.shown import long_date
from rules.rule import Level

_KNOWING = (Verb.TAKE, Verb.DONE)
_HOLDING = (Verb.SNOOZE, Verb.KNOWN, Verb.NEVER)
_SILENCING = (Answer.SNOOZED, Answer.KNOWN, Answer.EXEMPT)
_BLOCKS = {Block.GRACE: "the account is in grace", Block.HISTORY: "its history is shorter than the rule needs"}
_HELD: Mapping[Held, str] = {
    Held.BRAKE: "held by the brake{since}, too many new alerts at once; to let them out: touchcost approve{name}",
    Held.BUDGET: "waiting{since}: more new alerts than fit the week; it goes out by itself as there is room",
    Held.RESOLVE: "held{since}, too many resolved at once; to take the marks away: touchcost approve{name}",
}


def overlay_lines(view: RuleView, calendar: Calendar) -> Iterator[str]:
    """A line for each."""
    yield from _answered(view, calendar)
    state = view.state
    if state.muted_by is not None:
        yield f"muted by {state.muted_by}, whose open alert on the account speaks for it"
    if state.held is not None:
        yield _held(view, state.held, calendar)
    if view.blocked is not None and state.level is None:
        yield f"cannot open before {long_date(view.opens_from)}: {_BLOCKS[view.blocked]}{_half_a_window(view)}"
    if state.frozen:
        effect = "opens nothing" if state.phase is Phase.IDLE else "its clock stands still"
        yield f"frozen: {effect} while the value is unknown"
    if view.rule.shadow:
        yield "in shadow: it is judged and writes nothing"
    yield from _tags(view.tags)


def _half_a_window(view: RuleView) -> str:
    """Why it cannot open on the very day on which nothing blocks it any more."""
    if view.opens_from == view.unblocked_from:
        return ""
    return (
        f" until {long_date(view.unblocked_from)}, and its number says nothing before half its window after the grace"
    )


def _answered(view: RuleView, calendar: Calendar) -> Iterator[str]:
    state = view.state
    if state.acknowledged is not None:
        taken = _last(view, _KNOWING)
        on = "" if state.acknowledged_at is None else f" on {shown_day(calendar, state.acknowledged_at)}"
        said = "" if state.answer is None or state.answer in _SILENCING else f": {state.answer}"
        yield f"answered by a person{on} at {state.acknowledged.word}{said}{_reason(taken)}"
    if state.snoozed_until is not None:
        taken, until = _last(view, _HOLDING), _until(calendar, state.snoozed_until)
        said = f" ({state.answer})" if state.answer in _SILENCING else ""
        level = "" if state.snoozed_level is None else f" at {state.snoozed_level.word}"
        by = f"on hold by a person{_on(taken, calendar)}{level}{said}{_reason(taken)}"
        yield f"{by}, until {until}: nothing of it is shown or told"
    if state.quiet_level is not None:
        yield _quiet(view, state.quiet_level, calendar)
    if state.woken:
        what = "the answer to it was taken back" if state.is_taken_back else "its time on hold is over"
        yield f"{what}, and that is still to be told"


def _quiet(view: RuleView, level: Level, calendar: Calendar) -> str:
    state, taken = view.state, _last(view, (Verb.WRONG,))
    if state.quiet_until is None:
        ended = "" if state.resolved_at is None else f" on {shown_day(calendar, state.resolved_at)}"
        return f"quiet up to {level.word} until it was calm: nobody answered it, and it ended{ended}"
    said = "" if state.answer is None else f" ({state.answer})"
    by = f"a person answered{_on(taken, calendar)}{said}{_reason(taken)}"
    return f"quiet up to {level.word} until {_until(calendar, state.quiet_until)}: {by}"


def _last(view: RuleView, verbs: tuple[Verb, ...]) -> Taken | None:
    return next((taken for taken in view.answers if taken.command.verb in verbs), None)


def _held(view: RuleView, held: Held, calendar: Calendar) -> str:
    hold = view.hold
    since = "" if hold is None else f" since {shown_day(calendar, hold.made_at)}"
    return _HELD[held].format(since=since, name="" if hold is None else f" {hold.id}")


def _tags(tags: tuple[RuleTag, ...]) -> Iterator[str]:
    for tag in tags:
        if tag.mark is not None and tag.mark.vetoed_at is not None:
            found = shown_moment(tag.mark.vetoed_at)
            yield f"tag {tag.name}: a person took it off, found {found}; it stays off unless the alert rises"
            continue
        wanted = "wanted" if tag.wanted else "not wanted now"
        yield f"tag {tag.name}: {wanted}, {_ownership(tag)}"


def _ownership(tag: RuleTag) -> str:
    if tag.mark is None:
        return "not ours"
    seen = tag.mark.seen_at
    return "ours, not read back yet" if seen is None else f"ours, last seen there {shown_moment(seen)}"


def _on(answer: Taken | None, calendar: Calendar) -> str:
    return "" if answer is None else f" on {shown_day(calendar, answer.at)}"


def _reason(answer: Taken | None) -> str:
    return ", with a reason" if answer is not None and answer.command.has_reason else ""


def _until(calendar: Calendar, at: datetime) -> str:
    """The first day on which it no longer holds."""
    return long_date(calendar.today(at))
