"""Pulling the simulated helpdesk over real HTTP: whole, through every fault, through its oddities."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from zendesk_account import OAUTH, settings

from connector.helpdesk import HelpdeskError, Page, Stream, Walk
from connector.helpdesks.zendesk.helpdesk import Zendesk, open_zendesk
from connector.settings import EMAIL_DOMAIN, ORGANIZATION, Secret
from connector.simulator import CLIENT_ID, CLIENT_SECRET, Fault, Limits, Server, World, serve
from connector.testing.steady_time import NOW, SteadyTime, person_key
from rules.facts import Comment, TicketStatus

START = datetime(2026, 1, 1, tzinfo=UTC)
LATELY = NOW - timedelta(days=15)
HIDDEN = timedelta(seconds=60)
AUTH = {"client_id": CLIENT_ID, "client_secret": Secret(reference=f"env:{CLIENT_SECRET}", place="c.yaml:1:1")}
EXPORTS = {
    Stream.ACCOUNTS: "organizations",
    Stream.EVENTS: "ticket_events",
    Stream.TICKETS: "tickets_cursor",
}
STARTS = {Stream.ACCOUNTS: START, Stream.EVENTS: LATELY, Stream.TICKETS: START}


@dataclass
class Desk:
    """A simulated helpdesk, and how it is pulled."""

    world: World
    server: Server
    time: SteadyTime

    def zendesk(self, **changed: object) -> Zendesk:
        wanted = {"url": self.server.url, "auth": AUTH, "timer_field": None, **changed}
        return open_zendesk(settings(**wanted), self.time.outside())

    def pages(self, stream: Stream, start: datetime = START) -> list[Page]:
        return list(self.zendesk().pull(Walk(stream=stream, start=start)))

    def rows(self, stream: Stream, start: datetime = START) -> list[object]:
        return [row for page in self.pages(stream, start) for row in rows_of(page)]

    def catch_up(self) -> None:
        """Let the hidden minute pass."""
        self.world.advance(seconds=120)
        self.time.begun = self.world.now()


def rows_of(page: Page) -> Sequence[object]:
    return page.accounts or page.events or page.tickets


def running(world: World) -> Iterator[Desk]:
    with serve(world) as server:
        yield Desk(world, server, SteadyTime(begun=world.now()))


@pytest.fixture(scope="module")
def full() -> Iterator[Desk]:
    """Two pages of tickets, organisations and lately of events; nobody changes it."""
    world = World.lively(seed=3, accounts=130, days=120, now=NOW)
    for _ in range(1000):
        world.people.add_organization("Acme")
        world.clock.set(world.clock.now() + timedelta(seconds=1))
    world.clock.set(world.clock.now() + timedelta(seconds=120))
    yield from running(world)


@pytest.fixture(scope="module")
def undisturbed(full: Desk) -> Mapping[Stream, list[object]]:
    return {stream: full.rows(stream, STARTS[stream]) for stream in EXPORTS}


@pytest.fixture
def desk() -> Iterator[Desk]:
    yield from running(World.empty(now=NOW))


@pytest.fixture(autouse=True)
def no_faults_left(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "full" in request.fixturenames:
        request.getfixturevalue("full").world.faults.clear()


def test_every_ticket_event_and_organisation_comes_once(full: Desk) -> None:
    world, newest = full.world, full.world.now() - HIDDEN
    tickets = [row.id for page in full.pages(Stream.TICKETS) for row in page.tickets]
    assert sorted(tickets) == sorted(t.id for t in world.tickets.values() if t.generated_at <= newest)
    events = [row.id for page in full.pages(Stream.EVENTS) for row in page.events]
    assert sorted(events) == sorted(a.id for a in world.audits.values() if a.at <= newest)
    assert len(full.rows(Stream.ACCOUNTS)) == len(world.organizations)


@pytest.mark.parametrize("stream", list(EXPORTS))
def test_a_stream_says_how_far_it_has_come(full: Desk, stream: Stream) -> None:
    pages = full.pages(stream, STARTS[stream])
    reached = [page.reached for page in pages if page.reached]
    assert reached == sorted(reached)
    assert pages[-1].reached == full.world.now() - HIDDEN
    assert [page.end for page in pages] == [False] * (len(pages) - 1) + [True]
    assert len(pages) > 1
    assert not any(page.rejected for page in pages)


FAULTS = {
    "429 with seconds": Fault(endpoint="", kind="429", retry_after=7),
    "429 without a header": Fault(endpoint="", kind="429"),
    "429 with a date": Fault(endpoint="", kind="429", retry_after=9, date=True),
    "503 with seconds": Fault(endpoint="", kind="503", retry_after=7),
    "504 with HTML": Fault(endpoint="", kind="504"),
    "500": Fault(endpoint="", kind="500"),
    "409": Fault(endpoint="", kind="409"),
    "401 once": Fault(endpoint="", kind="401"),
    "truncated": Fault(endpoint="", kind="truncated"),
    "200 with HTML": Fault(endpoint="", kind="html"),
    "cut": Fault(endpoint="", kind="cut"),
    "over 32 MB": Fault(endpoint="", kind="huge"),
    "the same page again": Fault(endpoint="", kind="loop"),
}


@pytest.mark.parametrize("after", [1, 2], ids=["first page", "later page"])
@pytest.mark.parametrize("stream", list(EXPORTS))
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_on_any_page_loses_and_doubles_nothing(
    full: Desk, undisturbed: Mapping[Stream, list[object]], fault: Fault, stream: Stream, after: int
) -> None:
    full.world.faults.put(_at(fault, EXPORTS[stream], after))
    assert full.rows(stream, STARTS[stream]) == undisturbed[stream]
    assert len(full.world.faults) == 0


def _at(fault: Fault, endpoint: str, after: int) -> Fault:
    return Fault(endpoint=endpoint, kind=fault.kind, after=after, retry_after=fault.retry_after, date=fault.date)


@pytest.mark.parametrize("kind", ["redirect", "foreign_next"])
@pytest.mark.parametrize("stream", list(EXPORTS))
def test_the_way_to_another_host_is_refused(full: Desk, kind: str, stream: Stream) -> None:
    full.world.faults.put(Fault(endpoint=EXPORTS[stream], kind=kind))  # type: ignore[arg-type]  # One of its kinds.
    with pytest.raises(HelpdeskError, match=r"elsewhere\.test"):
        full.rows(stream)


def test_a_page_too_big_at_every_size_but_the_smallest_is_halved_until_it_comes(
    full: Desk, undisturbed: Mapping[Stream, list[object]]
) -> None:
    full.world.faults.put(Fault(endpoint="tickets_cursor", kind="504", over=130, times=None))
    assert full.rows(Stream.TICKETS) == undisturbed[Stream.TICKETS]


@pytest.mark.parametrize("stream", list(EXPORTS))
def test_a_walk_that_is_cut_after_any_page_goes_on_from_its_cursor(
    full: Desk, undisturbed: Mapping[Stream, list[object]], stream: Stream
) -> None:
    rows: list[object] = []
    cursor, ended = None, False
    while not ended:
        page = next(iter(full.zendesk().pull(Walk(stream=stream, start=STARTS[stream], cursor=cursor))))
        rows += rows_of(page)
        cursor, ended = page.cursor, page.end
    assert rows == undisturbed[stream]


@pytest.mark.parametrize("stream", [Stream.EVENTS, Stream.TICKETS])
def test_a_walk_with_an_end_stops_soon_after_it(full: Desk, stream: Stream) -> None:
    end = START + (NOW - START) / 2
    pages = list(full.zendesk().pull(Walk(stream=stream, start=START, end=end)))
    assert len(pages) < len(full.pages(stream))
    assert pages[-1].reached == end


def test_the_limits_of_the_account_are_never_met(desk: Desk) -> None:
    desk.world.limits = Limits(exports=10, account=100, monotonic=desk.time.monotonic)
    zendesk = desk.zendesk(exports_per_minute=7, requests_per_minute=100)
    for _ in range(40):
        list(zendesk.pull(Walk(stream=Stream.TICKETS, start=START)))
    assert desk.time.passed > 60 * 4
    assert desk.time.lines == []


def test_agents_come_with_their_groups_and_we_know_ourselves(desk: Desk) -> None:
    agent = desk.world.people.add_agent(group="Tier 1")
    customer = desk.world.people.add_customer(None, "user-1@acme.test")
    zendesk = desk.zendesk()
    (page,) = zendesk.pull(Walk(stream=Stream.AGENTS, start=START))
    known = {row.key: row.group for row in page.agents}
    assert known[person_key(agent)] == "Tier 1"
    assert person_key(customer) not in known
    assert page.own in known
    assert zendesk.identify().user == f"admin {-(page.own or 0)}"


def test_the_life_of_a_ticket_is_read_as_it_happened(desk: Desk) -> None:
    customer, agent, acme = _one_ticket_lives(desk)
    events = [row for page in desk.pages(Stream.EVENTS) for row in page.events]
    assert [(row.comment, row.timer, row.status) for row in events] == [
        (Comment.PUBLIC, None, TicketStatus.NEW),
        (Comment.PUBLIC, 300, TicketStatus.PENDING),
        (Comment.PRIVATE, 360, None),
        (None, None, TicketStatus.SOLVED),
        (Comment.PUBLIC, None, TicketStatus.OPEN),
        (None, None, TicketStatus.CLOSED),
    ]
    assert [row.author for row in events] == [*map(person_key, (customer, agent, agent, agent, customer)), 0]
    (ticket,) = [row for page in desk.pages(Stream.TICKETS) for row in page.tickets]
    assert (ticket.status, ticket.organization) == (TicketStatus.CLOSED, str(acme))


def _one_ticket_lives(desk: Desk) -> tuple[int, int, int]:
    people = desk.world.people
    acme = people.add_organization("Acme", {"mrr": 100.0}, ["acme.test"])
    customer, agent = people.add_customer(acme, "user-1@acme.test"), people.add_agent(group="Tier 1")
    number = people.create_ticket(customer)
    people.answer(number, agent, seconds=300, status="pending")
    people.answer(number, agent, public=False, seconds=60)
    people.solve(number, agent)
    people.write(number)
    people.close_by_system(number)
    desk.catch_up()
    return customer, agent, acme


def test_deleted_scrubbed_and_merged_tickets_say_so(desk: Desk) -> None:
    people = desk.world.people
    customer, agent = people.add_customer(None, "user-1@acme.test"), people.add_agent()
    deleted, scrubbed, source, target = (people.create_ticket(customer) for _ in range(4))
    people.delete(deleted)
    people.scrub(scrubbed)
    people.merge(source, target, agent)
    desk.catch_up()
    tickets = {row.id: row for page in desk.pages(Stream.TICKETS) for row in page.tickets}
    assert tickets[deleted].status is TicketStatus.DELETED
    assert tickets[scrubbed].status is TicketStatus.DELETED
    assert "closed_by_merge" in tickets[source].tags
    merges = [row.ticket for page in desk.pages(Stream.EVENTS) for row in page.events if row.merge]
    assert merges == [source]


def test_the_newest_minute_comes_later(desk: Desk) -> None:
    customer = desk.world.people.add_customer(None, "user-1@acme.test")
    desk.world.people.create_ticket(customer)
    assert desk.rows(Stream.TICKETS) == []
    desk.world.advance(seconds=61)
    desk.time.begun = desk.world.now()
    assert len(desk.rows(Stream.TICKETS)) == 1


def test_a_walk_from_this_very_moment_is_empty_and_fine(desk: Desk) -> None:
    for stream in EXPORTS:
        (page,) = desk.pages(stream, NOW + timedelta(hours=1))
        assert page.end


def test_hostile_rows_on_the_wire_are_set_aside(desk: Desk) -> None:
    people = desk.world.people
    customer = people.add_customer(None, "user-1@acme.test")
    numbers = [people.create_ticket(customer) for _ in range(6)]
    patches: list[dict[str, object]] = [
        {"subject": "x" * 1_000_000},
        {"subject": "\ud800\0\x01\u202e"},
        {"tags": ["two words", "a,b", "fine"]},
        {"status": 5},
        {"requester_id": "x"},
    ]
    for number, patch in zip(numbers, patches, strict=False):
        desk.world.patches["ticket", number] = patch
    desk.catch_up()
    (page,) = desk.pages(Stream.TICKETS)
    assert [row.id for row in page.tickets] == [*numbers[:3], numbers[5]]
    assert page.tickets[2].tags == ("fine",)
    assert [row.row for row in page.rejected] == [str(number) for number in numbers[3:5]]


def test_domains_of_requesters_come_where_they_name_accounts(desk: Desk) -> None:
    customer = desk.world.people.add_customer(None, "user-1@acme.test")
    desk.world.people.create_ticket(customer)
    desk.catch_up()
    both = (ORGANIZATION, EMAIL_DOMAIN)
    (page,) = desk.zendesk(account=both).pull(Walk(stream=Stream.TICKETS, start=START))
    assert [row.domain for row in page.tickets] == ["acme.test"]


def test_an_expired_token_is_replaced_in_mid_run(desk: Desk) -> None:
    zendesk = desk.zendesk()
    list(zendesk.pull(Walk(stream=Stream.AGENTS, start=START)))
    desk.world.vault.expire()
    (page,) = zendesk.pull(Walk(stream=Stream.AGENTS, start=START))
    assert page.agents


def test_a_wrong_client_stops_with_a_sentence(desk: Desk) -> None:
    with pytest.raises(HelpdeskError, match=r"credentials|no token"):
        list(desk.zendesk(auth=OAUTH).pull(Walk(stream=Stream.AGENTS, start=START)))
