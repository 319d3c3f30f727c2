"""What an account owes on a day: invoices past their due date, and how it paid the last ones.

An invoice is overdue from the day after its due date on, until the day before it is paid. Billing tells the present
alone, so a day of the past is judged by the due and paid dates that are known now.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from types import MappingProxyType

from rules.counting.revenue import Absence
from rules.facts import Day, Invoice

LAST = 4
"""Of so many invoices that fell due last it is asked whether they were paid late."""

Owed = int | Fraction | Absence
"""A number of an account's invoices on a day, exact, or why there is none."""


def overdue(invoices: Sequence[Invoice], day: Day) -> tuple[Invoice, ...]:
    """The invoices that are overdue on a day, the oldest first."""
    on = date.fromordinal(day)
    return tuple(sorted((one for one in invoices if one.due < on and not _is_paid(one, on)), key=_age))


def days_overdue(invoices: Sequence[Invoice], day: Day) -> Owed:
    """Days from the oldest due date that was missed to this day; 0 where nothing is overdue."""
    if not invoices:
        return Absence.NO_INVOICES
    late = overdue(invoices, day)
    return day - late[0].due.toordinal() if late else 0


def invoices_overdue(invoices: Sequence[Invoice], day: Day) -> Owed:
    """How many are overdue."""
    return len(overdue(invoices, day)) if invoices else Absence.NO_INVOICES


def amount_overdue(invoices: Sequence[Invoice], day: Day) -> Owed:
    """The whole amount of what is overdue. Currencies are never added."""
    if not invoices:
        return Absence.NO_INVOICES
    late = overdue(invoices, day)
    if len({one.currency for one in late}) > 1:
        return Absence.MIXED_INVOICES
    return sum((Fraction(one.amount) for one in late), Fraction(0))


def late_payments(invoices: Sequence[Invoice], day: Day) -> Owed:
    """How many of the last four whose due date has passed were not paid by it; unknown while they are fewer."""
    if not invoices:
        return Absence.NO_INVOICES
    on = date.fromordinal(day)
    passed = sorted((one for one in invoices if one.due < on), key=_age)[-LAST:]
    return sum(not _is_paid(one, one.due) for one in passed) if len(passed) == LAST else Absence.FEW_INVOICES


def currency_of_invoices(invoices: Sequence[Invoice], day: Day) -> str | None:
    """The currency of what is overdue, or where nothing is, of all invoices; None where there are several."""
    currencies = {one.currency for one in overdue(invoices, day) or invoices}
    return currencies.pop() if len(currencies) == 1 else None


def _is_paid(invoice: Invoice, by: date) -> bool:
    return invoice.paid is not None and invoice.paid <= by


def _age(invoice: Invoice) -> tuple[date, str]:
    return invoice.due, invoice.number


OWED: Mapping[str, Callable[[Sequence[Invoice], Day], Owed]] = MappingProxyType(
    {
        "days_overdue": days_overdue,
        "invoices_overdue": invoices_overdue,
        "amount_overdue": amount_overdue,
        "late_payments_of_4": late_payments,
    }
)
"""The numbers of invoices by their names in the catalogue."""
