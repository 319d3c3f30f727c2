"""Revenue and invoices from a table: a CSV file whose first row names its columns."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from connector.billing import BillingError, Statement
from connector.billing.csv_row import COMMON, INVOICE, PERIOD, Columns, read_row
from connector.settings import BillingSettings

_NAMES = "account, amount, currency, with from and to for revenue, number, due and paid for invoices, or all of them"


def open_csv(settings: BillingSettings) -> "CsvFile":
    """The entry point `csv`."""
    return CsvFile(path=settings.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvFile:
    """A file in UTF-8, separated by commas or semicolons; columns in any order, further ones are left alone."""

    path: Path

    def read(self) -> Statement:
        """Every row that can be read; each other one is a problem. Raises BillingError for the file as a whole."""
        lines = self._lines()
        if not lines:
            raise BillingError(f"{self.path}:1: the file is empty; its first row names {_NAMES}")
        separator = ";" if lines[0].count(";") > lines[0].count(",") else ","
        records = _records(lines, separator)
        columns = self._columns(next(records)[1])
        rows = [read_row(cells, columns, f"{self.path}:{row}") for row, cells in records]
        problems = (row.problem for row in rows if row.problem is not None)
        return Statement(
            periods=tuple(row.period for row in rows if row.period is not None),
            invoices=tuple(row.invoice for row in rows if row.invoice is not None),
            problems=(*self._half_named(columns), *problems),
            tells_revenue=columns.has_period,
            tells_invoices=columns.has_invoice,
        )

    def _lines(self) -> list[str]:
        try:
            text = self.path.read_bytes().decode("utf-8-sig", errors="replace")
        except OSError as error:
            raise BillingError(f"{self.path}: the file cannot be read: {error.strerror}") from error
        return list(io.StringIO(text, newline=""))

    def _columns(self, cells: Sequence[str] | None) -> Columns:
        columns = Columns(names=tuple(cell.strip().casefold() for cell in cells or ()))
        missing = [column for column in COMMON if column not in columns.names]
        if missing:
            raise BillingError(f"{self.path}:1: the first row lacks {', '.join(missing)}; it names {_NAMES}")
        if not columns.has_period and not columns.has_invoice:
            raise BillingError(f"{self.path}:1: the first row lacks {_lacking(columns)}; it names {_NAMES}")
        twice = [column for column in columns.read if columns.names.count(column) > 1]
        if twice:
            raise BillingError(f"{self.path}:1: the first row names {', '.join(twice)} twice")
        return columns

    def _half_named(self, columns: Columns) -> Iterator[str]:
        """What the first row has some columns of and not all: nothing of that is read.

        `number` alone is no sign of it: many tables number their rows.
        """
        for what, needed, signs in (("service period", PERIOD, PERIOD), ("invoice", INVOICE, ("due", "paid"))):
            missing = [column for column in needed if column not in columns.names]
            if missing and any(column in columns.names for column in signs):
                yield f"{self.path}:1: no {what} is read from here, for the first row lacks {', '.join(missing)}"


def _lacking(columns: Columns) -> str:
    """The columns that are missing where neither revenue nor invoices can be read; of the nearer one if any is."""
    of_period, of_invoice = (
        [column for column in needed if column not in columns.names] for needed in (PERIOD, INVOICE)
    )
    if len(of_invoice) < len(INVOICE) and len(of_period) == len(PERIOD):
        return ", ".join(of_invoice)
    return ", ".join(of_period)


def _records(lines: Sequence[str], separator: str) -> Iterator[tuple[int, list[str] | None]]:
    """The number of each record's first line with its cells, None where it is no CSV: that costs one line only."""
    start = 0
    while start < len(lines):
        reader = csv.reader(map(lines.__getitem__, range(start, len(lines))), delimiter=separator, strict=True)
        try:
            yield start + 1, next(reader)
            start += reader.line_num
        except csv.Error:
            yield start + 1, None
            start += 1
