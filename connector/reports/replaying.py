"""Walks through the accounts of a store and judges the past of each; nothing is saved."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from connector.measuring import Yardstick, make_yardstick, read_accounts
from connector.progress import Progress
from connector.settings import HelpdeskSettings
from connector.store.store import Store
from rules.backtest.period import Period
from rules.backtest.replay import Episode, Passed, Past, Track, replay
from rules.counting.subject import Subject
from rules.facts import NOBODY, AccountId, Day
from rules.judging.judge import Sight, course
from rules.measuring.shown import long_date
from rules.rule import Policy, Rule

_EVERY = 100


class NoDaysError(Exception):
    """There is no finished day to judge; the sentence says why."""


def last_finished_day(yardstick: Yardstick) -> Day:
    """The last day that is over, as far as the facts reach. Raises NoDaysError while none of theirs is."""
    finished = Day(yardstick.today - 1)
    if finished < yardstick.facts_from:
        raise NoDaysError(f"the facts begin on {long_date(yardstick.facts_from)}: no day of theirs is over yet")
    return finished


@dataclass(slots=True, kw_only=True)
class Gathered:
    """The alerts of every version of every rule, over all accounts."""

    tracks: Sequence[Track]
    alerts: list[list[Episode]]
    """One for each version of each track, in their order."""
    peaks: dict[str, list[Decimal]] = field(default_factory=dict)
    """By rule: of each account, the value that came furthest."""
    names: dict[AccountId, str] = field(default_factory=dict)
    """Of every account that was judged."""

    def of(self, rules: Sequence[Rule]) -> Iterator[list[Episode]]:
        """The alerts of these rules as they are."""
        firsts = {self.tracks[index].watch.rule.id: place for index, place in enumerate(self._firsts())}
        for rule in rules:
            yield self.alerts[firsts[rule.id]]

    def versions(self) -> Iterator[tuple[Rule, list[Episode]]]:
        """The other versions of rules, with their alerts."""
        for each, first in zip(self.tracks, self._firsts(), strict=True):
            yield from zip(each.rules[1:], self.alerts[first + 1 : first + len(each.rules)], strict=True)

    def add(self, passed: Sequence[Passed]) -> None:
        """One account, as `replay` gives it."""
        for mine, one in zip(self.alerts, passed, strict=True):
            mine.extend(one.episodes)
        for one in (passed[place] for place in self._firsts()):
            if one.peak is not None:
                self.peaks.setdefault(one.rule.id, []).append(one.peak)

    def _firsts(self) -> list[int]:
        places, place = [], 0
        for each in self.tracks:
            places.append(place)
            place += len(each.rules)
        return places


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a backtest stands on."""

    store: Store
    settings: HelpdeskSettings
    yardstick: Yardstick
    progress: Progress

    def under(self, policy: Policy) -> "Ground":
        """The same past under other rules."""
        return find_ground(self.store, replace(self.settings, policy=policy), self.progress)

    def gather(self, tracks: Sequence[Track], period: Period) -> Gathered:
        """Judges every account at every midnight up to the period's end."""
        calendar = self.yardstick.calendar
        end = calendar.midnight(Day(period.last + 1))
        nights = course(calendar, self.yardstick.facts_from, end, self.settings.policy.grace)
        past = Past(course=nights, peaks_from=period.first, alert_from=self.settings.write.alert_from)
        gathered = Gathered(tracks=tracks, alerts=[[] for each in tracks for _ in each.rules])
        for subject, sight in self.sights():
            gathered.names[subject.id] = subject.name
            gathered.add(replay(subject.id, sight, tracks, past))
            if len(gathered.names) % _EVERY == 0:
                self.progress.judging(self.settings.name, len(gathered.names))
        return gathered

    def sights(self) -> Iterator[tuple[Subject, Sight]]:
        """Every account as the judge sees it, one at a time."""
        for measured in read_accounts(self.store, self.settings, self.yardstick):
            if measured.subject.id != NOBODY:
                yield measured.subject, self.yardstick.sight(measured.subject, measured.history)


def find_ground(store: Store, settings: HelpdeskSettings, progress: Progress) -> Ground:
    """What the store holds of a helpdesk. Raises NoDaysError while it holds nothing."""
    as_of = store.absorbed_until(settings.name)
    yardstick = None if as_of is None else make_yardstick(store, settings, as_of)
    if yardstick is None:
        raise NoDaysError("nothing was pulled yet; touchcost plan begins with that")
    return Ground(store=store, settings=settings, yardstick=yardstick, progress=progress)
