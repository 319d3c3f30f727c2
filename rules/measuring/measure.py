"""Every number of one account on one day, each computed when it is asked for."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from rules.catalogue import METRICS, Metric, Unit
from rules.counting.cost import Pricing
from rules.counting.history import DayRow, History
from rules.counting.invoices import OWED, currency_of_invoices
from rules.counting.revenue import Absence
from rules.counting.subject import Subject
from rules.facts import Day
from rules.measuring.stretch import Fleet, Known, Sources, Stretch

__all__ = ["Absence", "DayRow", "Fleet", "History", "Metrics", "Pricing", "Subject", "Value", "measure", "plain"]

Value = Decimal | int | str | bool | None
"""None is unknown, never zero."""

REVENUE = ("revenue", "revenue_month")
"""Stems: what an account pays."""
_OF_REVENUE = frozenset({*REVENUE, "contribution", "revenue_share_of_all"})
_SCALED = (Unit.COUNT, Unit.MONEY, Unit.MINUTES)


class Metrics:
    """The numbers of one account on the day that ends its windows. Kept once computed."""

    __slots__ = ("_exact", "_last_day", "_operands", "_sources", "_stretches", "_windows")

    def __init__(self, sources: Sources, last_day: Day) -> None:
        self._sources = sources
        self._last_day = last_day
        self._stretches: dict[tuple[Day, Day], Stretch] = {}
        # Those of whole windows, by their length in days.
        self._windows: dict[int, Stretch] = {}
        self._exact: dict[str, Known | str | bool] = {}
        self._operands: dict[str, Known] = {}

    @property
    def subject(self) -> Subject:
        """Whose numbers these are."""
        return self._sources.subject

    @property
    def last_day(self) -> Day:
        """The last day of every window."""
        return self._last_day

    @property
    def reach(self) -> Day:
        """The first day of which all facts are known: a window that begins earlier is unknown."""
        return self._sources.facts_from

    def value(self, name: str) -> Value:
        """A metric or fact of the catalogue, unrounded and never scaled; None where it is unknown.

        Raises KeyError for a name that the catalogue does not know.
        """
        metric = METRICS[name]
        if metric.window is None:
            return self._fact(name)
        return plain(self._whole(metric.window).read(metric.stem))

    @property
    def pays(self) -> bool:
        """Whether the account's status says that it pays."""
        return self.subject.pays

    def exact(self, name: str) -> Known | str | bool:
        """The same as `value`, not rounded; what is unknown says why."""
        found = self._exact.get(name)
        if found is None:
            found = self._exact[name] = self._find_exact(METRICS[name])
        return found

    def operand(self, name: str) -> Known:
        """A number as a rule's signal sees it, not rounded; what is unknown says why.

        A windowed count, sum or amount covers the days since the account's grace ended, scaled to its window, and is
        unknown when these are less than half of it. While in grace nothing is scaled.
        """
        found = self._operands.get(name)
        if found is None:
            found = self._operands[name] = self._find_operand(METRICS[name])
        return found

    def absence(self, name: str) -> Absence | None:
        """Why the unscaled value of a name is unknown; None when it is known."""
        found = self.exact(name)
        return found if isinstance(found, Absence) else None

    def currency(self, name: str) -> str | None:
        """The currency of an amount of money; None where it is unknown or the name is no money."""
        metric = METRICS[name]
        if metric.unit is not Unit.MONEY:
            return None
        if name in OWED:
            return currency_of_invoices(self.subject.invoices, self._last_day)
        if metric.stem not in REVENUE:
            return self._sources.pricing.currency
        if metric.window is None:
            return self.subject.monthly.currency if self.subject.monthly else None
        return self._whole(metric.window).earned().currency

    def scaled_since(self, name: str) -> Day | None:
        """The day from which a signal counts, where that is later than the beginning of its window."""
        metric = METRICS[name]
        return None if metric.window is None else self._scaled_since(metric.window)

    def over(self, first: Day, last: Day) -> Stretch:
        """The account's numbers over any stretch of days, such as a calendar month."""
        found = self._stretches.get((first, last))
        if found is None:
            found = self._stretches[first, last] = Stretch(self._sources, first, last)
        return found

    def only(self, names: Iterable[str]) -> "Metrics":
        """The same numbers of these names, without the daily totals behind them; any other over a window is unknown.

        For an account of which little will be asked and of whose kind there are many.
        """
        for name in names:
            self.value(name)
        kept = Metrics(replace(self._sources, history=History(()), facts_from=Day(self._last_day + 1)), self._last_day)
        kept._stretches = {days: found.on(kept._sources) for days, found in self._stretches.items()}
        return kept

    def _scaled_since(self, days: int) -> Day | None:
        """The first day of a window that a signal counts; None: it counts the whole window."""
        judged_from = self._sources.subject.judged_from
        if judged_from is None or not self._last_day - days + 1 < judged_from <= self._last_day:
            return None
        return judged_from

    def _whole(self, days: int) -> Stretch:
        """The account's numbers over a window that ends with the last day."""
        found = self._windows.get(days)
        if found is None:
            found = self._windows[days] = self.over(Day(self._last_day - days + 1), self._last_day)
        return found

    def _find_exact(self, metric: Metric) -> Known | str | bool:
        if metric.window is None:
            return self._exact_fact(metric.name)
        return self._whole(metric.window).read(metric.stem)

    def _find_operand(self, metric: Metric) -> Known:
        if metric.stem in _OF_REVENUE and (asleep := self._asleep(metric)) is not None:
            return asleep
        if metric.window is None:
            fact = self._exact_fact(metric.name)
            return fact if isinstance(fact, int | Absence | Fraction) else Absence.NO_FACT
        since = self._scaled_since(metric.window)
        if since is None:
            return self._whole(metric.window).read(metric.stem)
        days = self._last_day - since + 1
        if 2 * days < metric.window:
            return Absence.TOO_SHORT
        amount = self.over(since, self._last_day).read(metric.stem)
        if isinstance(amount, Absence | Decimal) or metric.unit not in _SCALED:
            return amount
        return Fraction(amount) * metric.window / days

    def _asleep(self, metric: Metric) -> Absence | None:
        """What stands on revenue says nothing of an account that pays nothing and need not."""
        if self.subject.pays:
            return None
        revenue = self.value("revenue_month" if metric.window is None else f"revenue_{metric.window}d")
        return Absence.NOT_PAYING if isinstance(revenue, Decimal | int) and revenue <= 0 else None

    def _owed(self, name: str) -> Known:
        return OWED[name](self.subject.invoices, self._last_day)

    def _exact_fact(self, name: str) -> Known | str | bool:
        if name in OWED:
            return self._owed(name)
        fact = self._fact(name)
        if fact is None:
            return Absence.NO_FACT
        return Fraction(fact) if isinstance(fact, Decimal) else fact

    def _fact(self, name: str) -> Value:
        subject = self.subject
        if name == "age_days":
            return None if subject.begun is None else max(0, self._last_day - subject.begun)
        if name in OWED:
            return plain(self._owed(name))
        if name == "revenue_month":
            return None if subject.monthly is None else subject.monthly.amount
        value: Value = getattr(subject, name)
        return value


def measure(
    subject: Subject,
    history: History,
    pricing: Pricing,
    last_day: Day,
    facts_from: Day,
    *,
    fleet: Fleet | None = None,
) -> Metrics:
    """The numbers of an account on windows that end with `last_day`, today so far or a finished day.

    `facts_from` is the first day of which the store holds everything. Without a `fleet` the shares of all are unknown.
    """
    sources = Sources(subject=subject, history=history, pricing=pricing, facts_from=facts_from, fleet=fleet)
    return Metrics(sources, last_day)


def plain(known: Known) -> Decimal | int | None:
    """A number as people and rules get it, rounded to 28 digits where it has no end."""
    if isinstance(known, Fraction):
        return Decimal(known.numerator) / known.denominator
    return None if isinstance(known, Absence) else known
