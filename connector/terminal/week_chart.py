"""Alerts week by week as columns, by the level that each rose to."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from rich.console import Console, ConsoleOptions, RenderableType
from rich.text import Text

from connector.terminal.accounts import LEVEL_STYLES
from rules.backtest.period import Period
from rules.measuring.shown import short_date
from rules.rule import Level

_HEIGHT = 8
"""How many rows there are at most."""
_WIDEST = 2
_MARGIN = 2
_WIDTH = 80
"""No wider than that: on a wide screen, and in a file, it looks the same."""
_INKS = {Level.WATCH: "░", Level.AMBER: "▒", Level.RED: "█"}
"""Told apart without colours too."""
_LABEL = len("Oct ")
_Column = tuple[Level, ...]
"""A level for every alert of one column, from the bottom up."""


class WeekChart:
    """A column a week, the worst level at the bottom; of a long time some weeks together in one."""

    def __init__(self, weeks: Sequence[Period], counts: Mapping[Level, Sequence[int]]) -> None:
        """`counts`: by level the alerts of each week."""
        self._weeks = weeks
        self._counts = counts

    def __rich_console__(self, _: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        """Rich's protocol: a line of what is shown, the rows, the axis with its months."""
        room = min(options.max_width, _WIDTH) - self._gutter - _MARGIN
        together = -(-len(self._weeks) // room)
        starts = range(0, len(self._weeks), together)
        columns = [self._column(start, start + together) for start in starts]
        pace = min(_WIDEST + 1, room // len(columns))
        yield self._legend(together)
        yield from self._rows(columns, pace)
        yield Text(f"{' ' * self._gutter} └{'─' * (pace * len(columns))}")
        yield Text(" " * (self._gutter + _MARGIN) + _months([self._weeks[start] for start in starts], pace))

    @property
    def _gutter(self) -> int:
        """The room for the numbers beside the rows."""
        return len(str(sum(sum(numbers) for numbers in self._counts.values())))

    def _column(self, first: int, end: int) -> _Column:
        return tuple(level for level in reversed(Level) for _ in range(sum(self._counts[level][first:end])))

    def _legend(self, together: int) -> Text:
        text = Text("Alerts a week" if together == 1 else f"Alerts in {together} weeks", "bold")
        for level in reversed(Level):
            text.append(f"  {_INKS[level]} ", LEVEL_STYLES[level]).append(level.word, "not bold")
        return text

    def _rows(self, columns: Sequence[_Column], pace: int) -> Iterator[Text]:
        """From the top: each row is so many alerts."""
        most = max(map(len, columns))
        step = max(1, -(-most // _HEIGHT))
        for row in range(-(-most // step), 0, -1):
            text = Text(f"{row * step:>{self._gutter}} │")
            for column in columns:
                text.append_text(_cell(column, (row - 1) * step, pace))
            yield text


def _cell(column: _Column, below: int, pace: int) -> Text:
    """What of a column stands in one row, over the alerts of the rows below."""
    ink = max(1, pace - 1)
    if below >= len(column):
        return Text(" " * pace)
    level = column[below]
    return Text(_INKS[level] * ink, LEVEL_STYLES[level]).append(" " * (pace - ink))


def _months(weeks: Sequence[Period], pace: int) -> str:
    """The name of a month under its first column, where there is room for it."""
    line, before = "", None
    for place, week in enumerate(weeks):
        month = date.fromordinal(week.first).month
        if month != before and len(line) <= place * pace:
            line = line.ljust(place * pace) + short_date(week.first).split()[1].ljust(_LABEL)
            before = month
    return line.rstrip()
