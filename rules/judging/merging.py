"""Accounts that were merged into another one: their alerts go on there, and nothing that was told or answered is lost.

The two alerts of a rule become one. It is as bad as the worse, as old as the older, told as far as either was told, and
answered only as far as each that stands was answered: a merge answers nothing, and it tells nothing again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from rules.alert import Answer, Held, Phase, Reason, State, Step, Transition
from rules.facts import AccountId
from rules.judging.lifecycle import close
from rules.judging.moving import transition

_WORSE = (Phase.IDLE, Phase.PENDING, Phase.CLEARING, Phase.OPEN)
_NEVER = datetime.max.replace(tzinfo=UTC)
_ALWAYS = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What a merge made of the states of two accounts, by rule id."""

    survivor: Mapping[str, State]
    loser: Mapping[str, State]
    """Empty but for the numbers of episodes, which never come again."""
    taken: tuple[tuple[str, Transition], ...] = ()
    """The survivor's part of the log."""
    given: tuple[tuple[str, Transition], ...] = ()
    """The loser's."""


def survivor_of(account: AccountId, merged: Mapping[AccountId, AccountId]) -> AccountId | None:
    """Where a chain of merges ends, by the account that each one went into; None for an account that was not merged."""
    path = [account]
    while (winner := merged.get(path[-1])) is not None and winner not in path:
        path.append(winner)
    return path[-1] if len(path) > 1 else None


def is_empty(states: Iterable[State]) -> bool:
    """Whether there is nothing to be moved."""
    return all(state == _emptied(state) for state in states)


def merge(survivor: Mapping[str, State], loser: Mapping[str, State], at: datetime) -> Merged:
    """Move every state of the loser. Moving the emptied states again changes nothing."""
    states = dict(survivor)
    taken, given = [], []
    for rule, state in sorted(loser.items()):
        if state == _emptied(state):
            continue
        before = states.get(rule, State())
        after = states[rule] = fuse(before, state)
        given += [(rule, step) for step in close(state, at, Reason.MERGED)[1]]
        if (after.phase, after.level) != (before.phase, before.level):
            taken.append((rule, transition(before, after, Step.MOVED, Reason.MERGED, at, after.value)))
    emptied = {rule: _emptied(state) for rule, state in loser.items()}
    return Merged(survivor=states, loser=emptied, taken=tuple(taken), given=tuple(given))


def fuse(survivor: State, loser: State) -> State:
    """One state of two. But for what only the survivor knows of itself, such as its episodes, they may change places.

    No level falls, no clock of `hold` is set back, and none of `clear_after` set forward.
    """
    both = (survivor, loser)
    standing = [state for state in both if state.level is not None]
    body = _alert(survivor, standing) if standing else _rest(survivor, loser)
    phase = max(survivor.phase, loser.phase, key=_WORSE.index)
    alike = [state for state in both if state.phase is phase]
    timed = _timekeeper(alike)
    judged = survivor if survivor.signal or not standing else loser
    body = replace(
        body,
        phase=phase,
        since=_earliest(state.since for state in both),
        clock=timed.clock,
        clock_at=timed.clock_at,
        calm_since=_latest(state.calm_since for state in alike) if standing else body.calm_since,
        episode=_episode(survivor, loser, standing),
        judged_at=_latest(state.judged_at for state in both),
        signal=judged.signal,
        reach=judged.reach,
    )
    return _silenced(_quieted(body, survivor, loser), survivor, loser)


def _emptied(state: State) -> State:
    return State(episode=state.episode)


def _alert(survivor: State, standing: Sequence[State]) -> State:
    """What the alerts that stand were told and answered; where only one stands, all of it is that one's."""
    level = max(state.level for state in standing if state.level is not None)
    highest = [state for state in standing if state.level is level]
    answered = all((state.acknowledged or 0) >= level for state in highest)
    risen = [state.risen_at for state in standing]
    return replace(
        highest[0],
        opened_at=_earliest(state.opened_at for state in standing),
        resolved_at=None,
        acknowledged=min(state.acknowledged or level for state in highest) if answered else None,
        acknowledged_at=_latest(state.acknowledged_at for state in highest) if answered else None,
        told_at=_latest(state.told_at for state in standing),
        told_level=max((state.told_level for state in standing if state.told_level is not None), default=None),
        reminded_at=_latest(state.reminded_at for state in standing),
        risen_at=None if None in risen else _latest(risen),
        held=_held(standing),
        answer=_answer(standing),
        woken=any(state.woken for state in standing),
        muted_by=survivor.muted_by,
    )


def _rest(survivor: State, loser: State) -> State:
    """The survivor's own past, unless marks of the loser still wait for somebody to believe that it is calm."""
    waits = loser.held is Held.RESOLVE and survivor.held is not Held.RESOLVE
    past = loser if waits else survivor
    worse = max(survivor, loser, key=lambda state: _WORSE.index(state.phase))
    return replace(
        past,
        value=worse.value,
        blocked=worse.blocked,
        frozen=worse.frozen,
        override=worse.override,
        held=Held.RESOLVE if Held.RESOLVE in (survivor.held, loser.held) else None,
    )


def _episode(survivor: State, loser: State, standing: Sequence[State]) -> int:
    """An alert that comes to a survivor without one begins an episode there; numbers never go back."""
    if not standing or survivor.level is not None:
        return survivor.episode
    return max(survivor.episode + 1, loser.episode)


def _timekeeper(states: Sequence[State]) -> State:
    """Whose clock goes on: of two that wait to open the older, of two that calm down the younger."""
    choose = max if states[0].phase is Phase.CLEARING else min
    return choose(states, key=_began)


def _began(state: State) -> tuple[datetime, datetime]:
    """When a clock that never stopped would have begun; one that waits for a midnight begins last."""
    return (_NEVER, _NEVER) if state.clock_at is None else (state.clock_at - state.clock, state.clock_at)


def _held(standing: Sequence[State]) -> Held | None:
    """The guard holds what comes together only where it held each of them."""
    holds = [state.held for state in standing]
    if not all(held in (Held.BRAKE, Held.BUDGET) for held in holds):
        return None
    return Held.BRAKE if Held.BRAKE in holds else Held.BUDGET


def _answer(standing: Sequence[State]) -> Answer | None:
    """What was said last of the worst that anybody spoke of."""
    said = [state for state in standing if state.answer is not None]
    return max(said, key=lambda state: (state.level or 0, state.acknowledged_at or _ALWAYS)).answer if said else None


def _silenced(body: State, survivor: State, loser: State) -> State:
    """On hold where everything that stands is, else everything that is about to, and where nothing is, if either is.

    That a rule is not for the survivor was said of the account that stays, and holds in any case.
    """
    both = (survivor, loser)
    snoozed = [state for state in both if state.snoozed_until is not None]
    if any(state.snoozed_until is None for state in _speaking(both)):
        snoozed = [survivor] if survivor.answer is Answer.EXEMPT and survivor.snoozed_until is not None else []
    if not snoozed:
        return replace(body, snoozed_until=None, snoozed_level=None)
    last = max(snoozed, key=lambda state: state.snoozed_until or _ALWAYS)
    levels = [state.snoozed_level for state in snoozed if state.snoozed_level is not None]
    return replace(
        body,
        snoozed_until=last.snoozed_until,
        snoozed_level=max(levels, default=None),
        answer=last.answer,
        woken=False,
    )


def _quieted(body: State, survivor: State, loser: State) -> State:
    """Quiet up to a level, where nothing stands and nothing of which nobody spoke is about to."""
    both = (survivor, loser)
    quiet = [state for state in both if state.quiet_level is not None]
    if body.level is not None or not quiet or any(state.quiet_level is None for state in _speaking(both)):
        return replace(body, quiet_level=None, quiet_until=None)
    last = max(quiet, key=lambda state: (state.quiet_level or 0, state.quiet_until or _NEVER))
    return replace(body, quiet_level=last.quiet_level, quiet_until=last.quiet_until, answer=last.answer or body.answer)


def _speaking(both: Sequence[State]) -> Sequence[State]:
    """Those that somebody should hear of: what stands, else what is about to."""
    standing = [state for state in both if state.level is not None]
    return standing or [state for state in both if state.phase is Phase.PENDING]


def _earliest(moments: Iterable[datetime | None]) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)


def _latest(moments: Iterable[datetime | None]) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)
