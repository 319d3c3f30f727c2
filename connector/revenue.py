"""Brings the revenue of a helpdesk's accounts up to date."""

from connector.billing.gather import Gathered, gather_revenue
from connector.settings import HelpdeskSettings
from connector.store.store import Store


def refresh_revenue(store: Store, settings: HelpdeskSettings) -> Gathered | None:
    """Reads every source of revenue and keeps what counts from now on; None where none is configured.

    A source that fails leaves the last known revenue as it is.
    """
    known = store.revenue(settings.name)
    if not settings.billing:
        if known:
            store.replace_revenue(settings.name, ())
        return None
    gathered = gather_revenue(settings.billing, tuple(store.accounts(settings.name)), known)
    if gathered.revenue != known:
        store.replace_revenue(settings.name, gathered.revenue)
    return gathered


def what_is_unread(gathered: Gathered | None) -> tuple[str, ...]:
    """A sentence for each source and each row of revenue that could not be read."""
    return () if gathered is None else (*gathered.failures, *gathered.problems)
