"""Revenue from a table: a CSV file with the columns account, from, to, amount and currency."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from connector.billing import BillingError, Statement
from connector.settings import BillingSettings
from rules.counting.account_facts import plain_number
from rules.counting.matching import BilledPeriod

COLUMNS = ("account", "from", "to", "amount", "currency")
"""Required, in any order; further columns are left alone."""

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CURRENCY = re.compile(r"[A-Za-z]{3}")
_SHOWN = 40
_LONGEST_KEY = 250
_NOT_UTF_8 = "\N{REPLACEMENT CHARACTER}"


def open_csv(settings: BillingSettings) -> "CsvFile":
    """The entry point `csv`."""
    return CsvFile(path=settings.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvFile:
    """A file in UTF-8, separated by commas or semicolons. `amount` is net of tax; a credit is negative."""

    path: Path

    def read(self) -> Statement:
        """Every row that can be read; each other one is a problem. Raises BillingError for the file as a whole."""
        lines = self._lines()
        if not lines:
            raise BillingError(f"{self.path}:1: the file is empty; its first row names {', '.join(COLUMNS)}")
        separator = ";" if lines[0].count(";") > lines[0].count(",") else ","
        records = _records(lines, separator)
        header = self._header(next(records)[1])
        periods: list[BilledPeriod] = []
        problems: list[str] = []
        for row, cells in records:
            place = f"{self.path}:{row}"
            try:
                periods.extend(_periods(cells, header, place))
            except _RowError as slip:
                problems.append(f"{place}: {slip}")
        return Statement(periods=tuple(periods), problems=tuple(problems))

    def _lines(self) -> list[str]:
        try:
            text = self.path.read_bytes().decode("utf-8-sig", errors="replace")
        except OSError as error:
            raise BillingError(f"{self.path}: the file cannot be read: {error.strerror}") from error
        return list(io.StringIO(text, newline=""))

    def _header(self, cells: Sequence[str] | None) -> tuple[str, ...]:
        names = tuple(cell.strip().casefold() for cell in cells or ())
        missing = [column for column in COLUMNS if column not in names]
        if missing:
            raise BillingError(
                f"{self.path}:1: the first row lacks {', '.join(missing)}; it names {', '.join(COLUMNS)}"
            )
        twice = [column for column in COLUMNS if names.count(column) > 1]
        if twice:
            raise BillingError(f"{self.path}:1: the first row names {', '.join(twice)} twice")
        return names


class _RowError(Exception):
    """What is wrong with one row."""


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


def _periods(cells: Sequence[str] | None, header: Sequence[str], place: str) -> Iterator[BilledPeriod]:
    """The period of one row; none for an empty one."""
    if cells is None:
        raise _RowError("this is no CSV: look for a quotation mark that is not closed")
    if not any(cell.strip() for cell in cells):
        return
    if any(_NOT_UTF_8 in cell for cell in cells):
        raise _RowError("this is not UTF-8; save the file as CSV UTF-8")
    if len(cells) < len(header):
        raise _RowError(f"{len(header)} cells are needed, not {len(cells)}")
    yield _period(dict(zip(header, (cell.strip() for cell in cells), strict=False)), place)


def _period(row: Mapping[str, str], place: str) -> BilledPeriod:
    if not row["account"]:
        raise _RowError("account is empty")
    if len(row["account"]) > _LONGEST_KEY:
        raise _RowError(f"account is longer than {_LONGEST_KEY} characters")
    first, last = _day(row, "from"), _day(row, "to")
    if first > last:
        raise _RowError(f"from ({first}) is after to ({last})")
    return BilledPeriod(
        key=row["account"], first=first, last=last, amount=_amount(row), currency=_currency(row), place=place
    )


def _day(row: Mapping[str, str], column: str) -> date:
    written = row[column]
    try:
        if _DATE.fullmatch(written):
            return date.fromisoformat(written)
    except ValueError:
        pass
    raise _RowError(f"{column} must be a date such as 2026-03-31, not {_quoted(written)}")


def _amount(row: Mapping[str, str]) -> Decimal:
    number = plain_number(row["amount"])
    if number is None:
        raise _RowError(f"amount must be a plain number such as 1200.50, not {_quoted(row['amount'])}")
    return number


def _currency(row: Mapping[str, str]) -> str:
    if not _CURRENCY.fullmatch(row["currency"]):
        raise _RowError(f"currency must be three letters such as EUR, not {_quoted(row['currency'])}")
    return row["currency"].upper()


def _quoted(text: str) -> str:
    """A cell as it may stand in a sentence: short, and without control characters."""
    return repr(text) if len(text) <= _SHOWN else f"{text[:_SHOWN]!r} and more"
