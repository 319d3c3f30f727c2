"""Signing in: OAuth clients, bearer tokens, API tokens; and that no secret shows anywhere."""

import base64
import json
import traceback
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
import requests
import responses
from canary import CANARY
from zendesk_account import HOST, OAUTH, TICKETS, TOKEN, settings, tickets, walk

from connector.helpdesk import HelpdeskBusyError, HelpdeskError, Stream
from connector.helpdesks.zendesk.helpdesk import Zendesk, open_zendesk
from connector.settings import Secret, WritePolicy, WriteSettings
from connector.testing.steady_time import SteadyTime

MINT = f"{HOST}/oauth/tokens"
ME = f"{HOST}/api/v2/users/me"
API_TOKEN = {"email": "admin@acme.test", "api_token": Secret(reference=f"env:{CANARY}", place="c.yaml:1:1")}


@pytest.fixture
def time() -> SteadyTime:
    return SteadyTime()


@pytest.fixture
def web() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def minted(number: int, expires_in: int | None = 7200) -> dict[str, Any]:
    """The answer of the token endpoint."""
    return {
        "access_token": f"minted-{number}",
        "refresh_token": None,
        "token_type": "bearer",
        "scope": "read",
        "expires_in": expires_in,
        "refresh_token_expires_in": None,
    }


def client(time: SteadyTime, **changed: object) -> Zendesk:
    return open_zendesk(settings(auth=OAUTH, **changed), time.outside())


def pull(zendesk: Zendesk) -> None:
    list(zendesk.pull(walk(Stream.TICKETS)))


def signed(web: responses.RequestsMock) -> list[str | None]:
    return [call.request.headers.get("Authorization") for call in web.calls]


def test_a_client_asks_for_a_token_once_and_signs_every_request_with_it(
    web: responses.RequestsMock, time: SteadyTime
) -> None:
    web.add("POST", MINT, json=minted(1))
    web.add("GET", TICKETS, json=tickets())
    zendesk = client(time)
    pull(zendesk)
    pull(zendesk)
    assert signed(web) == [None, "Bearer minted-1", "Bearer minted-1"]
    assert json.loads(web.calls[0].request.body or b"") == {
        "grant_type": "client_credentials",
        "client_id": "touchcost",
        "client_secret": CANARY,
        "scope": "read",
    }


def test_a_client_that_is_to_write_asks_for_the_right_to(web: responses.RequestsMock, time: SteadyTime) -> None:
    web.add("POST", MINT, json=minted(1))
    web.add("GET", TICKETS, json=tickets())
    pull(client(time, write=WriteSettings(policy=WritePolicy.SYNC)))
    assert json.loads(web.calls[0].request.body or b"")["scope"] == "read write"


@pytest.mark.parametrize(("expires_in", "lasts"), [(7200, 7140), (300, 240), (100, 50)])
def test_a_token_is_renewed_before_it_expires(
    web: responses.RequestsMock, time: SteadyTime, expires_in: int, lasts: int
) -> None:
    web.add("POST", MINT, json=minted(1, expires_in))
    web.add("POST", MINT, json=minted(2, expires_in))
    web.add("GET", TICKETS, json=tickets())
    zendesk = client(time)
    pull(zendesk)
    time.passed = lasts - 1
    pull(zendesk)
    time.passed = lasts
    pull(zendesk)
    assert signed(web) == [None, "Bearer minted-1", "Bearer minted-1", None, "Bearer minted-2"]


def test_a_token_that_does_not_expire_is_kept(web: responses.RequestsMock, time: SteadyTime) -> None:
    web.add("POST", MINT, json=minted(1, None))
    web.add("GET", TICKETS, json=tickets())
    zendesk = client(time)
    pull(zendesk)
    time.passed = 1e7
    pull(zendesk)
    assert signed(web).count(None) == 1


def test_a_401_in_mid_run_asks_for_another_token_once(web: responses.RequestsMock, time: SteadyTime) -> None:
    web.add("POST", MINT, json=minted(1))
    web.add("POST", MINT, json=minted(2))
    web.add("GET", TICKETS, status=401, json={"error": "invalid_token"})
    web.add("GET", TICKETS, json=tickets())
    pull(client(time))
    assert signed(web) == [None, "Bearer minted-1", None, "Bearer minted-2"]


def test_a_client_that_is_refused_stops_the_helpdesk_with_what_to_check(
    web: responses.RequestsMock, time: SteadyTime
) -> None:
    sentence = "Client authentication failed due to unknown client."
    web.add("POST", MINT, status=400, json={"error": "invalid_client", "error_description": sentence})
    with pytest.raises(HelpdeskError, match=f"invalid_client: {sentence}.*Check client_id") as stopped:
        pull(client(time))
    assert not isinstance(stopped.value, HelpdeskBusyError)


def test_a_wrong_secret_stops_the_helpdesk(web: responses.RequestsMock, time: SteadyTime) -> None:
    web.add("POST", MINT, status=401, json={"error": "invalid_client"})
    with pytest.raises(HelpdeskError, match="credentials") as stopped:
        pull(client(time))
    assert not isinstance(stopped.value, HelpdeskBusyError)


def test_the_token_endpoint_is_asked_again_like_any_read(web: responses.RequestsMock, time: SteadyTime) -> None:
    web.add("POST", MINT, status=503, headers={"Retry-After": "7"})
    web.add("POST", MINT, json=minted(1))
    web.add("GET", TICKETS, json=tickets())
    pull(client(time))
    assert time.waits == [7]


@pytest.mark.parametrize("answer", [{}, {"access_token": 5}, {"access_token": "a\nb"}, {"access_token": ""}, []])
def test_what_is_no_token_is_not_taken_for_one(web: responses.RequestsMock, time: SteadyTime, answer: object) -> None:
    web.add("POST", MINT, json=answer)
    with pytest.raises(HelpdeskBusyError):
        pull(client(time))


def test_a_bearer_token_signs_as_it_is(web: responses.RequestsMock, time: SteadyTime) -> None:
    web.add("GET", TICKETS, json=tickets())
    pull(open_zendesk(settings(auth=TOKEN), time.outside()))
    assert signed(web) == [f"Bearer {CANARY}"]


def test_an_api_token_signs_with_its_address(web: responses.RequestsMock, time: SteadyTime) -> None:
    web.add("GET", TICKETS, json=tickets())
    pull(open_zendesk(settings(auth=API_TOKEN), time.outside()))
    (header,) = signed(web)
    assert base64.b64decode((header or "").removeprefix("Basic ")) == f"admin@acme.test/token:{CANARY}".encode()


def test_an_anonymous_visitor_is_nobody_although_zendesk_answers_200(
    web: responses.RequestsMock, time: SteadyTime
) -> None:
    web.add("GET", ME, json={"user": {"id": None, "name": "Anonymous user", "email": "invalid@example.com"}})
    with pytest.raises(HelpdeskError, match=r"anonymous visitor.*Check `auth`"):
        open_zendesk(settings(), time.outside()).identify()


def test_who_we_are_is_a_role_and_a_number(web: responses.RequestsMock, time: SteadyTime) -> None:
    web.add("GET", ME, json={"user": {"id": 7, "role": "admin", "name": "x", "email": "x@acme.test"}})
    zendesk = open_zendesk(settings(), time.outside())
    found = zendesk.identify()
    assert (found.kind, found.host, found.account, found.user) == ("zendesk", "acme.zendesk.com", "acme", "admin 7")
    assert found.account_page == f"{HOST}/agent/organizations/{{id}}"
    zendesk.identify()
    assert len(web.calls) == 1


@pytest.mark.parametrize(
    "url", ["http://acme.zendesk.com", "acme.zendesk.com", f"https://me:{CANARY}@acme.test", "x://"]
)
def test_a_url_that_would_show_the_credential_is_refused(time: SteadyTime, url: str) -> None:
    with pytest.raises(HelpdeskError, match="`url`") as refused:
        open_zendesk(settings(url=url), time.outside())
    assert CANARY not in str(refused.value)


FAILURES: dict[str, dict[str, Any]] = {
    "401": {"status": 401, "json": {"error": f"invalid_token {CANARY}"}},
    "403": {"status": 403, "json": {"error": {"title": "Forbidden", "message": f"the token {CANARY} may not"}}},
    "422": {"status": 422, "json": {"error": "X", "description": f"Bearer {CANARY}"}},
    "500": {"status": 500, "body": CANARY},
    "redirect": {"status": 302, "headers": {"Location": f"https://evil.test/?token={CANARY}"}},
    "foreign link": {"json": tickets(after_url=f"https://{CANARY}:x@evil.test/")},
    "cut": {"body": requests.ConnectionError(f"while sending {CANARY}")},
    "no page": {"body": CANARY},
    "a wait": {"status": 429, "headers": {"Retry-After": "9999"}, "body": CANARY},
}


@pytest.mark.parametrize("auth", [OAUTH, TOKEN, API_TOKEN], ids=["client", "token", "api token"])
@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
def test_no_failure_shows_a_secret(
    web: responses.RequestsMock, time: SteadyTime, auth: Mapping[str, Secret | str], failure: dict[str, Any]
) -> None:
    web.add("POST", MINT, json={**minted(1), "access_token": f"minted-{CANARY}"})
    web.add("GET", TICKETS, **failure)
    zendesk = open_zendesk(settings(auth=auth), time.outside())
    with pytest.raises(HelpdeskError) as raised:
        pull(zendesk)
    shown = "".join(traceback.format_exception(raised.value)) + repr(raised.value) + repr(zendesk) + repr(time.lines)
    assert CANARY not in shown
    assert base64.b64encode(f"admin@acme.test/token:{CANARY}".encode()).decode() not in shown


def test_a_failing_token_endpoint_shows_no_secret(web: responses.RequestsMock, time: SteadyTime) -> None:
    web.add("POST", MINT, status=400, json={"error": "invalid_client", "error_description": f"{CANARY} is wrong"})
    with pytest.raises(HelpdeskError) as raised:
        pull(client(time))
    assert CANARY not in "".join(traceback.format_exception(raised.value))


@pytest.mark.parametrize("text", [f"{CANARY}\nX-Evil: 1", f"{CANARY} ", "", f"{CANARY}\u00e9"])
def test_a_secret_that_no_header_can_hold_is_refused_without_being_shown(time: SteadyTime, text: str) -> None:
    auth = {"token": Secret(reference=f"env:{text}", place="c.yaml:1:1")}
    with pytest.raises(HelpdeskError, match=r"auth\.token") as raised:
        pull(open_zendesk(settings(auth=auth), time.outside()))
    assert CANARY not in "".join(traceback.format_exception(raised.value))


def test_the_wait_that_was_asked_for_is_handed_on(web: responses.RequestsMock, time: SteadyTime) -> None:
    web.add("GET", TICKETS, status=429, headers={"Retry-After": "9999"})
    with pytest.raises(HelpdeskBusyError) as busy:
        pull(open_zendesk(settings(), time.outside()))
    assert busy.value.wait == timedelta(seconds=9999)
