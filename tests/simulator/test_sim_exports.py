"""The incremental exports with their oddities."""

from base64 import b64decode
from typing import Any

import pytest
from simulator_client import NOW, START, Client

from connector.simulator import Fault, Limits, Server, World, serve
from connector.simulator.clock import unix


def _everything(client: Client, path: str, key: str, next_key: str, **parameters: object) -> list[list[Any]]:
    pages = []
    answer = client.get(path, **parameters)
    while True:
        assert answer.status_code == 200, answer.text
        body = answer.json()
        pages.append(body[key])
        if body["end_of_stream"]:
            return pages
        answer = client.send("GET", body[next_key])


def test_the_newest_minute_is_not_shown(client: Client, world: World, requester: int) -> None:
    world.people.create_ticket(requester)
    path = {"start_time": START}
    assert client.get("incremental/tickets/cursor", **path).json()["tickets"] == []
    assert client.get("incremental/ticket_events", **path).json()["count"] == 0
    world.advance(seconds=60)
    assert len(client.get("incremental/tickets/cursor", **path).json()["tickets"]) == 1
    assert client.get("incremental/ticket_events", **path).json()["count"] == 1


@pytest.mark.parametrize("path", ["tickets/cursor", "ticket_events", "organizations"])
def test_a_start_within_the_last_minute_is_refused(client: Client, path: str) -> None:
    answer = client.get(f"incremental/{path}", start_time=unix(NOW) - 59)
    assert (answer.status_code, answer.json()["error"]) == (400, "StartTimeTooRecent")
    assert client.get(f"incremental/{path}", start_time=unix(NOW) - 60).status_code == 200


def test_tickets_come_once_each_in_the_order_of_their_last_change(
    client: Client, world: World, requester: int, agent: int
) -> None:
    numbers = []
    for _ in range(7):
        numbers.append(world.people.create_ticket(requester))
        world.advance(seconds=30)
    world.people.answer(numbers[0], agent)
    world.advance(seconds=90)
    pages = _everything(client, "incremental/tickets/cursor", "tickets", "after_url", start_time=START, per_page=3)
    assert [row["id"] for page in pages for row in page] == [*numbers[1:], numbers[0]]
    assert [len(page) for page in pages] == [3, 3, 1]


def test_a_helpdesk_may_give_smaller_pages_than_asked_for(client: Client, world: World, requester: int) -> None:
    world.settings.largest_page = 2
    for _ in range(3):
        world.people.create_ticket(requester)
        world.advance(seconds=30)
    world.advance(seconds=90)
    pages = _everything(client, "incremental/tickets/cursor", "tickets", "after_url", start_time=START, per_page=3)
    assert [len(page) for page in pages] == [2, 1]


def test_the_cursor_is_the_time_and_number_of_the_last_ticket(client: Client, world: World, requester: int) -> None:
    number = world.people.create_ticket(requester)
    world.advance(seconds=90)
    body = client.get("incremental/tickets/cursor", start_time=START).json()
    assert b64decode(body["after_cursor"]).decode() == f"{unix(NOW)}.0||{number}|"


def test_an_empty_page_gives_its_cursor_back_and_an_empty_first_page_none(
    client: Client, world: World, requester: int
) -> None:
    assert client.get("incremental/tickets/cursor", start_time=START).json()["after_cursor"] is None
    world.people.create_ticket(requester)
    world.advance(seconds=90)
    cursor = client.get("incremental/tickets/cursor", start_time=START).json()["after_cursor"]
    again = client.get("incremental/tickets/cursor", cursor=cursor).json()
    assert (again["tickets"], again["after_cursor"], again["end_of_stream"]) == ([], cursor, True)


def test_a_ticket_that_changes_while_paging_comes_again(
    client: Client, world: World, requester: int, agent: int
) -> None:
    first = world.people.create_ticket(requester)
    world.people.create_ticket(requester)
    world.advance(seconds=90)
    page = client.get("incremental/tickets/cursor", start_time=START, per_page=1).json()
    assert page["tickets"][0]["id"] == first
    world.people.answer(first, agent)
    world.advance(seconds=90)
    rest = client.send("GET", page["after_url"]).json()
    rest = client.send("GET", rest["after_url"]).json()
    assert [row["id"] for row in rest["tickets"]] == [first]


def test_a_system_change_moves_generated_timestamp_alone(client: Client, world: World, requester: int) -> None:
    number = world.people.create_ticket(requester)
    world.advance(days=1)
    world.people.change_silently(number)
    world.advance(seconds=90)
    row = client.get("incremental/tickets/cursor", start_time=unix(NOW) + 60).json()["tickets"][0]
    assert row["updated_at"] == "2026-11-22T09:00:00Z"
    assert row["generated_timestamp"] == unix(NOW) + 86_400


def test_deleted_and_scrubbed_tickets_stay_in_the_stream(client: Client, world: World, requester: int) -> None:
    deleted, scrubbed = world.people.create_ticket(requester), world.people.create_ticket(requester)
    world.people.delete(deleted)
    world.people.scrub(scrubbed)
    world.advance(seconds=90)
    rows = client.get("incremental/tickets/cursor", start_time=START).json()["tickets"]
    assert [row["status"] for row in rows] == ["deleted", "deleted"]
    assert rows[1]["subject"] == "SCRUBBED"
    assert client.get(f"tickets/{deleted}").status_code == 404
    without = client.get("incremental/tickets/cursor", start_time=START, exclude_deleted="true").json()
    assert without["tickets"] == []


def test_a_merged_ticket_is_closed_tagged_and_both_have_a_private_comment(
    client: Client, world: World, requester: int, agent: int
) -> None:
    source, target = world.people.create_ticket(requester), world.people.create_ticket(requester)
    world.people.merge(source, target, agent)
    ticket = client.get(f"tickets/{source}").json()["ticket"]
    assert (ticket["status"], ticket["tags"]) == ("closed", ["closed_by_merge"])
    for number in (source, target):
        assert client.get(f"tickets/{number}/comments").json()["comments"][-1]["public"] is False
    assert {mail.audience for mail in world.mails} == {"customer"}
    assert len(world.mails) == 2  # Those of the two received requests.


def test_rows_of_one_second_come_together_beyond_the_page_size(client: Client, world: World, requester: int) -> None:
    for _ in range(7):
        world.people.create_ticket(requester)
    world.advance(seconds=90)
    body = client.get("incremental/ticket_events", start_time=START, per_page=1).json()
    assert (body["count"], body["end_time"], body["end_of_stream"]) == (7, unix(NOW) + 1, True)


def test_a_full_page_that_ends_inside_a_second_is_asked_for_again(client: Client, world: World, requester: int) -> None:
    for _ in range(1001):
        world.people.create_ticket(requester)
    world.advance(seconds=90)
    body = client.get("incremental/ticket_events", start_time=START).json()
    assert (body["count"], body["end_time"], body["end_of_stream"]) == (1000, unix(NOW), False)
    again = client.send("GET", body["next_page"]).json()
    assert again["ticket_events"] == body["ticket_events"]


def test_comments_are_whole_only_with_the_side_load(client: Client, world: World, requester: int) -> None:
    world.people.create_ticket(requester)
    world.advance(seconds=90)
    slim = client.get("incremental/ticket_events", start_time=START).json()["ticket_events"][0]
    whole = client.get("incremental/ticket_events", start_time=START, include="comment_events").json()
    slim_comment, whole_comment = slim["child_events"][-1], whole["ticket_events"][0]["child_events"][-1]
    assert (slim_comment["comment_present"], slim_comment["comment_public"]) == (True, True)
    assert "body" not in slim_comment
    assert whole_comment["body"] == "A question."


def test_events_name_each_changed_field_and_the_timers_total(
    client: Client, world: World, requester: int, agent: int
) -> None:
    number = world.people.create_ticket(requester)
    world.advance(seconds=10)
    world.people.answer(number, agent, status="pending", seconds=120)
    world.advance(seconds=90)
    event = client.get("incremental/ticket_events", start_time=unix(NOW) + 5).json()["ticket_events"][0]
    changes = {key: value for child in event["child_events"] for key, value in child.items()}
    assert (event["updater_id"], changes["status"], changes["assignee_id"]) == (agent, "pending", agent)
    totals = [child["custom_ticket_fields"] for child in event["child_events"] if "custom_ticket_fields" in child]
    assert {str(world.fields.total): "120"} in totals


def test_equal_times_leave_no_change_of_the_last_update_field(
    client: Client, world: World, requester: int, agent: int
) -> None:
    number = world.people.create_ticket(requester)
    world.people.answer(number, agent, seconds=60)
    world.people.answer(number, agent, seconds=60)
    event = client.get(f"tickets/{number}/audits").json()["audits"][-1]
    changed = [row["field_name"] for row in event["events"] if row["type"] == "Change"]
    assert changed == [str(world.fields.total)]


def test_the_system_updates_as_minus_one(client: Client, world: World, requester: int, agent: int) -> None:
    number = world.people.create_ticket(requester)
    world.people.solve(number, agent)
    world.advance(days=5)
    events = client.get("incremental/ticket_events", start_time=START).json()["ticket_events"]
    assert (events[-1]["updater_id"], events[-1]["child_events"][0]["status"]) == (-1, "closed")


def test_rows_may_become_visible_late(client: Client, world: World, requester: int) -> None:
    number = world.people.create_ticket(requester)
    world.people.show_late(number, 600)
    world.advance(seconds=300)
    assert client.get("incremental/ticket_events", start_time=START).json()["count"] == 0
    world.advance(seconds=300)
    assert client.get("incremental/ticket_events", start_time=START).json()["count"] == 1
    assert len(client.get("incremental/tickets/cursor", start_time=START).json()["tickets"]) == 1


def test_deleted_organisations_come_once_more_with_deleted_at(
    client: Client, world: World, acme: int, requester: int
) -> None:
    number = world.people.create_ticket(requester)
    world.people.delete_organization(acme)
    world.advance(seconds=90)
    rows = client.get("incremental/organizations", start_time=START).json()["organizations"]
    assert [row["deleted_at"] for row in rows] == ["2026-11-22T09:00:00Z"]
    assert client.get(f"tickets/{number}").json()["ticket"]["organization_id"] is None


def test_side_loaded_users_are_those_of_the_page(client: Client, world: World, requester: int) -> None:
    world.people.create_ticket(requester)
    world.people.add_customer()
    world.advance(seconds=90)
    body = client.get("incremental/tickets/cursor", start_time=START, include="users").json()
    assert [row["id"] for row in body["users"]] == [requester]


def test_the_eleventh_export_in_a_minute_is_429_with_retry_after() -> None:
    running = [0.0]
    world = World.empty(now=NOW, limits=Limits(monotonic=lambda: running[0]))
    with serve(world) as server:
        client = Client(server)
        answers = [client.get("incremental/ticket_events", start_time=START) for _ in range(11)]
        assert [answer.status_code for answer in answers] == [200] * 10 + [429]
        assert answers[-1].headers["Retry-After"] == "6"
        assert answers[0].headers["zendesk-ratelimit-incremental-exports"] == "total=10; remaining=9; resets=6"
        assert answers[0].headers["X-Rate-Limit"] == "700"
        running[0] = 6.0
        assert client.get("incremental/ticket_events", start_time=START).status_code == 200
        client.session.close()


def test_hostile_values_go_out_as_they_are(client: Client, world: World, requester: int) -> None:
    number = world.people.create_ticket(requester)
    client.control("patches", {"kind": "ticket", "id": number, "values": {"subject": "\ud800\u0000", "status": 7}})
    world.advance(seconds=90)
    row = client.get("incremental/tickets/cursor", start_time=START).json()["tickets"][0]
    assert (row["subject"], row["status"]) == ("\ud800\u0000", 7)


def test_a_page_can_be_the_same_for_ever(client: Client, world: World, requester: int) -> None:
    world.people.create_ticket(requester)
    world.advance(seconds=90)
    world.faults.put(Fault(endpoint="ticket_events", kind="loop", times=None))
    body = client.get("incremental/ticket_events", start_time=START).json()
    assert (body["end_of_stream"], body["end_time"]) == (False, START)
    assert client.send("GET", body["next_page"]).json() == body


def test_a_server_can_be_closed_and_opened_again(world: World) -> None:
    for _ in range(2):
        with serve(world) as server:
            assert isinstance(server, Server)
