"""A Request Tracker as a helpdesk."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from connector.helpdesk import (
    EVERYTHING,
    NOTHING,
    Capability,
    Finding,
    Hearing,
    Helpdesk,
    Identity,
    MarksRead,
    Need,
    Outside,
    Page,
    Receipt,
    Stream,
    Walk,
    Write,
)
from connector.helpdesks.request_tracker.account_writes import AccountWrites
from connector.helpdesks.request_tracker.accounts import Accounts
from connector.helpdesks.request_tracker.alert_queue import AlertQueue
from connector.helpdesks.request_tracker.alert_tickets import AlertTickets
from connector.helpdesks.request_tracker.alerts import Alerts
from connector.helpdesks.request_tracker.answers import Answers
from connector.helpdesks.request_tracker.carriers import Carriers, open_carriers
from connector.helpdesks.request_tracker.events import Events
from connector.helpdesks.request_tracker.inspect import Inspector
from connector.helpdesks.request_tracker.marks import Marks, ShownAccounts, ShownTickets
from connector.helpdesks.request_tracker.names import Names, names_of
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
from connector.helpdesks.request_tracker.writes import Writes
from connector.http.auth import Secrets
from connector.http.budget import Budget
from connector.http.transport import Transport
from connector.http.wire import open_wire
from connector.settings import HelpdeskSettings
from rules.facts import AccountId, TicketId

KIND = "request_tracker"
_ROOT = "/REST/2.0"
_ON_ACCOUNTS = frozenset({Capability.ACCOUNT_TAGS, Capability.ACCOUNT_FIELDS})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """What everything else is made of."""

    settings: HelpdeskSettings
    names: Names
    searcher: Searcher
    sending: Sending
    people: People
    statuses: Statuses
    values: Values
    carriers: Carriers | None
    """None where accounts can have no marks."""
    outside: Outside


class RequestTracker:
    """Reads and writes a Request Tracker. Sends nothing before it is asked."""

    def __init__(self, parts: _Parts) -> None:
        self._url = parts.settings.url
        self._people = parts.people
        self._capabilities = _capabilities(parts)
        alerts = AlertTickets(parts.searcher, parts.people, parts.names)
        self._puller = _puller(parts)
        self._marks = _marks(parts, alerts)
        self._writes = _writes(parts, alerts)
        self._inspector = _inspector(parts)

    def identify(self) -> Identity:
        """Who answers, and as whom we are signed in. Raises HelpdeskError when that is nobody."""
        number, place = self._people.me()["id"], urlsplit(self._url)
        return Identity(
            kind=KIND,
            host=place.netloc,
            account=f"{place.netloc}{place.path}",
            user=f"user {number}",
            ticket_page=f"{self._url}/Ticket/Display.html?id={{id}}",
            capabilities=self._capabilities,
        )

    def pull(self, walk: Walk) -> Iterator[Page]:
        """The pages of a walk, oldest first. Closing the iterator between two pages loses nothing."""
        if walk.stream is Stream.ACCOUNTS:
            # Every pull begins with it: nothing is pulled while something would be left out without a word.
            self._inspector.refuse_reading()
        return self._puller.pages(walk)

    def read_marks(
        self, accounts: Sequence[AccountId], tickets: Sequence[TicketId], heard: Mapping[TicketId, Hearing] = NOTHING
    ) -> MarksRead:
        """Direct reads, 100 a request; two more for each comment of people whose answers are asked for."""
        self._inspector.refuse_writing()
        return self._marks.read(accounts, tickets, heard)

    def apply(self, writes: Sequence[Write]) -> Iterator[Receipt]:
        """Sends the writes in order; each gets one final receipt. Never repeats one blindly."""
        self._inspector.refuse_unwritable()
        return self._writes.apply(writes)

    def inspect(self, need: Need) -> Iterable[Finding]:
        """What `check` says: the sign-in, dates, people, rights to read; fields, alert queue and rights to write."""
        return self._inspector.findings(need)


def open_request_tracker(settings: HelpdeskSettings, outside: Outside, page: int = PAGE) -> Helpdesk:
    """The helpdesk of an entry of the configuration, asked for `page` rows at once.

    Raises HelpdeskError for a URL that cannot be.
    """
    wire = open_wire(settings.name, settings.url)
    budget = Budget(settings.requests_per_minute, settings.exports_per_minute, outside.clock.monotonic)
    sign_in = TokenSignIn(Secrets(settings.auth, wire, outside))
    transport = Transport(wire, budget, sign_in, outside)
    root = f"{urlsplit(settings.url).path}{_ROOT}"
    searcher = Searcher(transport, root, page)
    rated = dict.fromkeys(rate.group for rate in settings.cost.rates if rate.group is not None)
    people = People(searcher, sign_in, outside.clock, rated)
    names, sources = names_of(settings.write), settings.account
    statuses = Statuses(searcher, tickets_search(sources))
    return RequestTracker(
        _Parts(
            settings=settings,
            names=names,
            searcher=searcher,
            sending=Sending(transport, root),
            people=people,
            statuses=statuses,
            values=Values(outside.person_key, sources, statuses, names.key),
            carriers=open_carriers(settings, searcher, people),
            outside=outside,
        )
    )


def _capabilities(parts: _Parts) -> frozenset[Capability]:
    lacking = frozenset[Capability]() if parts.carriers is not None else _ON_ACCOUNTS
    queueless = frozenset[Capability]() if parts.names.queue is not None else {Capability.ALERT_TICKETS}
    return EVERYTHING - lacking - queueless - {Capability.MACROS}


def _inspector(parts: _Parts) -> Inspector:
    settings, searcher, people = parts.settings, parts.searcher, parts.people
    return Inspector(
        settings,
        people,
        Sight(searcher, people, settings),
        Writable(searcher, people, settings.name, needed_by(settings)),
        Trial(searcher, parts.sending),
        parts.outside.clock,
    )


def _puller(parts: _Parts) -> Puller:
    searcher, people, values = parts.searcher, parts.people, parts.values
    return Puller(
        people,
        Accounts(searcher, people, parts.settings),
        Events(searcher, people, values),
        Tickets(searcher, values, parts.settings.account, parts.names.key),
        values,
        parts.settings.ignore.requesters,
    )


def _marks(parts: _Parts, alerts: AlertTickets) -> Marks:
    names, carriers = parts.names, parts.carriers
    accounts = None if carriers is None else ShownAccounts(carriers, parts.settings.write.prefix, names.tags)
    answers = Answers(parts.searcher, parts.people, parts.values, names.answer)
    tickets = ShownTickets(alerts, answers, parts.values, parts.statuses)
    return Marks(accounts, tickets, parts.outside.clock)


def _writes(parts: _Parts, alerts: AlertTickets) -> Writes:
    searcher, sending, names = parts.searcher, parts.sending, parts.names
    carriers = parts.carriers

    def telling() -> Alerts:
        return Alerts(alerts, AlertQueue(searcher, alerts, names), sending, parts.statuses, names)

    if carriers is None:
        return Writes(None, telling)
    return Writes(lambda: AccountWrites(carriers, searcher, sending, names.tags), telling)
