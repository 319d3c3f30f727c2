"""Judge accounts: midnights in order, then now; and the look back of a first run."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from rules.alert import Block, Observation, Phase, Reason, State, Transition
from rules.days import Calendar
from rules.facts import Day
from rules.judging.lifecycle import close, step
from rules.judging.muting import mute
from rules.judging.reading import Reading
from rules.judging.watch import Moment, Numbers, Watch, glance, observe
from rules.rule import Rule

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What there is to judge in one cycle of a helpdesk."""

    midnights: tuple[Moment, ...]
    """The end of every finished day of the facts, in order."""
    now: Moment | None
    """`as_of`; None when it is the last midnight."""
    facts_from: Day
    """The first day of which everything is known."""
    grace: timedelta

    @property
    def end(self) -> datetime:
        """The last judgement."""
        return self.midnights[-1].at if self.now is None else self.now.at


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """One account as the judge sees it."""

    measure: Callable[[Day], Numbers]
    """Its metrics, every window ending with this day. Asked once for a day."""
    begun: Day | None
    """The day the account began, None: unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What became of one rule on one account."""

    rule: str
    state: State
    transitions: tuple[Transition, ...] = ()
    observation: Observation | None = None
    """The last one, None when there was nothing new to see."""
    days: tuple[tuple[Day, Observation], ...] = ()
    """The finished days after which the rule was pending, open or clearing."""


def course(calendar: Calendar, facts_from: Day, as_of: datetime, grace: timedelta) -> Course:
    """The judgements up to `as_of`: each finished day of the facts at the midnight that ends it, then `as_of`."""
    today = calendar.today(as_of)
    midnights = tuple(
        Moment(at=calendar.midnight(Day(day + 1)), day=Day(day), midnight=True) for day in range(facts_from, today)
    )
    ended = bool(midnights) and midnights[-1].at == as_of
    now = None if ended else Moment(at=as_of, day=today, midnight=False)
    return Course(midnights=midnights, now=now, facts_from=facts_from, grace=grace)


def judge(sight: Sight, watches: Sequence[Watch], states: Mapping[str, State], course: Course) -> tuple[Judged, ...]:
    """Judge one account by every rule, in their order.

    States of rules that are not watched any more are closed; those that this changed come last.
    """
    view = _View(sight, course)
    judged = _muted([_judge(view, watch, states.get(watch.rule.id)) for watch in watches], watches)
    watched = {watch.rule.id for watch in watches}
    removed = {rule: state for rule, state in states.items() if rule not in watched}
    return (*judged, *retire(removed, course.end, Reason.RULE_REMOVED))


def _muted(judged: Sequence[Judged], watches: Sequence[Watch]) -> list[Judged]:
    changed = mute({one.rule: one.state for one in judged}, {watch.rule.id: watch.rule for watch in watches})
    return [replace(one, state=changed.get(one.rule, one.state)) for one in judged]


def retire(states: Mapping[str, State], at: datetime, reason: Reason) -> tuple[Judged, ...]:
    """Close the states of removed rules, or of an account that is gone; gives those that this changed.

    A rule or account that comes back looks back like a new one.
    """
    retired = []
    for rule, state in states.items():
        closed, transitions = close(state, at, reason)
        after = replace(closed, signal="", reach=None, held=None)
        if after != state:
            retired.append(Judged(rule=rule, state=after, transitions=transitions))
    return tuple(retired)


def block(rule: Rule, begun: Day | None, day: Day, course: Course) -> Block | None:
    """What keeps a rule from opening on a day: the account's grace, or less than `min_history` of facts.

    An account of which nobody knows when it began is in no grace, and as old as the facts.
    """
    if rule.grace and begun is not None and timedelta(days=day - begun) < course.grace:
        return Block.GRACE
    first = course.facts_from if begun is None else max(course.facts_from, begun)
    return Block.HISTORY if timedelta(days=day - first + 1) < rule.min_history else None


class _View:
    """One account in one cycle; its metrics are measured once for a day."""

    __slots__ = ("_measured", "_sight", "course")

    def __init__(self, sight: Sight, course: Course) -> None:
        self._sight = sight
        self._measured: dict[Day, Numbers] = {}
        self.course = course

    def observe(self, watch: Watch, moment: Moment) -> Observation:
        blocked = block(watch.rule, self._sight.begun, moment.day, self.course)
        return observe(watch, self._numbers(moment.day), moment, blocked)

    def glance(self, watch: Watch, moment: Moment) -> Reading | None:
        return glance(watch, self._numbers(moment.day))

    def _numbers(self, day: Day) -> Numbers:
        found = self._measured.get(day)
        if found is None:
            found = self._measured[day] = self._sight.measure(day)
        return found


def _judge(view: _View, watch: Watch, state: State | None) -> Judged:
    course = view.course
    if state is None or _is_outdated(state, watch, course):
        back = _look_back(view, watch, state or State())
        known = replace(back.state, signal=watch.key, reach=int(course.facts_from))
        return _append(back, _step_through(view, watch, () if course.now is None else (course.now,), known))
    moments = _moments(state, watch, course)
    if not moments:
        return Judged(rule=watch.rule.id, state=state)
    reach = course.facts_from if state.reach is None else min(state.reach, course.facts_from)
    return _step_through(view, watch, moments, replace(state, signal=watch.key, reach=int(reach)))


def _look_back(view: _View, watch: Watch, past: State) -> Judged:
    """What judging every midnight of the facts in order would have come to.

    Gives the transitions of the present stretch over a line alone; episodes that ended are not counted. `past` is idle
    or pending.
    """
    judged = Judged(rule=watch.rule.id, state=_with_past(State(), past))
    for moment in _lately(view, watch):
        judged = _append(judged, _step_through(view, watch, (moment,), judged.state))
        if judged.transitions and judged.state.phase is Phase.IDLE:
            judged = replace(judged, state=_with_past(judged.state, past), transitions=(), days=())
    return judged


def _lately(view: _View, watch: Watch) -> Sequence[Moment]:
    """The midnights that can matter: from the first one over the lowest exit.

    Nothing matters before the last stretch under it that was long enough to end any alert, `clear_after`.
    """
    # One midnight starts the clock, and a day of 23 hours may make it fall short by one more.
    enough = -(-watch.rule.clear_after // _DAY) + 2
    midnights = view.course.midnights
    first, calm = len(midnights) - 1, 0
    for place in reversed(range(len(midnights))):
        reading = view.glance(watch, midnights[place])
        if reading is None:
            continue
        calm = calm + 1 if reading.kept is None else 0
        if calm == 0:
            first = place
        if calm == enough:
            break
    return midnights[max(first, 0) :]


def _is_outdated(state: State, watch: Watch, course: Course) -> bool:
    """Whether to look back again: an open alert keeps its episode, level and answers whatever was edited."""
    if state.level is not None:
        return False
    return state.signal != watch.key or state.reach is None or course.facts_from < state.reach


def _moments(state: State, watch: Watch, course: Course) -> tuple[Moment, ...]:
    """What is still to be judged. An open alert whose signal was edited waits for the next midnight."""
    first = 0
    if state.judged_at is not None:
        first = bisect_right(course.midnights, state.judged_at, key=lambda moment: moment.at)
    midnights = course.midnights[first:]
    late = course.now is None or (state.judged_at is not None and course.now.at <= state.judged_at)
    if course.now is None or late or (not midnights and state.signal != watch.key):
        return midnights
    return (*midnights, course.now)


def _step_through(view: _View, watch: Watch, moments: Iterable[Moment], state: State) -> Judged:
    transitions: list[Transition] = []
    days: list[tuple[Day, Observation]] = []
    observation: Observation | None = None
    for moment in moments:
        observation = view.observe(watch, moment)
        state, more = step(state, observation, watch.rule)
        transitions.extend(more)
        if moment.midnight and state.phase is not Phase.IDLE:
            days.append((moment.day, observation))
    return Judged(
        rule=watch.rule.id, state=state, transitions=tuple(transitions), observation=observation, days=tuple(days)
    )


def _append(first: Judged, then: Judged) -> Judged:
    return replace(
        then,
        transitions=(*first.transitions, *then.transitions),
        observation=then.observation or first.observation,
        days=(*first.days, *then.days),
    )


def _with_past(state: State, past: State) -> State:
    """The state with the episodes, and what was told and answered of them, of another one."""
    return replace(
        state,
        episode=past.episode,
        opened_at=past.opened_at,
        calm_since=past.calm_since,
        resolved_at=past.resolved_at,
        told_at=past.told_at,
        told_level=past.told_level,
        answer=past.answer,
        snoozed_until=past.snoozed_until,
        snoozed_level=past.snoozed_level,
        quiet_level=past.quiet_level,
        quiet_until=past.quiet_until,
        held=past.held,
    )
