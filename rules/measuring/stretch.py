"""The numbers of one account over one stretch of days."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

from rules.catalogue import WITHOUT_OWN_FAULT
from rules.counting.cost import Pricing, cost
from rules.counting.counts import COUNTS
from rules.counting.history import Amount, DayRow, History, collapse
from rules.counting.revenue import Absence, Earned, earned, together
from rules.counting.subject import Subject
from rules.facts import Day

OVER_EVERY_LINE = Decimal("Infinity")
"""The share of an account whose status says it pays and which pays nothing."""

Exact = int | Fraction | Decimal
"""Kept exact, so that only the last step rounds; a Decimal is only ever OVER_EVERY_LINE."""

Known = Exact | Absence
"""A number, or why there is none."""

_Revenue = Fraction | Absence
_Cost = Fraction | Absence


class Fleet:
    """The work of all accounts together and that without account, and the revenue of all accounts."""

    __slots__ = ("_earned", "_subjects", "history")

    def __init__(self, rows: Iterable[DayRow], subjects: Iterable[Subject]) -> None:
        """`rows` of the work of every account that counts and of that without account; they are read once."""
        self.history = History(collapse(rows))
        self._subjects = tuple(subjects)
        self._earned: dict[tuple[Day, Day], Earned] = {}

    def earned(self, first: Day, last: Day) -> Earned:
        """The revenue of all accounts whose revenue is known."""
        if (first, last) not in self._earned:
            each = (earned(subject.periods, subject.monthly, first, last) for subject in self._subjects)
            self._earned[first, last] = together(each)
        return self._earned[first, last]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Everything that the numbers of one account are taken from."""

    subject: Subject
    history: History
    pricing: Pricing
    facts_from: Day
    """The first day of which all facts are in the store."""
    fleet: Fleet | None = None


class Stretch:
    """The numbers of an account over the days from `first` to `last`, both included; unrounded and never scaled."""

    __slots__ = ("_earned", "_read", "_sources", "first", "last")

    def __init__(self, sources: Sources, first: Day, last: Day) -> None:
        self._sources = sources
        self._earned: Earned | None = None
        self._read: dict[str, Known] = {}
        self.first = first
        self.last = last

    def read(self, stem: str) -> Known:
        """The number under a windowed name of the catalogue, without its window.

        Unknown where the days begin before the facts; revenue is known without them.
        """
        found = self._read.get(stem)
        if found is None:
            found = self._read[stem] = self._compute(stem)
        return found

    def on(self, sources: Sources) -> "Stretch":
        """The same days on other sources, with every number that was read so far."""
        moved = Stretch(sources, self.first, self.last)
        moved._read = dict(self._read)
        return moved

    def earned(self) -> Earned:
        """The account's revenue of these days, with its currency."""
        if self._earned is None:
            subject = self._sources.subject
            self._earned = earned(subject.periods, subject.monthly, self.first, self.last)
        return self._earned

    def inferred_share(self) -> Known:
        """The share of the minutes that was inferred."""
        return self._share_of_work(self._sources.pricing.inferred_seconds)

    def minutes(self) -> Known:
        """Minutes of agents' work, touches and changes, without our own fault."""
        return _exact(self._work(self._sources.pricing.seconds)) / 60

    def minutes_all(self) -> Known:
        """The same and our own fault."""
        return _exact(self._total(self._sources.pricing.seconds)) / 60

    def own_fault_share(self) -> Known:
        """The share of all those minutes that is our own fault."""
        seconds = self._sources.pricing.seconds
        work = _exact(self._total(seconds))
        return 1 - _exact(self._work(seconds)) / work if work else Absence.NO_WORK

    def cost(self) -> _Cost:
        """What agents' work cost, without our own fault."""
        return self._cost(self._sources.history.without_own_fault)

    def cost_all(self) -> _Cost:
        """The same and our own fault."""
        return self._cost(self._sources.history)

    def cost_share(self) -> Known:
        """Cost over revenue."""
        spent, revenue = self.cost(), self._comparable_revenue()
        if isinstance(spent, Absence):
            return spent
        if isinstance(revenue, Absence):
            return revenue
        return over_revenue(spent, revenue, self._sources.subject)

    def contribution(self) -> Known:
        """Revenue times gross margin, less cost."""
        spent, revenue, margin = self.cost(), self._comparable_revenue(), self._sources.pricing.gross_margin
        if isinstance(spent, Absence):
            return spent
        if isinstance(revenue, Absence):
            return revenue
        return Absence.NO_MARGIN if margin is None else revenue * Fraction(margin) - spent

    def measured_share(self) -> Known:
        """The share of the minutes that was measured."""
        return self._share_of_work(self._sources.pricing.measured_seconds)

    def assumed_share(self) -> Known:
        """The share of the minutes that was assumed."""
        return self._share_of_work(self._sources.pricing.assumed_seconds)

    def cost_share_of_all(self) -> Known:
        """The share of the cost of all accounts and of work without account; our own fault is in neither."""
        fleet, spent = self._sources.fleet, self.cost()
        if fleet is None or isinstance(spent, Absence):
            return Absence.NO_FLEET if fleet is None else spent
        spent_by_all = self._cost(fleet.history.without_own_fault)
        if isinstance(spent_by_all, Absence):
            return spent_by_all
        return spent / spent_by_all if spent_by_all else Absence.NO_WORK

    def revenue_share_of_all(self) -> Known:
        """The share of the revenue of all accounts."""
        fleet, revenue = self._sources.fleet, self._revenue()
        if fleet is None or isinstance(revenue, Absence):
            return Absence.NO_FLEET if fleet is None else revenue
        paid_by_all = fleet.earned(self.first, self.last)
        if paid_by_all.amount is None:
            return paid_by_all.absence or Absence.NO_REVENUE
        return revenue / paid_by_all.amount if paid_by_all.amount > 0 else Absence.NO_REVENUE

    def _compute(self, stem: str) -> Known:
        if stem == "revenue":
            return self._revenue()
        if self.first < self._sources.facts_from and stem != "revenue_share_of_all":
            return Absence.BEFORE_FACTS
        count = COUNTS.get(stem)
        if count is None:
            return _READINGS[stem](self)
        return int(self._work(count) if stem in WITHOUT_OWN_FAULT else self._total(count))

    def _total(self, weigh: Callable[[DayRow], Amount]) -> Amount:
        return self._sources.history.total(weigh, self.first, self.last)

    def _work(self, weigh: Callable[[DayRow], Amount]) -> Amount:
        """The same without our own fault."""
        return self._sources.history.without_own_fault.total(weigh, self.first, self.last)

    def _cost(self, history: History) -> _Cost:
        found = cost(history, self._sources.pricing, self.first, self.last)
        return Absence.NO_RATE if found is None else found

    def _revenue(self) -> _Revenue:
        found = self.earned()
        return found.amount if found.amount is not None else found.absence or Absence.NO_REVENUE

    def _comparable_revenue(self) -> _Revenue:
        """Revenue that may stand beside a cost: the currencies are never mixed."""
        revenue = self._revenue()
        if isinstance(revenue, Absence):
            return revenue
        if self.earned().currency is None:
            return Absence.NO_CURRENCY
        return revenue if self.earned().currency == self._sources.pricing.currency else Absence.OTHER_CURRENCY

    def _share_of_work(self, weigh: Callable[[DayRow], Amount]) -> Known:
        work = _exact(self._work(self._sources.pricing.seconds))
        return _exact(self._work(weigh)) / work if work else Absence.NO_WORK


def over_revenue(amount: Fraction, revenue: Fraction, subject: Subject) -> Known:
    """A share of revenue. Without any, it is over every line where the account's status says it pays, else unknown."""
    return amount / revenue if revenue > 0 else over_no_revenue(amount, pays=subject.pays)


def over_no_revenue(amount: int | Fraction, *, pays: bool) -> Decimal | Absence:
    """What an amount is of no revenue: over every line for an account whose status says that it pays, else unknown."""
    if not pays:
        return Absence.NOT_PAYING
    return OVER_EVERY_LINE if amount > 0 else Absence.NO_REVENUE


def _exact(amount: Amount) -> Fraction:
    return Fraction(*amount.as_integer_ratio())


_READINGS: Mapping[str, Callable[[Stretch], Known]] = MappingProxyType(
    {
        "touch_minutes": Stretch.minutes,
        "touch_minutes_all": Stretch.minutes_all,
        "own_fault_share": Stretch.own_fault_share,
        "touch_cost": Stretch.cost,
        "touch_cost_all": Stretch.cost_all,
        "cost_share": Stretch.cost_share,
        "contribution": Stretch.contribution,
        "measured_share": Stretch.measured_share,
        "assumed_share": Stretch.assumed_share,
        "cost_share_of_all": Stretch.cost_share_of_all,
        "revenue_share_of_all": Stretch.revenue_share_of_all,
    }
)
