"""The four streams of a Request Tracker, as pages of our own values."""

from collections.abc import Iterable, Iterator

from connector.helpdesk import Page, Stream, Walk
from connector.helpdesks.request_tracker.accounts import Accounts
from connector.helpdesks.request_tracker.events import Events
from connector.helpdesks.request_tracker.people import People
from connector.helpdesks.request_tracker.tickets import Tickets
from connector.helpdesks.request_tracker.values import Values


class Puller:
    """Pulls the streams of one Request Tracker."""

    def __init__(
        self,
        people: People,
        accounts: Accounts,
        events: Events,
        tickets: Tickets,
        values: Values,
        ignored: Iterable[str],
    ) -> None:
        """`ignored` are mail addresses in lower case."""
        self._people = people
        self._accounts = accounts
        self._events = events
        self._tickets = tickets
        self._values = values
        self._ignored = ignored

    def pages(self, walk: Walk) -> Iterator[Page]:
        """The pages of a walk."""
        match walk.stream:
            case Stream.ACCOUNTS:
                yield self._accounts.page()
            case Stream.AGENTS:
                self._values.forget()
                yield self._people.page(self._values.person, self._ignored)
            case Stream.EVENTS:
                self._people.refuse_other_zones()
                yield from self._events.pages(walk)
            case Stream.TICKETS:
                self._people.refuse_other_zones()
                yield from self._tickets.pages(walk)
