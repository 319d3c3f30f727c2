"""The ledger's tables: marks, alert tickets and messages."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, delete, select, update

from connector.store.database import batches, replacing
from connector.store.tables import ALERT_TICKET, MARK, MESSAGE
from rules.facts import NOBODY, AccountId, TicketId
from rules.marks import AlertTicket, Hearing, Mark, MarkKind, Message
from rules.planning.reconcile import Ledger

_TICKET = ("account", "number", "key", "ticket", "wanted_at", "seen_at", "status", "ended_at", "owner")
_MARK = ("account", "name", "value", "wanted_at", "seen_at", "vetoed_at", "unwanted_at")
_MESSAGE = ("account", "number", "key", "reason", "wanted_at", "sent_at")


def read_ledger(connection: Connection, desk: int) -> Ledger:
    """Everything that is ours in this helpdesk, in the order of accounts and numbers."""
    marks = _rows(connection, desk, MARK)
    tickets = _rows(connection, desk, ALERT_TICKET)
    messages = _rows(connection, desk, MESSAGE)
    return Ledger(
        marks=tuple(Mark(kind=MarkKind(row["kind"]), **_picked(row, _MARK)) for row in marks),
        tickets=tuple(AlertTicket(heard=_hearing(row), **_picked(row, _TICKET)) for row in tickets),
        messages=tuple(Message(rules=tuple(row["rules"]), **_picked(row, _MESSAGE)) for row in messages),
    )


def save_marks(connection: Connection, desk: int, marks: Iterable[Mark], dropped: Iterable[Mark]) -> None:
    """New and changed lines, and those that leave the ledger."""
    for mark in dropped:
        here = (MARK.c.helpdesk == desk, MARK.c.account == mark.account, MARK.c.kind == mark.kind.value)
        connection.execute(delete(MARK).where(*here, MARK.c.name == mark.name))
    rows = [{"helpdesk": desk, "kind": mark.kind.value} | _fields(mark, _MARK) for mark in marks]
    if rows:
        connection.execute(replacing(connection.dialect, MARK), rows)


def save_messages(
    connection: Connection, desk: int, tickets: Iterable[AlertTicket], messages: Iterable[Message]
) -> None:
    """New and changed alert tickets, and what is told on them."""
    lines = [{"helpdesk": desk} | _fields(ticket, _TICKET) | _heard(ticket.heard) for ticket in tickets]
    if lines:
        connection.execute(replacing(connection.dialect, ALERT_TICKET), lines)
    told = [{"helpdesk": desk, "rules": list(one.rules)} | _fields(one, _MESSAGE) for one in messages]
    if told:
        connection.execute(replacing(connection.dialect, MESSAGE), told)


def note_sent(connection: Connection, desk: int, keys: Iterable[str], ticket: TicketId | None, at: datetime) -> None:
    """The messages under these keys were sent; the alert ticket under one of them has this number."""
    names = [key for key in keys if key]
    here = (MESSAGE.c.helpdesk == desk, MESSAGE.c.key.in_(names))
    connection.execute(update(MESSAGE).where(*here).values(sent_at=at))
    if ticket is not None:
        opened = (ALERT_TICKET.c.helpdesk == desk, ALERT_TICKET.c.key.in_(names))
        connection.execute(update(ALERT_TICKET).where(*opened).values(ticket=ticket))


def accounts_told_on(connection: Connection, desk: int, tickets: Collection[TicketId]) -> frozenset[AccountId]:
    """The accounts whose followed alert tickets are among these."""
    accounts: set[AccountId] = set()
    for some in batches(sorted(tickets)):
        here = (ALERT_TICKET.c.helpdesk == desk, ALERT_TICKET.c.ticket.in_(some), ALERT_TICKET.c.ended_at.is_(None))
        accounts |= set(connection.scalars(select(ALERT_TICKET.c.account).where(*here)))
    return frozenset(accounts - {NOBODY})


def _hearing(row: RowMapping) -> Hearing:
    return Hearing(update=row["heard_update"], changed_at=row["heard_at"])


def _heard(hearing: Hearing) -> dict[str, object]:
    return {"heard_update": hearing.update, "heard_at": hearing.changed_at}


def _rows(connection: Connection, desk: int, table: Table) -> Iterable[RowMapping]:
    order = [table.c.account, table.c.name if table is MARK else table.c.number, *table.primary_key.columns]
    return connection.execute(select(table).where(table.c.helpdesk == desk).order_by(*order)).mappings()


def _picked(row: RowMapping, names: Iterable[str]) -> dict[str, Any]:
    return {name: row[name] for name in names}


def _fields(value: Mark | AlertTicket | Message, names: Iterable[str]) -> dict[str, object]:
    return {name: getattr(value, name) for name in names}
