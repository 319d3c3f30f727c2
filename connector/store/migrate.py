"""Brings a store to this version when it is opened; two that start at once wait for each other."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from connector.store.database import Database
from connector.store.rows import StoreError

_SCRIPTS = Path(__file__).parent / "migrations"
_ANY_LOCK_NUMBER = 0x746F756368  # "touch"; every installation takes the same one.


def migrate(database: Database) -> None:
    """Creates the tables of a new store, or brings an older one up, whole or not at all.

    Raises StoreError when the store was made by a newer version.
    """
    config = _config()
    scripts = ScriptDirectory.from_config(config)
    with database.read() as connection:
        if _version(connection, scripts) == scripts.get_current_head():
            return
    with database.write() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _ANY_LOCK_NUMBER})
        _version(connection, scripts)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _version(connection: Connection, scripts: ScriptDirectory) -> str | None:
    found = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in scripts.walk_revisions()}
    if found is not None and found not in known:
        raise StoreError(f"store: made by a newer version of touchcost (its version is {found}); install that version")
    return found
