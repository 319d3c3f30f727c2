"""A Zendesk account as a helpdesk."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from connector.helpdesk import (
    NOTHING,
    Finding,
    Hearing,
    Helpdesk,
    Identity,
    MarksRead,
    Need,
    Outside,
    Page,
    Receipt,
    Walk,
    Write,
)
from connector.helpdesks.zendesk.answers import Answers
from connector.helpdesks.zendesk.inspect import Inspector
from connector.helpdesks.zendesk.marks import Marks
from connector.helpdesks.zendesk.merges import Merges
from connector.helpdesks.zendesk.people import People
from connector.helpdesks.zendesk.pull import Puller
from connector.helpdesks.zendesk.sign_in import sign_in
from connector.helpdesks.zendesk.ticket_field import TIMER_TITLE, TicketField
from connector.helpdesks.zendesk.values import Kept, Values
from connector.helpdesks.zendesk.writes import Writes
from connector.http.budget import Budget
from connector.http.transport import Transport
from connector.http.wire import open_wire
from connector.settings import EMAIL_DOMAIN, HelpdeskSettings, WritePolicy
from rules.facts import AccountId, TicketId
from rules.planning.desired import alert_tag, answer_field

KIND = "zendesk"
_DOMAIN = ".zendesk.com"


class Zendesk:
    """Reads and writes a Zendesk account. Sends nothing before it is asked."""

    def __init__(self, settings: HelpdeskSettings, transport: Transport, outside: Outside) -> None:
        self._transport = transport
        clock, kept = outside.clock, Kept(settings.account_fields, settings.write.prefix)
        values = Values(outside.person_key, alert_tag(settings.write), kept)
        self._people = People(transport, values.person, settings.ignore.requesters, clock.monotonic)
        timer = TicketField(transport, TIMER_TITLE, clock, settings.timer_field)
        answer = TicketField(transport, answer_field(settings.write), clock)
        self._puller = Puller(transport, clock, self._people, values, timer, Merges(transport, outside.log))
        self._include = "users" if EMAIL_DOMAIN in settings.account else None
        answers = Answers(transport, self._people, answer, settings.write.prefix, values.person)
        self._marks = Marks(transport, clock, settings.write.prefix, answers, values.person)
        self._writes = Writes(transport, self._people, answer, outside)
        self._inspector = Inspector(settings, transport, self._people, timer, clock)

    def identify(self) -> Identity:
        """Who answers, and as whom we are signed in. Raises HelpdeskError when that is nobody."""
        me, place = self._people.me(), self._transport.wire.origin
        return Identity(
            kind=KIND,
            host=place.netloc,
            account=place.host.removesuffix(_DOMAIN),
            user=f"{me.get('role') or 'user'} {me['id']}",
            account_page=f"{place}/agent/organizations/{{id}}",
            ticket_page=f"{place}/agent/tickets/{{id}}",
        )

    def pull(self, walk: Walk) -> Iterator[Page]:
        """The pages of a walk, oldest first. Closing the iterator between two pages loses nothing."""
        return self._puller.pages(walk, self._include)

    def read_marks(
        self, accounts: Sequence[AccountId], tickets: Sequence[TicketId], heard: Mapping[TicketId, Hearing] = NOTHING
    ) -> MarksRead:
        """Direct reads, 100 a request, never an export; one more for each ticket whose answers are asked for."""
        return self._marks.read(accounts, tickets, heard)

    def apply(self, writes: Sequence[Write]) -> Iterator[Receipt]:
        """Sends the writes in order; each gets one final receipt. Never repeats one blindly."""
        return self._writes.apply(writes)

    def inspect(self, need: Need) -> Iterable[Finding]:
        """What `check` says: sign-in, scopes, rights, fields, clock, triggers, automations."""
        return self._inspector.findings(need)


def open_zendesk(settings: HelpdeskSettings, outside: Outside) -> Helpdesk:
    """The helpdesk of an entry of the configuration. Raises HelpdeskError for a URL that cannot be."""
    wire = open_wire(settings.name, settings.url)
    budget = Budget(settings.requests_per_minute, settings.exports_per_minute, outside.clock.monotonic)
    unsigned = Transport(wire, budget, None, outside)
    writes = settings.write.policy is WritePolicy.SYNC
    signed = Transport(wire, budget, sign_in(settings.auth, unsigned, outside, writes=writes), outside)
    return Zendesk(settings, signed, outside)
