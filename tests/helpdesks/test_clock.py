"""The clock, and the replacement of its first reading."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import responses

from connector.clock import open_clock

LOOPBACK = ("http://127.0.0.1:8080", "http://localhost", "http://[::1]:1")
URL = "http://127.0.0.1:8080/_sim/now"


@pytest.fixture
def web() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


def test_the_machines_clock_is_in_utc() -> None:
    clock = open_clock(None, ["https://acme.zendesk.com"])
    assert clock.now().utcoffset() == timedelta()


@pytest.mark.parametrize("text", ["2026-11-22T09:00:00Z", "2026-11-22T10:00:00+01:00", "2026-11-22T09:00:00"])
def test_an_iso_time_stands_still(text: str) -> None:
    assert open_clock(text, LOOPBACK).now() == datetime(2026, 11, 22, 9, tzinfo=UTC)


def test_a_url_is_asked_each_time(web: responses.RequestsMock) -> None:
    web.add("GET", URL, body="2026-11-22T09:00:00Z\n")
    web.add("GET", URL, body='"2026-11-23T09:00:00Z"')
    clock = open_clock(URL, LOOPBACK)
    assert [clock.now().day, clock.now().day] == [22, 23]


def test_seconds_run_on_whatever_the_time_is_said_to_be() -> None:
    clock = open_clock("2026-11-22T09:00:00Z", LOOPBACK)
    assert clock.monotonic() <= clock.monotonic()


@pytest.mark.parametrize("url", ["https://acme.zendesk.com", "http://127.0.0.1.evil.test", "no url"])
def test_time_is_replaced_for_this_machine_alone(url: str) -> None:
    with pytest.raises(ValueError, match="only for helpdesks on this machine"):
        open_clock("2026-11-22T09:00:00Z", [*LOOPBACK, url])


@pytest.mark.parametrize("text", ["tomorrow", "2026-13-01", "https://time.test/now"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="TOUCHCOST_NOW"):
        open_clock(text, LOOPBACK)


def test_a_url_that_answers_something_else_is_said(web: responses.RequestsMock) -> None:
    web.add("GET", URL, body="<html>")
    with pytest.raises(ValueError, match="TOUCHCOST_NOW"):
        open_clock(URL, LOOPBACK).now()


def test_a_url_that_does_not_answer_is_an_os_error(web: responses.RequestsMock) -> None:
    web.add("GET", URL, status=500)
    with pytest.raises(OSError, match="TOUCHCOST_NOW names does not answer"):
        open_clock(URL, LOOPBACK).now()
