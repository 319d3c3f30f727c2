"""How tables are keyed: by columns that begin with the helpdesk's number, or by a number of their own."""

from typing import Any

from sqlalchemy import Column, Integer, MetaData, Table
from sqlalchemy.sql.schema import SchemaItem
from sqlalchemy.types import TypeEngine

from connector.store.types import Name, Whole

METADATA = MetaData()
"""Every table that is made here."""


def table(name: str, *columns: SchemaItem) -> Table:
    """A table whose key is its order on disk, where the engine can."""
    return Table(name, METADATA, *columns, sqlite_with_rowid=False)


def numbered(name: str, *columns: SchemaItem) -> Table:
    """A table whose rows are numbered in the order of their making; a number never comes again."""
    return Table(name, METADATA, Column("id", Whole, primary_key=True), *columns, sqlite_autoincrement=True)


def helpdesk() -> Column[int]:
    """The helpdesk's number, as the first part of a key."""
    return Column("helpdesk", Integer, primary_key=True, autoincrement=False)


def key(name: str, kind: TypeEngine[Any] | type[TypeEngine[Any]] = Name) -> Column[Any]:
    """A part of a key."""
    return Column(name, kind, primary_key=True, autoincrement=False)
