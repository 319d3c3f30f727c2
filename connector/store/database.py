"""The database behind the store: engines, transactions, and what the two dialects say differently."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from sqlalchemy import URL, ClauseElement, ColumnElement, Connection, Dialect, Table, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.sql.compiler import SQLCompiler

from connector.store.rows import StoreError

_BUSY_MILLISECONDS = 60_000
_PAGE_CACHE_KIB = 4_000
"""Of one connection, of which a cycle has three. Four times as much would save a first pull 3 % of its CPU."""

_FETCH = 2_000
_AT_ONCE = 500

_Item = TypeVar("_Item")

STREAMED = MappingProxyType({"stream_results": True, "max_row_buffer": _FETCH})
"""Execution options of a query whose rows are not to be held all at once."""

Values = tuple[object, ...]
"""One row as it goes to or comes from the driver, in the order of a statement's columns."""


class Database:
    """One SQLite file or PostgreSQL database. Safe to use from several threads."""

    def __init__(self, url: str) -> None:
        """Opens nothing yet. Raises StoreError for a URL that no engine understands."""
        self.url = _parse(url)
        # A server may have been restarted since a connection was last used, a file cannot.
        ping = self.file is None
        engine = create_engine(self.url, paramstyle=_PARAMSTYLES[self.url.get_backend_name()], pool_pre_ping=ping)
        if self.file is not None:
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
        self._engine = engine
        self._writers = engine.execution_options(writes=True)
        self._readers = engine if self.file is not None else engine.execution_options(**_ONE_STATE)

    @property
    def file(self) -> Path | None:
        """The SQLite file; None for PostgreSQL."""
        return Path(self.url.database or "") if self.url.get_backend_name() == "sqlite" else None

    @property
    def dialect(self) -> Dialect:
        """What statements are compiled for."""
        return self._engine.dialect

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One transaction that sees one state of the store, and waits for no writer."""
        with self._readers.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction. On SQLite it waits at its beginning until no other writer is left, at most a minute."""
        with self._writers.begin() as connection:
            yield connection

    @contextmanager
    def session(self) -> Iterator[Connection]:
        """A connection of its own outside any transaction, for what must outlive transactions."""
        with self._engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            yield connection

    def close(self) -> None:
        """Closes every connection that is not in use."""
        self._engine.dispose()


class Statement:
    """A statement compiled once, for rows that come by the hundred thousand as plain tuples of numbers and texts."""

    __slots__ = ("_text",)

    def __init__(self, dialect: Dialect, statement: ClauseElement, names: Sequence[str]) -> None:
        """`names`: the statement's parameters, in the order of the tuples."""
        compiled = statement.compile(dialect=dialect)
        if not isinstance(compiled, SQLCompiler) or compiled.positiontup != list(names):
            raise ValueError(f"the statement does not take {list(names)}: {compiled}")
        self._text = str(compiled)

    def run(self, connection: Connection, rows: Sequence[Values]) -> None:
        """Runs it once for each row."""
        if rows:
            connection.exec_driver_sql(self._text, list(rows))

    def stream(self, connection: Connection, row: Values) -> Iterator[Any]:
        """The rows of a query, a few at a time. A row is a tuple."""
        result = connection.exec_driver_sql(self._text, row, execution_options=STREAMED)
        for rows in result.partitions(_FETCH):
            yield from rows


def upsert(dialect: Dialect, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An insert that can say what happens when the key is there already."""
    return sqlite.insert(table) if dialect.name == "sqlite" else postgresql.insert(table)


def replacing(dialect: Dialect, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An insert that replaces everything but the key when the key is there already."""
    insert = upsert(dialect, table)
    fresh: dict[str, ColumnElement[Any]] = {
        column.name: insert.excluded[column.name] for column in table.columns if not column.primary_key
    }
    return insert.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=fresh)


def batches(items: Sequence[_Item]) -> Iterator[Sequence[_Item]]:
    """A few hundred at once, as many as a statement takes well."""
    return (items[start : start + _AT_ONCE] for start in range(0, len(items), _AT_ONCE))


_PARAMSTYLES = {"sqlite": "qmark", "postgresql": "format"}
_DRIVERS = {"pysqlite": "sqlite:///touchcost.db", "psycopg": "postgresql+psycopg://host/name"}
_ONE_STATE = MappingProxyType({"isolation_level": "REPEATABLE READ", "postgresql_readonly": True})
"""Without it each query of a transaction sees PostgreSQL as it stands when the query begins."""


def _parse(text: str) -> URL:
    url = _known(text)
    if url.get_backend_name() not in _PARAMSTYLES:
        raise StoreError(f"store: {url.get_backend_name()} is not supported; use SQLite or PostgreSQL")
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        raise StoreError("store: SQLite needs a file, such as sqlite:///touchcost.db")
    if url.get_driver_name() not in _DRIVERS:
        raise StoreError(f"store: the driver {url.get_driver_name()} is not supported; write {_DRIVERS['psycopg']}")
    try:
        url.get_dialect().import_dbapi()
    except ImportError as missing:
        raise StoreError(
            f"store: PostgreSQL needs a driver that is not installed ({missing}); pip install 'touchcost[postgresql]'"
        ) from None
    return url


def _known(text: str) -> URL:
    try:
        url = make_url(text)
        url.get_dialect()
    except (ArgumentError, NoSuchModuleError, ImportError) as problem:
        raise StoreError(f"store: no engine for this URL ({problem}); write sqlite:///touchcost.db") from None
    return url


def _prepare_sqlite(connection: DBAPIConnection, _record: object) -> None:
    """The driver's own begin would come too late for a reader and too weak for a writer: `_begin_sqlite` says it."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={_BUSY_MILLISECONDS}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute(f"PRAGMA cache_size=-{_PAGE_CACHE_KIB}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
