"""What the database itself refuses, as an error of the store."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from connector.store.rows import StoreError


@contextmanager
def broken_told() -> Iterator[None]:
    """A database that breaks within comes out as StoreError, with what it said and what to do."""
    try:
        yield
    except DBAPIError as broken:
        raise StoreError(f"store: {broken.orig}; touchcost doctor looks at it") from broken
