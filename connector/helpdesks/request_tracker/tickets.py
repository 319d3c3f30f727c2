"""Walks through tickets in the order of their changes, then through what no search of tickets shows.

Merged tickets leave every search, and so do deleted ones; a requester who is given another organisation moves no
ticket. Each of these is found by a search of its own, at no request a ticket.
"""

from collections.abc import Generator, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from connector.helpdesk import HelpdeskError, Page, Rejected, Stream, Walk
from connector.helpdesks.request_tracker.events import AHEAD, OF_TICKETS, reached
from connector.helpdesks.request_tracker.searches import Found, Params, Search, Searcher, within, written
from connector.helpdesks.request_tracker.values import OWN_KEY, Values, named_account, second
from connector.helpdesks.request_tracker.wire import (
    TICKET_PAGE,
    TICKET_ROW,
    TRANSACTION_PAGE,
    TRANSACTION_ROW,
    TicketPage,
    TicketRow,
    TransactionPage,
    TransactionRow,
)
from connector.http.decode import Layout
from connector.settings import AccountSource, SourceKind
from rules.facts import Ticket, UtcSecond

_LAYOUT = Layout(stream=Stream.TICKETS, key="items", page=TICKET_PAGE, row=TICKET_ROW)
_PAST = Layout(stream=Stream.TICKETS, key="items", page=TRANSACTION_PAGE, row=TRANSACTION_ROW)
_COLUMNS = "Status,Created,LastUpdated,Creator,Owner,Queue,Requestor,EffectiveId"
_OF_PEOPLE: Params = (
    ("fields[Creator]", "id"),
    ("fields[Owner]", "id,Name"),
    ("fields[Queue]", "id,Name"),
)
_DELETED = f"{OF_TICKETS} AND Type = 'Status' AND NewValue = 'deleted' AND TicketStatus = 'deleted'"
_MOVED = "ObjectType = 'RT::User' AND Type = 'Set' AND (Field = 'Organization' OR Field = 'EmailAddress')"
_BY_PERSON = frozenset({SourceKind.ORGANIZATION, SourceKind.EMAIL_DOMAIN})
_TRANSACTIONS: Search[TransactionPage, TransactionRow] = Search(
    path="transactions", layout=_PAST, fields=(("fields", "ObjectId,Type,Created"),)
)


class _Place(NamedTuple):
    """Where a walk stands. The parts follow each other as they are named here."""

    part: str = "changed"
    moment: int = 0
    """CHANGED: the second of the last ticket; later: when the tickets had come to their end."""
    last: int = 0
    """The last ticket, or the last transaction."""
    ticket: int = 0
    """MOVED: the last ticket of the people whose transactions follow the last one."""

    def __str__(self) -> str:
        return ":".join(map(str, self))


def tickets_search(sources: Sequence[AccountSource]) -> Search[TicketPage, TicketRow]:
    """How tickets are looked for where accounts are found like this: custom fields cost as much as all the rest."""
    custom = any(source.kind is SourceKind.FIELD for source in sources)
    return _search(sources, custom=custom)


def _search(sources: Sequence[AccountSource], *, custom: bool) -> Search[TicketPage, TicketRow]:
    by_domain = any(source.kind is SourceKind.EMAIL_DOMAIN for source in sources)
    person = "id,Organization,EmailAddress" if by_domain else "id,Organization"
    columns = f"{_COLUMNS},CustomFields" if custom else _COLUMNS
    fields = (("fields", columns), ("fields[Requestor]", person), *_OF_PEOPLE)
    return Search(path="tickets", layout=_LAYOUT, fields=fields)


class Tickets:
    """Pulls the tickets of one Request Tracker."""

    def __init__(self, searcher: Searcher, values: Values, sources: Sequence[AccountSource], key_field: str) -> None:
        """`key_field` is the ticket field that holds the key of an alert ticket."""
        self._alerts = f"EffectiveId > 0 AND CF.{{{key_field}}} STARTSWITH '{OWN_KEY}'"
        self._searcher = searcher
        self._values = values
        self._by_person = any(source.kind in _BY_PERSON for source in sources)
        self._by_id = tickets_search(sources)
        self._whole = _search(sources, custom=True)
        self._by_change = Search(path="tickets", layout=_LAYOUT, fields=self._by_id.fields, order=("LastUpdated", "id"))

    def pages(self, walk: Walk) -> Iterator[Page]:
        """The pages of the walk; the last one is empty. Raises HelpdeskBusyError and HelpdeskError."""
        place = _read(walk.cursor)
        if place.part == "changed":
            place = yield from self._changed(walk, place)
        if place.part == "deleted":
            place = yield from self._deleted(walk, place)
        if self._by_person and walk.end is None:
            place = yield from self._moved(walk, place)
        until = reached(datetime.fromtimestamp(place.moment, UTC), walk)
        yield Page(stream=Stream.TICKETS, cursor=str(place), reached=until, end=True)

    def _changed(self, walk: Walk, place: _Place) -> Generator[Page, None, _Place]:
        ours = self._ours(walk)
        window = within("LastUpdated", walk.start, walk.end)
        while True:
            found = self._searcher.first(self._by_change, f"{window}{_behind(place)}")
            if not found.is_empty:
                place = _following(found)
                yield self._page(found, ours, place)
            if found.is_empty or found.is_last:
                return _Place("deleted", int(found.at.timestamp()))

    def _deleted(self, walk: Walk, place: _Place) -> Generator[Page, None, _Place]:
        window = f"{_DELETED} AND {within('Created', walk.start, walk.end)}"
        while not (found := self._searcher.after(_TRANSACTIONS, window, place.last)).is_empty:
            place = place._replace(last=found.last)
            tickets, odd = _PAST.values(found.rows, self._values.deleted)
            yield _page(tickets, found.rejected + odd, place)
        return _Place("moved", place.moment)

    def _moved(self, walk: Walk, place: _Place) -> Generator[Page, None, _Place]:
        """Tickets of requesters whose organisation or address was changed: they are as new as the change."""
        window = f"{_MOVED} AND {within('Created', walk.start, walk.end)}"
        while not (people := self._searcher.after(_TRANSACTIONS, window, place.last)).is_empty:
            theirs = _any("Requestor.id", sorted({row["ObjectId"] for row in people.rows}))
            while not (found := self._searcher.after(self._whole, theirs, place.ticket)).is_empty:
                place = place._replace(ticket=found.last)
                yield self._page(found, frozenset(), place)
            place = place._replace(last=people.last, ticket=0)
        return place

    def _page(self, found: Found[TicketRow], ours: frozenset[int], place: _Place) -> Page:
        tickets, odd = _LAYOUT.values(
            found.rows, lambda row: self._values.ticket(row, own=row["id"] in ours or self._values.is_ours(row))
        )
        latest = UtcSecond(int((found.latest + AHEAD).timestamp()))
        future = tuple(_future(ticket) for ticket in tickets if ticket.changed > latest)
        believed = [ticket for ticket in tickets if ticket.changed <= latest]
        merged, unread = self._merged(believed)
        return _page([*believed, *merged], found.rejected + odd + future + unread, place)

    def _merged(self, into: Sequence[Ticket]) -> tuple[list[Ticket], tuple[Rejected, ...]]:
        """The tickets that were merged into these: they go where the others go."""
        survivors = {int(ticket.id): ticket for ticket in into}
        merged: list[Ticket] = []
        rejected: tuple[Rejected, ...] = ()
        query = f"EffectiveId != id AND ({_any('EffectiveId', sorted(survivors))})"
        for found in self._searcher.every(self._whole, query) if survivors else ():
            rows = [row for row in found.rows if row.get("EffectiveId") in survivors]
            made, odd = _LAYOUT.values(rows, lambda row: self._values.merged(row, survivors[row["EffectiveId"]]))
            merged += made
            rejected += found.rejected + odd
        return merged, rejected

    def _ours(self, walk: Walk) -> frozenset[int]:
        """The alert tickets among those of the walk: far fewer than would have to be asked for their fields."""
        window = f"{self._alerts} AND {within('LastUpdated', walk.start, walk.end)}"
        return frozenset(row["id"] for found in self._searcher.every(self._by_id, window) for row in found.rows)


def _page(tickets: Sequence[Ticket], rejected: tuple[Rejected, ...], place: _Place) -> Page:
    names = sorted({ticket.organization for ticket in tickets if ticket.organization and not ticket.own})
    return Page(
        stream=Stream.TICKETS,
        cursor=str(place),
        reached=None,
        end=False,
        tickets=tickets,
        accounts=tuple(named_account(name) for name in names),
        rejected=rejected,
    )


def _behind(place: _Place) -> str:
    """The condition that a ticket changed after the last one, or within its second and has a greater number."""
    if not place.moment:
        return ""
    at = written(datetime.fromtimestamp(place.moment, UTC))
    within_second = f"LastUpdated >= '{at}' AND LastUpdated <= '{at}' AND id > {place.last}"
    return f" AND (({within_second}) OR LastUpdated > '{at}')"


def _following(found: Found[TicketRow]) -> _Place:
    for row in reversed(found.rows):
        try:
            return _Place("changed", second(row["LastUpdated"]), row["id"])
        except ValueError:
            continue
    raise HelpdeskError("Request Tracker gives tickets of which none can be read.")


def _any(column: str, numbers: Iterable[int]) -> str:
    return " OR ".join(f"{column} = {number}" for number in numbers)


def _future(ticket: Ticket) -> Rejected:
    return Rejected(stream=Stream.TICKETS, row=str(ticket.id), problem="a time in the future")


def _read(cursor: str | None) -> _Place:
    if cursor is None:
        return _Place()
    part, *numbers = cursor.split(":")
    return _Place(part, *map(int, numbers))
