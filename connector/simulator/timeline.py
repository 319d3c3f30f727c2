"""Rows in the order in which they last changed: the index behind every incremental export."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from datetime import datetime

Place = tuple[datetime, int]

_BEGINNING = -(2**62)


class Timeline:
    """Ids sorted by (time of the last change, id). A moved row's old place is dropped lazily."""

    def __init__(self) -> None:
        self._places: list[Place] = []
        self._times: dict[int, datetime] = {}

    def __len__(self) -> int:
        return len(self._times)

    def put(self, row: int, moment: datetime) -> None:
        """Place the row at `moment`, wherever it stood before."""
        self._times[row] = moment
        place = (moment, row)
        if not self._places or self._places[-1] < place:
            self._places.append(place)
        else:
            insort(self._places, place)
        if len(self._places) > 4 * len(self._times) + 64:
            self._places = sorted((at, row) for row, at in self._times.items())

    def since(self, moment: datetime) -> Iterator[Place]:
        """Places at `moment` or later, in order."""
        return self._walk(bisect_left(self._places, (moment, _BEGINNING)))

    def after(self, place: Place) -> Iterator[Place]:
        """Places behind `place`, in order."""
        return self._walk(bisect_right(self._places, place))

    def _walk(self, start: int) -> Iterator[Place]:
        last: Place | None = None
        for index in range(start, len(self._places)):
            place = self._places[index]
            # A row put twice at the same second stands twice, side by side.
            if self._times[place[1]] == place[0] and place != last:
                yield place
            last = place
