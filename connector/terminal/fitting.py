"""A table that leaves out its least wanted columns where they do not fit, and says which."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType
from rich.table import Table
from rich.text import Text

_GAP = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column. Numbers are never cut or wrapped; texts are, down to `least`."""

    name: str
    """May have several lines."""
    rank: int = 0
    """0: it always stays; else the highest goes first."""
    least: int | None = None
    """For a text: the width down to which it may be cut or wrapped. None: a number."""


class FittingTable:
    """Rows under columns, as wide as the terminal allows."""

    def __init__(self, columns: Sequence[Column], rows: Sequence[Sequence[Text]], elsewhere: str) -> None:
        """`elsewhere` says where the columns can be seen that are left out."""
        self._columns = columns
        self._rows = rows
        self._elsewhere = elsewhere

    def __rich_console__(self, _: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        """Rich's protocol: the table, then a line on what is left out."""
        kept = self._kept(options.max_width)
        yield self._table(kept)
        left = [column.name.replace("\n", " ") for place, column in enumerate(self._columns) if place not in kept]
        if left:
            yield Text(f"No room for {', '.join(left)}: {self._elsewhere}.", "dim")

    def _kept(self, width: int) -> list[int]:
        """The places of the columns that fit; those that must stay, whether they fit or not."""
        kept = list(range(len(self._columns)))
        while sum(self._needed(place) for place in kept) + _GAP * (len(kept) - 1) > width:
            last = max(kept, key=lambda place: self._columns[place].rank)
            if not self._columns[last].rank:
                break
            kept.remove(last)
        return kept

    def _needed(self, place: int) -> int:
        column = self._columns[place]
        heading = _width(Text(column.name))
        widest = max([heading, *(_width(row[place]) for row in self._rows)])
        return widest if column.least is None else min(widest, max(column.least, heading))

    def _table(self, kept: Sequence[int]) -> Table:
        shown = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="bold")
        for place in kept:
            column = self._columns[place]
            is_number = column.least is None
            shown.add_column(column.name, justify="right" if is_number else "left", no_wrap=is_number)
        for row in self._rows:
            shown.add_row(*(row[place] for place in kept))
        return shown


def _width(text: Text) -> int:
    return max((line.cell_len for line in text.split()), default=0)
