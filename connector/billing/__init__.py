"""The Billing protocol: where revenue and invoices come from, and the values that cross that line."""

from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Protocol

from connector.settings import BillingSettings
from rules.counting.matching import BilledInvoice, BilledPeriod

GROUP = "touchcost.billing"
"""The entry points under which sources of billing are found: a name and a callable that opens one."""


class BillingError(Exception):
    """The source cannot be read at all: keep the last known facts, and say so with this sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Everything that one source says."""

    periods: tuple[BilledPeriod, ...] = ()
    invoices: tuple[BilledInvoice, ...] = ()
    problems: tuple[str, ...] = ()
    """A row each that could not be read: `file:row: sentence`. They never stop the rest."""
    tells_revenue: bool = True
    """Whether it has a place for service periods, filled or not."""
    tells_invoices: bool = False
    """Whether it has a place for invoices, filled or not."""


class Billing(Protocol):
    """One source of revenue, invoices, or both."""

    def read(self) -> Statement:
        """All it says now, not only what changed. Raises BillingError."""


class BillingOpener(Protocol):
    """What an entry point of the group names."""

    def __call__(self, settings: BillingSettings) -> Billing:
        """A source, not read yet."""


def open_billing(settings: BillingSettings) -> Billing:
    """The source of this kind, built in or installed. Raises BillingError when there is none."""
    kinds = entry_points(group=GROUP)
    if settings.kind not in kinds.names:
        installed = ", ".join(sorted(kinds.names)) or "none"
        raise BillingError(f"{settings.place}: there is no kind of billing {settings.kind!r}; installed: {installed}")
    opener: BillingOpener = kinds[settings.kind].load()
    return opener(settings)
