"""Writes to Zendesk, each answer typed from what is known of its API."""

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
import responses
from zendesk_account import HOST, settings

from connector.helpdesk import Outcome, Receipt, Write, WriteKind
from connector.helpdesks.zendesk.helpdesk import Zendesk, open_zendesk
from connector.settings import WriteSettings
from connector.testing.steady_time import SteadyTime
from rules.facts import AccountId

API = f"{HOST}/api/v2"
ACME = AccountId("1800000000001")
OWN = 1_900_000_000_009
KEY = f"touchcost:acme:{ACME}:1"
MANY = f"{API}/organizations/update_many.json"
CLOSED = {
    "error": "RecordInvalid",
    "description": "Record validation errors",
    "details": {"status": [{"description": "closed prevents ticket update"}]},
}


@pytest.fixture
def time() -> SteadyTime:
    return SteadyTime()


@pytest.fixture
def web() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.get(f"{API}/users/me", json={"user": {"id": OWN, "role": "admin"}})
        mock.get(f"{API}/groups.json", json={"groups": [{"id": 360, "name": "Customer Success"}]})
        yield mock


@pytest.fixture
def zendesk(time: SteadyTime) -> Zendesk:
    return open_zendesk(settings(write=WriteSettings(group="Customer Success")), time.outside())


def write(number: int, kind: WriteKind, body: Mapping[str, object], **more: object) -> Write:
    return Write(id=number, kind=kind, body=body, **{"account": ACME, "key": "", **more})  # type: ignore[arg-type]


def tag(number: int = 1, account: AccountId = ACME) -> Write:
    return write(number, WriteKind.ADD_TAG, {"tags": ["care_review"]}, account=account)


def fields(number: int, **more: object) -> Write:
    account = AccountId(str(1_800_000_000_000 + number))
    return write(number, WriteKind.SET_FIELD, {"fields": {"care_state": "watched"}}, account=account, **more)


def opening(*, tried: bool = False) -> Write:
    body = {
        "subject": "For review: Acme",
        "comment": "Why now.",
        "priority": "high",
        "due_at": "2026-11-27T09:00:00+00:00",
        "tags": ["care_alert"],
        "group": "Customer Success",
    }
    return write(1, WriteKind.OPEN_ALERT, body, key=KEY, tried=tried)


def update(*, tried: bool = False) -> Write:
    body = {"ticket": 28, "comment": "Raised.", "status": None}
    return write(1, WriteKind.UPDATE_ALERT, body, key=f"{KEY}:raised:0", tried=tried)


def job(status: str, results: list[dict[str, Any]] | None = None, name: str = "V3-1") -> dict[str, Any]:
    return {"job_status": {"id": name, "job_type": "x", "total": 1, "status": status, "results": results}}


def updated(number: int) -> dict[str, Any]:
    return {"action": "update", "id": 1_800_000_000_000 + number, "status": "Updated", "success": True}


def found(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"tickets": list(rows), "count": len(rows), "next_page": None, "previous_page": None}


def receipts(zendesk: Zendesk, *writes: Write) -> list[Receipt]:
    return list(zendesk.apply(writes))


def outcomes(zendesk: Zendesk, *writes: Write) -> list[str]:
    return [str(receipt.outcome) for receipt in receipts(zendesk, *writes)]


def sent(web: responses.RequestsMock, method: str) -> list[tuple[str, Any]]:
    calls = [call.request for call in web.calls if call.request.method == method]
    return [(str(call.url).removeprefix(API), json.loads(call.body or b"null")) for call in calls]


def test_tags_go_by_put_and_delete_on_their_own_path(web: responses.RequestsMock, zendesk: Zendesk) -> None:
    path = f"{API}/organizations/{ACME}/tags.json"
    web.put(path, json={"tags": ["gold", "care_review"]})
    web.delete(path, status=204)
    removal = write(2, WriteKind.REMOVE_TAG, {"tags": ["care_review"]})
    assert outcomes(zendesk, tag(), removal) == ["applied", "applied"]
    expected = [(f"/organizations/{ACME}/tags.json", {"tags": ["care_review"]})]
    assert (sent(web, "PUT"), sent(web, "DELETE")) == (expected, expected)


def test_fields_go_in_jobs_of_a_hundred_without_anything_else(web: responses.RequestsMock, zendesk: Zendesk) -> None:
    web.put(MANY, json=job("queued", name="V3-1"))
    web.put(MANY, json=job("queued", name="V3-2"))
    web.get(f"{API}/job_statuses/V3-1", json=job("completed", [updated(number) for number in range(1, 101)]))
    web.get(f"{API}/job_statuses/V3-2", json=job("completed", [updated(number) for number in range(101, 131)]))
    answers = receipts(zendesk, *(fields(number) for number in range(1, 131)))
    assert [receipt.outcome for receipt in answers[:2]] == [Outcome.JOB_STARTED] * 2
    assert {receipt.outcome for receipt in answers[2:]} == {Outcome.APPLIED}
    bodies = [body["organizations"] for _, body in sent(web, "PUT")]
    assert [len(rows) for rows in bodies] == [100, 30]
    assert {tuple(sorted(row)) for rows in bodies for row in rows} == {("id", "organization_fields")}


def test_row_of_a_completed_job_may_have_failed(web: responses.RequestsMock, zendesk: Zendesk) -> None:
    wrong = {"index": 1, "id": 1_800_000_000_002, "error": "OrganizationUpdateFailed", "details": "Name: is taken"}
    web.put(MANY, json=job("queued"))
    web.get(f"{API}/job_statuses/V3-1", json=job("completed", [updated(1), wrong]))
    _, first, second = receipts(zendesk, fields(1), fields(2))
    assert (first.outcome, second.outcome) == (Outcome.APPLIED, Outcome.REFUSED)
    assert second.reason == "OrganizationUpdateFailed: Name: is taken"


@pytest.mark.parametrize("state", ["failed", "killed"])
def test_rows_of_a_failed_job_are_sent_once_more(web: responses.RequestsMock, zendesk: Zendesk, state: str) -> None:
    web.put(MANY, json=job("queued"))
    web.put(MANY, json=job("queued", name="V3-2"))
    web.get(f"{API}/job_statuses/V3-1", json=job(state))
    web.get(f"{API}/job_statuses/V3-2", json=job("completed", [updated(1)]))
    assert outcomes(zendesk, fields(1)) == ["job_started", "job_started", "applied"]


def test_job_of_an_earlier_run_is_asked_about_and_not_sent_again(web: responses.RequestsMock, zendesk: Zendesk) -> None:
    web.get(f"{API}/job_statuses/V3-0", json=job("completed", [updated(1)]))
    assert outcomes(zendesk, fields(1, job="V3-0")) == ["applied"]
    assert sent(web, "PUT") == []


def test_rows_of_a_forgotten_job_are_sent_again(web: responses.RequestsMock, zendesk: Zendesk) -> None:
    web.get(f"{API}/job_statuses/V3-0", status=404, json={"error": "RecordNotFound", "description": "Not found"})
    web.put(MANY, json=job("queued"))
    web.get(f"{API}/job_statuses/V3-1", json=job("completed", [updated(1)]))
    assert outcomes(zendesk, fields(1, job="V3-0")) == ["job_started", "applied"]


def test_job_that_is_not_done_in_a_minute_goes_back(
    web: responses.RequestsMock, zendesk: Zendesk, time: SteadyTime
) -> None:
    web.put(MANY, json=job("queued"))
    web.get(f"{API}/job_statuses/V3-1", json=job("working"))
    last = receipts(zendesk, fields(1))[-1]
    assert (last.outcome, last.job) == (Outcome.POSTPONED, "V3-1")
    assert 60 <= time.passed < 90


def test_no_more_than_five_jobs_run_at_once(web: responses.RequestsMock, zendesk: Zendesk) -> None:
    for number in range(1, 8):
        web.put(MANY, json=job("queued", name=f"V3-{number}"))
        web.get(f"{API}/job_statuses/V3-{number}", json=job("working"))
    started = receipts(zendesk, *map(fields, range(1, 651)))[:6]
    assert [receipt.outcome for receipt in started[:5]] == [Outcome.JOB_STARTED] * 5
    assert started[5].outcome is Outcome.POSTPONED


def test_too_many_jobs_postpone_the_rest(web: responses.RequestsMock, zendesk: Zendesk) -> None:
    web.put(MANY, status=429, json={"error": "TooManyJobs", "description": "x", "current_job_ids": ["V3-9"]})
    answers = receipts(zendesk, *map(fields, range(1, 151)))
    assert {(receipt.outcome, receipt.wait) for receipt in answers} == {(Outcome.POSTPONED, timedelta(seconds=60))}
    assert len(sent(web, "PUT")) == 1


def test_alert_ticket_is_private_ours_and_under_its_key(web: responses.RequestsMock, zendesk: Zendesk) -> None:
    web.get(f"{API}/tickets", json=found())
    web.post(f"{API}/tickets", status=201, json={"ticket": {"id": 28, "status": "open"}, "audit": {}})
    answer = receipts(zendesk, opening())[0]
    assert (answer.outcome, answer.ticket) == (Outcome.APPLIED, 28)
    assert web.calls[-1].request.headers["Idempotency-Key"] == KEY
    assert sent(web, "POST")[0][1]["ticket"] == {
        "subject": "For review: Acme",
        "comment": {"body": "Why now.", "public": False},
        "external_id": KEY,
        "requester_id": OWN,
        "submitter_id": OWN,
        "type": "task",
        "priority": "high",
        "due_at": "2026-11-27T09:00:00+00:00",
        "tags": ["care_alert"],
        "group_id": 360,
    }


def test_creation_is_sent_again_byte_for_byte(web: responses.RequestsMock, zendesk: Zendesk) -> None:
    web.get(f"{API}/tickets", json=found())
    web.post(f"{API}/tickets", status=502, body="")
    web.post(f"{API}/tickets", status=201, json={"ticket": {"id": 28, "status": "open"}})
    assert outcomes(zendesk, opening()) == ["unclear"]
    assert outcomes(zendesk, opening(tried=True)) == ["applied"]
    first, second = (call.request for call in web.calls if call.request.method == "POST")
    assert (first.body, first.headers["Idempotency-Key"]) == (second.body, second.headers["Idempotency-Key"])


def test_key_that_was_used_means_look_it_up(web: responses.RequestsMock, zendesk: Zendesk) -> None:
    web.get(f"{API}/tickets", json=found())
    web.get(f"{API}/tickets", json=found({"id": 28, "external_id": KEY, "status": "open"}))
    sentence = "Request parameters don't match the given idempotency key"
    web.post(f"{API}/tickets", status=400, json={"error": "IdempotentRequestError", "description": sentence})
    answer = receipts(zendesk, opening(tried=True))[0]
    assert (answer.outcome, answer.ticket) == (Outcome.APPLIED, 28)


def test_oldest_of_several_tickets_under_a_key_is_taken(web: responses.RequestsMock, zendesk: Zendesk) -> None:
    rows = ({"id": number, "external_id": KEY, "status": "open"} for number in (31, 28))
    web.get(f"{API}/tickets", json=found(*rows))
    assert receipts(zendesk, opening(tried=True))[0].ticket == 28
    assert sent(web, "POST") == []


def test_message_is_private_and_carries_its_key(web: responses.RequestsMock, zendesk: Zendesk) -> None:
    web.put(f"{API}/tickets/28.json", json={"ticket": {"id": 28}, "audit": {"id": 1, "ticket_id": 28, "events": []}})
    assert outcomes(zendesk, update()) == ["applied"]
    ticket = sent(web, "PUT")[0][1]["ticket"]
    assert ticket == {
        "id": 28,
        "comment": {"body": "Raised.", "public": False},
        "metadata": {"touchcost": f"{KEY}:raised:0"},
    }


@pytest.mark.parametrize(
    "audit",
    [
        {"metadata": {"custom": {"touchcost": f"{KEY}:raised:0"}, "system": {}}, "events": []},
        {"metadata": {}, "events": [{"type": "Comment", "body": "Raised.", "public": False}]},
    ],
    ids=["by its key", "by its words"],
)
def test_message_that_stands_there_is_not_sent_again(
    web: responses.RequestsMock, zendesk: Zendesk, audit: dict[str, Any]
) -> None:
    web.get(f"{API}/tickets/28/audits", json={"audits": [{"id": 1}, audit], "meta": {"has_more": False}})
    assert outcomes(zendesk, update(tried=True)) == ["applied"]
    assert sent(web, "PUT") == []


def test_audits_are_read_to_their_end(web: responses.RequestsMock, zendesk: Zendesk) -> None:
    more = {"audits": [{"id": 1}], "meta": {"has_more": True, "after_cursor": "abc"}, "links": {"next": "x"}}
    told = {"id": 2, "metadata": {"custom": {"touchcost": f"{KEY}:raised:0"}}}
    web.get(f"{API}/tickets/28/audits", json=more)
    web.get(f"{API}/tickets/28/audits", json={"audits": [told], "meta": {"has_more": False}})
    assert outcomes(zendesk, update(tried=True)) == ["applied"]
    assert "page%5Bafter%5D=abc" in str(web.calls[-1].request.url)


@pytest.mark.parametrize(
    ("status", "body"), [(422, CLOSED), (404, {"error": "RecordNotFound", "description": "Not found"})]
)
def test_closed_and_deleted_tickets_are_gone(
    web: responses.RequestsMock, zendesk: Zendesk, status: int, body: dict[str, Any]
) -> None:
    web.put(f"{API}/tickets/28.json", status=status, json=body)
    assert outcomes(zendesk, update()) == ["gone"]


def test_other_refusals_are_said_in_the_helpdesks_own_words(web: responses.RequestsMock, zendesk: Zendesk) -> None:
    details = {"assignee": [{"description": "Assignee: is required when solving a ticket"}]}
    body = {"error": "RecordInvalid", "description": "Record validation errors", "details": details}
    web.put(f"{API}/tickets/28.json", status=422, json=body)
    answer = receipts(zendesk, update())[0]
    assert answer.outcome is Outcome.REFUSED
    assert answer.reason == (
        "status 422: RecordInvalid: Record validation errors: Assignee: is required when solving a ticket"
    )


def test_conflict_is_unclear(web: responses.RequestsMock, zendesk: Zendesk) -> None:
    web.put(f"{API}/tickets/28.json", status=409, json={"error": "UpdateConflict"})
    assert outcomes(zendesk, update()) == ["unclear"]


def test_limit_of_one_organisation_postpones_it_alone(web: responses.RequestsMock, zendesk: Zendesk) -> None:
    limit = {"errors": [{"code": "TooManyRequests", "title": "Too many requests to update"}]}
    other = AccountId("1800000000002")
    web.put(f"{API}/organizations/{ACME}/tags.json", status=429, json=limit, headers={"Retry-After": "40"})
    web.put(f"{API}/organizations/{other}/tags.json", json={"tags": ["care_review"]})
    first, second = receipts(zendesk, tag(1), tag(2, other))
    assert (first.outcome, first.wait) == (Outcome.POSTPONED, timedelta(seconds=40))
    assert second.outcome is Outcome.APPLIED


def test_limit_of_the_account_postpones_the_rest_unsent(web: responses.RequestsMock, zendesk: Zendesk) -> None:
    limit = {"error": "APIRateLimitExceeded", "description": "Number of allowed API requests per minute exceeded"}
    web.put(f"{API}/organizations/{ACME}/tags.json", status=429, json=limit, headers={"Retry-After": "40"})
    answers = receipts(zendesk, tag(1), tag(2), fields(3))
    assert {(receipt.outcome, receipt.wait) for receipt in answers} == {(Outcome.POSTPONED, timedelta(seconds=40))}
    assert len(sent(web, "PUT")) == 1


def test_organisation_field_is_made_as_asked(web: responses.RequestsMock, zendesk: Zendesk) -> None:
    made = {"key": "care_state", "title": "Care: state", "type": "text", "description": "for review or in order"}
    web.post(f"{API}/organization_fields.json", status=201, json={"organization_field": {"id": 7, **made}})
    assert outcomes(zendesk, write(1, WriteKind.MAKE_FIELD, made)) == ["applied"]
    assert sent(web, "POST") == [("/organization_fields.json", {"organization_field": made})]


def test_marks_are_read_a_hundred_at_a_time(web: responses.RequestsMock, zendesk: Zendesk) -> None:
    web.get(f"{API}/organizations/show_many", json={"organizations": []})
    zendesk.read_marks([AccountId(str(number)) for number in range(1, 251)], [])
    asked = [str(call.request.url).partition("ids=")[2].split("%2C") for call in web.calls]
    assert [len(ids) for ids in asked] == [100, 100, 50]


def test_values_of_any_type_are_read_as_the_text_that_was_written(
    web: responses.RequestsMock, zendesk: Zendesk
) -> None:
    values = {
        "care_state": "watched",
        "care_tickets_90d": 74,
        "care_share_90d": 0.31,
        "care_since": "2026-11-12T00:00:00+00:00",
        "care_why": None,
        "mrr": 450.5,
    }
    row = {"id": int(ACME), "tags": ["gold"], "organization_fields": values}
    web.get(f"{API}/organizations/show_many", json={"organizations": [row]})
    assert zendesk.read_marks([ACME], []).accounts[0].fields == {
        "care_state": "watched",
        "care_tickets_90d": "74",
        "care_share_90d": "0.31",
        "care_since": "2026-11-12",
        "care_why": None,
    }


def test_tag_path_that_is_not_there_means_tagging_is_off(web: responses.RequestsMock, zendesk: Zendesk) -> None:
    row = {"id": int(ACME), "tags": [], "organization_fields": {}}
    web.get(f"{API}/organizations/show_many", json={"organizations": [row]})
    web.get(f"{API}/organizations/{ACME}/tags", status=404, json={"error": "InvalidEndpoint", "description": "x"})
    assert not zendesk.read_marks([ACME], []).tagging_on
