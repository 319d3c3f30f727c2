"""What follows each status of Zendesk's, on reads and on writes; bodies typed from the fact sheet about its API."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
import responses
from zendesk_account import EVENTS, HOST, ORGANIZATIONS, TICKETS, event, events, organizations, settings, tickets, walk

from connector.helpdesk import HelpdeskBusyError, HelpdeskError, Outcome, Receipt, Stream, Write, WriteKind
from connector.helpdesks.zendesk.helpdesk import Zendesk, open_zendesk
from connector.settings import WriteSettings
from connector.testing.steady_time import SteadyTime
from rules.facts import AccountId

API = f"{HOST}/api/v2"
OWN = 1_900_000_000_009
ACME = AccountId("1800000000001")
KEY = f"touchcost:acme:{ACME}:1"
HTML = "<!DOCTYPE html><html><body>Not here</body></html>"

Answer = Mapping[str, Any]

SHAPES: Mapping[str, tuple[Answer, str]] = {
    "name and description": (
        {"json": {"error": "RecordInvalid", "description": "Record validation errors"}},
        "RecordInvalid: Record validation errors",
    ),
    "title and message": ({"json": {"error": {"title": "Forbidden", "message": "No access"}}}, "Forbidden: No access"),
    "a list": (
        {"json": {"errors": [{"code": "TooOld", "title": "Too old", "detail": "Ask anew"}]}},
        "TooOld: Too old Ask anew",
    ),
    "a sentence": ({"json": {"error": "Couldn't authenticate you"}}, "Couldn't authenticate you"),
}
NOTHING_SAID: Mapping[str, Answer] = {
    "HTML": {"body": HTML, "content_type": "text/html; charset=utf-8"},
    "nothing": {"body": b""},
    "a list of nothing": {"json": {"errors": []}},
    "a number": {"json": 7},
    "other types": {"json": {"error": 7, "description": ["x"], "details": "x"}},
}


@pytest.fixture
def time() -> SteadyTime:
    return SteadyTime()


@pytest.fixture
def web() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.get(f"{API}/users/me", json={"user": {"id": OWN, "role": "admin"}})
        yield mock


@pytest.fixture
def zendesk(time: SteadyTime) -> Zendesk:
    return open_zendesk(settings(write=WriteSettings()), time.outside())


def adding() -> Write:
    return Write(id=1, kind=WriteKind.ADD_TAG, account=ACME, key="", body={"tags": ["care_review"]})


def opening(*, tried: bool = False) -> Write:
    texts = {"subject": "For review: Acme", "comment": "Why now."}
    body = {**texts, "priority": "high", "due_at": None, "tags": ["care_alert"], "group": None}
    return Write(id=1, kind=WriteKind.OPEN_ALERT, account=ACME, key=KEY, body=body, tried=tried)


def closing() -> Write:
    body = {"ticket": 28, "comment": "Back under the line.", "tags": ["care_alert"]}
    return Write(id=1, kind=WriteKind.CLOSE_ALERT, account=ACME, key=f"{KEY}:clear", body=body)


def sent(web: responses.RequestsMock, *methods: str) -> int:
    return sum(call.request.method in methods for call in web.calls)


def only(zendesk: Zendesk, write: Write) -> Receipt:
    (receipt,) = zendesk.apply([write])
    return receipt


# Reads.


@pytest.mark.parametrize(("answer", "told"), SHAPES.values(), ids=SHAPES)
def test_a_refused_read_repeats_what_zendesk_says_in_each_of_its_shapes(
    web: responses.RequestsMock, zendesk: Zendesk, answer: Answer, told: str
) -> None:
    web.get(EVENTS, status=422, **answer)
    with pytest.raises(HelpdeskError) as refused:
        list(zendesk.pull(walk(Stream.EVENTS)))
    assert f"refused /api/v2/incremental/ticket_events with status 422 ({told})." in str(refused.value)


@pytest.mark.parametrize("answer", NOTHING_SAID.values(), ids=NOTHING_SAID)
def test_a_refusal_that_says_nothing_is_told_by_its_status_alone(
    web: responses.RequestsMock, zendesk: Zendesk, answer: Answer
) -> None:
    web.get(EVENTS, status=403, **answer)
    with pytest.raises(HelpdeskError, match=r"with status 403\. Give the user"):
        list(zendesk.pull(walk(Stream.EVENTS)))


NOT_TRIED_AGAIN = {
    400: {"error": "InvalidValue", "description": "start_time is not valid"},
    403: {"error": {"title": "Forbidden", "message": "You do not have access to this page."}},
    404: {"error": "InvalidEndpoint", "description": "Not found"},
    413: {"error": "RequestEntityTooLarge"},
    422: {"error": "RecordInvalid", "description": "x", "details": {"base": [{"description": "y"}]}},
}


@pytest.mark.parametrize("url", [TICKETS, EVENTS, ORGANIZATIONS])
@pytest.mark.parametrize("status", NOT_TRIED_AGAIN)
def test_what_trying_again_would_not_change_stops_the_helpdesk_at_once(
    web: responses.RequestsMock, zendesk: Zendesk, url: str, status: int
) -> None:
    stream = {TICKETS: Stream.TICKETS, EVENTS: Stream.EVENTS, ORGANIZATIONS: Stream.ACCOUNTS}[url]
    web.get(url, status=status, json=NOT_TRIED_AGAIN[status])
    with pytest.raises(HelpdeskError) as refused:
        list(zendesk.pull(walk(stream)))
    assert not isinstance(refused.value, HelpdeskBusyError)
    assert len(web.calls) == 1


PASSING: Mapping[str, Answer] = {
    "409": {"status": 409, "json": {"error": "DatabaseConflict", "description": "x"}},
    "429": {"status": 429, "json": {"error": "APIRateLimitExceeded"}, "headers": {"Retry-After": "7"}},
    "500": {"status": 500, "json": {"error": "InternalError"}},
    "502": {"status": 502, "body": HTML, "content_type": "text/html"},
    "503 in maintenance": {"status": 503, "body": "", "headers": {"Retry-After": "7"}},
    "504": {"status": 504, "body": HTML, "content_type": "text/html"},
}


@pytest.mark.parametrize("url", [TICKETS, EVENTS, ORGANIZATIONS])
@pytest.mark.parametrize("answer", PASSING.values(), ids=PASSING)
def test_what_passes_is_tried_again_on_the_first_and_on_the_next_page_and_nothing_is_lost(
    web: responses.RequestsMock, zendesk: Zendesk, url: str, answer: Answer
) -> None:
    first, last = {
        TICKETS: (tickets(end=False), tickets(cursor="b")),
        EVENTS: (events(event(1), end=False), events(event(2), end_time=2_000_000_000)),
        ORGANIZATIONS: (organizations(end=False), organizations(end_time=2_000_000_000)),
    }[url]
    stream = {TICKETS: Stream.TICKETS, EVENTS: Stream.EVENTS, ORGANIZATIONS: Stream.ACCOUNTS}[url]
    for page in (first, last):
        web.add(responses.Response("GET", url, **answer))
        web.get(url, json=page)
    pages = list(zendesk.pull(walk(stream)))
    assert [page.end for page in pages] == [False, True]
    assert len(web.calls) == 4
    asked = [call.request.params for call in web.calls]  # type: ignore[attr-defined]  # Set by responses.
    starts = [{key: text for key, text in params.items() if key != "per_page"} for params in asked]
    assert starts[0] == starts[1] != starts[2] == starts[3]


def test_a_token_for_a_scope_that_does_not_exist_is_told_by_the_right_that_is_missing(
    web: responses.RequestsMock, zendesk: Zendesk
) -> None:
    """Zendesk gives such a token, and answers every call with 403."""
    message = "You are missing the following required scopes: read"
    web.replace("GET", f"{API}/users/me", status=403, json={"error": {"title": "Forbidden", "message": message}})
    with pytest.raises(HelpdeskError, match=f"{message}.*the client the scope that is missing"):
        zendesk.identify()


# Writes.

ENDS: Mapping[str, tuple[Answer, Outcome]] = {
    "400": ({"status": 400, "json": {"error": "TooManyValues", "max_count": 100}}, Outcome.REFUSED),
    "403": ({"status": 403, "json": {"error": {"title": "Forbidden", "message": "x"}}}, Outcome.REFUSED),
    "404": ({"status": 404, "json": {"error": "RecordNotFound", "description": "Not found"}}, Outcome.REFUSED),
    "409": ({"status": 409, "json": {"error": "UpdateConflict"}}, Outcome.UNCLEAR),
    "413": ({"status": 413, "body": HTML, "content_type": "text/html"}, Outcome.REFUSED),
    "422": ({"status": 422, "json": {"error": "RecordInvalid", "description": "x"}}, Outcome.REFUSED),
    "429": ({"status": 429, "json": {"error": "APIRateLimitExceeded"}}, Outcome.POSTPONED),
    "500": ({"status": 500, "json": {"error": "InternalError"}}, Outcome.UNCLEAR),
    "502": ({"status": 502, "body": HTML, "content_type": "text/html"}, Outcome.UNCLEAR),
    "503": ({"status": 503, "body": "", "headers": {"Retry-After": "7"}}, Outcome.UNCLEAR),
    "504": ({"status": 504, "body": HTML, "content_type": "text/html"}, Outcome.UNCLEAR),
    "200 as HTML": ({"status": 200, "body": HTML, "content_type": "text/html"}, Outcome.UNCLEAR),
}


@pytest.mark.parametrize(("answer", "outcome"), ENDS.values(), ids=ENDS)
def test_each_status_of_a_tag_call_has_one_end_and_the_call_is_not_repeated(
    web: responses.RequestsMock, zendesk: Zendesk, answer: Answer, outcome: Outcome
) -> None:
    web.add(responses.Response("PUT", f"{API}/organizations/{ACME}/tags.json", **answer))
    assert only(zendesk, adding()).outcome is outcome
    assert sent(web, "PUT") == 1


@pytest.mark.parametrize(("answer", "outcome"), ENDS.values(), ids=ENDS)
def test_each_status_of_a_creation_has_one_end_and_it_is_not_repeated(
    web: responses.RequestsMock, zendesk: Zendesk, answer: Answer, outcome: Outcome
) -> None:
    web.get(f"{API}/tickets", json={"tickets": []})
    web.add(responses.Response("POST", f"{API}/tickets", **answer))
    receipt = only(zendesk, opening())
    assert (receipt.outcome, receipt.ticket) == (outcome, None)
    assert sent(web, "POST") == 1


@pytest.mark.parametrize(("answer", "told"), SHAPES.values(), ids=SHAPES)
def test_a_refused_write_repeats_what_zendesk_says_in_each_of_its_shapes(
    web: responses.RequestsMock, zendesk: Zendesk, answer: Answer, told: str
) -> None:
    web.put(f"{API}/organizations/{ACME}/tags.json", status=422, **answer)
    assert only(zendesk, adding()).reason == f"status 422: {told}"


def test_details_are_read_whatever_the_field_is_called(web: responses.RequestsMock, zendesk: Zendesk) -> None:
    details = {"name": [{"description": "Name: Acme has already been taken", "error": "DuplicateValue"}]}
    body = {"error": "RecordInvalid", "description": "Record validation errors", "details": details}
    web.put(f"{API}/organizations/{ACME}/tags.json", status=422, json=body)
    assert only(zendesk, adding()).reason.endswith("Record validation errors: Name: Acme has already been taken")


def test_an_answer_to_the_same_key_again_is_the_ticket_that_was_made_first(
    web: responses.RequestsMock, zendesk: Zendesk
) -> None:
    web.get(f"{API}/tickets", json={"tickets": []})
    made = {"ticket": {"id": 28, "external_id": KEY, "status": "open"}, "audit": {"id": 1}}
    web.post(f"{API}/tickets", status=201, json=made, headers={"x-idempotency-lookup": "hit"})
    receipt = only(zendesk, opening(tried=True))
    assert (receipt.outcome, receipt.ticket) == (Outcome.APPLIED, 28)


def test_a_key_that_was_used_for_a_ticket_that_is_not_listed_yet_is_unclear(
    web: responses.RequestsMock, zendesk: Zendesk
) -> None:
    web.get(f"{API}/tickets", json={"tickets": []})
    sentence = "Request parameters don't match the given idempotency key"
    web.post(f"{API}/tickets", status=400, json={"error": "IdempotentRequestError", "description": sentence})
    assert only(zendesk, opening(tried=True)).outcome is Outcome.UNCLEAR


def test_the_list_by_external_id_is_believed_only_where_the_id_is_the_same(
    web: responses.RequestsMock, zendesk: Zendesk
) -> None:
    """An account that ignores the filter would answer with any ticket."""
    foreign = {"id": 7, "external_id": "order-7", "status": "open"}
    gone = {"id": 8, "external_id": KEY, "status": "deleted"}
    web.get(f"{API}/tickets", json={"tickets": [foreign, gone, {"id": 9, "external_id": None, "status": "open"}]})
    web.post(f"{API}/tickets", status=201, json={"ticket": {"id": 28, "status": "open"}})
    assert only(zendesk, opening(tried=True)).ticket == 28


CLOSED = {
    "error": "RecordInvalid",
    "description": "Record validation errors",
    "details": {"status": [{"description": "closed prevents ticket update"}]},
}


@pytest.mark.parametrize(
    ("status", "body"), [(422, CLOSED), (404, {"error": "RecordNotFound", "description": "Not found"})]
)
def test_tag_call_on_a_ticket_that_is_closed_or_gone_is_as_good_as_solved(
    web: responses.RequestsMock, zendesk: Zendesk, status: int, body: dict[str, Any]
) -> None:
    web.delete(f"{API}/tickets/28/tags.json", status=status, json=body)
    assert only(zendesk, closing()).outcome is Outcome.APPLIED
    assert sent(web, "PUT") == 0


def test_plan_without_organisation_fields_is_a_refusal_with_its_words(
    web: responses.RequestsMock, zendesk: Zendesk
) -> None:
    forbidden = {"error": {"title": "Forbidden", "message": "Custom organization fields are not on this plan"}}
    web.post(f"{API}/organization_fields.json", status=403, json=forbidden)
    body = {"key": "care_state", "title": "Care: state", "type": "text", "description": "x"}
    receipt = only(zendesk, Write(id=1, kind=WriteKind.MAKE_FIELD, account=ACME, key="", body=body))
    assert receipt.outcome is Outcome.REFUSED
    assert "Custom organization fields are not on this plan" in receipt.reason


@pytest.mark.parametrize("status", [403, 404])
def test_tag_call_that_does_not_work_means_tagging_is_off(
    web: responses.RequestsMock, zendesk: Zendesk, status: int
) -> None:
    row = {"id": int(ACME), "tags": [], "organization_fields": {}}
    web.get(f"{API}/organizations/show_many", json={"organizations": [row]})
    web.get(f"{API}/organizations/{ACME}/tags", status=status, json={"error": "InvalidEndpoint"})
    assert not zendesk.read_marks([ACME], []).tagging_on


def test_tag_call_that_answers_no_tags_means_tagging_is_on(web: responses.RequestsMock, zendesk: Zendesk) -> None:
    row = {"id": int(ACME), "tags": [], "organization_fields": {}}
    web.get(f"{API}/organizations/show_many", json={"organizations": [row]})
    web.get(f"{API}/organizations/{ACME}/tags", json={"tags": []})
    assert zendesk.read_marks([ACME], []).tagging_on


def test_wait_of_a_busy_account_is_kept_for_a_creation_too(web: responses.RequestsMock, zendesk: Zendesk) -> None:
    web.get(f"{API}/tickets", json={"tickets": []})
    limit = {"error": "APIRateLimitExceeded", "description": "Number of allowed API requests per minute exceeded"}
    web.post(f"{API}/tickets", status=429, json=limit, headers={"Retry-After": "41"})
    assert only(zendesk, opening()).wait == timedelta(seconds=41)
