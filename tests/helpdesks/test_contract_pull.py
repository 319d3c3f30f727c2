"""What every helpdesk does when it is pulled: one suite over memory, Zendesk over HTTP and a real Request Tracker."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from pull_places import PullPlace, memory_pull, real_pull, simulated_pull

from connector.helpdesk import Page, Stream, Walk
from rules.counting.contribution import Contribution, Counting, contribution
from rules.days import Calendar
from rules.facts import (
    AccountId,
    Agent,
    Comment,
    Event,
    Kind,
    Method,
    PersonKey,
    Ticket,
    TicketId,
    TicketStatus,
    UtcSecond,
)

HOUR = 3600
FACTS = (Stream.EVENTS, Stream.TICKETS)


@pytest.fixture(params=["memory", "zendesk", "request_tracker"])
def place(request: pytest.FixtureRequest) -> Iterator[PullPlace]:
    if request.param == "request_tracker":
        server = request.getfixturevalue("request_tracker")
        with real_pull(server) as real:
            yield real
        return
    with memory_pull() if request.param == "memory" else simulated_pull() as made:
        yield made


@pytest.fixture
def acme(place: PullPlace) -> AccountId:
    return place.add_account("Acme")


def pages_of(place: PullPlace, stream: Stream, **changes: object) -> list[Page]:
    """The pages of a whole walk, of which the last one alone says that it is the last."""
    walk = Walk(**{"stream": stream, "start": place.start, **changes})  # type: ignore[arg-type]
    pages = list(place.helpdesk.pull(walk))
    assert [page.end for page in pages] == [False] * (len(pages) - 1) + [True]
    assert [page.stream for page in pages] == [stream] * len(pages)
    assert not any(page.rejected for page in pages)
    return pages


def events_of(place: PullPlace, *tickets: TicketId) -> list[Event]:
    found = [event for page in pages_of(place, Stream.EVENTS) for event in page.events]
    return sorted((event for event in found if event.ticket in tickets), key=lambda event: (event.at, event.id))


def tickets_of(place: PullPlace) -> dict[TicketId, Ticket]:
    """The last row of each ticket."""
    return {ticket.id: ticket for page in pages_of(place, Stream.TICKETS) for ticket in page.tickets}


def agents_of(place: PullPlace) -> dict[PersonKey, Agent]:
    """Everybody who works there, by the list or by the events."""
    pages = pages_of(place, Stream.AGENTS) + pages_of(place, Stream.EVENTS)
    return {agent.key: agent for page in pages for agent in page.agents}


def counted(place: PullPlace, ticket: TicketId) -> Contribution:
    counting = Counting(
        calendar=Calendar(UTC),
        ignored_tags=frozenset(),
        ignored_requesters=frozenset(),
        own=None,
        facts_from=UtcSecond(0),
    )
    events = events_of(place, ticket)
    return contribution(tickets_of(place)[ticket], AccountId("x"), events, agents_of(place), counting)


def settled(place: PullPlace) -> None:
    """Lets pass what a helpdesk may hide."""
    place.passes(300)


def busy(place: PullPlace, account: AccountId) -> list[TicketId]:
    """Three tickets with what happens on tickets, over some hours."""
    made = []
    for _ in range(3):
        place.passes(HOUR)
        made.append(place.opens(account))
        place.passes(HOUR)
        place.replies(made[-1])
        place.passes(HOUR)
        place.writes(made[-1])
    settled(place)
    return made


def keys(pages: list[Page]) -> set[tuple[int, int]]:
    return {(event.ticket, event.id) for page in pages for event in page.events} | {
        (ticket.id, ticket.changed) for page in pages for ticket in page.tickets
    }


def test_everything_that_happened_comes(place: PullPlace, acme: AccountId) -> None:
    made = busy(place, acme)
    comments = [event.comment for event in events_of(place, *made) if event.comment is not None]
    assert comments == [Comment.PUBLIC] * 9
    assert tickets_of(place).keys() >= set(made)
    assert all(len(pages_of(place, stream)) > 1 for stream in FACTS)


@pytest.mark.parametrize("stream", FACTS)
def test_a_walk_that_is_cut_behind_any_page_goes_on_by_its_cursor(
    place: PullPlace, acme: AccountId, stream: Stream
) -> None:
    busy(place, acme)
    whole = pages_of(place, stream)
    for length in range(1, len(whole) + 1):
        walk = place.helpdesk.pull(Walk(stream=stream, start=place.start))
        begun = [page for page, _ in zip(walk, range(length), strict=False)]
        rest = pages_of(place, stream, cursor=begun[-1].cursor)
        assert keys([*begun, *rest]) == keys(whole)
        assert len(rest) <= len(whole) - length + 1


@pytest.mark.parametrize("stream", FACTS)
def test_a_walk_gives_the_same_rows_again(place: PullPlace, acme: AccountId, stream: Stream) -> None:
    busy(place, acme)
    first, again = (pages_of(place, stream) for _ in range(2))
    assert [(page.events, page.tickets) for page in first] == [(page.events, page.tickets) for page in again]


@pytest.mark.parametrize("stream", FACTS)
def test_rows_of_one_second_all_come_though_pages_end_within_it(
    place: PullPlace, acme: AccountId, stream: Stream
) -> None:
    place.passes(HOUR)
    made = {place.opens(acme) for _ in range(7)}
    settled(place)
    pages = pages_of(place, stream)
    assert {row.ticket for page in pages for row in page.events} >= (made if stream is Stream.EVENTS else set())
    assert {row.id for page in pages for row in page.tickets} >= (made if stream is Stream.TICKETS else set())


@pytest.mark.parametrize("stream", FACTS)
def test_a_walk_reaches_no_further_than_what_it_gave(place: PullPlace, acme: AccountId, stream: Stream) -> None:
    busy(place, acme)
    pages = pages_of(place, stream)
    told = [page.reached for page in pages if page.reached is not None]
    assert told == sorted(told)
    reached = pages[-1].reached
    assert reached is not None
    assert place.start < reached <= place.now()
    late = place.opens(acme)
    settled(place)
    after = pages_of(place, stream, start=reached)
    assert late in {row.ticket for page in after for row in page.events} | {
        row.id for page in after for row in page.tickets
    }


@pytest.mark.parametrize("stream", FACTS)
def test_a_walk_with_an_end_reaches_no_further_and_together_with_the_next_misses_nothing(
    place: PullPlace, acme: AccountId, stream: Stream
) -> None:
    busy(place, acme)
    middle = place.start + timedelta(seconds=5 * HOUR)
    early, late = pages_of(place, stream, end=middle), pages_of(place, stream, start=middle)
    assert early[-1].reached == middle
    since = int(place.start.timestamp())
    whole = {key for key in keys(pages_of(place, stream)) if stream is Stream.EVENTS or key[1] >= since}
    assert whole <= keys([*early, *late])


@pytest.mark.parametrize("stream", FACTS)
def test_what_happened_in_the_second_of_the_start_comes(place: PullPlace, acme: AccountId, stream: Stream) -> None:
    place.passes(HOUR)
    made = place.opens(acme)
    begun = place.now().replace(microsecond=0)
    settled(place)
    pages = pages_of(place, stream, start=begun)
    assert made in {row.ticket for page in pages for row in page.events} | {
        row.id for page in pages for row in page.tickets
    }


def test_an_empty_walk_has_one_page(place: PullPlace) -> None:
    place.passes(HOUR)
    settled(place)
    for stream in FACTS:
        (page,) = pages_of(place, stream, start=place.now() - timedelta(seconds=HOUR))
        assert (list(page.events), list(page.tickets)) == ([], [])


def test_replies_notes_and_messages_are_told_apart_and_who_works_there(place: PullPlace, acme: AccountId) -> None:
    made = place.opens(acme)
    place.passes(HOUR)
    place.replies(made)
    place.passes(HOUR)
    place.notes(made)
    place.passes(HOUR)
    place.writes(made)
    settled(place)
    said = [(event.author, event.comment) for event in events_of(place, made) if event.comment is not None]
    customer, agent = said[0][0], said[1][0]
    assert said == [
        (customer, Comment.PUBLIC),
        (agent, Comment.PUBLIC),
        (agent, Comment.PRIVATE),
        (customer, Comment.PUBLIC),
    ]
    working = agents_of(place)
    assert (agent in working, customer in working) == (True, False)
    assert tickets_of(place)[made].requester == customer
    assert {key.kind for key in counted(place, made).effort} >= {Kind.REPLY, Kind.NOTE, Kind.CONTACT}


def test_a_list_of_agents_says_who_we_are(place: PullPlace) -> None:
    (page,) = pages_of(place, Stream.AGENTS)
    assert page.own is not None
    assert page.own not in {0, *(event.author for page in pages_of(place, Stream.EVENTS) for event in page.events)}


def test_a_ticket_that_is_solved_and_written_to_again_is_reopened_by_its_customer(
    place: PullPlace, acme: AccountId
) -> None:
    made = place.opens(acme)
    place.passes(HOUR)
    place.replies(made)
    place.passes(HOUR)
    place.solves(made)
    settled(place)
    assert tickets_of(place)[made].status is TicketStatus.SOLVED
    place.passes(HOUR)
    place.writes(made)
    settled(place)
    assert tickets_of(place)[made].status is TicketStatus.OPEN
    days = counted(place, made).days.values()
    assert [sum(counts) for counts in zip(*days, strict=True)] == [1, 1, 1]


def test_measured_time_adds_up_whether_it_is_told_by_update_or_as_a_total(place: PullPlace, acme: AccountId) -> None:
    made = place.opens(acme)
    place.passes(HOUR)
    place.replies(made, minutes=12)
    place.passes(HOUR)
    place.notes(made, minutes=3)
    place.passes(HOUR)
    place.replies(made)
    settled(place)
    effort = counted(place, made).effort
    measured = {key.kind: value.seconds for key, value in effort.items() if key.method is Method.MEASURED}
    assert measured == {Kind.REPLY: 720, Kind.NOTE: 180}
    assert sum(value[0] for key, value in effort.items() if (key.kind, key.method) == (Kind.REPLY, Method.ASSUMED)) == 1


def test_a_ticket_goes_with_its_account_and_every_account_is_known(place: PullPlace, acme: AccountId) -> None:
    bravo = place.add_account("Bravo")
    stays, goes = place.opens(acme), place.opens(acme)
    place.passes(HOUR)
    place.moves(goes, bravo)
    settled(place)
    found = tickets_of(place)
    assert (found[stays].organization, found[goes].organization) == (acme, bravo)
    pages = pages_of(place, Stream.ACCOUNTS) + pages_of(place, Stream.TICKETS)
    named = {account.id: account.name for page in pages for account in page.accounts}
    assert (named[acme], named[bravo]) == ("Acme", "Bravo")


def test_a_deleted_ticket_is_told_as_deleted(place: PullPlace, acme: AccountId) -> None:
    goes, stays = place.opens(acme), place.opens(acme)
    place.passes(HOUR)
    place.deletes(goes)
    settled(place)
    before = place.now() - timedelta(seconds=HOUR)
    pages = pages_of(place, Stream.TICKETS, start=before)
    assert [ticket.status for page in pages for ticket in page.tickets if ticket.id == goes] == [TicketStatus.DELETED]
    assert tickets_of(place)[stays].status is not TicketStatus.DELETED
    assert counted(place, goes).effort == {}


def test_a_merged_ticket_is_over_and_the_merge_itself_is_no_work(place: PullPlace, acme: AccountId) -> None:
    goes, stays = place.opens(acme), place.opens(acme)
    place.passes(HOUR)
    place.merges(goes, stays)
    settled(place)
    assert tickets_of(place)[goes].status is TicketStatus.CLOSED
    assert tickets_of(place)[stays].status not in (TicketStatus.CLOSED, TicketStatus.DELETED)
    assert {key.kind for key in counted(place, goes).effort} == {Kind.CONTACT}


def test_rows_carry_their_own_times(place: PullPlace, acme: AccountId) -> None:
    place.passes(HOUR)
    made, opened = place.opens(acme), place.now()
    place.passes(HOUR)
    place.replies(made)
    replied = place.now()
    settled(place)
    ticket = tickets_of(place)[made]
    assert [_moment(second) for second in (ticket.created, ticket.changed)] == [_whole(opened), _whole(replied)]
    assert [_moment(event.at) for event in events_of(place, made) if event.comment] == [_whole(opened), _whole(replied)]


def _moment(second: UtcSecond) -> datetime:
    return datetime.fromtimestamp(second, UTC)


def _whole(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
