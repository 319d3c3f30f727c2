"""All sources of revenue of one helpdesk together."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from connector.billing import Billing, BillingError, open_billing
from connector.settings import BillingSettings
from rules.counting.matching import Matched, match_revenue
from rules.facts import Account, Revenue

Opener = Callable[[BillingSettings], Billing]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What billing says now of one helpdesk's accounts."""

    revenue: tuple[Revenue, ...]
    """What counts from now on: the last known revenue, whole, when a source failed."""
    failures: tuple[str, ...] = ()
    """A sentence for each source that could not be read."""
    problems: tuple[str, ...] = ()
    """A row each that could not be read: `file:row: sentence`."""
    unmatched: tuple[str, ...] = ()
    """A row each that belongs to no account: `file:row: sentence`."""


def gather_revenue(
    sources: Iterable[BillingSettings],
    accounts: Sequence[Account],
    known: Sequence[Revenue],
    opener: Opener = open_billing,
) -> Gathered:
    """Reads every source and gives its rows to the accounts. A source that fails never stops the others."""
    matched: list[Matched] = []
    failures: list[str] = []
    problems: list[str] = []
    for source in sources:
        try:
            statement = opener(source).read()
        except BillingError as error:
            failures.append(str(error))
            continue
        problems.extend(statement.problems)
        matched.append(match_revenue(statement.periods, accounts, source.match))
    fresh = tuple(revenue for each in matched for revenue in each.revenue)
    return Gathered(
        revenue=tuple(known) if failures else fresh,
        failures=tuple(failures),
        problems=tuple(problems),
        unmatched=tuple(line for each in matched for line in each.unmatched),
    )
