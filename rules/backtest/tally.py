"""Counts the alerts of a stretch of past days: how many a week, for how long, whose."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median

from rules.backtest.period import WEEK, Period
from rules.backtest.replay import Episode
from rules.facts import AccountId, Day
from rules.rule import Level

LOUDEST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The alerts of one rule, or of several together."""

    alerts: int
    """Told within the period."""
    weekly: Mapping[Level, tuple[int, ...]]
    """The same by the highest level that each rose to, and by week."""
    median: Fraction | None
    """Of the whole weeks; None: there is none."""
    worst: int | None
    muted: int
    """Opened within the period and never told."""
    open_before: int
    """Open as the period began."""
    open_after: int
    """Open at its end."""
    accounts: int
    """Accounts with an alert that was open or told within it."""
    days_open: Fraction | None
    """The mean of all alerts that were open within it, from their opening; those still open until its end."""
    relapses: int
    """How often within it a value came back over a line while its alert was still open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loud:
    """One account's alerts within a period."""

    account: AccountId
    alerts: int
    days: int
    """Days on which any of them was open."""
    rules: tuple[str, ...]


def tally(alerts: Sequence[Episode], period: Period) -> Tally:
    """Counts the alerts of a period."""
    told = [alert for alert in alerts if alert.told is not None and period.holds(alert.told)]
    weekly = _weekly(told, period)
    whole = tuple(map(sum, zip(*weekly.values(), strict=True)))[: period.days // WEEK]
    stood = [alert for alert in alerts if alert.told is not None and _days(alert, period)]
    lengths = [_length(alert, period.last) for alert in stood]
    return Tally(
        alerts=len(told),
        weekly=weekly,
        median=Fraction(median(whole)) if whole else None,
        worst=max(whole, default=None),
        muted=sum(alert.told is None and period.holds(alert.opened) for alert in alerts),
        open_before=sum(alert.opened < period.first for alert in stood),
        open_after=sum(_stands(alert, period.last) for alert in stood),
        accounts=len({alert.account for alert in (*told, *stood)}),
        days_open=Fraction(sum(lengths), len(lengths)) if lengths else None,
        relapses=sum(period.holds(day) for alert in stood for day in alert.relapses),
    )


def _weekly(told: Iterable[Episode], period: Period) -> Mapping[Level, tuple[int, ...]]:
    found = Counter((alert.level, (alert.told - period.first) // WEEK) for alert in told if alert.told is not None)
    weeks = range(len(period.weeks))
    return {level: tuple(found[level, week] for week in weeks) for level in Level}


def loudest(alerts: Sequence[Episode], period: Period, most: int = LOUDEST) -> tuple[Loud, ...]:
    """The accounts with the most alerts, then with the most days of one; every account of a period when `most` is 0."""
    by_account: dict[AccountId, list[Episode]] = {}
    for alert in alerts:
        if alert.told is not None and (_days(alert, period) or period.holds(alert.told)):
            by_account.setdefault(alert.account, []).append(alert)
    found = sorted((_loud(account, each, period) for account, each in by_account.items()), key=_loudness)
    return tuple(found[:most] if most else found)


def _loud(account: AccountId, alerts: Sequence[Episode], period: Period) -> Loud:
    return Loud(
        account=account,
        alerts=sum(_is_told(alert, period) for alert in alerts),
        days=len({day for alert in alerts for day in _days(alert, period)}),
        rules=tuple(dict.fromkeys(alert.rule for alert in alerts)),
    )


def _loudness(loud: Loud) -> tuple[int, int, str]:
    return -loud.alerts, -loud.days, loud.account


def _is_told(alert: Episode, period: Period) -> bool:
    return alert.told is not None and period.holds(alert.told)


def _stands(alert: Episode, day: Day) -> bool:
    return alert.opened <= day and (alert.resolved is None or alert.resolved > day)


def _days(alert: Episode, period: Period) -> range:
    """The days of the period that it was open at the end of."""
    end = period.last + 1 if alert.resolved is None else min(alert.resolved, period.last + 1)
    return range(max(alert.opened, period.first), end)


def _length(alert: Episode, last: Day) -> int:
    """Days at whose end it was open, until the last one."""
    return (last + 1 if alert.resolved is None else min(alert.resolved, last + 1)) - alert.opened
