"""Reads: what is tried again, how long that waits, and when it ends."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
import requests
import responses
from urllib3.connection import HTTPConnection
from urllib3.exceptions import MaxRetryError, NameResolutionError, NewConnectionError

from connector.helpdesk import HelpdeskBusyError, HelpdeskError
from connector.http.budget import Budget
from connector.http.transport import Ask, Refusal, Reply, Transport
from connector.http.wire import Wire
from connector.testing.steady_time import SteadyTime
from rules.facts import HelpdeskName

HOST = "https://acme.zendesk.com"
ASK = Ask(path="/api/v2/things", size=1000, export=True)
GOOD: dict[str, Any] = {"json": {"things": [1]}}
HTML: dict[str, Any] = {"body": "<!DOCTYPE html><html>Gateway</html>", "content_type": "text/html; charset=utf-8"}


class OnceRenewed:
    """A sign-in that counts how often it was renewed."""

    def __init__(self) -> None:
        self.renewed = 0

    def authorization(self, *, writing: bool) -> str:
        return f"Bearer token-{self.renewed}{'-writing' if writing else ''}"

    def renew(self) -> None:
        self.renewed += 1


@pytest.fixture
def time() -> SteadyTime:
    return SteadyTime()


@pytest.fixture
def web() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def transport(time: SteadyTime, sign_in: OnceRenewed | None = None, *, attended: bool = False) -> Transport:
    outside = replace(time.outside(), attended=attended)
    wire = Wire(HelpdeskName("acme"), HOST)
    return Transport(wire, Budget(100, 100, time.monotonic), sign_in or OnceRenewed(), outside)


def whole(body: bytes) -> bytes:
    if not body.rstrip().endswith(b"}"):
        raise ValueError("not whole")
    return body


def read(web: responses.RequestsMock, time: SteadyTime, *answers: dict[str, Any]) -> Reply[bytes] | Refusal:
    for answer in answers:
        web.add("GET", f"{HOST}/api/v2/things", **answer)
    return transport(time).read(ASK, whole)


def sizes(web: responses.RequestsMock) -> list[str]:
    return [call.request.params["per_page"] for call in web.calls]  # type: ignore[attr-defined]  # Set by responses.


FAULTS = {
    "429 with seconds": {"status": 429, "headers": {"Retry-After": "7"}},
    "429 without a header": {"status": 429},
    "429 with a date": {
        "status": 429,
        "headers": {"Retry-After": "Sun, 22 Nov 2026 09:00:09 GMT", "Date": "Sun, 22 Nov 2026 09:00:00 GMT"},
    },
    "503 with seconds": {"status": 503, "headers": {"Retry-After": "7"}},
    "504 with HTML": {"status": 504, **HTML},
    "500": {"status": 500, "json": {"error": "InternalError"}},
    "409": {"status": 409, "json": {"error": "DatabaseConflict"}},
    "401 once": {"status": 401, "json": {"error": "invalid_token"}},
    "truncated": {"body": b'{"things": ["', "content_type": "application/json"},
    "200 with HTML": HTML,
    "cut": {"body": requests.ConnectionError("cut")},
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_every_fault_that_passes_is_survived(
    web: responses.RequestsMock, time: SteadyTime, fault: dict[str, Any]
) -> None:
    found = read(web, time, fault, fault | {} if fault.get("status") != 401 else GOOD, GOOD)
    assert isinstance(found, Reply)
    assert found.value == b'{"things": [1]}'


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": "2.5"}, 2.5),
        ({"Retry-After": "Sun, 22 Nov 2026 09:00:09 GMT"}, 9),
        ({"Retry-After": "Sun, 22 Nov 2026 10:00:09 GMT", "Date": "Sun, 22 Nov 2026 10:00:00 GMT"}, 9),
    ],
)
def test_a_wait_that_is_asked_for_is_kept(
    web: responses.RequestsMock, time: SteadyTime, headers: dict[str, str], seconds: float
) -> None:
    read(web, time, {"status": 429, "headers": headers}, GOOD)
    assert time.waits[0] == seconds


@pytest.mark.parametrize("value", ["0", "-5", "soon", "Sun, 22 Nov 2026 08:59:00 GMT", "", "1e9"])
def test_a_wait_that_is_past_or_unreadable_is_ours_to_choose(
    web: responses.RequestsMock, time: SteadyTime, value: str
) -> None:
    read(web, time, {"status": 503, "headers": {"Retry-After": value}}, GOOD)
    assert 0.75 <= time.waits[0] <= 1.25


def test_waits_of_our_own_double_and_differ(web: responses.RequestsMock, time: SteadyTime) -> None:
    read(web, time, *[{"status": 500}] * 5, GOOD)
    assert len(time.waits) == 5
    for wait, expected in zip(time.waits, (1, 2, 4, 8, 16), strict=True):
        assert expected * 0.75 <= wait <= expected * 1.25
    assert all(later > earlier for earlier, later in pairwise(time.waits))


def test_the_sixth_failure_is_the_last_and_says_what_it_was(web: responses.RequestsMock, time: SteadyTime) -> None:
    with pytest.raises(HelpdeskBusyError, match=r"acme: /api/v2/things was asked for 6 times.*status 500"):
        read(web, time, *[{"status": 500}] * 6, GOOD)
    assert len(web.calls) == 6


def test_a_wait_of_more_than_two_minutes_ends_the_cycle(web: responses.RequestsMock, time: SteadyTime) -> None:
    with pytest.raises(HelpdeskBusyError) as busy:
        read(web, time, {"status": 429, "headers": {"Retry-After": "121"}}, GOOD)
    assert busy.value.wait == timedelta(seconds=121)
    assert time.waits == []


def test_a_stop_ends_a_wait_at_once(web: responses.RequestsMock, time: SteadyTime) -> None:
    time.stopping = True
    with pytest.raises(HelpdeskBusyError, match="stopped"):
        read(web, time, {"status": 500}, GOOD)
    assert len(web.calls) == 1


def test_only_a_gateway_that_gave_up_halves_the_page(web: responses.RequestsMock, time: SteadyTime) -> None:
    found = read(web, time, {"status": 504}, {"status": 500}, {"status": 504}, GOOD)
    assert sizes(web) == ["1000", "500", "500", "250"]
    assert isinstance(found, Reply)
    assert found.size == 250


def test_one_401_renews_the_sign_in_and_waits_for_nothing(web: responses.RequestsMock, time: SteadyTime) -> None:
    read(web, time, FAULTS["401 once"], GOOD)
    assert [call.request.headers["Authorization"] for call in web.calls] == ["Bearer token-0", "Bearer token-1"]
    assert time.waits == []


def test_a_second_401_stops_this_helpdesk_for_good(web: responses.RequestsMock, time: SteadyTime) -> None:
    with pytest.raises(HelpdeskError, match="does not accept our credentials") as stopped:
        read(web, time, *[{"status": 401}] * 3)
    assert not isinstance(stopped.value, HelpdeskBusyError)
    assert len(web.calls) == 2


@pytest.mark.parametrize("status", [400, 403, 404, 422])
def test_a_refusal_is_an_answer_and_is_not_asked_again(
    web: responses.RequestsMock, time: SteadyTime, status: int
) -> None:
    found = read(web, time, {"status": status, "json": {"error": "No"}})
    assert found == Refusal(status=status, body=b'{"error": "No"}')
    assert len(web.calls) == 1


@pytest.mark.parametrize("place", ["https://evil.test/x", "http://acme.zendesk.com/x", "/access/login", ""])
def test_a_redirect_is_refused_and_nothing_goes_there(
    web: responses.RequestsMock, time: SteadyTime, place: str
) -> None:
    with pytest.raises(HelpdeskError, match="redirect"):
        read(web, time, {"status": 302, "headers": {"Location": place}})
    assert len(web.calls) == 1


@pytest.mark.parametrize(
    "link",
    ["https://evil.test/api", "http://acme.zendesk.com/x", "https://acme.zendesk.com:444/x", "ftp://x", "//e.test"],
)
def test_a_link_to_another_host_is_refused(time: SteadyTime, link: str) -> None:
    with pytest.raises(HelpdeskError):
        transport(time).wire.refuse_link(link)


def test_a_link_home_is_fine(time: SteadyTime) -> None:
    transport(time).wire.refuse_link(f"{HOST}:443/api/v2/things?page=2")
    transport(time).wire.refuse_link(None)


def test_a_reply_tells_when_it_was_asked_and_the_time_of_the_helpdesk(
    web: responses.RequestsMock, time: SteadyTime
) -> None:
    good = {**GOOD, "headers": {"Date": "Sun, 22 Nov 2026 09:00:30 GMT"}}
    found = read(web, time, {"status": 429, "headers": {"Retry-After": "7"}}, good)
    assert isinstance(found, Reply)
    assert found.asked_at == time.begun + timedelta(seconds=7)
    assert found.date == time.begun + timedelta(seconds=30)


NOBODY = HTTPConnection("acme.zendesk.com")
REFUSED = NewConnectionError(NOBODY, "refused")
NAMELESS = NameResolutionError("acme.zendesk.com", NOBODY, socket.gaierror("no such name"))


@pytest.mark.parametrize(
    ("attended", "reason", "said"),
    [
        (False, REFUSED, "no connection, 6 tries"),
        (True, REFUSED, "no connection, 2 tries"),
        (True, NAMELESS, "no host of that name, 2 tries"),
    ],
)
def test_a_host_that_nobody_reaches_is_given_up_sooner_while_a_person_waits(
    time: SteadyTime, web: responses.RequestsMock, *, attended: bool, reason: NewConnectionError, said: str
) -> None:
    web.get(f"{HOST}{ASK.path}", body=requests.ConnectionError(MaxRetryError(None, "/x", reason)))  # type: ignore[arg-type]
    with pytest.raises(HelpdeskBusyError) as raised:
        transport(time, attended=attended).read(ASK, whole)
    assert str(raised.value) == f"acme: cannot connect to https://acme.zendesk.com ({said}): check `url`."


def test_a_helpdesk_that_answers_busily_is_tried_as_often_while_a_person_waits(
    time: SteadyTime, web: responses.RequestsMock
) -> None:
    web.get(f"{HOST}{ASK.path}", status=503)
    with pytest.raises(HelpdeskBusyError, match="6 times in a row"):
        transport(time, attended=True).read(ASK, whole)
