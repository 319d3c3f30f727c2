"""The rules of the incremental exports, each answered as the fact sheet about Zendesk's API says."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import responses
from zendesk_account import (
    CURSOR,
    EVENTS,
    HOST,
    ORGANIZATIONS,
    SECOND,
    TICKETS,
    at,
    event,
    events,
    organization,
    organizations,
    settings,
    ticket,
    tickets,
    walk,
    with_domains,
)

from connector.helpdesk import HelpdeskBusyError, HelpdeskError, Page, Stream, Walk
from connector.helpdesks.zendesk.helpdesk import open_zendesk
from connector.settings import HelpdeskSettings
from connector.testing.steady_time import NOW, SteadyTime
from rules.facts import TicketStatus

HIDDEN = timedelta(seconds=60)
BUSY = 429
TOO_RECENT = {
    "error": "StartTimeTooRecent",
    "description": "Too recent start_time. Use a start_time older than 60 seconds",
}


@pytest.fixture
def time() -> SteadyTime:
    return SteadyTime()


@pytest.fixture
def web() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


class Account:
    """Answers one export's pages in order, and walks through them."""

    def __init__(self, web: responses.RequestsMock, time: SteadyTime) -> None:
        self.web = web
        self.time = time

    def pages(self, wanted: Walk, *answers: dict[str, Any], of: HelpdeskSettings | None = None) -> list[Page]:
        for answer in answers:
            status = 200 if "error" not in answer else 400
            self.web.add("GET", URLS[wanted.stream], json=answer, status=status)
        return list(open_zendesk(of or settings(), self.time.outside()).pull(wanted))

    def asked(self) -> list[dict[str, str]]:
        return [call.request.params for call in self.web.calls]  # type: ignore[attr-defined]  # Set by responses.


URLS = {Stream.TICKETS: TICKETS, Stream.EVENTS: EVENTS, Stream.ACCOUNTS: ORGANIZATIONS}


@pytest.fixture
def zendesk(web: responses.RequestsMock, time: SteadyTime) -> Account:
    return Account(web, time)


# Tickets, by cursor.


def test_the_first_page_of_tickets_starts_at_a_second_and_the_next_at_a_cursor(zendesk: Account) -> None:
    first, last = tickets(ticket(1), end=False), tickets(ticket(2), cursor="b")
    pages = zendesk.pages(walk(Stream.TICKETS), first, last)
    assert zendesk.asked() == [
        {"start_time": str(SECOND - 3600), "per_page": "1000"},
        {"cursor": CURSOR, "per_page": "1000"},
    ]
    assert [[row.id for row in page.tickets] for page in pages] == [[1], [2]]
    assert [page.end for page in pages] == [False, True]


def test_a_cursor_is_opaque_and_resumes_a_walk_that_was_cut(zendesk: Account) -> None:
    odd = "x=&/+?#ü"
    page = zendesk.pages(walk(Stream.TICKETS), tickets(ticket(1), cursor=odd))[0]
    zendesk.pages(walk(Stream.TICKETS, cursor=page.cursor), tickets())
    assert zendesk.asked()[-1] == {"cursor": odd, "per_page": "1000"}


def test_the_end_of_tickets_is_a_minute_before_the_request_began(zendesk: Account) -> None:
    page = zendesk.pages(walk(Stream.TICKETS), tickets(ticket(1)))[0]
    assert page.reached == NOW - HIDDEN


def test_a_clock_of_ours_that_is_fast_promises_nothing_that_is_hidden(
    web: responses.RequestsMock, time: SteadyTime
) -> None:
    web.add("GET", TICKETS, json=tickets(), headers={"Date": "Sun, 22 Nov 2026 08:50:00 GMT"})
    page = next(open_zendesk(settings(), time.outside()).pull(walk(Stream.TICKETS)))
    assert page.reached == NOW - timedelta(minutes=10) - HIDDEN


def test_before_the_end_only_what_is_older_than_the_newest_row_is_promised(zendesk: Account) -> None:
    rows = ticket(1, generated_timestamp=SECOND), ticket(2, generated_timestamp=SECOND + 5)
    page = zendesk.pages(walk(Stream.TICKETS), tickets(*rows, end=False), tickets(cursor="b"))[0]
    assert page.reached == at(SECOND + 4)


def test_an_empty_page_keeps_its_cursor_and_an_empty_first_page_its_second(zendesk: Account) -> None:
    assert zendesk.pages(walk(Stream.TICKETS, cursor=f"cursor:{CURSOR}"), tickets())[0].cursor == f"cursor:{CURSOR}"
    assert zendesk.pages(walk(Stream.TICKETS), tickets(cursor=None))[0].cursor == f"time:{SECOND - 3600}"


def test_only_end_of_stream_ends_and_not_a_page_that_is_not_full(zendesk: Account) -> None:
    pages = zendesk.pages(walk(Stream.TICKETS), tickets(ticket(1), end=False), tickets(ticket(2), cursor="b"))
    assert len(pages) == 2


def test_a_ticket_that_changed_while_we_paged_comes_again_with_its_new_state(zendesk: Account) -> None:
    again = ticket(1, status="solved", generated_timestamp=SECOND + 60)
    first, second = zendesk.pages(walk(Stream.TICKETS), tickets(ticket(1), end=False), tickets(again, cursor="b"))
    assert second.tickets[0].changed > first.tickets[0].changed
    assert second.tickets[0].status is TicketStatus.SOLVED


def test_a_walk_ends_once_it_has_come_to_its_end(zendesk: Account) -> None:
    wanted = walk(Stream.TICKETS, end=at(SECOND + 5))
    rows = ticket(1, generated_timestamp=SECOND), ticket(2, generated_timestamp=SECOND + 6)
    (page,) = zendesk.pages(wanted, tickets(*rows, end=False))
    assert (page.end, page.reached) == (True, at(SECOND + 5))
    assert len(page.tickets) == 2


def test_a_walk_goes_on_through_the_second_of_its_end(zendesk: Account) -> None:
    wanted = walk(Stream.TICKETS, end=at(SECOND + 5))
    rows = [tickets(ticket(1, generated_timestamp=SECOND + 5), end=False), tickets(cursor="b")]
    assert [page.end for page in zendesk.pages(wanted, *rows)] == [False, True]


def test_a_start_is_never_asked_for_within_the_hidden_minute(zendesk: Account) -> None:
    zendesk.pages(walk(Stream.TICKETS, start=NOW), tickets(cursor=None))
    assert int(zendesk.asked()[0]["start_time"]) < (NOW - HIDDEN).timestamp()


def test_a_start_that_is_too_recent_for_zendesk_is_the_end_of_the_stream(zendesk: Account) -> None:
    (page,) = zendesk.pages(walk(Stream.TICKETS), TOO_RECENT)
    assert (page.end, page.cursor, page.reached) == (True, f"time:{SECOND - 3600}", at(SECOND - 3601))


def test_a_cursor_that_zendesk_forgot_starts_the_walk_anew(zendesk: Account) -> None:
    lost = {"error": "InvalidValue", "description": "The cursor is invalid"}
    (page,) = zendesk.pages(walk(Stream.TICKETS, cursor="cursor:old"), lost, tickets(ticket(1)))
    assert zendesk.asked()[1] == {"start_time": str(SECOND - 3600), "per_page": "1000"}
    assert page.end


def test_a_cursor_that_stands_still_is_asked_for_again_and_then_given_up(zendesk: Account) -> None:
    stuck = tickets(ticket(1), cursor="same", end=False)
    with pytest.raises(HelpdeskBusyError, match="the same page again"):
        zendesk.pages(walk(Stream.TICKETS, cursor="cursor:same"), *[stuck] * 6)
    assert len(zendesk.asked()) == 6


def test_people_beside_the_tickets_are_asked_for_only_where_domains_name_accounts(zendesk: Account) -> None:
    users = [{"id": 1_900_000_000_001, "email": "user-1@acme.test", "name": "x"}]
    (page,) = zendesk.pages(walk(Stream.TICKETS), tickets(ticket(1), users=users), of=with_domains())
    assert zendesk.asked()[0]["include"] == "users"
    assert page.tickets[0].domain == "acme.test"


def test_a_page_too_big_for_the_gateway_is_halved_for_the_rest_of_the_walk(
    web: responses.RequestsMock, zendesk: Account
) -> None:
    web.add("GET", TICKETS, status=504, body="<html>504</html>", content_type="text/html")
    zendesk.pages(walk(Stream.TICKETS), tickets(ticket(1), end=False), tickets(cursor="b"))
    assert [asked["per_page"] for asked in zendesk.asked()] == ["1000", "500", "500"]


# Ticket events and organisations, by time.


def test_events_are_asked_for_without_their_comments(zendesk: Account) -> None:
    zendesk.pages(walk(Stream.EVENTS), events(event(1)))
    assert zendesk.asked() == [{"start_time": str(SECOND - 3600), "per_page": "1000"}]


def test_the_next_page_of_events_starts_where_the_last_ended(zendesk: Account) -> None:
    pages = zendesk.pages(walk(Stream.EVENTS), events(event(1), end=False), events(event(2), end_time=SECOND + 9))
    assert zendesk.asked()[1]["start_time"] == str(SECOND + 1)
    assert [page.cursor for page in pages] == [f"time:{SECOND + 1}", f"time:{SECOND + 9}"]
    assert [page.reached for page in pages] == [at(SECOND), NOW - HIDDEN]


def test_a_full_page_that_breaks_off_inside_a_second_is_asked_for_from_that_second(zendesk: Account) -> None:
    first = events(event(1, timestamp=SECOND - 1), event(2), end_time=SECOND, end=False)
    pages = zendesk.pages(walk(Stream.EVENTS), first, events(event(2), event(3)))
    assert zendesk.asked()[1]["start_time"] == str(SECOND)
    assert pages[0].reached == at(SECOND - 1)
    assert [[row.id for row in page.events] for page in pages] == [[1, 2], [2, 3]]


def test_more_rows_of_one_second_than_were_asked_for_are_all_taken(zendesk: Account) -> None:
    (page,) = zendesk.pages(walk(Stream.EVENTS), events(*[event(n) for n in range(1, 1008)]))
    assert len(page.events) == 1007


def test_a_second_that_never_ends_is_given_up_and_said(zendesk: Account) -> None:
    full = events(event(1), end_time=SECOND, end=False)
    with pytest.raises(HelpdeskBusyError, match=r"ticket_events.*the same page again"):
        zendesk.pages(walk(Stream.EVENTS, cursor=f"time:{SECOND}"), *[full] * 6)


def test_an_end_that_runs_backwards_is_no_progress(zendesk: Account) -> None:
    with pytest.raises(HelpdeskBusyError, match="the same page again"):
        zendesk.pages(walk(Stream.EVENTS), *[events(event(1), end_time=1, end=False)] * 6)


def test_one_page_that_came_twice_by_mistake_does_not_end_the_walk(zendesk: Account) -> None:
    stuck = events(event(1), end_time=SECOND - 3600, end=False)
    (page,) = zendesk.pages(walk(Stream.EVENTS), stuck, events(event(1), event(2)))
    assert [row.id for row in page.events] == [1, 2]


def test_an_export_that_never_says_that_it_ends_is_left_when_it_stands_still(zendesk: Account) -> None:
    again = organizations(organization(1), end=None)
    pages = zendesk.pages(walk(Stream.ACCOUNTS), again, again)
    assert [page.end for page in pages] == [False, True]


def test_an_empty_export_ends_where_it_began(zendesk: Account) -> None:
    (page,) = zendesk.pages(walk(Stream.EVENTS), events(end_time=None))
    assert (page.cursor, page.end) == (f"time:{SECOND - 3600}", True)


def test_an_end_within_the_hidden_minute_ends_the_walk(zendesk: Account) -> None:
    pages = zendesk.pages(walk(Stream.EVENTS), events(event(1), end=False), TOO_RECENT)
    assert [page.end for page in pages] == [False, True]
    assert pages[1].reached == at(SECOND)


def test_organisations_come_with_their_deletion(zendesk: Account) -> None:
    rows = organization(1), organization(2, deleted_at="2026-11-01T00:00:00Z")
    (page,) = zendesk.pages(walk(Stream.ACCOUNTS), organizations(*rows))
    assert [(row.id, row.deleted) for row in page.accounts] == [("1", False), ("2", True)]


# What all of them share.


@pytest.mark.parametrize("stream", list(URLS))
@pytest.mark.parametrize("key", ["after_url", "next_page"])
def test_a_next_page_on_another_host_is_refused(zendesk: Account, stream: Stream, key: str) -> None:
    page = {Stream.TICKETS: tickets(), Stream.EVENTS: events(), Stream.ACCOUNTS: organizations()}[stream]
    with pytest.raises(HelpdeskError, match=r"evil\.test.*no credential"):
        zendesk.pages(walk(stream), {**page, key: "https://evil.test/api/v2/x"})
    assert {call.request.url.partition("/api")[0] for call in zendesk.web.calls} == {HOST}


@pytest.mark.parametrize("stream", list(URLS))
def test_a_right_that_is_missing_is_named(web: responses.RequestsMock, zendesk: Account, stream: Stream) -> None:
    message = "You are missing the following required scopes: read"
    web.add("GET", URLS[stream], status=403, json={"error": {"title": "Forbidden", "message": message}})
    with pytest.raises(HelpdeskError, match=f"Forbidden: {message}.*role of an administrator"):
        zendesk.pages(walk(stream))


@pytest.mark.parametrize("stream", list(URLS))
def test_closing_between_two_pages_loses_nothing(web: responses.RequestsMock, time: SteadyTime, stream: Stream) -> None:
    first = {
        Stream.TICKETS: tickets(end=False),
        Stream.EVENTS: events(end=False),
        Stream.ACCOUNTS: organizations(end=False),
    }
    web.add("GET", URLS[stream], json=first[stream])
    walking = open_zendesk(settings(), time.outside()).pull(walk(stream))
    page = next(walking)
    walking.close()  # type: ignore[attr-defined]  # A generator.
    assert page.cursor in {f"cursor:{CURSOR}", f"time:{SECOND + 1}"}
    assert len(web.calls) == 1


def test_exports_wait_for_their_own_budget(web: responses.RequestsMock, time: SteadyTime) -> None:
    for number in range(3):
        web.add("GET", EVENTS, json=events(end_time=SECOND + number, end=number == 2))
    list(open_zendesk(settings(exports_per_minute=1), time.outside()).pull(walk(Stream.EVENTS)))
    assert time.waits == [60, 60]


def test_a_row_of_the_future_is_set_aside_and_promises_nothing(zendesk: Account) -> None:
    late = int(NOW.timestamp()) + 600
    page = zendesk.pages(walk(Stream.EVENTS), events(event(1), event(2, timestamp=late)))[0]
    assert ([row.id for row in page.events], [row.row for row in page.rejected]) == ([1], ["2"])
    rows = ticket(1, generated_timestamp=SECOND), ticket(2, generated_timestamp=late)
    page = zendesk.pages(walk(Stream.TICKETS), tickets(*rows, end=False), tickets(cursor="b"))[0]
    assert ([row.id for row in page.tickets], [row.row for row in page.rejected]) == ([1], ["2"])
    assert page.reached == at(SECOND - 1)


def test_a_row_that_is_ahead_by_the_difference_of_two_clocks_is_taken(zendesk: Account) -> None:
    ahead = int(NOW.timestamp()) + 240
    page = zendesk.pages(walk(Stream.EVENTS), events(event(1, timestamp=ahead)))[0]
    assert ([row.id for row in page.events], page.rejected) == ([1], ())
