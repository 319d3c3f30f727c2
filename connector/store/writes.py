"""What is ours in a helpdesk, and what is on its way there: plans, ledger, outbox and what is held."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import Connection, select, update

from connector.helpdesk import Receipt
from connector.store.alerts import Alerts
from connector.store.answer_rows import read_answers, save_answers
from connector.store.database import Database, replacing
from connector.store.desk_number import find_desk, hold_desk, make_desk
from connector.store.ledger_rows import read_ledger, save_marks, save_messages
from connector.store.outbox_rows import add_writes, cancel_writes, note_receipt, read_outbox
from connector.store.rows import OutboxRow, OutboxState, PlanRows
from connector.store.tables import HELD_PLAN, OUTBOX, RULE, WEEK
from rules.command import Taken
from rules.facts import HelpdeskName
from rules.planning.change import Hold
from rules.planning.lately import Week
from rules.planning.reconcile import Ledger


class Writes:
    """Ledger, outbox and held plans of every helpdesk."""

    def __init__(self, database: Database, alerts: Alerts) -> None:
        self._database = database
        self._alerts = alerts
        self._hold: TypeAdapter[Hold] = TypeAdapter(Hold)

    def ledger(self, helpdesk: HelpdeskName) -> Ledger:
        """Everything that is ours there."""
        with self._database.read() as connection:
            return read_ledger(connection, find_desk(connection, helpdesk))

    def answers(self, helpdesk: HelpdeskName) -> tuple[Taken, ...]:
        """Every answer of a person that was taken there, the oldest first."""
        with self._database.read() as connection:
            return read_answers(connection, find_desk(connection, helpdesk))

    def save_plan(self, helpdesk: HelpdeskName, plan: PlanRows) -> None:
        """Saves a plan with the judgement it comes from: states, ledger and outbox, all of it or nothing."""
        with self._database.write() as connection:
            desk = make_desk(connection, helpdesk)
            if plan.judgement is not None:
                self._alerts.save(connection, desk, plan.judgement)
            save_marks(connection, desk, plan.marks, plan.dropped)
            save_messages(connection, desk, plan.tickets, plan.messages)
            save_answers(connection, desk, plan.answers)
            cancel_writes(connection, desk, plan.cancelled)
            add_writes(connection, desk, plan.writes, plan.made_at)
            if plan.week is not None:
                connection.execute(replacing(connection.dialect, WEEK), _packed_week(desk, plan.week))
            self._save_holds(connection, desk, self._still_approved(connection, desk, plan.held))
            unplanned = (RULE.c.helpdesk == desk, RULE.c.rule.in_(plan.planned), RULE.c.planned_at.is_(None))
            connection.execute(update(RULE).where(*unplanned).values(planned_at=plan.made_at))

    def outbox(self, helpdesk: HelpdeskName) -> tuple[OutboxRow, ...]:
        """Every row, parked ones too, in the order in which they go out."""
        with self._database.read() as connection:
            return read_outbox(connection, find_desk(connection, helpdesk), due=None)

    def due(self, helpdesk: HelpdeskName, now: datetime) -> tuple[OutboxRow, ...]:
        """The rows that wait and may be sent now, in the order in which they go out."""
        with self._database.read() as connection:
            return read_outbox(connection, find_desk(connection, helpdesk), due=now)

    def sending(self, helpdesk: HelpdeskName, ids: Collection[int]) -> None:
        """Counts an attempt, before anything is sent: whatever happens then, it is looked for before the next."""
        with self._database.write() as connection:
            here = (OUTBOX.c.helpdesk == hold_desk(connection, helpdesk), OUTBOX.c.id.in_(ids))
            connection.execute(update(OUTBOX).where(*here).values(attempts=OUTBOX.c.attempts + 1))

    def received(self, helpdesk: HelpdeskName, receipt: Receipt, now: datetime) -> None:
        """Saves what the helpdesk answered: applied rows go, refused ones are parked, the rest waits."""
        with self._database.write() as connection:
            note_receipt(connection, hold_desk(connection, helpdesk), receipt, now)

    def release(self, helpdesk: HelpdeskName, ids: Collection[int]) -> None:
        """Lets parked rows wait again, to be sent once more."""
        with self._database.write() as connection:
            here = (OUTBOX.c.helpdesk == hold_desk(connection, helpdesk), OUTBOX.c.id.in_(ids))
            values = {"state": OutboxState.WAITING.value, "not_before": None}
            connection.execute(update(OUTBOX).where(*here).values(values))

    def holds(self, helpdesk: HelpdeskName) -> tuple[Hold, ...]:
        """Everything that was ever held, the oldest first."""
        with self._database.read() as connection:
            return self._stored_holds(connection, find_desk(connection, helpdesk))

    def weeks(self, helpdesk: HelpdeskName) -> tuple[Week, ...]:
        """What is remembered of each week's digest, the oldest first."""
        with self._database.read() as connection:
            here = select(WEEK).where(WEEK.c.helpdesk == find_desk(connection, helpdesk))
            rows = connection.execute(here.order_by(WEEK.c.at))
            return tuple(Week(at=row.at, for_review=row.for_review) for row in rows)

    def approve(self, helpdesk: HelpdeskName, name: str, at: datetime) -> bool:
        """Releases what is held under this name for the next plan; False when nothing is."""
        with self._database.write() as connection:
            desk = hold_desk(connection, helpdesk)
            here = (HELD_PLAN.c.helpdesk == desk, HELD_PLAN.c.id == name, HELD_PLAN.c.ended_at.is_(None))
            found = connection.scalar(select(HELD_PLAN.c.hold).where(*here))
            if found is None:
                return False
            self._save_holds(connection, desk, [replace(self._hold.validate_json(found), approved_at=at)])
            return True

    def _still_approved(self, connection: Connection, desk: int, holds: Collection[Hold]) -> Iterator[Hold]:
        """A plan does not take back an approval that came while it was drawn up."""
        stored = {hold.id: hold.approved_at for hold in self._stored_holds(connection, desk)}
        for hold in holds:
            yield replace(hold, approved_at=hold.approved_at or stored.get(hold.id))

    def _stored_holds(self, connection: Connection, desk: int) -> tuple[Hold, ...]:
        held = select(HELD_PLAN.c.hold).where(HELD_PLAN.c.helpdesk == desk)
        rows = connection.scalars(held.order_by(HELD_PLAN.c.made_at, HELD_PLAN.c.id))
        return tuple(self._hold.validate_json(row) for row in rows)

    def _save_holds(self, connection: Connection, desk: int, holds: Iterable[Hold]) -> None:
        rows = [
            {
                "helpdesk": desk,
                "id": hold.id,
                "made_at": hold.made_at,
                "ended_at": hold.ended_at,
                "hold": self._hold.dump_json(hold).decode(),
            }
            for hold in holds
        ]
        if rows:
            connection.execute(replacing(connection.dialect, HELD_PLAN), rows)


def _packed_week(desk: int, week: Week) -> dict[str, object]:
    return {"helpdesk": desk, "at": week.at, "for_review": week.for_review}
