"""Finds and reads alert tickets: by their numbers, or by the key in a custom field of theirs."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, NotRequired

from pydantic import TypeAdapter
from typing_extensions import TypedDict

from connector.helpdesk import Stream
from connector.helpdesks.request_tracker.events import OF_TICKETS
from connector.helpdesks.request_tracker.names import Names
from connector.helpdesks.request_tracker.people import People
from connector.helpdesks.request_tracker.searches import Search, Searcher, quoted
from connector.helpdesks.request_tracker.statuses import DELETED
from connector.helpdesks.request_tracker.values import OWN_KEY, custom_values
from connector.helpdesks.request_tracker.wire import (
    TICKET_PAGE,
    TICKET_ROW,
    TRANSACTION_PAGE,
    TRANSACTION_ROW,
    Id,
    TicketPage,
    TicketRow,
    TransactionPage,
    TransactionRow,
)
from connector.http.decode import Layout
from connector.http.transport import Refusal, Reply

_NUMBERS_AT_ONCE = 100
_NOT_FOUND = 404
_SHOWN: Search[TicketPage, TicketRow] = Search(
    path="tickets",
    layout=Layout(stream=Stream.TICKETS, key="items", page=TICKET_PAGE, row=TICKET_ROW),
    fields=(("fields", "Status,Created,LastUpdated,Owner,EffectiveId,CustomFields"), ("fields[Owner]", "id,Name")),
)
_COMMENTS: Search[TransactionPage, TransactionRow] = Search(
    path="transactions",
    layout=Layout(stream=Stream.EVENTS, key="items", page=TRANSACTION_PAGE, row=TRANSACTION_ROW),
    fields=(("fields", "ObjectId,Type,Created,CustomFields"),),
)


class Link(TypedDict):
    """What may be done next."""

    ref: NotRequired[str]
    to: NotRequired[str]


class OwnPage(TypedDict):
    """A ticket's own page, or a queue's."""

    id: Id
    Queue: NotRequired[Any]
    Status: NotRequired[str]
    Requestor: NotRequired[list[dict[str, Any]]]
    Cc: NotRequired[list[dict[str, Any]]]
    AdminCc: NotRequired[list[dict[str, Any]]]
    CustomFields: NotRequired[Any]
    TicketCustomFields: NotRequired[list[dict[str, Any]]]
    TicketTransactionCustomFields: NotRequired[list[dict[str, Any]]]
    _hyperlinks: NotRequired[list[Link]]


OWN_PAGE = TypeAdapter(OwnPage)


class Seen(NamedTuple):
    """What was found of tickets that were asked for by their numbers; deleted ones are nowhere in it."""

    rows: Sequence[TicketRow]
    merged: Sequence[int]


class AlertTickets:
    """Reads those of one Request Tracker."""

    def __init__(self, searcher: Searcher, people: People, names: Names) -> None:
        """Of `names`: the custom fields that hold the key of a ticket and that of a comment, and the alert queue."""
        self._searcher = searcher
        self._people = people
        self._key_field = names.key
        self._message_field = names.message
        self._queue = names.queue

    def key_of(self, row: Mapping[str, Any]) -> str:
        """The key that a ticket holds, '' where it holds none."""
        return next(iter(custom_values(row, self._key_field)), "")

    def is_ours(self, row: Mapping[str, Any]) -> bool:
        """Whether a ticket holds the key of an alert ticket; numbers alone may mean another after a restored backup."""
        return self.key_of(row).startswith(OWN_KEY)

    def under(self, key: str) -> TicketRow | None:
        """The oldest ticket under a key, also one that was merged away; deleted ones are found by no search."""
        # RT does not tell capitals apart.
        query = f"EffectiveId > 0 AND CF.{{{self._key_field}}} = '{quoted(key)}'"
        found = (row for page in self._searcher.every(_SHOWN, query) for row in page.rows)
        return next((row for row in found if self.key_of(row) == key), None)

    def numbered(self, numbers: Collection[int]) -> Seen:
        """A request for every hundred, and one more for each that was merged away or deleted."""
        wanted = sorted(numbers)
        rows = [row for start in range(0, len(wanted), _NUMBERS_AT_ONCE) for row in self._search(wanted[start:])]
        shown = {row["id"] for row in rows}
        merged = [number for number in wanted if number not in shown and self._is_merged(number, shown)]
        return Seen(rows=rows, merged=merged)

    def page(self, number: int) -> Reply[OwnPage] | Refusal | None:
        """A ticket as it is now, with its ETag; None where it was merged away or deleted."""
        found = self._searcher.look(f"ticket/{number}", OWN_PAGE.validate_json)
        if isinstance(found, Refusal):
            return None if found.status == _NOT_FOUND else found
        # A merged ticket answers as the one that it was merged into.
        is_there = found.value["id"] == number and found.value.get("Status") != DELETED
        return found if is_there else None

    def is_told(self, number: int, key: str) -> bool:
        """Whether a comment of the ticket carries this key."""
        query = f"{OF_TICKETS} AND ObjectId = {number} AND Type = 'Comment'"
        found = (row for page in self._searcher.every(_COMMENTS, query) for row in page.rows)
        # RT takes no notice of a condition on a long text.
        return any(key in custom_values(row, self._message_field) for row in found)

    def mails_outside(self, *pages: OwnPage) -> bool:
        """Whether somebody around a ticket or its queue works elsewhere: any change of status may mail them.

        Raises UnseenError where that cannot be seen.
        """
        return self._is_outside(role for page in pages for role in (page.get("Requestor"), page.get("Cc"))) or (
            self.shows_outside(*pages)
        )

    def shows_outside(self, *pages: OwnPage) -> bool:
        """The same of those whom comments are mailed to."""
        return self._is_outside(page.get("AdminCc") for page in pages)

    def _is_outside(self, roles: Iterable[list[dict[str, Any]] | None]) -> bool:
        return bool(self._people.outsiders(one for role in roles for one in role or ()))

    def _search(self, numbers: Sequence[int]) -> Iterator[TicketRow]:
        query = " OR ".join(f"id = {number}" for number in numbers[:_NUMBERS_AT_ONCE])
        for found in self._searcher.every(_SHOWN, query):
            yield from found.rows

    def _is_merged(self, number: int, shown: Collection[int]) -> bool:
        path = f"ticket/{number}"
        found = self._searcher.look(path, OWN_PAGE.validate_json)
        if not isinstance(found, Refusal):
            return found.value["id"] != number
        if found.status != _NOT_FOUND and not shown and not self._sees_queue():
            # One that was moved out of sight is gone; where none can be seen, a right was taken away.
            raise self._searcher.refused(path, found)
        return False

    def _sees_queue(self) -> bool:
        """Whether any ticket in the alert queue can be seen: that which `setup` has made there always can."""
        query = f"Queue = '{quoted(self._queue or '')}'"
        return self._queue is not None and not self._searcher.first(_SHOWN, query).is_empty
