"""Keyed fingerprints: people's ids are told apart and never kept."""

import secrets
from hashlib import blake2b

from sqlalchemy import select

from connector.store.database import Database, upsert
from connector.store.tables import SETTING
from rules.facts import SYSTEM, PersonKey

_KEY = "person_key"
_KEY_BYTES = 32


class Fingerprint:
    """Turns a person's id into a PersonKey: always the same in one store, never twice alike in two."""

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        self._key = key

    def __call__(self, person: int) -> PersonKey:
        """64 bits of BLAKE2b under the store's key; never SYSTEM."""
        digest = blake2b(str(person).encode(), digest_size=8, key=self._key).digest()
        found = int.from_bytes(digest, "big", signed=True)
        return PersonKey(found if found != SYSTEM else 1)


def open_fingerprint(database: Database) -> Fingerprint:
    """With the store's own key, made at the first opening."""
    named = select(SETTING.c.value).where(SETTING.c.name == _KEY)
    with database.read() as connection:
        found = connection.scalar(named)
    if found is None:
        with database.write() as connection:
            fresh = upsert(connection.dialect, SETTING).values(name=_KEY, value=secrets.token_hex(_KEY_BYTES))
            connection.execute(fresh.on_conflict_do_nothing())
            found = connection.scalar(named)
    return Fingerprint(bytes.fromhex(str(found)))
