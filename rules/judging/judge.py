"""Judge accounts: midnights in order, then now; and the look back of a first run."""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from rules.alert import Block, Observation, Phase, Reason, State, Transition
from rules.days import Calendar
from rules.facts import Day
from rules.judging.lifecycle import close, step
from rules.judging.muting import mute
from rules.judging.reading import Reading
from rules.judging.watch import Moment, Numbers, Watch, evidence, glance, observe
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
    """The finished days after which the rule was pending, open or clearing, with the evidence of what was seen."""


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


def opens_from(rule: Rule, begun: Day | None, course: Course) -> Day:
    """The first day on which `block` keeps a rule from opening no more."""
    first = course.facts_from if begun is None else max(course.facts_from, begun)
    enough = first + _days(rule.min_history) - 1
    return Day(enough if begun is None or not rule.grace else max(enough, begun + _days(course.grace)))


def _days(length: timedelta) -> int:
    """How many whole days are at least as long."""
    return -(-length // _DAY)


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

    def attest(self, watch: Watch, moment: Moment, observation: Observation) -> Observation:
        """The same with its evidence."""
        return observation._replace(operands=evidence(watch, self._numbers(moment.day)))

    def glance(self, watch: Watch, moment: Moment) -> Reading | None:
        return glance(watch, self._numbers(moment.day))

    def _numbers(self, day: Day) -> Numbers:
        found = self._measured.get(day)
        if found is None:
            found = self._measured[day] = self._sight.measure(day)
        return found


class _Walk:
    """One rule on one account on its way through some judgements."""

    __slots__ = ("_days", "_observation", "_transitions", "_view", "_watch", "state")

    def __init__(self, view: _View, watch: Watch, state: State) -> None:
        self._view = view
        self._watch = watch
        self.state = state
        self._transitions: list[Transition] = []
        self._days: list[tuple[Day, Observation]] = []
        self._observation: Observation | None = None

    def take(self, moment: Moment) -> None:
        """One judgement. Evidence is collected only of the days that are kept: most days of most accounts are not."""
        observation = self._view.observe(self._watch, moment)
        self.state, more = step(self.state, observation, self._watch.rule)
        self._transitions.extend(more)
        self._observation = observation
        if moment.midnight and self.state.phase is not Phase.IDLE:
            self._days.append((moment.day, self._view.attest(self._watch, moment, observation)))

    @property
    def is_over(self) -> bool:
        """Whether a stretch over a line began and ended."""
        return bool(self._transitions) and self.state.phase is Phase.IDLE

    def forget(self) -> None:
        """Leaves out what happened so far."""
        self._transitions.clear()
        self._days.clear()

    def judged(self) -> Judged:
        """What became of it."""
        return Judged(
            rule=self._watch.rule.id,
            state=self.state,
            transitions=tuple(self._transitions),
            observation=self._observation,
            days=tuple(self._days),
        )


def _judge(view: _View, watch: Watch, state: State | None) -> Judged:
    course = view.course
    if state is None or _is_outdated(state, watch, course):
        walk = _look_back(view, watch, state or State())
        walk.state = replace(walk.state, signal=watch.key, reach=int(course.facts_from))
        if course.now is not None:
            walk.take(course.now)
        return walk.judged()
    moments = _moments(state, watch, course)
    if not moments:
        return Judged(rule=watch.rule.id, state=state)
    reach = course.facts_from if state.reach is None else min(state.reach, course.facts_from)
    walk = _Walk(view, watch, replace(state, signal=watch.key, reach=int(reach)))
    for moment in moments:
        walk.take(moment)
    return walk.judged()


def _look_back(view: _View, watch: Watch, past: State) -> _Walk:
    """What judging every midnight of the facts in order would have come to.

    Leaves the transitions of the present stretch over a line alone; episodes that ended are not counted. `past` is
    idle or pending.
    """
    walk = _Walk(view, watch, _with_past(State(), past))
    for moment in _lately(view, watch):
        walk.take(moment)
        if walk.is_over:
            walk.state = _with_past(walk.state, past)
            walk.forget()
    return walk


def _lately(view: _View, watch: Watch) -> Sequence[Moment]:
    """The midnights that can matter: from the first one over the lowest exit.

    Nothing matters before the last stretch under it that was long enough to end any alert, `clear_after`.
    """
    # One midnight starts the clock, and a day of 23 hours may make it fall short by one more.
    enough = _days(watch.rule.clear_after) + 2
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
