"""What people are shown of one account's signal: its number, or why there is none, its currency, and since when."""

from decimal import Decimal

from rules.catalogue import find_metric
from rules.expression import amounts, names
from rules.facts import Day
from rules.judging.closures import signal_closure
from rules.judging.numbers import Numbers
from rules.measuring.measure import Absence, Metrics
from rules.rule import Rule, Signal, Unknown


def value_of(signal: Signal, numbers: Numbers) -> Decimal | None:
    """A signal's number, for one account alone: a watch has it ready for many."""
    found = signal_closure(signal)(numbers)
    return None if isinstance(found, Absence) else found


def absence_of(signal: Signal, numbers: Numbers) -> Absence | None:
    """Why a signal's number is unknown; None when it is known."""
    found = signal_closure(signal)(numbers)
    return found if isinstance(found, Absence) else None


def currency_of(signal: Signal, numbers: Numbers) -> str | None:
    """The currency of a signal that is money; None where it is unknown or the signal is no money."""
    amount = next(amounts(signal.tree), None)
    return None if amount is None else numbers.currency(amount.name)


def speaks_from(rule: Rule, judged_from: Day | None, day: Day) -> Day:
    """The first day, from `day` on, on which a rule's signal is not unknown for want of days since the account's grace.

    It is `day` for an account without a grace, in its grace, and for a rule that opens on what is unknown.
    """
    if judged_from is None or day < judged_from or rule.unknown is Unknown.ALERT:
        return day
    metrics = (find_metric(name.name) for name in names(rule.signal.tree))
    windows = (metric.window for metric in metrics if metric is not None and metric.window is not None)
    # Half a window, a half day begun among them, and the day itself is one.
    return Day(max((day, *(judged_from + (window + 1) // 2 - 1 for window in windows))))


def scaled_since(signal: Signal, metrics: Metrics) -> Day | None:
    """The day from which a signal counts, where that is later than the beginning of one of its windows."""
    found = (metrics.scaled_since(name.name) for name in names(signal.tree))
    return next((day for day in found if day is not None), None)
