"""Walks through the streams, and how far each has come."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, Delete, RowMapping, delete, func, insert, select, update

from connector.helpdesk import Page, Stream, Walk
from connector.store.database import Database, upsert
from connector.store.desk_number import find_desk, make_desk
from connector.store.rows import FencedError, WalkState
from connector.store.tables import STREAM, WALK
from rules.facts import HelpdeskName, UtcSecond


class Walks:
    """The walks of every helpdesk: unfinished ones, the last finished of each stream, and all of a filling."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(self, helpdesk: HelpdeskName, walk: Walk, *, filling: bool) -> WalkState:
        """Begins a walk. Of the finished ones of its stream the last stays, and those of a filling that lasts.

        A walk outside a filling takes the place of one that was cut, whose worker is refused from then on.
        """
        with self._database.write() as connection:
            desk = make_desk(connection, helpdesk)
            connection.execute(_over(desk, walk.stream, filling=filling))
            if not filling:
                connection.execute(_cut(desk, walk.stream))
            row = {"helpdesk": desk, "stream": walk.stream.value, "start": walk.start, "end": walk.end}
            fresh = {"cursor": walk.cursor, "done": 0, "version": 0, "filling": int(filling)}
            number = connection.scalar(insert(WALK).values(row | fresh).returning(WALK.c.id))
            return _walk(connection.execute(select(WALK).where(WALK.c.id == number)).mappings().one())

    def all(self, helpdesk: HelpdeskName) -> tuple[WalkState, ...]:
        """In the order in which they were begun."""
        with self._database.read() as connection:
            desk = find_desk(connection, helpdesk)
            rows = connection.execute(select(WALK).where(WALK.c.helpdesk == desk).order_by(WALK.c.id))
            return tuple(_walk(row) for row in rows.mappings())

    def absorbed_until(self, helpdesk: HelpdeskName) -> datetime | None:
        """Up to when tickets and events are absorbed; None when one of the streams never came so far as to say."""
        walks = self.all(helpdesk)
        reached = [_reached(walks, stream) for stream in (Stream.EVENTS, Stream.TICKETS)]
        known = [moment for moment in reached if moment is not None]
        return min(known) if len(known) == len(reached) else None

    def newest(self, helpdesk: HelpdeskName, stream: Stream) -> UtcSecond | None:
        """The time of the newest row of this stream that was ever seen, by its own clock."""
        with self._database.read() as connection:
            return newest_row(connection, find_desk(connection, helpdesk), stream)


def _reached(walks: Iterable[WalkState], stream: Stream) -> datetime | None:
    return max((walk.reached for walk in walks if walk.stream is stream and walk.reached is not None), default=None)


def _over(desk: int, stream: Stream, *, filling: bool) -> Delete:
    finished = (WALK.c.helpdesk == desk, WALK.c.stream == stream.value, WALK.c.done == 1)
    last = select(func.max(WALK.c.id)).where(*finished).scalar_subquery()
    over = delete(WALK).where(*finished, WALK.c.id != last)
    return over.where(WALK.c.filling == 0) if filling else over


def _cut(desk: int, stream: Stream) -> Delete:
    here = (WALK.c.helpdesk == desk, WALK.c.stream == stream.value)
    return delete(WALK).where(*here, WALK.c.done == 0, WALK.c.filling == 0)


def newest_row(connection: Connection, desk: int, stream: Stream) -> UtcSecond | None:
    """The time of the newest row of this stream that was ever seen."""
    found = select(STREAM.c.newest).where(STREAM.c.helpdesk == desk, STREAM.c.stream == stream.value)
    return connection.scalar(found)


def advance(connection: Connection, desk: int, walk: WalkState, page: Page) -> WalkState:
    """The walk after this page. Raises FencedError when it is no longer where `walk` says."""
    newest = max((one for one in (walk.newest, _newest(page)) if one is not None), default=None)
    after = replace(
        walk,
        cursor=page.cursor,
        reached=page.reached or walk.reached,
        done=page.end,
        version=walk.version + 1,
        newest=newest,
    )
    here = (WALK.c.id == walk.id, WALK.c.helpdesk == desk, WALK.c.version == walk.version)
    changed = {"cursor": after.cursor, "reached": after.reached, "done": int(after.done), "newest": newest}
    moved = connection.execute(update(WALK).where(*here).values(changed | {"version": after.version}))
    if moved.rowcount != 1:
        raise FencedError(f"walk {walk.id} through {walk.stream} has gone on without this worker")
    return after


def remember_newest(connection: Connection, desk: int, page: Page) -> None:
    """Keeps the time of the newest row that was ever seen."""
    newest = _newest(page)
    if newest is None:
        return
    fresh = upsert(connection.dialect, STREAM).values(helpdesk=desk, stream=page.stream.value, newest=newest)
    newer = func.coalesce(STREAM.c.newest, newest) < fresh.excluded.newest
    keys = list(STREAM.primary_key.columns)
    connection.execute(fresh.on_conflict_do_update(index_elements=keys, set_={"newest": newest}, where=newer))


def _newest(page: Page) -> UtcSecond | None:
    times = [event.at for event in page.events] + [ticket.changed for ticket in page.tickets]
    return max(times, default=None)


def _walk(row: RowMapping) -> WalkState:
    fields = {name: row[name] for name in ("id", "start", "end", "cursor", "reached", "version", "newest")}
    return WalkState(stream=Stream(row["stream"]), done=row["done"] == 1, filling=row["filling"] == 1, **fields)
