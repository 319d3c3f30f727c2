"""A Request Tracker as a helpdesk; it is only read in this version."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from connector.helpdesk import (
    EVERYTHING,
    NOTHING,
    Capability,
    Finding,
    Hearing,
    Helpdesk,
    HelpdeskError,
    Identity,
    MarksRead,
    Need,
    Outcome,
    Outside,
    Page,
    Receipt,
    Stream,
    Walk,
    Write,
)
from connector.helpdesks.request_tracker.accounts import Accounts
from connector.helpdesks.request_tracker.events import Events
from connector.helpdesks.request_tracker.inspect import Inspector
from connector.helpdesks.request_tracker.needed import needed_by
from connector.helpdesks.request_tracker.people import People
from connector.helpdesks.request_tracker.pull import Puller
from connector.helpdesks.request_tracker.searches import PAGE, Searcher
from connector.helpdesks.request_tracker.seeing import Sight
from connector.helpdesks.request_tracker.sending import Sending
from connector.helpdesks.request_tracker.sign_in import TokenSignIn
from connector.helpdesks.request_tracker.statuses import Statuses
from connector.helpdesks.request_tracker.tickets import Tickets, tickets_search
from connector.helpdesks.request_tracker.trial import Trial
from connector.helpdesks.request_tracker.values import Values
from connector.helpdesks.request_tracker.writable import Writable
from connector.http.auth import Secrets
from connector.http.budget import Budget
from connector.http.transport import Transport
from connector.http.wire import open_wire
from connector.settings import HelpdeskSettings
from rules.facts import AccountId, TicketId

KIND = "request_tracker"
_ROOT = "/REST/2.0"
_READ_ONLY = "a Request Tracker is only read in this version"


class RequestTracker:
    """Reads a Request Tracker. Sends nothing before it is asked."""

    def __init__(
        self, settings: HelpdeskSettings, transport: Transport, people: People, puller: Puller, inspector: Inspector
    ) -> None:
        self._settings = settings
        self._transport = transport
        self._people = people
        self._puller = puller
        self._inspector = inspector

    def identify(self) -> Identity:
        """Who answers, and as whom we are signed in. Raises HelpdeskError when that is nobody."""
        number = self._people.me()["id"]
        host = self._transport.wire.origin.netloc
        return Identity(
            kind=KIND,
            host=host,
            account=f"{host}{urlsplit(self._settings.url).path}",
            user=f"user {number}",
            ticket_page=f"{self._settings.url}/Ticket/Display.html?id={{id}}",
            capabilities=EVERYTHING - {Capability.MACROS},
        )

    def pull(self, walk: Walk) -> Iterator[Page]:
        """The pages of a walk, oldest first. Closing the iterator between two pages loses nothing."""
        if walk.stream is Stream.ACCOUNTS:
            # Every pull begins with it: nothing is pulled while something would be left out without a word.
            self._inspector.refuse_reading()
        return self._puller.pages(walk)

    def read_marks(
        self,
        accounts: Sequence[AccountId],  # noqa: ARG002
        tickets: Sequence[TicketId],  # noqa: ARG002
        heard: Mapping[TicketId, Hearing] = NOTHING,  # noqa: ARG002
    ) -> MarksRead:
        """Raises HelpdeskError: there are none."""
        self._inspector.refuse_writing()
        raise HelpdeskError(f"{self._settings.name}: {_READ_ONLY}; it has no marks to read.")

    def apply(self, writes: Sequence[Write]) -> Iterator[Receipt]:
        """Refuses every write."""
        for write in writes:
            yield Receipt(writes=(write.id,), outcome=Outcome.REFUSED, reason=_READ_ONLY)

    def inspect(self, need: Need) -> Iterable[Finding]:
        """What `check` says: the sign-in, the time zone, the people."""
        return self._inspector.findings(need)


def open_request_tracker(settings: HelpdeskSettings, outside: Outside, page: int = PAGE) -> Helpdesk:
    """The helpdesk of an entry of the configuration, asked for `page` rows at once.

    Raises HelpdeskError for a URL that cannot be, and where it is to be written to.
    """
    wire = open_wire(settings.name, settings.url)
    budget = Budget(settings.requests_per_minute, settings.exports_per_minute, outside.clock.monotonic)
    sign_in = TokenSignIn(Secrets(settings.auth, wire, outside))
    transport = Transport(wire, budget, sign_in, outside)
    root = f"{urlsplit(settings.url).path}{_ROOT}"
    searcher = Searcher(transport, root, page)
    rated = dict.fromkeys(rate.group for rate in settings.cost.rates if rate.group is not None)
    people = People(searcher, sign_in, outside.clock, rated)
    inspector = Inspector(
        settings,
        people,
        Sight(searcher, people, settings),
        Writable(searcher, people, settings.name, needed_by(settings)),
        Trial(searcher, Sending(transport, root)),
        outside.clock,
    )
    return RequestTracker(settings, transport, people, _puller(settings, outside, searcher, people), inspector)


def _puller(settings: HelpdeskSettings, outside: Outside, searcher: Searcher, people: People) -> Puller:
    sources = settings.account
    values = Values(outside.person_key, sources, Statuses(searcher, tickets_search(sources)))
    return Puller(
        people,
        Accounts(searcher, people, settings),
        Events(searcher, people, values),
        Tickets(searcher, values, sources),
        values,
        settings.ignore.requesters,
    )
