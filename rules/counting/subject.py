"""One account as the rules see it: its facts in our words, as they are now."""

from dataclasses import dataclass
from decimal import Decimal

from rules.counting.revenue import Monthly
from rules.facts import NOBODY, AccountId, Day, Invoice, Revenue


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """An account's facts; None is unknown. They have no history: they count as they are now for every day.

    Service periods and invoices carry days of their own.
    """

    id: AccountId
    name: str
    begun: Day | None = None
    """The first day of the relation."""
    judged_from: Day | None = None
    """The day on which the account's grace ends; None where there is none."""
    status: str | None = None
    pays: bool = False
    """True where the account's status says that it pays; then no revenue is over every line."""
    segment: str | None = None
    strategic: bool | None = None
    seats: Decimal | None = None
    owner: str | None = None
    owner_is_person: bool = False
    """False for a team: a budget per owner holds for persons only."""
    periods: tuple[Revenue, ...] = ()
    """Service periods from billing; where there are any, the monthly figure is not used."""
    monthly: Monthly | None = None
    invoices: tuple[Invoice, ...] = ()


def without_account() -> Subject:
    """The line of everything that belongs to no account."""
    return Subject(id=NOBODY, name="without account")
