"""Searches Request Tracker, page by page, so that nothing is lost to its ways.

They are shown in tests/request_tracker: dates carry no zone and are read in that of the user; a page holds a hundred
rows at most; rows that we may not see are cut out of their page, and then no total is told, so that an empty answer
need not be the end.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar, cast

from connector.helpdesk import HelpdeskError, Rejected
from connector.helpdesks.request_tracker.errors import no_tracker, refused
from connector.helpdesks.request_tracker.wire import ABOUT, Frame
from connector.http.decode import Layout
from connector.http.patience import Trouble
from connector.http.transport import Ask, Refusal, Reply, Transport

PAGE = 100

# Without the right AdminUsers this is left out without a word, and users of no organisation come too.
IN_AN_ORGANIZATION = json.dumps([{"field": "Organization", "operator": ">", "value": ""}])
"""The condition that a user has one."""

_OK = 200
_PAGE, _OTHER = "a page for people", "something else than it says of itself"
_MOST_PAGES = 10_000
_SECOND = timedelta(seconds=1)

_F = TypeVar("_F", bound=Frame)
_R = TypeVar("_R", bound=Mapping[str, Any])
_T = TypeVar("_T")
Params = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Search(Generic[_F, _R]):
    """What is looked for, and what is asked about each of it."""

    path: str
    layout: Layout[_F, _R]
    fields: Params
    """`fields` and `fields[…]`."""
    order: Sequence[str] = ("id",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found(Generic[_R]):
    """One answer to a search."""

    rows: Sequence[_R]
    rejected: tuple[Rejected, ...]
    total: int | None
    size: int
    """How many rows were asked for in the end: fewer where more took too long."""
    at: datetime
    """When it was asked for, by the slower of the two clocks: a fast one would promise too much."""
    latest: datetime
    """The same by the faster one."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing came, not even a row that could not be read."""
        return not self.rows and not self.rejected

    @property
    def is_last(self) -> bool:
        """Whether it is certain that nothing follows."""
        return self.total is not None and self.total <= len(self.rows) + len(self.rejected)

    @property
    def last(self) -> int:
        """The greatest id on the page; of rows that could not be read only where there are no others. 0: none."""
        known = [row["id"] for row in self.rows] or [int(one.row) for one in self.rejected if one.row.isdecimal()]
        return max(known, default=0)


class Searcher:
    """Asks one Request Tracker."""

    def __init__(self, transport: Transport, root: str, page: int = PAGE) -> None:
        """`root` is the path below which REST2 answers, `page` how many rows are asked for at once."""
        self._transport = transport
        self._root = root
        self._page = page

    def after(self, search: Search[_F, _R], query: str, last: int) -> Found[_R]:
        """The next rows in the order of their ids; an empty answer is the end."""
        asked = f"({query}) AND id > {last}"
        found = self.first(search, asked)
        if not found.is_empty and found.last <= last:
            raise HelpdeskError(f"{self.name}: {search.path} gives rows that cannot be read.")
        return found

    def every(self, search: Search[_F, _R], query: str, last: int = 0) -> Iterator[Found[_R]]:
        """Page after page in the order of their ids, from behind the last one to the end."""
        while not (found := self.after(search, query, last)).is_empty:
            yield found
            if found.is_last:
                return
            last = found.last

    def first(self, search: Search[_F, _R], query: str) -> Found[_R]:
        """The first rows that we may see, in the order of the search; an empty answer is the end."""
        found = self.ask(search, query)
        if not found.is_empty or found.total is not None or self.ask(search, query, newest=True).is_empty:
            return found
        # A page full of rows that we may not see, before some that we may.
        return next(found for found in self.numbered(search, query) if not found.is_empty)

    def numbered(self, search: Search[_F, _R], query: str) -> Iterator[Found[_R]]:
        """Page after page by their numbers, without an end of its own: only where rows do not shift."""
        behind, size = 0, self._page
        for _ in range(_MOST_PAGES):
            found = self.ask(search, query, page=behind // size + 1, size=size)
            if found.size == size:
                yield found
                behind += size
            # Pages of another size have other numbers: what came for this one was given before.
            size = found.size
        raise HelpdeskError(f"{self.name}: {search.path} goes on for more than {_MOST_PAGES} pages.")

    def listed(self, search: Search[_F, _R], query: str) -> Iterator[Found[_R]]:
        """All pages of what is never deleted, such as users and queues, so that pages by their numbers do not shift."""
        seen = 0
        for found in self.numbered(search, query):
            yield found
            seen += len(found.rows) + len(found.rejected)
            if found.is_empty or (found.total is not None and seen >= found.total):
                return

    def ask(
        self, search: Search[_F, _R], query: str, *, page: int = 1, newest: bool = False, size: int | None = None
    ) -> Found[_R]:
        """One page of a search. Raises HelpdeskError when it is refused, HelpdeskBusyError when nobody answers."""
        wanted = size or self._page
        order = "DESC" if newest else "ASC"
        params = [("query", query), *search.fields, ("page", str(page))]
        for column in search.order:
            params += [("orderby", column), ("order", order)]
        ask = Ask(path=f"{self._root}/{search.path}", params=params, size=wanted)
        reply = self._read(ask, search.layout.read)
        return Found(
            rows=reply.value.rows,
            rejected=reply.value.rejected,
            total=cast(Frame, reply.value.frame).get("total"),
            size=reply.size or wanted,
            at=min(reply.asked_at, reply.date or reply.asked_at),
            latest=max(reply.asked_at, reply.date or reply.asked_at),
        )

    def get(self, what: str, decode: Callable[[bytes], _T]) -> _T:
        """One thing by its path. Raises as `ask` does."""
        return self._read(Ask(path=f"{self._root}/{what}"), decode).value

    def look(self, what: str, decode: Callable[[bytes], _T]) -> Reply[_T] | Refusal:
        """The same where a refusal is an answer too."""
        return self._transport.read(Ask(path=f"{self._root}/{what}"), decode)

    def introduce(self) -> None:
        """Raises HelpdeskError where something else than Request Tracker answers, HelpdeskBusyError like `ask`."""
        ask = Ask(path=f"{self._root}/rt", introduces=True)
        found = self._transport.read(ask, self._recognise)
        if isinstance(found, Refusal):
            is_page = found.status == _OK
            raise no_tracker(self._transport.wire, _PAGE) if is_page else refused(self._transport.wire, ask.path, found)

    def _recognise(self, body: bytes) -> str:
        try:
            return ABOUT.validate_json(body)["Version"]
        except ValueError:
            raise no_tracker(self._transport.wire, _OTHER) from None

    def refused(self, what: str, refusal: Refusal) -> HelpdeskError:
        """The error to raise for a thing that may not be read."""
        return refused(self._transport.wire, f"{self._root}/{what}", refusal)

    @property
    def name(self) -> str:
        """The helpdesk's name in the configuration."""
        return self._transport.wire.name

    def _read(self, ask: Ask, decode: Callable[[bytes], _T | Trouble]) -> Reply[_T]:
        found = self._transport.read(ask, decode)
        if isinstance(found, Refusal):
            raise refused(self._transport.wire, ask.path, found)
        return found


def quoted(text: str) -> str:
    """A text as it stands between single quotes in a search."""
    return text.replace("\\", "\\\\").replace("'", "\\'")


def written(moment: datetime) -> str:
    """A moment in UTC as RT's searches take it. One that lies within a second is that second."""
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def within(column: str, start: datetime, end: datetime | None) -> str:
    """The condition that a time lies at or after `start`, and before `end`."""
    after = f"{column} >= '{written(start)}'"
    # A second that has begun by `end` belongs to it as a whole: a row too many does no harm.
    return after if end is None else f"{after} AND {column} < '{written(end + _SECOND)}'"
