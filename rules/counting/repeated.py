"""One invoice for each number of an account, where billing names a number more than once."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from rules.counting.matching import PlacedInvoice
from rules.facts import AccountId, Invoice


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """Each invoice once, by account and number, and what could not be one."""

    invoices: tuple[Invoice, ...]
    problems: tuple[str, ...]
    """Each `place: sentence`."""


def join_repeated(placed: Iterable[PlacedInvoice]) -> Joined:
    """Makes one invoice of all lines with the same account and number.

    Lines of the same amount, currency and due date are the same invoice told again: a payment that any of them knows
    counts, of two days the later one, so their order does not matter. Of lines that differ in these the first counts,
    and each other one is a problem.
    """
    kept: dict[tuple[AccountId, str], PlacedInvoice] = {}
    problems: list[str] = []
    for line in placed:
        key = (line.invoice.account, line.invoice.number)
        first = kept.setdefault(key, line)
        if first is line:
            continue
        if _terms(first.invoice) != _terms(line.invoice):
            problems.append(f"{line.place}: {_differs(line.invoice.number, first.place)}")
            continue
        paid = _later(first.invoice.paid, line.invoice.paid)
        kept[key] = replace(first, invoice=replace(first.invoice, paid=paid))
    return Joined(invoices=tuple(kept[key].invoice for key in sorted(kept)), problems=tuple(problems))


def _terms(invoice: Invoice) -> tuple[date, Decimal, str]:
    return invoice.due, invoice.amount, invoice.currency


def _differs(number: str, place: str) -> str:
    return (
        f"invoice {number!r} of this account stands at {place} with another amount, currency or due date, "
        "and that one counts; give an invoice one row with its number"
    )


def _later(one: date | None, other: date | None) -> date | None:
    days = [day for day in (one, other) if day is not None]
    return max(days, default=None)
