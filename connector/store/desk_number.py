"""The number that stands for a helpdesk's name in every table."""

from sqlalchemy import Connection, select

from connector.store.database import upsert
from connector.store.tables import HELPDESK
from rules.facts import HelpdeskName

_NONE = 0


def find_desk(connection: Connection, helpdesk: HelpdeskName) -> int:
    """The helpdesk's number; 0, which no row has, when the store does not know it."""
    return connection.scalar(select(HELPDESK.c.id).where(HELPDESK.c.name == helpdesk)) or _NONE


def hold_desk(connection: Connection, helpdesk: HelpdeskName) -> int:
    """The same as `find_desk`, and nobody else writes into the helpdesk until the transaction ends.

    On SQLite a transaction that writes is alone in any case; on PostgreSQL only those of one helpdesk wait.
    """
    return connection.scalar(select(HELPDESK.c.id).where(HELPDESK.c.name == helpdesk).with_for_update()) or _NONE


def make_desk(connection: Connection, helpdesk: HelpdeskName) -> int:
    """The same as `hold_desk`, with a number that is given now if there is none. A new helpdesk is filling."""
    found = hold_desk(connection, helpdesk)
    if found != _NONE:
        return found
    connection.execute(
        upsert(connection.dialect, HELPDESK).values(name=helpdesk, filling=1, due=0).on_conflict_do_nothing()
    )
    return hold_desk(connection, helpdesk)


def hold_number(connection: Connection, desk: int) -> None:
    """The same as `hold_desk`, of a helpdesk whose number is known."""
    connection.execute(select(HELPDESK.c.id).where(HELPDESK.c.id == desk).with_for_update())
