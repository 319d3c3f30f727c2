"""Accounts that pages changed since they were last judged."""

from collections.abc import Collection

from sqlalchemy import Connection, delete, select

from connector.store.database import batches, upsert
from connector.store.tables import CHANGED
from rules.facts import AccountId


def read_changed(connection: Connection, desk: int) -> frozenset[AccountId]:
    """The accounts that are to be judged though no midnight has passed."""
    return frozenset(connection.scalars(select(CHANGED.c.account).where(CHANGED.c.helpdesk == desk)))


def note_changed(connection: Connection, desk: int, accounts: Collection[AccountId]) -> None:
    """Keeps in mind that these changed, until a judgement of them is saved."""
    statement = upsert(connection.dialect, CHANGED).on_conflict_do_nothing()
    for some in batches(sorted(accounts)):
        connection.execute(statement, [{"helpdesk": desk, "account": account} for account in some])


def forget_changed(connection: Connection, desk: int, accounts: Collection[AccountId]) -> None:
    """These were judged."""
    for some in batches(sorted(accounts)):
        connection.execute(delete(CHANGED).where(CHANGED.c.helpdesk == desk, CHANGED.c.account.in_(some)))
