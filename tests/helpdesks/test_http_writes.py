"""Writes: sent once, and what their answer says has become of them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests
import responses
from test_http_reads import HTML, OnceRenewed, transport
from urllib3.connection import HTTPConnection
from urllib3.exceptions import MaxRetryError, NewConnectionError
from zenpy import Zenpy
from zenpy.lib.api_objects import Organization
from zenpy.lib.exception import RecordNotFoundException

from connector.helpdesk import HelpdeskBusyError, HelpdeskError, Outcome
from connector.http.session import PLACE, NotAppliedError, open_session
from connector.http.transport import Sent
from connector.testing.steady_time import SteadyTime

HOST = "https://acme.zendesk.com"
TAGS = f"{HOST}/api/v2/organizations/7/tags"


@pytest.fixture
def time() -> SteadyTime:
    return SteadyTime()


@pytest.fixture
def web() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def send(web: responses.RequestsMock, time: SteadyTime, *answers: dict[str, Any]) -> Sent:
    for answer in answers:
        web.add("PUT", TAGS, **answer)
    return transport(time).send(requests.Request("PUT", TAGS, json={"tags": ["care_review"]}).prepare())


def unreached() -> requests.ConnectionError:
    connection = HTTPConnection("acme.zendesk.com")
    refused = NewConnectionError(connection, "refused")
    return requests.ConnectionError(MaxRetryError(None, "/x", refused))  # type: ignore[arg-type]  # No pool is needed.


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ({"status": 200, "json": {"tags": []}}, Outcome.APPLIED),
        ({"status": 201, "json": {}}, Outcome.APPLIED),
        ({"status": 204}, Outcome.APPLIED),
        ({"status": 400, "json": {}}, Outcome.REFUSED),
        ({"status": 403, "json": {}}, Outcome.REFUSED),
        ({"status": 404, "json": {}}, Outcome.REFUSED),
        ({"status": 422, "json": {}}, Outcome.REFUSED),
        ({"status": 429}, Outcome.POSTPONED),
        ({"status": 409}, Outcome.UNCLEAR),
        ({"status": 500}, Outcome.UNCLEAR),
        ({"status": 503}, Outcome.UNCLEAR),
        ({"status": 504, **HTML}, Outcome.UNCLEAR),
        (HTML, Outcome.UNCLEAR),
        ({"body": requests.ConnectionError("cut")}, Outcome.UNCLEAR),
        ({"body": requests.ReadTimeout()}, Outcome.UNCLEAR),
        ({"body": requests.ConnectTimeout()}, Outcome.POSTPONED),
        ({"body": unreached()}, Outcome.POSTPONED),
    ],
)
def test_a_write_is_sent_once_and_its_answer_says_what_became_of_it(
    web: responses.RequestsMock, time: SteadyTime, answer: dict[str, Any], outcome: Outcome
) -> None:
    assert send(web, time, answer).outcome is outcome
    assert len(web.calls) == 1
    assert time.waits == []


def test_a_wait_asked_for_on_a_write_is_handed_on_and_not_waited(web: responses.RequestsMock, time: SteadyTime) -> None:
    sent = send(web, time, {"status": 429, "headers": {"Retry-After": "93"}})
    assert sent.wait == timedelta(seconds=93)
    assert time.waits == []


def test_a_401_applies_nothing_so_the_write_goes_out_again_with_another_token(
    web: responses.RequestsMock, time: SteadyTime
) -> None:
    assert send(web, time, {"status": 401}, {"status": 200, "json": {}}).outcome is Outcome.APPLIED
    signed = [call.request.headers["Authorization"] for call in web.calls]
    assert signed == ["Bearer token-0-writing", "Bearer token-1-writing"]


def test_a_second_401_stops_this_helpdesk(web: responses.RequestsMock, time: SteadyTime) -> None:
    with pytest.raises(HelpdeskError, match="credentials"):
        send(web, time, {"status": 401}, {"status": 401})


def test_a_redirected_write_is_not_followed(web: responses.RequestsMock, time: SteadyTime) -> None:
    with pytest.raises(HelpdeskError, match="redirect"):
        send(web, time, {"status": 307, "headers": {"Location": "https://evil.test/"}})


@pytest.fixture
def zenpy(time: SteadyTime) -> Zenpy:
    subdomain, domain = PLACE
    session = open_session(transport(time, OnceRenewed()))
    return Zenpy(subdomain=subdomain, domain=domain, session=session, disable_cache=True)


def test_zenpy_speaks_to_the_configured_host_with_our_sign_in(web: responses.RequestsMock, zenpy: Zenpy) -> None:
    web.add("GET", f"{HOST}/api/v2/organizations/7.json", json={"organization": {"id": 7, "name": "Acme"}})
    assert zenpy.organizations(id=7).name == "Acme"
    assert web.calls[0].request.headers["Authorization"] == "Bearer token-0"


def test_zenpy_reads_are_tried_again_by_us(web: responses.RequestsMock, zenpy: Zenpy, time: SteadyTime) -> None:
    url = f"{HOST}/api/v2/organizations/7.json"
    web.add("GET", url, status=429, headers={"Retry-After": "7"})
    web.add("GET", url, json={"organization": {"id": 7, "name": "Acme"}})
    assert zenpy.organizations(id=7).name == "Acme"
    assert time.waits == [7]


def test_zenpy_learns_of_a_missing_record(web: responses.RequestsMock, zenpy: Zenpy) -> None:
    body = {"error": "RecordNotFound", "description": "Not found"}
    web.add("GET", f"{HOST}/api/v2/organizations/7.json", status=404, json=body)
    with pytest.raises(RecordNotFoundException):
        zenpy.organizations(id=7)


def test_zenpy_neither_sleeps_nor_repeats_a_write(web: responses.RequestsMock, zenpy: Zenpy, time: SteadyTime) -> None:
    web.add("PUT", f"{HOST}/api/v2/organizations/7.json", status=429, headers={"Retry-After": "3600"})
    with pytest.raises(NotAppliedError) as failed:
        zenpy.organizations.update(Organization(id=7, name="Acme"))
    assert failed.value.sent.outcome is Outcome.POSTPONED
    assert failed.value.sent.wait == timedelta(hours=1)
    assert len(web.calls) == 1
    assert time.waits == []


def test_zenpy_is_led_to_no_other_host(web: responses.RequestsMock, zenpy: Zenpy) -> None:
    web.add("GET", f"{HOST}/api/v2/organizations/7.json", status=302, headers={"Location": "https://evil.test/"})
    with pytest.raises(HelpdeskError, match="redirect"):
        zenpy.organizations(id=7)
    with pytest.raises(HelpdeskError, match="another host"):
        zenpy.organizations.session.get("https://evil.test/api/v2/x")
    assert len(web.calls) == 1


def test_a_read_through_zenpy_that_never_succeeds_is_busy(web: responses.RequestsMock, zenpy: Zenpy) -> None:
    web.add("GET", f"{HOST}/api/v2/organizations/7.json", status=500)
    with pytest.raises(HelpdeskBusyError):
        zenpy.organizations(id=7)
