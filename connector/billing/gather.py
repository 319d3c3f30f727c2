"""All sources of billing of one helpdesk together."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from connector.billing import Billing, BillingError, Statement, open_billing
from connector.settings import BillingSettings
from rules.counting.matching import match_billing
from rules.counting.repeated import join_repeated
from rules.facts import Account, Billed

Opener = Callable[[BillingSettings], Billing]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What billing says now of one helpdesk's accounts."""

    billed: Billed
    """What counts from now on: the last known facts, whole, when a source failed."""
    failures: tuple[str, ...] = ()
    """A sentence for each source that could not be read."""
    problems: tuple[str, ...] = ()
    """A row each that could not be read: `file:row: sentence`."""
    unmatched: tuple[str, ...] = ()
    """A row each that belongs to no account: `file:row: sentence`."""
    tells_revenue: bool = False
    """Whether a source that was read has a place for service periods."""
    tells_invoices: bool = False
    """Whether a source that was read has a place for invoices."""


def gather_billing(
    sources: Iterable[BillingSettings],
    accounts: Sequence[Account],
    known: Billed,
    opener: Opener = open_billing,
) -> Gathered:
    """Reads every source and gives its rows to the accounts. A source that fails never stops the others."""
    read, failures = _read(sources, opener)
    statements = [statement for _, statement in read]
    matched = [match_billing(each.periods, each.invoices, accounts, source.match) for source, each in read]
    joined = join_repeated(placed for each in matched for placed in each.invoices)
    fresh = Billed(revenue=tuple(one for each in matched for one in each.revenue), invoices=joined.invoices)
    return Gathered(
        billed=known if failures else fresh,
        failures=tuple(failures),
        problems=(*(line for each in statements for line in each.problems), *joined.problems),
        unmatched=tuple(line for each in matched for line in each.unmatched),
        tells_revenue=any(each.tells_revenue for each in statements),
        tells_invoices=any(each.tells_invoices for each in statements),
    )


def _read(
    sources: Iterable[BillingSettings], opener: Opener
) -> tuple[list[tuple[BillingSettings, Statement]], list[str]]:
    """What each source says, and a sentence for each that could not be read."""
    read: list[tuple[BillingSettings, Statement]] = []
    failures: list[str] = []
    for source in sources:
        try:
            read.append((source, opener(source).read()))
        except BillingError as error:
            failures.append(str(error))
    return read, failures
