"""Whether a daemon runs on the same store."""

from connector.store.rows import LockedError
from connector.store.store import Store


def running_daemon(store: Store) -> str | None:
    """A sentence that names the daemon of this store; None while none runs."""
    try:
        with store.daemon_lock():
            return None
    except LockedError as locked:
        return str(locked)
