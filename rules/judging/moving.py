"""What every move of an alert is made of: its end, and the line of the log that says what changed."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from rules.alert import Phase, Reason, State, Step, Transition

Moved = tuple[State, tuple[Transition, ...]]
"""The state after a judgement or an answer, and what changed, in order."""


def resolve(state: State, at: datetime, reason: Reason, value: Decimal | None) -> Moved:
    """An open alert ends. What was told and answered is kept until the next episode."""
    after = replace(calm(state), resolved_at=at)
    return after, (transition(state, after, Step.RESOLVED, reason, at, value),)


def calm(state: State) -> State:
    """Idle. A snooze, and a level up to which it stays quiet, are kept for their time."""
    return replace(
        state,
        phase=Phase.IDLE,
        level=None,
        since=None,
        clock=timedelta(0),
        clock_at=None,
        acknowledged=None,
        acknowledged_at=None,
        risen_at=None,
        woken=False,
        muted_by=None,
        reminded_at=None,
        held=None,
    )


def transition(
    before: State, after: State, step: Step, reason: Reason, at: datetime, value: Decimal | None = None
) -> Transition:
    """What changed from one state to the next."""
    return Transition(
        at=at,
        step=step,
        reason=reason,
        episode=after.episode,
        phase_before=before.phase,
        phase_after=after.phase,
        level_before=before.level,
        level_after=after.level,
        value=value,
    )
