"""The log of cycles, and what was refused on the way."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import insert, select, update

from connector.store.database import Database, replacing
from connector.store.desk_number import find_desk, make_desk
from connector.store.rows import CycleEnd, CycleRow
from connector.store.tables import CYCLE, SETTING
from rules.facts import HelpdeskName

_REFUSED = "refused_configuration"
_NAMES = ("id", "began_at", "ended_at", "as_of", "sentence", "counts")


class Cycles:
    """What ran when, and how it ended."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin_cycle(self, helpdesk: HelpdeskName, at: datetime) -> int:
        """Writes down that a cycle runs; its number is for `end_cycle`."""
        with self._database.write() as connection:
            row = {"helpdesk": make_desk(connection, helpdesk), "began_at": at, "sentence": "", "counts": {}}
            number = connection.scalar(insert(CYCLE).values(row).returning(CYCLE.c.id))
            return int(number or 0)

    def end_cycle(
        self,
        number: int,
        *,
        ended_at: datetime,
        as_of: datetime | None,
        end: CycleEnd,
        sentence: str,
        counts: Mapping[str, int],
    ) -> None:
        """Writes down how it ended."""
        values = {"ended_at": ended_at, "as_of": as_of, "end": end.value, "sentence": sentence, "counts": dict(counts)}
        with self._database.write() as connection:
            connection.execute(update(CYCLE).where(CYCLE.c.id == number).values(values))

    def last_cycles(self, helpdesk: HelpdeskName, limit: int) -> tuple[CycleRow, ...]:
        """The newest first."""
        with self._database.read() as connection:
            found = select(CYCLE).where(CYCLE.c.helpdesk == find_desk(connection, helpdesk))
            rows = connection.execute(found.order_by(CYCLE.c.id.desc()).limit(limit)).mappings().all()
        return tuple(
            CycleRow(end=None if row["end"] is None else CycleEnd(row["end"]), **{name: row[name] for name in _NAMES})
            for row in rows
        )

    def note_refused(self, problems: Sequence[str]) -> None:
        """Remembers why the last changed configuration was refused; with none it is taken."""
        with self._database.write() as connection:
            row = {"name": _REFUSED, "value": json.dumps(list(problems))}
            connection.execute(replacing(connection.dialect, SETTING), row)

    def refused(self) -> tuple[str, ...]:
        """The problems of a changed configuration that the daemon refused; empty when there is none."""
        with self._database.read() as connection:
            found = connection.scalar(select(SETTING.c.value).where(SETTING.c.name == _REFUSED))
        return () if found is None else tuple(json.loads(found))
