"""Brings the revenue and the invoices of a helpdesk's accounts up to date."""

from connector.billing.gather import Gathered, gather_billing
from connector.settings import HelpdeskSettings
from connector.store.store import Store
from rules.facts import Billed


def refresh_billed(store: Store, settings: HelpdeskSettings) -> Gathered | None:
    """Reads every source of billing and keeps what counts from now on; None where none is configured.

    A source that fails leaves the last known revenue and invoices as they are.
    """
    known = store.billed(settings.name)
    if not settings.billing:
        if known != Billed():
            store.replace_billed(settings.name, Billed())
        return None
    gathered = gather_billing(settings.billing, tuple(store.accounts(settings.name)), known)
    if gathered.billed != known:
        store.replace_billed(settings.name, gathered.billed)
    return gathered


def what_is_unread(gathered: Gathered | None) -> tuple[str, ...]:
    """A sentence for each source and each row of billing that could not be read."""
    return () if gathered is None else (*gathered.failures, *gathered.problems)
