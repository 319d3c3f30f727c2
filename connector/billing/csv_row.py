"""One row of a table of billing: a service period, an invoice, or both."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from rules.counting.account_facts import plain_number
from rules.counting.matching import BilledInvoice, BilledPeriod

COMMON = ("account", "amount", "currency")
"""The columns that every table has."""

PERIOD = ("from", "to")
"""The columns of service periods."""

INVOICE = ("number", "due", "paid")
"""The columns of invoices."""

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CURRENCY = re.compile(r"[A-Za-z]{3}")
_SHOWN = 40
_LONGEST_TEXT = 250
_NOT_UTF_8 = "\N{REPLACEMENT CHARACTER}"
_Half = TypeVar("_Half")


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """What the first row names, in its order."""

    names: tuple[str, ...]

    @property
    def has_period(self) -> bool:
        """Whether all columns of service periods are there."""
        return set(PERIOD) <= set(self.names)

    @property
    def has_invoice(self) -> bool:
        """Whether all columns of invoices are there."""
        return set(INVOICE) <= set(self.names)

    @property
    def read(self) -> tuple[str, ...]:
        """The columns that are looked at; all others are left alone."""
        return COMMON + PERIOD * self.has_period + INVOICE * self.has_invoice


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What one row says."""

    period: BilledPeriod | None = None
    invoice: BilledInvoice | None = None
    problem: str | None = None
    """`place: sentence`. Where only one half of a row is wrong, the other one counts."""


def read_row(cells: Sequence[str] | None, columns: Columns, place: str) -> Row:
    """Reads the cells of one row; None is a row that is no CSV. An empty row says nothing."""
    if cells is not None and not any(cell.strip() for cell in cells):
        return Row()
    try:
        line = _line(_cells(cells, columns), place)
    except _SlipError as slip:
        return Row(problem=f"{place}: {slip}")
    return _halves(line, columns)


class _SlipError(Exception):
    """What is wrong with one row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A row whose common columns could be read."""

    cells: Mapping[str, str]
    amount: Decimal
    """Net of tax; a credit is negative."""
    currency: str
    place: str

    @property
    def account(self) -> str:
        return self.cells["account"]

    def says(self, columns: Sequence[str]) -> bool:
        return any(self.cells[column] for column in columns)


def _cells(cells: Sequence[str] | None, columns: Columns) -> Mapping[str, str]:
    if cells is None:
        raise _SlipError("this is no CSV: look for a quotation mark that is not closed")
    if any(_NOT_UTF_8 in cell for cell in cells):
        raise _SlipError("this is not UTF-8; save the file as CSV UTF-8")
    if len(cells) < len(columns.names):
        raise _SlipError(f"{len(columns.names)} cells are needed, not {len(cells)}")
    return dict(zip(columns.names, (cell.strip() for cell in cells), strict=False))


def _line(cells: Mapping[str, str], place: str) -> _Line:
    _check_length(cells, "account")
    return _Line(cells=cells, amount=_amount(cells["amount"]), currency=_currency(cells["currency"]), place=place)


def _halves(line: _Line, columns: Columns) -> Row:
    """The service period and the invoice, as far as the table has columns for them and the row fills any."""
    both = columns.has_period and columns.has_invoice
    if both and not line.says(PERIOD + INVOICE):
        return Row(problem=f"{line.place}: neither a service period (from, to) nor an invoice (number, due) is named")
    wants_period = line.says(PERIOD) if both else columns.has_period
    wants_invoice = line.says(INVOICE) if both else columns.has_invoice
    period, slip = _half(_period, line) if wants_period else (None, None)
    invoice, other = _half(_invoice, line) if wants_invoice else (None, None)
    slips = "; ".join(each for each in (slip, other) if each is not None)
    return Row(period=period, invoice=invoice, problem=f"{line.place}: {slips}" if slips else None)


def _half(read: Callable[[_Line], _Half], line: _Line) -> tuple[_Half | None, str | None]:
    """What was read, or what is wrong."""
    try:
        return read(line), None
    except _SlipError as slip:
        return None, str(slip)


def _period(line: _Line) -> BilledPeriod:
    first, last = _day(line, "from"), _day(line, "to")
    if first > last:
        raise _SlipError(f"from ({first}) is after to ({last})")
    return BilledPeriod(
        key=line.account, first=first, last=last, amount=line.amount, currency=line.currency, place=line.place
    )


def _invoice(line: _Line) -> BilledInvoice | None:
    """None for a credit, which nobody pays late, and for what was paid and never had a due date."""
    if line.amount <= 0:
        return None
    paid = _day(line, "paid") if line.cells["paid"] else None
    if paid is not None and not line.cells["due"]:
        return None
    return BilledInvoice(
        key=line.account,
        number=_number(line.cells),
        due=_due(line),
        paid=paid,
        amount=line.amount,
        currency=line.currency,
        place=line.place,
    )


def _number(cells: Mapping[str, str]) -> str:
    _check_length(cells, "number")
    if not cells["number"].isprintable():
        raise _SlipError(f"number holds characters that cannot be shown: {_quoted(cells['number'])}")
    return cells["number"]


def _due(line: _Line) -> date:
    if not line.cells["due"]:
        raise _SlipError("due is empty: without it nobody can say when an unpaid invoice is overdue")
    return _day(line, "due")


def _day(line: _Line, column: str) -> date:
    written = line.cells[column]
    try:
        if _DATE.fullmatch(written):
            return date.fromisoformat(written)
    except ValueError:
        pass
    empty = ", or empty while it is not paid" if column == "paid" else ""
    raise _SlipError(f"{column} must be a date such as 2026-03-31{empty}, not {_quoted(written)}")


def _amount(written: str) -> Decimal:
    number = plain_number(written)
    if number is None:
        raise _SlipError(f"amount must be a plain number such as 1200.50, not {_quoted(written)}")
    return number


def _currency(written: str) -> str:
    if not _CURRENCY.fullmatch(written):
        raise _SlipError(f"currency must be three letters such as EUR, not {_quoted(written)}")
    return written.upper()


def _check_length(cells: Mapping[str, str], column: str) -> None:
    if not cells[column]:
        raise _SlipError(f"{column} is empty")
    if len(cells[column]) > _LONGEST_TEXT:
        raise _SlipError(f"{column} is longer than {_LONGEST_TEXT} characters")


def _quoted(text: str) -> str:
    """A cell as it may stand in a sentence: short, and without control characters."""
    return repr(text) if len(text) <= _SHOWN else f"{text[:_SHOWN]!r} and more"
