"""The number that stands for a helpdesk's name in every table."""

from sqlalchemy import Connection, select

from connector.store.database import upsert
from connector.store.tables import HELPDESK
from rules.facts import HelpdeskName

_NONE = 0


def find_desk(connection: Connection, helpdesk: HelpdeskName) -> int:
    """The helpdesk's number; 0, which no row has, when the store does not know it."""
    return connection.scalar(select(HELPDESK.c.id).where(HELPDESK.c.name == helpdesk)) or _NONE


def make_desk(connection: Connection, helpdesk: HelpdeskName) -> int:
    """The helpdesk's number, given now if it has none. A new helpdesk is filling."""
    found = find_desk(connection, helpdesk)
    if found != _NONE:
        return found
    connection.execute(
        upsert(connection.dialect, HELPDESK).values(name=helpdesk, filling=1, due=0).on_conflict_do_nothing()
    )
    return find_desk(connection, helpdesk)
