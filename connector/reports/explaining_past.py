"""What every rule saw of one account on a finished day, and where it stood: as it was kept, else judged again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from connector.measuring import Measurable, Yardstick, read_accounts
from connector.reports.explaining import LAST_TRANSITIONS
from connector.reports.replaying import NoDaysError, last_finished_day
from connector.reports.seen import Seen, differences, see, see_recorded
from connector.settings import HelpdeskSettings
from connector.store.rows import TransitionRow, VerdictDay
from connector.store.store import Store
from rules.alert import Block, State
from rules.facts import Account, Day
from rules.judging.judge import Course, block, course, judge
from rules.judging.recall import Stood, recall, stood
from rules.judging.renaming import rename
from rules.judging.watch import Moment, Watch, observe_fully
from rules.measuring.measure import Metrics
from rules.measuring.shown import long_date
from rules.rule import Rule


class Source(StrEnum):
    """Where what is said of a past day comes from."""

    RECORDED = "recorded"
    """It was kept that day, or by the first judgement that looked back on it."""
    RECOMPUTED = "recomputed"
    """Judged again by today's rules and rates, on what is known of that day now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRule:
    """One rule at the end of a past day."""

    seen: Seen
    source: Source
    """Of what it saw."""
    stood: Stood
    stood_source: Source
    """Of where it stood: the log of transitions is a record."""
    again: Seen
    """What a recomputation sees."""
    again_stood: Stood
    differs: tuple[str, ...]
    """What the recomputation says otherwise than the records, by name; its clocks count only where nothing does."""
    blocked: Block | None
    """By today's rules."""

    @property
    def rule(self) -> Rule:
        """Which one."""
        return self.seen.rule


@dataclass(frozen=True, slots=True, kw_only=True)
class PastExplanation:
    """One account at the end of a past day."""

    settings: HelpdeskSettings
    account: Account
    day: Day
    at: datetime
    """The midnight that ended it."""
    yardstick: Yardstick
    metrics: Metrics
    """Of windows that end with the day."""
    filling: bool
    rules: tuple[PastRule, ...]
    former: tuple[VerdictDay, ...]
    """What rules saw that are no longer judged."""
    transitions: tuple[TransitionRow, ...]
    """The last ones up to then, newest first."""


def check_day(yardstick: Yardstick, zone: str, day: Day) -> None:
    """Raises NoDaysError for a day that is not over as far as the facts reach, or that they do not reach back to.

    `zone` is the name of the helpdesk's time zone.
    """
    asked, finished = date.fromordinal(day).isoformat(), last_finished_day(yardstick)
    if day > finished:
        last = date.fromordinal(finished).isoformat()
        raise NoDaysError(f"{asked} is not over, as far as the facts reach; the last finished day in {zone} is {last}")
    if day < yardstick.facts_from:
        raise NoDaysError(f"nothing is known of {asked}: facts reach back to {long_date(yardstick.facts_from)}")


def explain_day(
    store: Store, settings: HelpdeskSettings, yardstick: Yardstick, account: Account, day: Day
) -> PastExplanation | None:
    """One account at the end of a day that `check_day` lets through; None for one that the configuration ignores."""
    measured = next(iter(read_accounts(store, settings, yardstick, [account.id])), None)
    if measured is None:
        return None
    past = _Past(store, settings, yardstick, measured, day)
    return PastExplanation(
        settings=settings,
        account=account,
        day=day,
        at=past.at,
        yardstick=yardstick,
        metrics=past.metrics,
        filling=store.standing(settings.name).filling,
        rules=tuple(past.rules()),
        former=past.former,
        transitions=past.transitions,
    )


class _Past:
    """One account at one past midnight, on what was known of days up to then alone."""

    def __init__(
        self, store: Store, settings: HelpdeskSettings, yardstick: Yardstick, measured: Measurable, day: Day
    ) -> None:
        self._watches = yardstick.watches
        self._calendar = yardstick.calendar
        self._begun = measured.subject.begun
        self._day = day
        self.at = yardstick.calendar.midnight(Day(day + 1))
        self._course = course(yardstick.calendar, yardstick.facts_from, self.at, yardstick.vocabulary.grace)
        self.metrics = yardstick.metrics(measured.subject, measured.history, day)
        self._again = _judge_again(yardstick, measured, self._course)
        account, rules = measured.subject.id, [watch.rule for watch in yardstick.watches]
        self._states = rename(store.states(settings.name).get(account, {}), rules).by_rule
        self._log = store.log(settings.name, account)
        self._kept = {row.rule: row for row in store.verdict_days(settings.name, account, day)}

    @property
    def former(self) -> tuple[VerdictDay, ...]:
        """Of rules that nobody judges any more."""
        known = {name for watch in self._watches for name in _names(watch.rule)}
        return tuple(row for name, row in self._kept.items() if name not in known)

    @property
    def transitions(self) -> tuple[TransitionRow, ...]:
        """Up to then."""
        before = sorted((row for row in self._log if row.transition.at <= self.at), key=lambda row: row.transition.at)
        return tuple(before[: -LAST_TRANSITIONS - 1 : -1])

    def rules(self) -> Iterator[PastRule]:
        """Every rule of today, in their order."""
        return map(self._rule, self._watches)

    def _rule(self, watch: Watch) -> PastRule:
        again, again_stood = self._see_again(watch), stood(self._again[watch.rule.id])
        kept = next((self._kept[name] for name in _names(watch.rule) if name in self._kept), None)
        seen = again if kept is None else see_recorded(watch, self.metrics, kept)
        logged = self._logged(watch.rule)
        differs = (*differences(seen, again), *self._stood_otherwise(logged, again_stood))
        return PastRule(
            seen=seen,
            source=Source.RECOMPUTED if kept is None else Source.RECORDED,
            stood=again_stood if logged is None else _timed(logged, None if differs else again_stood.clock),
            stood_source=Source.RECOMPUTED if logged is None else Source.RECORDED,
            again=again,
            again_stood=again_stood,
            differs=differs,
            blocked=self._block(watch),
        )

    def _see_again(self, watch: Watch) -> Seen:
        moment = Moment(at=self.at, day=self._day, midnight=True)
        return see(watch, self.metrics, observe_fully(watch, self.metrics, moment, self._block(watch)))

    def _block(self, watch: Watch) -> Block | None:
        return block(watch.rule, self._begun, self._day, self._course)

    def _logged(self, rule: Rule) -> Stood | None:
        """By the log; None where it says nothing, and where the day was not judged yet."""
        state = self._states.get(rule.id)
        if state is None or state.judged_at is None or state.judged_at < self.at:
            return None
        names = _names(rule)
        return recall((row.transition for row in self._log if row.rule in names), self.at)

    def _stood_otherwise(self, logged: Stood | None, again: Stood) -> Iterator[str]:
        if logged is None:
            return
        for name, one, other in (("phase", logged.phase, again.phase), ("level", logged.level, again.level)):
            if one is not other:
                yield name
        # By day a daemon notices earlier than a midnight does; people see the same date.
        days = [None if one.since is None else self._calendar.shown(one.since) for one in (logged, again)]
        if None not in days and days[0] != days[1]:
            yield "since"


def _judge_again(yardstick: Yardstick, measured: Measurable, nights: Course) -> Mapping[str, State]:
    """Where a first run at that midnight would have come to: as a daemon that always ran, had nobody answered."""
    judged = judge(yardstick.sight(measured.subject, measured.history), yardstick.watches, {}, nights)
    return {one.rule: one.state for one in judged}


def _timed(logged: Stood, clock: timedelta | None) -> Stood:
    """With a clock that the log does not know."""
    return replace(logged, clock=clock) if logged.phase.is_timed else logged


def _names(rule: Rule) -> tuple[str, ...]:
    """The id of a rule, and those it had before."""
    return (rule.id, *rule.previously)
