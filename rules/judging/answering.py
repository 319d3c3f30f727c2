"""What people answer, taken into the state of an alert. Only *wrong* changes the phase: it ends the alert.

A person answers what was told. Where the level rose since, the answer is kept for the episode and holds for the level
that was told: what rose is news, and is told.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from rules.alert import Answer, Reason, State, Step
from rules.judging.moving import Moved, resolve, transition
from rules.rule import Level

QUIET = timedelta(days=90)
"""How long an alert that was called wrong does not come back at its level."""


def has_risen(state: State) -> bool:
    """Whether it stands open higher than anybody was told."""
    return state.level is not None and state.told_level is not None and state.told_level < state.level


def acknowledge(state: State, at: datetime) -> Moved:
    """*I take it*, a solved ticket, our tag taken off: known at its level. Without an open alert nothing changes."""
    if state.level is None or (state.acknowledged or 0) >= state.level:
        return state, ()
    return _known(state, at, state.answer or Answer.TAKEN, Step.ACKNOWLEDGED)


def settle(state: State, at: datetime, outcome: Answer) -> Moved:
    """*Done: …*: known at its level, with what was done. Without an open alert nothing changes."""
    if state.level is None or (state.answer is outcome and (state.acknowledged or 0) >= state.level):
        return state, ()
    return _known(state, at, outcome, Step.SETTLED)


def snooze(state: State, at: datetime, until: datetime) -> Moved:
    """Nothing is told or tagged until then, in any phase; the first judgement at or after it ends that."""
    return _keep_silent(state, at, until, Answer.SNOOZED, Step.SNOOZED)


def accept(state: State, at: datetime, until: datetime) -> Moved:
    """*Known and accepted until …*: the same, and red still breaks what was accepted lower."""
    return _keep_silent(state, at, until, Answer.KNOWN, Step.ACCEPTED)


def exempt(state: State, at: datetime, until: datetime) -> Moved:
    """This rule is not for this account until then: nothing breaks that, not even red."""
    after, steps = _keep_silent(state, at, until, Answer.EXEMPT, Step.ACCEPTED)
    return (replace(after, snoozed_level=Level.RED), steps) if steps else (state, ())


def dismiss(state: State, at: datetime, reason: Answer, until: datetime) -> Moved:
    """*Wrong: …*: it ends, and comes back before `until` only at a higher level; one that has risen goes on at it.

    Without an open alert nothing changes.
    """
    if state.level is None:
        return state, ()
    if has_risen(state):
        after = replace(state, answer=reason, quiet_level=state.told_level, quiet_until=until)
        return _unless_same(state, after, Step.SETTLED, Reason.WRONG, at)
    told = replace(state, answer=reason, snoozed_until=None, snoozed_level=None)
    after, steps = resolve(told, at, Reason.WRONG, None)
    return replace(after, quiet_level=state.level, quiet_until=until), steps


def reopen(state: State, at: datetime) -> Moved:
    """*Open*: every answer that still holds is taken back, and an alert that stands open is told again."""
    after = replace(
        state,
        acknowledged=None,
        acknowledged_at=None,
        snoozed_until=None,
        snoozed_level=None,
        quiet_level=None,
        quiet_until=None,
        answer=None,
    )
    if after == state and state.level is None:
        return state, ()
    after = replace(after, woken=state.level is not None)
    return after, (transition(state, after, Step.REOPENED, Reason.ANSWER, at),)


def _known(state: State, at: datetime, answer: Answer, step: Step) -> Moved:
    """A person who answers has heard of this level, and of no higher one: a later raise above it is news."""
    if has_risen(state):
        return _unless_same(state, replace(state, answer=answer), step, Reason.ANSWER, at)
    told = None if state.told_level is None else state.level
    after = replace(state, acknowledged=state.level, acknowledged_at=at, told_level=told, answer=answer, woken=False)
    return after, (transition(state, after, step, Reason.ANSWER, at),)


def _unless_same(before: State, after: State, step: Step, reason: Reason, at: datetime) -> Moved:
    return (before, ()) if after == before else (after, (transition(before, after, step, reason, at),))


def _keep_silent(state: State, at: datetime, until: datetime, answer: Answer, step: Step) -> Moved:
    if until <= at or (state.snoozed_until, state.answer) == (until, answer):
        return state, ()
    after = replace(state, snoozed_until=until, snoozed_level=state.level, answer=answer, woken=False)
    return after, (transition(state, after, step, Reason.ANSWER, at),)
