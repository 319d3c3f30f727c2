"""What accounts pay for a stretch of days: service periods spread by days, or a monthly figure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from rules.facts import Day, Revenue

MONTHS_A_YEAR = 12
DAYS_A_YEAR = 365


class Absence(StrEnum):
    """Why a number is unknown; the value is the sentence people read."""

    BEFORE_FACTS = "the window reaches back before the facts"
    TOO_SHORT = "less than half of the window has passed since the account's grace ended"
    NO_RATE = "no hourly rate covers this work"
    NO_REVENUE = "no revenue is known for this time"
    MIXED_CURRENCIES = "revenue comes in more than one currency, and currencies are never added"
    OTHER_CURRENCY = "cost and revenue are in different currencies, and no rate of exchange is known"
    NO_CURRENCY = "a currency is not known"
    NOT_PAYING = "not a paying customer: revenue is 0"
    NO_MARGIN = "no gross margin is configured"
    NO_WORK = "there was no work to take a share of"
    BY_ZERO = "it would be divided by zero"
    NO_FLEET = "the totals of all accounts are not known"
    NO_FACT = "the helpdesk does not say"
    NO_INVOICES = "no invoice of the account is known"
    FEW_INVOICES = "fewer than four invoices have fallen due"
    MIXED_INVOICES = "invoices are overdue in more than one currency, and currencies are never added"


@dataclass(frozen=True, slots=True, kw_only=True)
class Earned:
    """Revenue of some days, exactly, or why it is unknown."""

    amount: Fraction | None
    currency: str | None
    absence: Absence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Monthly:
    """A monthly figure from an account's field: it counts as it is now, for every day."""

    amount: Decimal
    currency: str | None
    """None: nobody says it, and then nothing can be set against it."""


def spread(periods: Iterable[Revenue], first: Day, last: Day) -> Earned:
    """The part of service periods that falls on the days from `first` to `last`, each spread evenly over its own days.

    Days that no period covers count 0; without any period on these days the revenue is unknown.
    """
    shares = [(period.currency, share) for period in periods if (share := _share(period, first, last)) is not None]
    if not shares:
        return _unknown(Absence.NO_REVENUE)
    currency = shares[0][0]
    if any(other != currency for other, _ in shares):
        return _unknown(Absence.MIXED_CURRENCIES)
    return Earned(amount=sum((share for _, share in shares), Fraction(0)), currency=currency)


def from_month(monthly: Monthly, days: int) -> Earned:
    """A monthly figure over a number of days: month x 12 x days / 365."""
    upper, lower = monthly.amount.as_integer_ratio()
    return Earned(amount=Fraction(upper * MONTHS_A_YEAR * days, lower * DAYS_A_YEAR), currency=monthly.currency)


def earned(periods: Sequence[Revenue], monthly: Monthly | None, first: Day, last: Day) -> Earned:
    """What one account pays for these days. An account with service periods is never read from its monthly figure."""
    if periods:
        return spread(periods, first, last)
    if monthly is not None:
        return from_month(monthly, last - first + 1)
    return _unknown(Absence.NO_REVENUE)


def together(each: Iterable[Earned]) -> Earned:
    """The sum over accounts. Accounts whose revenue is unknown are left out; currencies are never added."""
    known = [one for one in each if one.amount is not None]
    if not known:
        return _unknown(Absence.NO_REVENUE)
    if len({one.currency for one in known}) > 1:
        return _unknown(Absence.MIXED_CURRENCIES)
    amounts = (one.amount for one in known if one.amount is not None)
    return Earned(amount=sum(amounts, Fraction(0)), currency=known[0].currency)


def _share(period: Revenue, first: Day, last: Day) -> Fraction | None:
    begun, ended = period.first.toordinal(), period.last.toordinal()
    days = min(ended, last) - max(begun, first) + 1
    return Fraction(period.amount) * days / (ended - begun + 1) if days > 0 else None


def _unknown(absence: Absence) -> Earned:
    return Earned(amount=None, currency=None, absence=absence)
