"""Hostile rows: read where possible, else counted and set aside; the page always goes on."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import responses
from zendesk_account import (
    EVENTS,
    ORGANIZATIONS,
    TICKETS,
    comment,
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

from connector.helpdesk import HelpdeskBusyError, Page, Stream
from connector.helpdesks.zendesk.helpdesk import open_zendesk
from connector.http.salvage import tear
from connector.testing.steady_time import SteadyTime

PLACE = '"here"'
DEEP = "[" * 100_000 + "]" * 100_000
UNREAD_BUT_HARMLESS = {
    "a subject of 1 MB": '"' + "x" * 1_000_000 + '"',
    "control characters": '"a\x01\x02\x1f\n\tb"',
    "escaped control characters": '"a\\u0001\\u001fb"',
    "a lone high surrogate": '"\\ud800"',
    "a lone low surrogate": '"a\\udc00b"',
    "NUL": '"a\\u0000b"',
    "right to left": '"\\u202eabc\\u202c مرحبا"',
    "brackets and quotes": '"]}],[{\\"id\\":1,\\\\"',
    "nested a little": "[" * 50 + "]" * 50,
    "a huge number": "9" * 4000,
    "not a number": "NaN",
    "another type": '{"a": [1]}',
}


@pytest.fixture
def web() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def pull(web: responses.RequestsMock, stream: Stream, body: str | bytes) -> Page:
    url = {Stream.TICKETS: TICKETS, Stream.EVENTS: EVENTS, Stream.ACCOUNTS: ORGANIZATIONS}[stream]
    web.add("GET", url, body=body, content_type="application/json")
    (page,) = open_zendesk(settings(), SteadyTime().outside()).pull(walk(stream))
    return page


def with_raw(page: dict[str, Any], raw: str) -> str:
    """The page with `raw` in the place of the text `here`."""
    return json.dumps(page).replace(PLACE, raw)


@pytest.mark.parametrize("raw", UNREAD_BUT_HARMLESS.values(), ids=UNREAD_BUT_HARMLESS)
def test_what_stands_in_a_text_that_nobody_reads_costs_no_ticket(web: responses.RequestsMock, raw: str) -> None:
    page = pull(web, Stream.TICKETS, with_raw(tickets(ticket(1), ticket(2, description="here"), ticket(3)), raw))
    assert [row.id for row in page.tickets] == [1, 2, 3]
    assert page.rejected == ()


def test_broken_utf_8_costs_no_ticket(web: responses.RequestsMock) -> None:
    body = json.dumps(tickets(ticket(1), ticket(2, subject="here"))).encode()
    page = pull(web, Stream.TICKETS, body.replace(b"here", b"\xff\xfe\xc0"))
    assert [row.id for row in page.tickets] == [1, 2]


def test_a_row_nested_too_deep_is_set_aside_by_its_id_and_the_others_go_on(web: responses.RequestsMock) -> None:
    page = pull(web, Stream.TICKETS, with_raw(tickets(ticket(1), ticket(2, subject="here"), ticket(3)), DEEP))
    assert [row.id for row in page.tickets] == [1, 3]
    assert [(row.row, row.problem) for row in page.rejected] == [("2", "not JSON, or nested too deep")]


WRONG: list[tuple[str, object, str]] = [
    ("id", "x", "row 2 of the page"),
    ("id", None, "row 2 of the page"),
    ("id", 2**70, "row 2 of the page"),
    ("id", -2, "-2"),
    ("requester_id", {"id": 1}, "2"),
    ("requester_id", 2**70, "2"),
    ("organization_id", "secret text", "2"),
    ("organization_id", -1, "2"),
    ("created_at", 5, "2"),
    ("created_at", "secret text", "2"),
    ("created_at", None, "2"),
    ("generated_timestamp", "secret text", "2"),
    ("generated_timestamp", 10**18, "2"),
    ("generated_timestamp", None, "2"),
    ("status", "secret text", "2"),
    ("status", None, "2"),
    ("tags", "secret text", "2"),
    ("tags", [1], "2"),
    ("tags", None, "2"),
    ("via", "secret text", "2"),
    ("external_id", 5, "2"),
]


@pytest.mark.parametrize(("key", "value", "name"), WRONG)
def test_a_wrong_type_in_a_field_that_is_read_sets_the_row_aside_without_its_text(
    web: responses.RequestsMock, key: str, value: object, name: str
) -> None:
    page = pull(web, Stream.TICKETS, json.dumps(tickets(ticket(1), ticket(2, **{key: value}), ticket(3))))
    assert [row.id for row in page.tickets] == [1, 3]
    (rejected,) = page.rejected
    assert (rejected.stream, rejected.row) == (Stream.TICKETS, name)
    assert rejected.problem
    assert "secret" not in rejected.problem


def test_a_number_that_no_parser_takes_is_set_aside_with_its_row(web: responses.RequestsMock) -> None:
    page = pull(web, Stream.TICKETS, with_raw(tickets(ticket(1), ticket(2, subject="here")), "9" * 5000))
    assert [row.id for row in page.tickets] == [1]
    assert [row.row for row in page.rejected] == ["2"]


@pytest.mark.parametrize("cursor", ["\ud800", "a\nb", "x" * 5000, 5])
def test_a_cursor_that_no_url_can_hold_is_no_cursor(web: responses.RequestsMock, cursor: object) -> None:
    with pytest.raises(HelpdeskBusyError, match="not whole JSON"):
        pull(web, Stream.TICKETS, json.dumps({**tickets(ticket(1), end=False), "after_cursor": cursor}))


@pytest.mark.parametrize("row", [None, 5, "x", [], [[]], {}, True])
def test_what_is_no_row_is_set_aside(web: responses.RequestsMock, row: object) -> None:
    page = pull(web, Stream.TICKETS, json.dumps(tickets(ticket(1), row, ticket(3))))
    assert [row.id for row in page.tickets] == [1, 3]
    assert [row.row for row in page.rejected] == ["row 2 of the page"]


def test_a_tag_that_no_text_can_hold_is_left_out(web: responses.RequestsMock) -> None:
    page = pull(web, Stream.TICKETS, json.dumps(tickets(ticket(1, tags=["\ud800", "fine"]), ticket(2))))
    assert [(row.id, row.tags) for row in page.tickets] == [(1, ("fine",)), (2, ("import_problem",))]


@pytest.mark.parametrize(
    "changed",
    [
        {"ticket_id": "x"},
        {"ticket_id": None},
        {"timestamp": "x"},
        {"timestamp": -5},
        {"updater_id": "x"},
        {"child_events": None},
        {"child_events": [5]},
        {"id": [1]},
    ],
)
def test_an_event_with_a_wrong_type_is_set_aside(web: responses.RequestsMock, changed: dict[str, object]) -> None:
    page = pull(web, Stream.EVENTS, json.dumps(events(event(1), event(2, **changed), event(3))))
    assert [row.id for row in page.events] == [1, 3]
    assert len(page.rejected) == 1


def test_odd_children_of_an_event_count_as_not_there(web: responses.RequestsMock) -> None:
    odd = [
        {"status": 5},
        {"status": "unheard_of"},
        {"custom_ticket_fields": ["x"]},
        {"added_tags": "closed_by_merge"},
        {"comment_present": "yes", "event_type": "Change"},
        {"via": {"channel": "x"}},
    ]
    page = pull(web, Stream.EVENTS, json.dumps(events(event(1, *odd, comment(public=True), via={"channel": "web"}))))
    (row,) = page.events
    assert (row.status, row.timer, row.merge, row.comment) == (None, None, False, "public")


@pytest.mark.parametrize(
    "changed",
    [
        {"name": None},
        {"name": ["x"]},
        {"id": "x"},
        {"created_at": "x"},
        {"domain_names": "x"},
        {"organization_fields": 5},
    ],
)
def test_an_organisation_with_a_wrong_type_is_set_aside(
    web: responses.RequestsMock, changed: dict[str, object]
) -> None:
    rows = organization(1), organization(2, **changed), organization(3)
    page = pull(web, Stream.ACCOUNTS, json.dumps(organizations(*rows)))
    assert [row.id for row in page.accounts] == ["1", "3"]
    assert len(page.rejected) == 1


@pytest.mark.parametrize("raw", UNREAD_BUT_HARMLESS.values(), ids=UNREAD_BUT_HARMLESS)
def test_a_hostile_field_of_an_organisation_stays_short_and_clean(web: responses.RequestsMock, raw: str) -> None:
    page = pull(web, Stream.ACCOUNTS, with_raw(organizations(organization(1, organization_fields={"x": "here"})), raw))
    text = page.accounts[0].field("x") or ""
    assert len(text) <= 1000
    assert text.isprintable()


def test_people_beside_the_tickets_cannot_stop_them(web: responses.RequestsMock) -> None:
    users = [{"id": "x", "email": 5}, {"id": 1_900_000_000_001, "email": "here"}]
    web.add(
        "GET", TICKETS, body=with_raw(tickets(ticket(1), users=users), '"\\ud800"'), content_type="application/json"
    )
    (page,) = open_zendesk(with_domains(), SteadyTime().outside()).pull(walk(Stream.TICKETS))
    assert [(row.id, row.domain) for row in page.tickets] == [(1, None)]


@pytest.mark.parametrize(
    "body",
    ["", "{", "[]", "null", "5", '"x"', "{}", '{"tickets": 5}', '{"tickets": [}', json.dumps(tickets(ticket(1)))[:-1]],
)
def test_a_page_that_is_no_page_is_asked_for_again_and_ends_as_busy(web: responses.RequestsMock, body: str) -> None:
    with pytest.raises(HelpdeskBusyError, match="not whole JSON"):
        pull(web, Stream.TICKETS, body)
    assert len(web.calls) == 6


@pytest.mark.parametrize("end_time", ["soon", -1, 10**18, [1]])
def test_a_wrong_type_around_the_rows_is_no_page(web: responses.RequestsMock, end_time: object) -> None:
    with pytest.raises(HelpdeskBusyError, match="not whole JSON"):
        pull(web, Stream.EVENTS, json.dumps({**events(event(1)), "end_time": end_time}))


def test_a_page_is_torn_at_its_rows_alone() -> None:
    body = b'{"a": [1, {"tickets": [0]}], "tickets": [ {"b": "],["}, [2, 3] , 4 ], "z": "tickets"}'
    frame, rows = tear(body, "tickets")
    assert json.loads(frame) == {"a": [1, {"tickets": [0]}], "tickets": [], "z": "tickets"}
    assert rows == [b'{"b": "],["}', b"[2, 3]", b"4"]


@pytest.mark.parametrize("body", [b'{"tickets": [{"a": 1}', b'{"tickets": [1]', b'{"other": [1]}', b"", b"[[1]]"])
def test_a_page_that_is_not_whole_is_not_torn(body: bytes) -> None:
    with pytest.raises(ValueError, match="the page"):
        tear(body, "tickets")
