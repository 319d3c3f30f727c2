"""The outbox's table: writes that wait, in the order in which they go out."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, or_, select, update

from connector.helpdesk import Outcome, Receipt, WriteKind
from connector.store.database import upsert
from connector.store.ledger_rows import note_sent
from connector.store.rows import NewWrite, OutboxRow, OutboxState
from connector.store.tables import OUTBOX

_WRITE = ("account", "rank", "what", "reason", "body")
_ROW = ("id", "made_at", "not_before", "attempts", "job", "cause")


def read_outbox(connection: Connection, desk: int, due: datetime | None) -> tuple[OutboxRow, ...]:
    """Every row, or with `due` those that may be sent at that moment, in the order in which they go out."""
    found = select(OUTBOX).where(OUTBOX.c.helpdesk == desk)
    if due is not None:
        waiting = OUTBOX.c.state == OutboxState.WAITING.value
        found = found.where(waiting, or_(OUTBOX.c.not_before.is_(None), OUTBOX.c.not_before <= due))
    rows = connection.execute(found.order_by(OUTBOX.c.rank, OUTBOX.c.id)).mappings()
    return tuple(map(_unpacked, rows))


def add_writes(connection: Connection, desk: int, writes: Iterable[NewWrite], made_at: datetime) -> None:
    """Puts writes into the outbox. A message whose key is there already stays as it was first rendered."""
    rows = [_packed(desk, write, made_at) for write in writes]
    if rows:
        connection.execute(upsert(connection.dialect, OUTBOX).on_conflict_do_nothing(), rows)


def cancel_writes(connection: Connection, desk: int, ids: Collection[int]) -> None:
    """Takes rows out of the outbox unsent."""
    if ids:
        connection.execute(delete(OUTBOX).where(OUTBOX.c.helpdesk == desk, OUTBOX.c.id.in_(ids)))


def note_receipt(connection: Connection, desk: int, receipt: Receipt, now: datetime) -> None:
    """What the helpdesk answered. A job's number is kept until a final answer comes, or one that does not repeat it."""
    here = (OUTBOX.c.helpdesk == desk, OUTBOX.c.id.in_(receipt.writes))
    if receipt.outcome is Outcome.APPLIED:
        keys = connection.scalars(select(OUTBOX.c.key).where(*here)).all()
        note_sent(connection, desk, keys, receipt.ticket, now)
    if receipt.outcome in (Outcome.APPLIED, Outcome.GONE):
        connection.execute(delete(OUTBOX).where(*here))
        return
    connection.execute(update(OUTBOX).where(*here).values(**_changed(receipt, now)))


def _changed(receipt: Receipt, now: datetime) -> dict[str, object]:
    if receipt.outcome is Outcome.JOB_STARTED:
        return {"job": receipt.job}
    fresh: dict[str, object] = {"cause": receipt.reason, "job": receipt.job, "not_before": None}
    if receipt.outcome is Outcome.REFUSED:
        return fresh | {"state": OutboxState.PARKED.value}
    if receipt.wait is not None:
        fresh["not_before"] = now + receipt.wait
    return fresh


def _packed(desk: int, write: NewWrite, made_at: datetime) -> dict[str, object]:
    row = {name: getattr(write, name) for name in _WRITE}
    return row | {
        "helpdesk": desk,
        "kind": write.kind.value,
        "key": write.key or None,
        "body": dict(write.body),
        "state": OutboxState.WAITING.value,
        "made_at": made_at,
        "attempts": 0,
        "cause": "",
    }


def _unpacked(row: RowMapping) -> OutboxRow:
    written: dict[str, Any] = {name: row[name] for name in _WRITE}
    write = NewWrite(kind=WriteKind(row["kind"]), key=row["key"] or "", **written)
    return OutboxRow(write=write, state=OutboxState(row["state"]), **{name: row[name] for name in _ROW})
