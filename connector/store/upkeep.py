"""Keeps the store small: prunes what is older than the retention, and erases a helpdesk."""

from datetime import datetime

from sqlalchemy import Connection, delete, exists, func, select, update

from connector.store.database import Database, batches
from connector.store.desk_number import hold_desk, hold_number
from connector.store.tables import (
    ACCOUNT_DAY,
    CYCLE,
    EFFORT_DAY,
    EVENT,
    HELD_PLAN,
    HELPDESK,
    METADATA,
    TICKET,
    TRANSITION,
    VERDICT_DAY,
    WEEK,
)
from rules.facts import HelpdeskName, UtcSecond

_ANY_ZONE = 1
"""A day in one zone has begun by then in every other."""


class Upkeep:
    """What is done to a whole helpdesk now and then."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def prune(self, helpdesk: HelpdeskName, before: datetime) -> None:
        """Takes out what is older: tickets at rest since then with their events, totals, log and what is over.

        A ticket goes whole or stays whole, so that its timer totals keep their base. One that comes back to life is
        marked as cut: of its timer totals the first is only a base.
        """
        moment = UtcSecond(int(before.timestamp()))
        with self._database.write() as connection:
            desk = hold_desk(connection, helpdesk)
            kept = func.coalesce(HELPDESK.c.kept_from, moment)
            here = (HELPDESK.c.id == desk, HELPDESK.c.filling == 0, kept <= moment)
            if connection.execute(update(HELPDESK).where(*here).values(kept_from=moment)).rowcount == 0:
                return
            _prune_log(connection, desk, before)
            _prune_totals(connection, desk, before.toordinal() - _ANY_ZONE)
        self._prune_facts(desk, moment)

    def erase(self, helpdesk: HelpdeskName) -> None:
        """Takes out everything that is known of a helpdesk, its binding too."""
        with self._database.write() as connection:
            desk = hold_desk(connection, helpdesk)
            for table in METADATA.tables.values():
                if "helpdesk" in table.columns:
                    connection.execute(delete(table).where(table.c.helpdesk == desk))
            connection.execute(delete(HELPDESK).where(HELPDESK.c.id == desk))

    def _prune_facts(self, desk: int, before: UtcSecond) -> None:
        """Some tickets at a time, so that nobody waits long. An event whose ticket never came goes by its own time."""
        with self._database.read() as connection:
            at_rest = select(TICKET.c.id).where(TICKET.c.helpdesk == desk, TICKET.c.changed < before)
            tickets = connection.scalars(at_rest.order_by(TICKET.c.id)).all()
        for numbers in batches(tickets):
            with self._database.write() as connection:
                hold_number(connection, desk)
                here = (TICKET.c.helpdesk == desk, TICKET.c.id.in_(numbers), TICKET.c.changed < before)
                gone = connection.scalars(select(TICKET.c.id).where(*here)).all()
                connection.execute(delete(EVENT).where(EVENT.c.helpdesk == desk, EVENT.c.ticket.in_(gone)))
                connection.execute(delete(TICKET).where(*here))
        with self._database.write() as connection:
            hold_number(connection, desk)
            known = exists().where(TICKET.c.helpdesk == EVENT.c.helpdesk, TICKET.c.id == EVENT.c.ticket)
            connection.execute(delete(EVENT).where(EVENT.c.helpdesk == desk, EVENT.c.at < before, ~known))


def _prune_totals(connection: Connection, desk: int, day: int) -> None:
    for table in (ACCOUNT_DAY, EFFORT_DAY, VERDICT_DAY):
        connection.execute(delete(table).where(table.c.helpdesk == desk, table.c.day < day))


def _prune_log(connection: Connection, desk: int, before: datetime) -> None:
    """Alert tickets stay with their messages: a number that was given never comes again."""
    for moment in (TRANSITION.c.at, CYCLE.c.began_at, HELD_PLAN.c.ended_at, WEEK.c.at):
        connection.execute(delete(moment.table).where(moment.table.c.helpdesk == desk, moment < before))
