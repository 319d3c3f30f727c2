"""What work costs: seconds by the best source that exists, times the rate of its group on its day."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from rules.counting.history import Amount, DayRow, History
from rules.facts import Day, Kind, Method, Rate

SECONDS_AN_HOUR = 3600
_FROM_THE_BEGINNING = Day(0)
_Dated = tuple[list[Day], list[Decimal]]


class Pricing:
    """The rates, default minutes and gross margin of one helpdesk. Compared by identity: make one and keep it."""

    __slots__ = ("_dated", "_seconds_each", "currency", "gross_margin")

    def __init__(
        self,
        *,
        rates: Sequence[Rate],
        minutes: Mapping[str, Decimal],
        currency: str | None,
        gross_margin: Decimal | None,
    ) -> None:
        """`minutes`: by channel, and for `note` and `change`; used where a touch's time was not measured."""
        self.currency = currency
        self.gross_margin = gross_margin
        self._dated = {group: _dated(rates, group) for group in {rate.group for rate in rates}}
        self._seconds_each: dict[str, Amount] = {name: _plain(each * 60) for name, each in minutes.items()}

    @property
    def has_rates(self) -> bool:
        """False: the product speaks of hours only and every cost is unknown."""
        return bool(self._dated)

    def rate(self, group: str, day: Day) -> Decimal | None:
        """The cost of an hour: of the group's own latest rate begun by that day, else of the rate for every group."""
        own = self._begun(group, day) if group else None
        return own if own is not None else self._begun(None, day)

    def seconds(self, row: DayRow) -> Amount:
        """The work of a line: its own seconds, or its count times the default minutes where they are assumed."""
        if row.kind is None or row.kind == Kind.CONTACT:
            return 0
        if row.method != Method.ASSUMED:
            return row.seconds
        return row.count * self._seconds_each[_minutes_key(row)]

    def rate_seconds(self, row: DayRow) -> Amount:
        """Seconds times the rate of an hour: divide the sum by 3600, once. A line without a rate counts 0."""
        rate = self.rate(row.group, row.day)
        return 0 if rate is None else self.seconds(row) * rate

    def unpriced(self, row: DayRow) -> Amount:
        """The seconds of a line that no rate covers."""
        return self.seconds(row) if self.rate(row.group, row.day) is None else 0

    def measured_seconds(self, row: DayRow) -> Amount:
        """The seconds that were measured."""
        return self.seconds(row) if row.method == Method.MEASURED else 0

    def inferred_seconds(self, row: DayRow) -> Amount:
        """The seconds that were inferred from an agent's other work."""
        return self.seconds(row) if row.method == Method.INFERRED else 0

    def assumed_seconds(self, row: DayRow) -> Amount:
        """The seconds that come from default minutes."""
        return self.seconds(row) if row.method == Method.ASSUMED else 0

    def _begun(self, group: str | None, day: Day) -> Decimal | None:
        days, rates = self._dated.get(group, ([], []))
        place = bisect_right(days, day)
        return rates[place - 1] if place else None


def cost(history: History, pricing: Pricing, first: Day, last: Day) -> Fraction | None:
    """What the work of these days cost, exactly; None when a part of it has no rate.

    Time-driven activity-based costing (Kaplan & Anderson 2004): seconds / 3600 x the loaded cost of an hour.
    """
    if not pricing.has_rates or history.total(pricing.unpriced, first, last):
        return None
    upper, lower = history.total(pricing.rate_seconds, first, last).as_integer_ratio()
    return Fraction(upper, lower * SECONDS_AN_HOUR)


def _minutes_key(row: DayRow) -> str:
    """A reply takes the minutes of its channel, a note or a change its own."""
    return row.channel if row.kind == Kind.REPLY else str(row.kind)


def _dated(rates: Sequence[Rate], group: str | None) -> _Dated:
    starts = {_start(rate): rate.per_hour for rate in rates if rate.group == group}
    days = sorted(starts)
    return days, [starts[day] for day in days]


def _start(rate: Rate) -> Day:
    return Day(rate.first.toordinal()) if rate.first else _FROM_THE_BEGINNING


def _plain(seconds: Decimal) -> Amount:
    """An integer where it is one: sums of integers are faster, and just as exact."""
    return int(seconds) if seconds == int(seconds) else seconds
