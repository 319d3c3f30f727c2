"""What becomes of odd answers of a Request Tracker: hidden pages, hostile rows, refusals."""

import base64
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import responses
from canary import CANARY
from request_tracker_account import BEGINNING, settings
from request_tracker_server import NOW
from requests import PreparedRequest

from connector.helpdesk import Hearing, Helpdesk, HelpdeskBusyError, HelpdeskError, Page, Stream, Walk
from connector.helpdesks.request_tracker.helpdesk import open_request_tracker
from connector.http.wire import LARGEST
from connector.testing.steady_time import SteadyTime, person_key
from rules.command import Command, Verb
from rules.facts import SYSTEM, TicketId, TicketStatus

HOST = "https://acme.test"
ROOT = f"{HOST}/rt/REST/2.0"
TOKEN = "1-61-c0ffee"
WHEN = "2026-11-01T10:00:00Z"
PRIVILEGED = {"items": [{"type": "group", "id": "4", "Name": "Privileged"}], "total": 1}
Answer = dict[str, Any] | tuple[int, str]


class House:
    """A Request Tracker of answers: what is asked for is kept, and answered by path."""

    def __init__(self) -> None:
        self.time = SteadyTime(begun=NOW)
        self.asked: list[tuple[str, dict[str, list[str]]]] = []
        self.answers: dict[str, Callable[[dict[str, list[str]]], Answer]] = {
            "/rt": lambda _: {"Version": "5.0.3"},
            "/user/61": lambda _: {"id": 61, "Timezone": "UTC"},
            "/user/RT_System": lambda _: {"_hyperlinks": [{"ref": "history"}]},
            "/customfields": lambda _: {"items": [], "total": 0},
            "/groups": lambda _: PRIVILEGED,
            "/group/4": lambda _: {"Members": [{"type": "user", "id": "agent01"}]},
            "/tickets": lambda _: {"items": [], "total": 0},
            "/transactions": lambda _: {"items": [], "total": None},
        }

    def open(self, token: str = TOKEN) -> Helpdesk:
        return open_request_tracker(settings(f"{HOST}/rt", token), self.time.outside())

    def pull(self, stream: Stream) -> list[Page]:
        return list(self.open().pull(Walk(stream=stream, start=BEGINNING)))

    def answer(self, request: PreparedRequest) -> tuple[int, dict[str, str], str]:
        url = urlsplit(request.url or "")
        path, params = url.path.removeprefix("/rt/REST/2.0"), parse_qs(url.query)
        self.asked.append((path, params))
        found = self.answers[path](params)
        status, body = found if isinstance(found, tuple) else (200, json.dumps(found))
        return status, {"Content-Type": "application/json; charset=utf-8"}, body

    def queries(self, path: str) -> list[str]:
        return [params["query"][0] for asked, params in self.asked if asked == path]


@pytest.fixture
def house() -> Any:  # noqa: ANN401
    made = House()
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.add_callback(responses.GET, responses.matchers.re.compile(f"{ROOT}/.*"), callback=made.answer)
        yield made


def transaction(number: int, **changed: object) -> dict[str, Any]:
    """One transaction as a search shows it."""
    return {
        "type": "transaction",
        "id": str(number),
        "_url": f"{ROOT}/transaction/{number}",
        "ObjectId": "7",
        "Type": "Comment",
        "Field": "",
        "NewValue": "",
        "TimeTaken": "0",
        "Created": WHEN,
        "Creator": {"type": "user", "id": 27, "_url": f"{ROOT}/user/agent01", "Name": "agent01"},
        **changed,
    }


def ticket(number: int, **changed: object) -> dict[str, Any]:
    """One ticket as a search shows it."""
    return {
        "type": "ticket",
        "id": str(number),
        "Status": "open",
        "Created": WHEN,
        "LastUpdated": WHEN,
        "EffectiveId": str(number),
        "Creator": {"type": "user", "id": 75},
        "Owner": {"type": "user", "id": 6, "Name": "Nobody"},
        "Queue": {"type": "queue", "id": 1, "Name": "General"},
        "Requestor": [{"type": "user", "id": 75, "Organization": "Acme"}],
        **changed,
    }


def after(params: dict[str, list[str]]) -> int:
    """The id behind which is asked."""
    return int(params["query"][0].rpartition("id > ")[2])


def serve(house: House, path: str, rows: list[dict[str, Any]], total: int | None = None) -> None:
    """Answers a search with these rows, each behind the last one asked for."""

    def found(params: dict[str, list[str]]) -> Answer:
        if "id > " not in params["query"][0]:
            return {"items": rows, "total": total}
        return {"items": [row for row in rows if int(row["id"]) > after(params)], "total": total}

    house.answers[path] = found


def test_a_path_behind_the_host_is_kept_and_the_token_sent_as_rt_wants_it(house: House) -> None:
    house.pull(Stream.EVENTS)
    assert house.open().identify().account == "acme.test/rt"
    assert {path for path, _ in house.asked} == {"/rt", "/user/61", "/transactions"}


def test_an_empty_page_is_not_the_end_where_rows_are_hidden_from_us(house: House) -> None:
    def found(params: dict[str, list[str]]) -> Answer:
        page, newest = int(params["page"][0]), params["order"] == ["DESC"]
        shown = transaction(900) if after(params) < 900 and (newest or page == 3) else None
        return {"items": [] if shown is None else [shown], "total": None}

    house.answers["/transactions"] = found
    assert [event.id for page in house.pull(Stream.EVENTS) for event in page.events] == [900]


def test_an_empty_page_of_a_search_that_tells_its_total_is_the_end(house: House) -> None:
    house.pull(Stream.TICKETS)
    assert {params["order"][0] for path, params in house.asked if path == "/tickets"} == {"ASC"}


HOSTILE = {
    "no id": {"id": None},
    "yes for an id": {"id": True},
    "an id of more than 64 bits": {"id": "9" * 30},
    "no ticket": {"ObjectId": "0"},
    "no time": {"Created": "yesterday"},
    "a time that is not set": {"Created": "1970-01-01T00:00:00Z"},
    "a time of the far future": {"Created": "9999-12-31T23:59:59Z"},
    "no type": {"Type": None},
}


@pytest.mark.parametrize("odd", HOSTILE.values(), ids=HOSTILE)
def test_a_transaction_that_cannot_be_read_is_set_aside_and_the_others_go_on(
    house: House, odd: dict[str, object]
) -> None:
    house.answers["/transactions"] = lambda params: {
        "items": [transaction(1), transaction(2, **odd), transaction(3)] if after(params) == 0 else [],
        "total": None,
    }
    pages = house.pull(Stream.EVENTS)
    assert [event.id for page in pages for event in page.events] == [1, 3]
    assert len([one for page in pages for one in page.rejected]) == 1


def test_a_page_of_nothing_but_rows_without_an_id_is_not_asked_for_again_and_again(house: House) -> None:
    house.answers["/transactions"] = lambda _: {"items": [{"type": "transaction"}], "total": None}
    with pytest.raises(HelpdeskError, match="rows that cannot be read"):
        house.pull(Stream.EVENTS)


def test_tickets_of_which_none_can_be_read_are_not_asked_for_again_and_again(house: House) -> None:
    house.answers["/tickets"] = lambda _: {"items": [ticket(1, LastUpdated="soon")], "total": 1}
    with pytest.raises(HelpdeskError, match="none can be read"):
        house.pull(Stream.TICKETS)


def test_a_ticket_that_cannot_be_read_is_set_aside_and_the_others_go_on(house: House) -> None:
    rows = [
        ticket(1),
        ticket(2, Created="1970-01-01T00:00:00Z"),
        ticket(3, LastUpdated="9999-01-01T00:00:00Z"),
        ticket(4),
    ]

    def found(params: dict[str, list[str]]) -> Answer:
        changes = params.get("orderby") == ["LastUpdated", "id"] and "id > " not in params["query"][0]
        return {"items": rows if changes else [], "total": len(rows) if changes else 0}

    house.answers["/tickets"] = found
    pages = house.pull(Stream.TICKETS)
    assert [one.id for page in pages for one in page.tickets] == [1, 4]
    assert sorted(one.row for page in pages for one in page.rejected) == ["2", "3"]


@pytest.mark.parametrize(
    ("creator", "author"),
    [
        ({"id": 27, "Name": "agent01"}, person_key(27)),
        ({"id": 1, "Name": "RT_System"}, SYSTEM),
        ("45", person_key(45)),
        ("", SYSTEM),
        (None, SYSTEM),
        ({"id": True}, SYSTEM),
    ],
)
def test_an_author_is_told_by_number_and_what_is_no_person_is_the_system(
    house: House, creator: object, author: int
) -> None:
    serve(house, "/transactions", [transaction(1, Creator=creator)])
    (event,) = (event for page in house.pull(Stream.EVENTS) for event in page.events)
    assert event.author == author


@pytest.mark.parametrize(
    ("minutes", "seconds"), [("7", 420), (7, 420), ("-5", -300), ("0", None), ("", None), ("x", None)]
)
def test_minutes_become_seconds_and_nothing_entered_is_unknown(
    house: House, minutes: object, seconds: int | None
) -> None:
    serve(house, "/transactions", [transaction(1, TimeTaken=minutes)])
    (event,) = (event for page in house.pull(Stream.EVENTS) for event in page.events)
    assert event.spent == seconds


def test_transactions_that_are_no_updates_are_left_out_and_the_walk_goes_on_behind_them(house: House) -> None:
    serve(house, "/transactions", [transaction(1, Type="Told"), transaction(2, Type="SystemError")])
    pages = house.pull(Stream.EVENTS)
    assert ([list(page.events) for page in pages], pages[-1].cursor) == ([[], []], "2")


def test_a_status_of_a_lifecycle_of_its_own_is_asked_about_once(house: House) -> None:
    rows = [
        transaction(number, Type="Status", NewValue=word) for number, word in enumerate(("fixed", "fixed", "it's"), 1)
    ]
    serve(house, "/transactions", rows)
    house.answers["/tickets"] = lambda params: {
        "items": [ticket(1)] if "'fixed'" in params["query"][0] else [],
        "total": 1,
    }
    statuses = [event.status for page in house.pull(Stream.EVENTS) for event in page.events]
    assert statuses == [TicketStatus.SOLVED, TicketStatus.SOLVED, TicketStatus.OPEN]
    assert house.queries("/tickets") == [
        "Status = '__Inactive__' AND Status = 'fixed'",
        "Status = '__Inactive__' AND Status = 'it\\'s'",
    ]


def test_a_status_that_no_ticket_has_yet_is_asked_about_again_by_the_next_pull_until_one_is_over(house: House) -> None:
    serve(house, "/transactions", [transaction(1, Type="Status", NewValue="fixed")])
    helpdesk = house.open()

    def status() -> TicketStatus | None:
        for _ in helpdesk.pull(Walk(stream=Stream.AGENTS, start=BEGINNING)):
            pass
        pages = helpdesk.pull(Walk(stream=Stream.EVENTS, start=BEGINNING))
        return next(event.status for page in pages for event in page.events)

    assert status() is TicketStatus.OPEN
    serve(house, "/tickets", [ticket(1, Status="fixed")], 1)
    assert status() is TicketStatus.SOLVED
    assert status() is TicketStatus.SOLVED
    assert house.queries("/tickets") == ["Status = '__Inactive__' AND Status = 'fixed'"] * 2


@pytest.mark.parametrize("token", ["c0ffee", "1-x-c0ffee", "2-61-c0ffee", f"{CANARY}"])
def test_what_is_no_token_of_request_tracker_is_refused_without_being_shown(house: House, token: str) -> None:
    with pytest.raises(HelpdeskError, match="no authentication token of Request Tracker") as refused:
        house.open(token).identify()
    assert token not in str(refused.value)
    assert house.asked == []


def test_a_token_that_is_not_accepted_is_read_again_once_and_then_refused(house: House) -> None:
    house.answers["/user/61"] = lambda _: (401, "Authorization required")
    with pytest.raises(HelpdeskError, match=r"does not accept our credentials \(status 401\)"):
        house.open().identify()
    assert [path for path, _ in house.asked].count("/user/61") == 2


@pytest.mark.parametrize(
    ("status", "body", "sentence"),
    [
        (403, '{"message": "Forbidden"}', r"status 403 \(Forbidden\). Give the user behind the token the right"),
        (404, "not JSON", r"status 404. There is no REST2 here: check `url`"),
        (400, '{"message": "Wrong query"}', r"status 400 \(Wrong query\). Run `touchcost check`"),
    ],
)
def test_a_refusal_says_what_was_refused_and_what_to_do(house: House, status: int, body: str, sentence: str) -> None:
    house.answers["/transactions"] = lambda _: (status, body)
    with pytest.raises(HelpdeskError, match=sentence):
        house.pull(Stream.EVENTS)


def test_a_page_that_takes_too_long_is_asked_for_with_half_of_the_rows(house: House) -> None:
    house.answers["/transactions"] = lambda params: (
        (504, "") if params["per_page"] == ["100"] else {"items": [], "total": None}
    )
    house.pull(Stream.EVENTS)
    sizes = [params["per_page"][0] for path, params in house.asked if path == "/transactions"]
    assert sizes == ["100", "50", "100", "50"]


def test_a_list_by_numbers_loses_nothing_when_its_pages_become_smaller(house: House) -> None:
    users = [{"type": "user", "id": number, "Organization": f"Company {number}"} for number in range(1, 331)]

    def found(params: dict[str, list[str]]) -> Answer:
        page, size = int(params["page"][0]), int(params["per_page"][0])
        if page == 3 and size == 100:
            return 504, ""
        return {"items": users[(page - 1) * size : page * size], "total": len(users)}

    house.answers["/users"] = found
    (page,) = house.pull(Stream.ACCOUNTS)
    assert len(page.accounts) == 330


def test_a_helpdesk_that_does_not_answer_is_asked_again_later(house: House) -> None:
    house.answers["/transactions"] = lambda _: (500, "")
    with pytest.raises(HelpdeskBusyError):
        house.pull(Stream.EVENTS)


COMMANDED = base64.encodebytes(b"#take").decode()


@pytest.mark.parametrize("odd", [(403, '{"message": "Forbidden"}'), (200, " " * (LARGEST + 1))], ids=["no", "large"])
@pytest.mark.parametrize("path", ["/transaction/1/attachments", "/attachment/11"])
def test_a_comment_that_cannot_be_had_says_nothing_and_the_others_are_heard(
    house: House, path: str, odd: tuple[int, str]
) -> None:
    serve(house, "/tickets", [ticket(7)], 1)
    serve(house, "/transactions", [transaction(1), transaction(2)])
    for number in (1, 2):
        parts = {"items": [{"id": f"{number}{number}", "ContentType": "text/plain", "Filename": None}]}
        house.answers[f"/transaction/{number}/attachments"] = lambda _, parts=parts: parts  # type: ignore[misc]
        house.answers[f"/attachment/{number}{number}"] = lambda _: {"Content": COMMANDED}
    house.answers[path] = lambda _: odd
    alert = TicketId(7)
    (shown,) = house.open().read_marks([], [alert], {alert: Hearing()}).tickets
    assert [(answer.update, answer.command) for answer in shown.answers] == [(2, Command(verb=Verb.TAKE))]
    assert shown.heard is not None
    assert shown.heard.update == 2
