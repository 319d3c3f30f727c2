"""Locks that outlive transactions: one worker for each helpdesk, one daemon for each store."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import IO
from urllib.parse import quote

from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from connector.store.database import Database
from connector.store.rows import LockedError

_SCHEMA = text("SELECT current_schema()")
_WAIT = text("SELECT set_config('lock_timeout', '1s', false)")
_TAKE = text("SELECT pg_advisory_lock(:key)")
_LEAVE = text("SELECT pg_advisory_unlock(:key)")
_LOCK_NOT_AVAILABLE = "55P03"
_HOLDER = text(
    "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1"
    " AND ((classid::bigint << 32) | objid::bigint) = :key"
)


@contextmanager
def lock(database: Database, name: str, what: str) -> Iterator[None]:
    """Holds the lock of this name until the end; it falls with its process, however that ends.

    Raises LockedError within about a second when somebody holds it. `what` says for people what is locked.
    """
    if database.file is None:
        with database.session() as connection, _advisory_lock(connection, name, what):
            yield
        return
    with _lock_file(database.file, name).open("a+", encoding="ascii") as file:
        _lock(file, what)
        yield


def _lock_file(store: Path, name: str) -> Path:
    return store.with_name(f"{store.name}.{quote(name, safe='')}.lock")


def _lock(file: IO[str], what: str) -> None:
    """The file stays when the lock falls: to take it away would let two hold the same lock."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        holder = file.read().strip() or "unknown"
        raise LockedError(f"{what} is in use by process {holder}") from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()


@contextmanager
def _advisory_lock(connection: Connection, name: str, what: str) -> Iterator[None]:
    """A second is left for the server to notice that the last holder has died."""
    key = {"key": _key(f"touchcost {connection.scalar(_SCHEMA)} {name}")}
    connection.execute(_WAIT)
    try:
        connection.execute(_TAKE, key)
    except OperationalError as late:
        if getattr(late.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
            raise
        holder = connection.scalar(_HOLDER, key) or "unknown"
        raise LockedError(f"{what} is in use by the database's process {holder}") from None
    try:
        yield
    finally:
        connection.execute(_LEAVE, key)


def _key(name: str) -> int:
    """Other stores of the same database have locks of their own."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), signed=True)
