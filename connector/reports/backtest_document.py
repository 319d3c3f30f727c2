"""The document of `backtest --json`. Numbers that must stay exact are texts."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from connector.reports.backtesting import Aimed, Backtest, Comparison, Counted
from connector.reports.written_lines import change_of_lines, written_line
from rules.backtest.tally import Loud, Tally
from rules.facts import AccountId, Day
from rules.language.expression import signal_unit


def backtest_document(found: Backtest) -> dict[str, object]:
    """One helpdesk's past under its rules."""
    return {
        "helpdesk": found.settings.name,
        "from": day_text(found.period.first),
        "to": day_text(found.period.last),
        "facts_from": day_text(found.facts_from),
        "accounts": found.accounts,
        "weeks": [day_text(week.first) for week in found.period.weeks],
        "rules": [_counted(each) for each in found.rules],
        "together": _tally(found.together),
        "loudest": [_loud(each, found.names) for each in found.loudest],
        "sweep": [_counted(each) for each in found.swept],
        "aim": None if found.aimed is None else _aimed(found.aimed, found.names),
        "against": None if found.comparison is None else _comparison(found.comparison, found.names),
    }


def day_text(day: Day) -> str:
    """2026-11-22."""
    return date.fromordinal(day).isoformat()


def _counted(found: Counted) -> dict[str, object]:
    unit = signal_unit(found.rule.signal)
    return {
        "rule": found.rule.id,
        "title": found.rule.title,
        "shadow": found.rule.shadow,
        "levels": {
            level.word: {"enter": str(lines.enter), "exit": str(lines.exit)} for level, lines in found.rule.levels
        },
        "lowest_enter": written_line(found.rule.levels[0][1].enter, unit).strip('"'),
        **_tally(found.tally),
    }


def _tally(tally: Tally) -> dict[str, object]:
    return {
        "alerts": tally.alerts,
        "weekly": [sum(week) for week in zip(*tally.weekly.values(), strict=True)],
        "weekly_by_level": {level.word: list(numbers) for level, numbers in tally.weekly.items()},
        "median_a_week": _number(tally.median),
        "worst_week": tally.worst,
        "by_level": {level.word: sum(numbers) for level, numbers in tally.weekly.items()},
        "muted": tally.muted,
        "open_before": tally.open_before,
        "open_after": tally.open_after,
        "accounts_alerted": tally.accounts,
        "mean_days_open": _number(tally.days_open),
        "relapses_saved": tally.relapses,
    }


def _loud(loud: Loud, names: Mapping[AccountId, str]) -> dict[str, object]:
    return {
        "account": loud.account,
        "name": names.get(loud.account, loud.account),
        "alerts": loud.alerts,
        "days": loud.days,
        "rules": list(loud.rules),
    }


def _aimed(aimed: Aimed, names: Mapping[AccountId, str]) -> dict[str, object]:
    return {
        "alerts_a_week": str(aimed.a_week),
        "found": None if aimed.found is None else _counted(aimed.found),
        "yaml": None if aimed.found is None else change_of_lines(aimed.found.rule),
        "accounts": [_loud(each, names) for each in aimed.accounts],
    }


def _comparison(comparison: Comparison, names: Mapping[AccountId, str]) -> dict[str, object]:
    return {
        "together": _tally(comparison.theirs),
        "accounts_of_both": comparison.both,
        "disagreements": [
            {
                "account": each.account,
                "name": names.get(each.account, each.account),
                "ours": None if each.ours is None else _loud(each.ours, names),
                "theirs": None if each.theirs is None else _loud(each.theirs, names),
            }
            for each in comparison.disagreements
        ],
    }


def _number(found: Fraction | None) -> float | None:
    return None if found is None else round(float(found), 2)
