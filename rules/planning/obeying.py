"""One answer of a person on one account: which alerts it changes, until when it holds, and what is said back."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from rules.alert import Answer, Phase, State, Transition
from rules.command import Command, Verb
from rules.days import Calendar
from rules.facts import Day
from rules.judging.answering import QUIET, accept, acknowledge, dismiss, exempt, has_risen, reopen, settle, snooze
from rules.judging.moving import Moved
from rules.messages.replies import ENGLISH_REPLIES
from rules.planning.commands import MOST_DAYS
from rules.planning.evidence import plain
from rules.rule import Rule

WITHOUT_REASON = 7
"""For how many days at most an answer holds that has no reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heeded:
    """What became of one command."""

    sentence: str
    """What is said back."""
    states: Mapping[str, State] = field(default_factory=dict)
    """By rule, those that changed."""
    transitions: tuple[tuple[str, Transition], ...] = ()
    until: datetime | None = None
    is_understood: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The alerts that a command is about, and when it is read."""

    states: Mapping[str, State]
    """By rule; rules in shadow or switched off are left out."""
    rules: Mapping[str, Rule]
    at: datetime
    calendar: Calendar
    own_fault_tags: frozenset[str] = frozenset()
    """Tags that mark a ticket as our own fault."""


NOT_UNDERSTOOD = Heeded(sentence=ENGLISH_REPLIES.not_understood, is_understood=False)


def heed(command: Command | None, place: Place) -> Heeded:
    """What a command does; None, a day that has passed and a rule that is not there change nothing."""
    if command is None:
        return NOT_UNDERSTOOD
    if command.verb in (Verb.SNOOZE, Verb.KNOWN, Verb.NEVER):
        until = _until(command, place)
        return NOT_UNDERSTOOD if until is None else _hold(command, until, place)
    if command.verb is Verb.OPEN:
        return _answered(place, place.states, lambda state: reopen(state, place.at), ENGLISH_REPLIES.opened)
    return _close(command, place)


def _close(command: Command, place: Place) -> Heeded:
    """*Taken*, *done* and *wrong* are about what is open, at the level that people were told of."""
    at, told = place.at, {rule: state for rule, state in place.states.items() if _is_told(state)}
    if command.verb is Verb.TAKE:
        return _answered(place, told, lambda state: acknowledge(state, at), ENGLISH_REPLIES.taken)
    outcome = Answer(f"{command.verb}: {command.outcome}")
    if command.verb is Verb.DONE:
        said = ENGLISH_REPLIES.done.format(outcome=command.outcome)
        return _answered(place, told, lambda state: settle(state, at, outcome), said)
    said = _said_of_wrong(told.values()).format(outcome=command.outcome)
    if outcome is Answer.OUR_FAULT and place.own_fault_tags:
        said = f"{said} {ENGLISH_REPLIES.our_fault.format(tags=' or '.join(sorted(place.own_fault_tags)))}"
    return _answered(place, told, lambda state: dismiss(state, at, outcome, at + QUIET), said)


def _said_of_wrong(told: Iterable[State]) -> str:
    risen = any(has_risen(state) for state in told)
    return ENGLISH_REPLIES.wrong_but_risen if risen else ENGLISH_REPLIES.wrong


def _hold(command: Command, until: datetime, place: Place) -> Heeded:
    """A snooze of everything, *known* of what is open or about to, *never* of one rule."""
    if command.verb is Verb.SNOOZE:
        said = _held(command, ENGLISH_REPLIES.snoozed, until, place)
        heeded = _answered(place, place.states, lambda state: snooze(state, place.at, until), said)
    elif command.verb is Verb.KNOWN:
        begun = {rule: state for rule, state in place.states.items() if state.phase is not Phase.IDLE}
        said = _held(command, ENGLISH_REPLIES.known, until, place)
        heeded = _answered(place, begun, lambda state: accept(state, place.at, until), said)
    else:
        rule = next((rule for rule in place.rules if command.rule in (rule, rule.replace("-", "_"))), None)
        if rule is None:
            return NOT_UNDERSTOOD
        said = _held(command, ENGLISH_REPLIES.exempt, until, place, title=plain(place.rules[rule].title))
        one = {rule: place.states.get(rule, State())}
        heeded = _answered(place, one, lambda state: exempt(state, place.at, until), said)
    return replace(heeded, until=until) if heeded.states else heeded


def _held(command: Command, text: str, until: datetime, place: Place, **words: str) -> str:
    day = date.fromordinal(place.calendar.today(until)).isoformat()
    short = "" if command.has_reason else ENGLISH_REPLIES.short.format(days=WITHOUT_REASON)
    return f"{text.format(day=day, **words)} {short}".strip()


def _is_told(state: State) -> bool:
    return state.level is not None and state.told_level is not None


def _nothing_changed(states: Collection[State]) -> Heeded:
    """Why there is nothing to answer."""
    if any(state.level is not None for state in states):
        return Heeded(sentence=ENGLISH_REPLIES.not_told_yet)
    begun = any(state.phase is Phase.PENDING for state in states)
    return Heeded(sentence=ENGLISH_REPLIES.not_open_yet if begun else ENGLISH_REPLIES.nothing_open)


def _answered(place: Place, chosen: Mapping[str, State], act: Callable[[State], Moved], said: str) -> Heeded:
    if not chosen:
        return _nothing_changed(tuple(place.states.values()))
    moved = {rule: act(state) for rule, state in sorted(chosen.items())}
    return Heeded(
        sentence=said,
        states={rule: after for rule, (after, _) in moved.items() if after != place.states.get(rule)},
        transitions=tuple((rule, step) for rule, (_, steps) in moved.items() for step in steps),
    )


def _until(command: Command, place: Place) -> datetime | None:
    """When it ends; None for a day that has passed."""
    limit = MOST_DAYS if command.has_reason else WITHOUT_REASON
    if command.until is None:
        usual = MOST_DAYS if command.verb is Verb.NEVER else WITHOUT_REASON
        return place.at + timedelta(days=min(command.days or usual, limit))
    end = place.calendar.midnight(Day(command.until.toordinal()))
    return min(end, place.at + timedelta(days=limit)) if end > place.at else None
