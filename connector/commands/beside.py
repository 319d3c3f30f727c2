"""Whether a daemon runs on the same store, and what it refused."""

from connector.store.rows import LockedError
from connector.store.store import Store


def running_daemon(store: Store) -> str | None:
    """A sentence that names the daemon of this store; None while none runs."""
    try:
        with store.daemon_lock():
            return None
    except LockedError as locked:
        return str(locked)


def refused_by_daemon(store: Store) -> tuple[str, ...]:
    """The problems of a changed configuration that the running daemon refused; one that ended refuses nothing more."""
    refused = store.refused()
    return refused if refused and running_daemon(store) is not None else ()
