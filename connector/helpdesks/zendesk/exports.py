"""Walks through the incremental exports: tickets by cursor, ticket events and organisations by time.

Rules of Zendesk's page on incremental exports: the newest minute is never given; a start that is too recent is refused;
a row that changes comes again; `end_of_stream` alone says that nothing newer is there. Of an export by time all rows
of one second come together, and a page that is cut inside a second has that second as its `end_time`.

A row that claims to be of the future is set aside: what it says is wrong, or a clock is, and it comes again.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Generic, NamedTuple, TypeVar

from connector.clock import Clock
from connector.helpdesk import Page, Rejected, Walk
from connector.helpdesks.zendesk.errors import refused, said
from connector.helpdesks.zendesk.wire import Frame
from connector.http.decode import Batch, Layout
from connector.http.patience import Trouble
from connector.http.transport import Ask, Refusal, Reply, Transport
from rules.facts import UtcSecond

LARGEST_PAGE = 1000
HIDDEN = timedelta(seconds=60)
"""The newest minute, which no export gives."""

AHEAD = timedelta(minutes=5)
"""How far two clocks may differ: a row that is later than the answer by more is set aside."""

_BAD_REQUEST = 400
_TOO_RECENT = "StartTimeTooRecent"
_SECOND = timedelta(seconds=1)

_F = TypeVar("_F", bound=Frame)
_R = TypeVar("_R")


class Place(NamedTuple):
    """Where a walk stands: a second, or a cursor that means something to Zendesk alone."""

    second: int | None
    cursor: str | None = None

    def __str__(self) -> str:
        return f"time:{self.second}" if self.cursor is None else f"cursor:{self.cursor}"


class Made(NamedTuple):
    """A page as one stream makes it: without cursor and end, and the second of its newest row."""

    page: Page
    newest: int | None
    """None where the stream goes by `end_time`, and for a page without rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Export(Generic[_F, _R]):
    """One incremental export."""

    path: str
    layout: Layout[_F, _R]
    make: Callable[[Batch[_F, _R]], Made]
    by_cursor: bool = False
    include: str | None = None


class Walker(Generic[_F, _R]):
    """Follows one export through a walk."""

    def __init__(self, export: Export[_F, _R], transport: Transport, clock: Clock) -> None:
        self._export = export
        self._transport = transport
        self._clock = clock

    def pages(self, walk: Walk) -> Iterator[Page]:
        """The pages of the walk. Raises HelpdeskBusyError and HelpdeskError."""
        place = _beginning(walk, self._clock.now())
        size: int | None = LARGEST_PAGE
        while True:
            found = self._ask(place, size)
            if isinstance(found, Refusal) and _is_lost(found, place, walk):
                # Zendesk no longer knows the cursor: the walk begins anew, and what comes again does no harm.
                place = _beginning(replace(walk, cursor=None), self._clock.now())
                continue
            if isinstance(found, Refusal):
                yield self._after_refusal(found, place)
                return
            page, place, size = self._page(found, place, walk), self._following(found.value.frame, place), found.size
            yield page
            if page.end:
                return

    def _ask(self, place: Place, size: int | None) -> Reply[Batch[_F, _R]] | Refusal:
        where = ("start_time", str(place.second)) if place.cursor is None else ("cursor", place.cursor)
        params = [where] if self._export.include is None else [where, ("include", self._export.include)]
        ask = Ask(path=self._export.path, params=params, size=size, export=True)
        return self._transport.read(ask, lambda body: self._decode(body, place))

    def _decode(self, body: bytes, place: Place) -> Batch[_F, _R] | Trouble:
        batch = self._export.layout.read(body)
        if self._following(batch.frame, place) == place and not self._is_end(batch.frame, place):
            return Trouble(what="the same page again")
        return batch

    def _page(self, found: Reply[Batch[_F, _R]], place: Place, walk: Walk) -> Page:
        frame: Frame = found.value.frame
        self._transport.wire.refuse_link(frame.get("next_page"))
        self._transport.wire.refuse_link(frame.get("after_url"))
        latest = max(found.asked_at, found.date or found.asked_at) + AHEAD
        made = _believed(self._export.make(found.value), UtcSecond(int(latest.timestamp())))
        ended = self._is_end(frame, place)
        reached = _end_of(found.asked_at, found.date) if ended else _reached(frame, made, latest)
        if walk.end is not None and reached is not None and reached >= walk.end:
            ended, reached = True, walk.end
        return replace(made.page, cursor=str(self._following(frame, place)), reached=reached, end=ended)

    def _following(self, frame: Frame, place: Place) -> Place:
        if self._export.by_cursor:
            after = frame.get("after_cursor")
            return place if after is None else Place(None, after)
        end_time = frame.get("end_time")
        return place if end_time is None or end_time < (place.second or 0) else Place(end_time)

    def _is_end(self, frame: Frame, place: Place) -> bool:
        told = frame.get("end_of_stream")
        # An export that never says that it ends gives its last rows again for ever.
        return self._following(frame, place) == place if told is None else told

    def _after_refusal(self, refusal: Refusal, place: Place) -> Page:
        too_recent = refusal.status == _BAD_REQUEST and said(refusal.body).name == _TOO_RECENT
        if not too_recent or place.second is None:
            raise refused(self._transport.wire, self._export.path, refusal)
        reached = datetime.fromtimestamp(place.second, UTC) - _SECOND
        return Page(stream=self._export.layout.stream, cursor=str(place), reached=reached, end=True)


def _is_lost(refusal: Refusal, place: Place, walk: Walk) -> bool:
    return refusal.status == _BAD_REQUEST and place.cursor is not None and str(place) == walk.cursor


def _beginning(walk: Walk, now: datetime) -> Place:
    kind, _, rest = (walk.cursor or "").partition(":")
    if kind == "cursor":
        return Place(None, rest)
    wanted = int(rest) if kind == "time" and rest.isdecimal() else int(walk.start.timestamp())
    newest = int((now - HIDDEN - _SECOND).timestamp())
    return Place(max(0, min(wanted, newest)))


def _end_of(asked_at: datetime, date: datetime | None) -> datetime:
    # The earlier of the two clocks: one that is fast would promise rows that are still hidden.
    return min(asked_at, date or asked_at) - HIDDEN


def _reached(frame: Frame, made: Made, latest: datetime) -> datetime | None:
    # More rows of the newest second may stand on the next page.
    newest = made.newest if made.newest is not None else frame.get("end_time")
    return None if newest is None else min(datetime.fromtimestamp(newest, UTC), latest) - _SECOND


def _believed(made: Made, latest: UtcSecond) -> Made:
    """The page without the rows that are later than `latest` by their own time."""
    page = made.page
    odd = [event.id for event in page.events if event.at > latest]
    odd += [ticket.id for ticket in page.tickets if ticket.changed > latest]
    if not odd:
        return made
    events = [event for event in page.events if event.at <= latest]
    tickets = [ticket for ticket in page.tickets if ticket.changed <= latest]
    rejected = (Rejected(stream=page.stream, row=str(row), problem="a time in the future") for row in odd)
    page = replace(page, events=events, tickets=tickets, rejected=(*page.rejected, *rejected))
    return Made(page, max((ticket.changed for ticket in tickets), default=None))
