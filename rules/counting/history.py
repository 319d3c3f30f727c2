"""One account's daily totals, and fast sums of them over any stretch of days."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from itertools import accumulate
from operator import attrgetter
from struct import Struct
from typing import NamedTuple

from rules.facts import Day, Kind, Method

Amount = int | Decimal


class DayRow(NamedTuple):
    """One line of an account's daily totals. A tuple, for these come by the hundred thousand."""

    day: Day
    group: str
    """The author's default group; '' when it is not known."""
    channel: str
    kind: Kind | None
    """None on a line that counts tickets, solved and reopens only."""
    method: Method | None
    # A tuple has a method of this name, which no line of totals needs.
    count: int  # type: ignore[assignment]
    seconds: int
    """Only where measured or inferred; 0 where assumed."""
    tickets: int
    solved: int
    reopens: int
    own_fault: bool = False
    """True for work and messages on tickets that are our own fault; never on a line that counts tickets."""


_Place = tuple[tuple[str, str, Kind | None, Method | None], bool]
"""What a line is of, besides its day: group, channel, kind and method, and whether it is our own fault."""

Weigh = Callable[[DayRow], Amount]
"""What one line counts for. The same callable always answers the same for the same line."""


_is_own_fault = attrgetter("own_fault")
_LINE = Struct("=iiiqiii")
"""Day, number of the place, count, seconds, tickets, solved, reopens: a line of one day fits, however much was done."""


class _Folded:
    """Lines in a quarter of the memory, unfolded each time they are read."""

    __slots__ = ("_lines", "_places")

    def __init__(self, rows: Iterable[DayRow]) -> None:
        numbers: dict[_Place, int] = {}
        packed = (_LINE.pack(row[0], numbers.setdefault((row[1:5], row[10]), len(numbers)), *row[5:10]) for row in rows)
        self._lines = b"".join(packed)
        self._places = tuple(numbers)

    def __iter__(self) -> Iterator[DayRow]:
        for day, place, *numbers in _LINE.iter_unpack(self._lines):
            work, own_fault = self._places[place]
            yield DayRow._make((day, *work, *numbers, own_fault))

    @property
    def has_own_fault(self) -> bool:
        """Whether any line is our own fault."""
        return any(own_fault for _, own_fault in self._places)


class _Series(NamedTuple):
    days: list[Day]
    until: list[Amount]
    """Sum of everything before the day at the same index; one longer than `days`."""


class History:
    """The daily totals of one account, or of all. Sums come from running totals, one list for each weight asked for."""

    __slots__ = ("_has_own_fault", "_rest", "_rows", "_series")

    def __init__(self, rows: Iterable[DayRow]) -> None:
        self._rows: Iterable[DayRow] = rows if isinstance(rows, _Folded) else tuple(rows)
        self._has_own_fault = _has_own_fault(self._rows)
        self._rest: History | None = None
        self._series: dict[Weigh, _Series] = {}

    @property
    def without_own_fault(self) -> "History":
        """The same without our own fault; itself where nothing is."""
        if not self._has_own_fault:
            return self
        if self._rest is None:
            rest = [row for row in self._rows if not row.own_fault]
            self._rest = History(_Folded(rest) if isinstance(self._rows, _Folded) else rest)
        return self._rest

    def folded(self) -> "History":
        """The same sums in little memory, each a little slower the first time: to be held for later."""
        return History(_Folded(self._rows))

    def total(self, weigh: Weigh, first: Day, last: Day) -> Amount:
        """The sum over the lines of the days from `first` to `last`, both included; exact."""
        series = self._series.get(weigh)
        if series is None:
            series = self._series[weigh] = _running(self._rows, weigh)
        days, until = series
        return until[bisect_right(days, last)] - until[bisect_left(days, first)]


def collapse(rows: Iterable[DayRow]) -> tuple[DayRow, ...]:
    """The same totals in as few lines as there are days and places, of many accounts."""
    sums: dict[tuple[Day, _Place], list[int]] = defaultdict(lambda: [0, 0, 0, 0, 0])
    for row in rows:
        found = sums[row[0], (row[1:5], row[10])]
        for place, number in enumerate(row[5:10]):
            found[place] += number
    return tuple(DayRow._make((day, *work, *numbers, ours)) for (day, (work, ours)), numbers in sums.items())


def _has_own_fault(rows: Iterable[DayRow]) -> bool:
    return rows.has_own_fault if isinstance(rows, _Folded) else any(map(_is_own_fault, rows))


def _running(rows: Iterable[DayRow], weigh: Weigh) -> _Series:
    by_day: dict[Day, Amount] = {}
    for row in rows:
        if amount := weigh(row):
            by_day[row.day] = by_day.get(row.day, 0) + amount
    days = sorted(by_day)
    return _Series(days, list(accumulate((by_day[day] for day in days), initial=0)))
