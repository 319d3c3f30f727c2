"""Judges past midnights in order, by the same steps as a cycle takes, from the first day of the facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal

from rules.alert import Observation, Phase, State, Step, Transition
from rules.facts import AccountId, Day
from rules.judging.judge import Course, Sight, block, opens_from
from rules.judging.lifecycle import stands_still, step
from rules.judging.muting import mute
from rules.judging.watch import Moment, Numbers, Seen, Watch, observation, see
from rules.planning.case import standing_in
from rules.planning.told import tell
from rules.rule import Direction, Level, Rule, Unknown

# A plan comes after the judgement that it tells of: never in the same moment.
_THEN = timedelta.resolution


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """The midnights to be judged again."""

    course: Course
    peaks_from: Day
    """The first day of which a peak counts."""
    alert_from: Level = Level.AMBER
    """The level from which on an alert is told of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """A rule made ready, with every version of it to be judged: they may differ in their lines and in nothing else."""

    watch: Watch
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """One alert of the past. A day stands for the midnight that ends it."""

    account: AccountId
    rule: str
    opened: Day
    resolved: Day | None
    """None: open at the end."""
    told: Day | None
    """The first day on which no alert of `muted_by` spoke for it. None: never, or not yet."""
    level: Level
    """The highest it rose to."""
    relapses: tuple[Day, ...]
    """Days on which the value came back over a line while the alert was still open: without an exit of its own and
    without `clear_after`, each would have been one more alert."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """What became of one version of one rule on one account."""

    rule: Rule
    state: State
    """After the last midnight that moved it."""
    transitions: tuple[Transition, ...]
    episodes: tuple[Episode, ...]
    peak: Decimal | None
    """The value furthest over the lines, or nearest to them, on a day on which the rule could open; None: none."""


def track(watch: Watch, *rules: Rule) -> Track:
    """Versions of the watched rule that differ from it in their lines alone; left out: the rule as it is."""
    return Track(watch=watch, rules=rules or (watch.rule,))


def replay(account: AccountId, sight: Sight, tracks: Sequence[Track], past: Past) -> list[Passed]:
    """Judges every midnight from a state in which nothing had happened yet; all is told, nothing held, nobody answers.

    A day's numbers are those of windows that end with it. Gives one result for each version of each track, in their
    order. A rule in shadow, or disabled, is looked at as if it were on; what it says mutes no other. Of a rule with
    several versions the first one mutes.
    """
    walks = [_Walk(account, each, sight.begun, past) for each in tracks]
    rules = {each.watch.rule.id: each.watch.rule for each in tracks}
    for moment in past.course.midnights:
        numbers = sight.measure(moment.day)
        for walk in walks:
            walk.take(moment, numbers)
        _tell(walks, rules, moment, past.alert_from)
    return [passage.passed() for walk in walks for passage in walk.passages]


class _Walk:
    """One track on one account on its way through the midnights."""

    __slots__ = ("_begun", "_course", "_peaks_from", "_watch", "passages")

    def __init__(self, account: AccountId, track: Track, begun: Day | None, past: Past) -> None:
        self._watch = track.watch
        self._begun = begun
        self._course = past.course
        self._peaks_from = max(past.peaks_from, opens_from(track.watch.rule, begun, past.course))
        self.passages = [_Passage(account, rule) for rule in track.rules]

    def take(self, moment: Moment, numbers: Numbers) -> None:
        """One midnight. Most accounts are far from most lines on most days, and there nothing is to be done."""
        condition = self._watch.condition(numbers)
        # Where nothing is under way, a condition that is not met leaves nothing to look at.
        if condition is False and all(passage.is_at_rest for passage in self.passages):
            return
        seen = see(self._watch, numbers, condition=condition)
        if moment.day >= self._peaks_from:
            self.passages[0].rise(seen)
        observed = None
        for passage in self.passages:
            if passage.is_moved_by(seen, moment):
                observed = observed or self._observed(seen, moment)
                passage.take(moment.day, observed)
            passage.watch_for_relapse(moment.day, seen)

    def _observed(self, seen: Seen, moment: Moment) -> Observation:
        blocked = block(self._watch.rule, self._begun, moment.day, self._course)
        return observation(self._watch, seen, moment, blocked)


def _tell(walks: Sequence[_Walk], rules: Mapping[str, Rule], moment: Moment, alert_from: Level) -> None:
    """What the plan after a midnight tells: every alert that stands, unless another one speaks for it."""
    told = [passage for walk in walks for passage in walk.passages if passage.stands]
    firsts = [walk.passages[0] for walk in walks] if told else []
    states = {passage.name: passage.state for passage in firsts}
    for passage in told:
        passage.hush(states, rules)
        passage.tell(moment, alert_from)


@dataclass(slots=True, kw_only=True)
class _Open:
    """An episode that goes on."""

    opened: Day
    level: Level
    told: Day | None = None
    shown: tuple[Level | None, int | None] | None = None
    """At which level and by which override's lines it was last told; None: not yet."""
    relapses: list[Day] = field(default_factory=list)
    over: bool = True


class _Passage:
    """One rule on one account on its way through the midnights."""

    __slots__ = ("_account", "_episodes", "_on", "_open", "_peak", "_rule", "_sign", "_transitions", "state")

    def __init__(self, account: AccountId, rule: Rule) -> None:
        self._account = account
        self._rule = rule
        self._on = replace(rule, enabled=True, shadow=False)
        self._sign = 1 if rule.direction is Direction.ABOVE else -1
        self.state = State()
        self._transitions: list[Transition] = []
        self._episodes: list[Episode] = []
        self._open: _Open | None = None
        self._peak: Decimal | None = None

    @property
    def name(self) -> str:
        """The rule's id."""
        return self._rule.id

    @property
    def is_at_rest(self) -> bool:
        """Whether nothing is under way, and nothing keeps it quiet that a calm day would end."""
        return self.state.phase is Phase.IDLE and self.state.quiet_level is None

    @property
    def stands(self) -> bool:
        """Whether its alert is open."""
        return self.state.level is not None

    def is_moved_by(self, seen: Seen, moment: Moment) -> bool:
        """Whether a step would change more than what it was last seen at; it need not, where this says so."""
        if self.state.phase is Phase.IDLE:
            return not self.is_at_rest or self._may_start(seen)
        if not seen.condition:
            return True
        return not stands_still(self.state, moment.at, seen.value, override=seen.override, rule=self._rule)

    def take(self, day: Day, seen: Observation) -> None:
        """One midnight that moves it."""
        self.state, transitions = step(self.state, seen, self._rule)
        self._transitions += transitions
        for transition in transitions:
            self._note(day, transition)

    def watch_for_relapse(self, day: Day, seen: Seen) -> None:
        """Notes a value that is back over a line while the alert is still open."""
        if self._open is None or seen.value is None or seen.condition is None:
            return
        over = self._is_over(seen)
        if over and not self._open.over:
            self._open.relapses.append(day)
        self._open.over = over

    def hush(self, states: Mapping[str, State], rules: Mapping[str, Rule]) -> None:
        """Whether an alert of another rule speaks for it now; `states` are those of all rules by id."""
        if self._rule.muted_by:
            self.state = mute({**states, self.name: self.state}, rules).get(self.name, self.state)

    def tell(self, moment: Moment, alert_from: Level) -> None:
        """It is told of, unless it is muted."""
        shown = (self.state.level, self.state.override)
        if self.state.is_silent or self._open is None or self._open.shown == shown:
            return
        for alert in standing_in({self.name: self.state}, {self.name: self._on}):
            self.state = tell(alert, alert_from, moment.at + _THEN)
        self._open.told = moment.day if self._open.told is None else self._open.told
        self._open.shown = shown

    def rise(self, seen: Seen) -> None:
        """Notes a value that may be the peak, of a day on which the rule could open."""
        if seen.value is None or not seen.condition:
            return
        if self._peak is None or self._sign * seen.value > self._sign * self._peak:
            self._peak = seen.value

    def passed(self) -> Passed:
        """What became of it."""
        last = [self._episode(self._open, None)] if self._open is not None else []
        return Passed(
            rule=self._rule,
            state=self.state,
            transitions=tuple(self._transitions),
            episodes=(*self._episodes, *last),
            peak=self._peak,
        )

    def _may_start(self, seen: Seen) -> bool:
        if seen.value is None or seen.condition is None:
            return self._rule.unknown is Unknown.ALERT
        return self._is_over(seen)

    def _is_over(self, seen: Seen) -> bool:
        """Whether the lowest enter is reached."""
        if seen.value is None or not seen.condition:
            return False
        enter = self._rule.lines(seen.override)[0][1].enter
        return seen.value >= enter if self._sign > 0 else seen.value <= enter

    def _note(self, day: Day, transition: Transition) -> None:
        if transition.step is Step.OPENED and transition.level_after is not None:
            self._open = _Open(opened=day, level=transition.level_after)
        elif self._open is None:
            return
        elif transition.step is Step.RAISED and transition.level_after is not None:
            self._open.level = max(self._open.level, transition.level_after)
        elif transition.step is Step.RESOLVED:
            self._episodes.append(self._episode(self._open, day))
            self._open = None

    def _episode(self, found: _Open, resolved: Day | None) -> Episode:
        return Episode(
            account=self._account,
            rule=self._rule.id,
            opened=found.opened,
            resolved=resolved,
            told=found.told,
            level=found.level,
            relapses=tuple(found.relapses),
        )
