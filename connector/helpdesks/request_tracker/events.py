"""Walks through the transactions of tickets in the order of their ids: no request for a ticket, no clock needed.

Ids and times may go apart where a past was brought in from elsewhere, hence nothing is promised before the end.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from connector.helpdesk import Page, Rejected, Stream, Walk
from connector.helpdesks.request_tracker.people import People, Staff
from connector.helpdesks.request_tracker.searches import Found, Search, Searcher, within
from connector.helpdesks.request_tracker.values import Values, name_of
from connector.helpdesks.request_tracker.wire import (
    TRANSACTION_PAGE,
    TRANSACTION_ROW,
    TransactionPage,
    TransactionRow,
)
from connector.http.decode import Layout
from rules.facts import Agent, UtcSecond

HIDDEN = timedelta(seconds=60)
"""A transaction is dated when its database transaction begins, and seen when that ends: rows as new may be missing."""

AHEAD = timedelta(minutes=5)
"""How far two clocks may differ: a row that is later than the answer by more is set aside."""

OF_TICKETS = "ObjectType = 'RT::Ticket'"
# Mails that RT sent are transactions too; without the right to see them they would leave gaps in every page.
_UPDATES = f"{OF_TICKETS} AND Type != 'EmailRecord' AND Type != 'CommentEmailRecord'"
_LAYOUT = Layout(stream=Stream.EVENTS, key="items", page=TRANSACTION_PAGE, row=TRANSACTION_ROW)
_TRANSACTIONS: Search[TransactionPage, TransactionRow] = Search(
    path="transactions",
    layout=_LAYOUT,
    fields=(("fields", "ObjectId,Type,Field,NewValue,TimeTaken,Created,Creator"), ("fields[Creator]", "id,Name")),
)


class Events:
    """Pulls the events of one Request Tracker."""

    def __init__(self, searcher: Searcher, people: People, values: Values) -> None:
        self._searcher = searcher
        self._people = people
        self._values = values

    def pages(self, walk: Walk) -> Iterator[Page]:
        """The pages of the walk; the last one is empty. Raises HelpdeskBusyError and HelpdeskError."""
        window = f"{_UPDATES} AND {within('Created', walk.start, walk.end)}"
        last = int(walk.cursor or 0)
        while True:
            found = self._searcher.after(_TRANSACTIONS, window, last)
            if found.is_empty:
                yield Page(stream=Stream.EVENTS, cursor=str(last), reached=reached(found.at, walk), end=True)
                return
            last = found.last
            yield self._page(found, str(last))

    def _page(self, found: Found[TransactionRow], cursor: str) -> Page:
        staff = self._people.staff()
        made, odd = _LAYOUT.values(found.rows, lambda row: self._values.event(row, staff.groups))
        events = [event for event in made if event is not None]
        latest = UtcSecond(int((found.latest + AHEAD).timestamp()))
        future = tuple(_future(event.id) for event in events if event.at > latest)
        return Page(
            stream=Stream.EVENTS,
            cursor=cursor,
            reached=None,
            end=False,
            events=[event for event in events if event.at <= latest],
            agents=tuple(self._agents(found.rows, staff)),
            rejected=found.rejected + odd + future,
        )

    def _agents(self, rows: Sequence[TransactionRow], staff: Staff) -> Iterator[Agent]:
        """The authors who work there, each once."""
        authors = {name: row for row in rows if (name := name_of(row.get("Creator"))) in staff.names}
        for name, row in authors.items():
            key = self._values.author(row.get("Creator"))
            yield Agent(key=key, since=UtcSecond(0), group=staff.groups.get(name))


def reached(at: datetime, walk: Walk) -> datetime:
    """Up to when a walk has come that was at its end at this time."""
    found = at - HIDDEN
    return found if walk.end is None else min(found, walk.end)


def _future(event: int) -> Rejected:
    return Rejected(stream=Stream.EVENTS, row=str(event), problem="a time in the future")
