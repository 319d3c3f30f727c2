"""The days of which a backtest counts the alerts."""

from collections.abc import Iterable
from dataclasses import dataclass

from rules.catalogue import find_metric
from rules.facts import Day
from rules.judging.watch import Watch

WEEK = 7
_FEWEST_WEEKS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The days of which alerts are counted, both included."""

    first: Day
    last: Day

    @property
    def days(self) -> int:
        """How many they are."""
        return self.last - self.first + 1

    @property
    def weeks(self) -> tuple["Period", ...]:
        """Its weeks from the first day on; the last one may be shorter."""
        starts = range(self.first, self.last + 1, WEEK)
        return tuple(Period(first=Day(day), last=Day(min(day + WEEK - 1, self.last))) for day in starts)

    def holds(self, day: Day) -> bool:
        """Whether a day is one of them."""
        return self.first <= day <= self.last


def default_period(watches: Iterable[Watch], facts_from: Day, last: Day) -> Period:
    """The whole weeks up to `last` in which every rule had all its days behind it: windows, `min_history` and `hold`.

    Where these leave less than four weeks, all days of the facts.
    """
    first = max((facts_from + _days_before(watch) for watch in watches), default=facts_from)
    first += (last - first + 1) % WEEK
    if last - first + 1 < _FEWEST_WEEKS * WEEK:
        first = facts_from
    return Period(first=Day(first), last=last)


def _days_before(watch: Watch) -> int:
    metrics = (find_metric(name) for name in (*watch.operands, *watch.asked))
    windows = (metric.window or 0 for metric in metrics if metric is not None)
    return max(*windows, watch.rule.min_history.days, 1) + watch.rule.hold.days
