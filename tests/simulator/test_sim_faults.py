"""Faults on request, the clock, people by HTTP, and the log of requests."""

from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest
import requests
from simulator_client import NOW, START, Client

from connector.simulator import Fault, World
from connector.simulator.clock import Clock


@pytest.mark.parametrize("kind", ["401", "403", "409", "429", "500", "502", "503"])
def test_a_status_strikes_once_and_names_an_error(client: Client, world: World, kind: str) -> None:
    world.faults.put(Fault(endpoint="groups", kind=kind))  # type: ignore[arg-type]
    answer = client.get("groups")
    assert (answer.status_code, "error" in answer.json()) == (int(kind), True)
    assert "Retry-After" not in answer.headers
    assert client.get("groups").status_code == 200


def test_a_fault_strikes_on_the_call_it_was_queued_for(client: Client, world: World) -> None:
    world.faults.put(Fault(endpoint="groups", kind="500", after=2, times=2))
    assert client.get("users/me").status_code == 200
    assert [client.get("groups").status_code for _ in range(4)] == [200, 500, 500, 200]


def test_a_fault_can_be_for_good_and_forgotten(client: Client, world: World) -> None:
    world.faults.put(Fault(endpoint="*", kind="401", times=None))
    assert {client.get(path).status_code for path in ("groups", "users", "users/me")} == {401}
    assert client.sign_in().status_code == 401
    requests.delete(f"{client.server.url}/_sim/faults", timeout=10)
    assert client.get("groups").status_code == 200


def test_retry_after_comes_in_seconds_or_as_a_date(client: Client, world: World) -> None:
    world.faults.put(Fault(endpoint="groups", kind="503", retry_after=7))
    world.faults.put(Fault(endpoint="groups", kind="429", retry_after=90, date=True))
    assert client.get("groups").headers["Retry-After"] == "7"
    moment = parsedate_to_datetime(client.get("groups").headers["Retry-After"])
    assert moment == NOW + timedelta(seconds=90)


@pytest.mark.parametrize(("kind", "status"), [("504", 504), ("html", 200)])
def test_html_comes_instead_of_json(client: Client, world: World, kind: str, status: int) -> None:
    world.faults.put(Fault(endpoint="groups", kind=kind))  # type: ignore[arg-type]
    answer = client.get("groups")
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "text/html; charset=utf-8")


def test_a_body_can_be_shorter_than_it_says(client: Client, world: World) -> None:
    world.faults.put(Fault(endpoint="groups", kind="truncated"))
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        client.get("groups")
    assert client.get("groups").status_code == 200


def test_a_connection_can_be_cut_before_anything_is_done(client: Client, world: World, acme: int) -> None:
    world.faults.put(Fault(endpoint="tags", kind="cut"))
    with pytest.raises(requests.exceptions.ConnectionError):
        client.send("PUT", f"organizations/{acme}/tags", json={"tags": ["a"]})
    assert world.organizations[acme].tags == ()


def test_a_redirect_and_a_next_link_can_point_elsewhere(client: Client, world: World, requester: int) -> None:
    world.people.create_ticket(requester)
    world.advance(seconds=90)
    world.faults.put(Fault(endpoint="groups", kind="redirect", target="http://127.0.0.9:1"))
    world.faults.put(Fault(endpoint="tickets_cursor", kind="foreign_next", target="http://127.0.0.9:1"))
    assert client.get("groups").headers["Location"].startswith("http://127.0.0.9:1/api/v2/groups")
    body = client.get("incremental/tickets/cursor", start_time=START).json()
    assert body["after_url"].startswith("http://127.0.0.9:1/api/v2/incremental")


def test_only_large_pages_may_be_struck(client: Client, world: World) -> None:
    world.faults.put(Fault(endpoint="ticket_events", kind="504", over=250, times=None))
    path = "incremental/ticket_events"
    statuses = [client.get(path, start_time=START, per_page=size).status_code for size in (1000, 500, 250)]
    assert statuses == [504, 504, 200]


def test_only_calls_of_one_method_may_be_struck(client: Client, world: World, acme: int) -> None:
    world.faults.put(Fault(endpoint="tags", kind="500", method="PUT"))
    path = f"organizations/{acme}/tags"
    assert client.get(path).status_code == 200
    assert client.send("PUT", path, json={"tags": ["a"]}).status_code == 500
    assert client.send("PUT", path, json={"tags": ["a"]}).status_code == 200


def test_an_answer_can_be_over_32_megabytes(client: Client, world: World) -> None:
    world.faults.put(Fault(endpoint="groups", kind="huge"))
    answer = client.get("groups")
    assert len(answer.content) > 32 * 1024 * 1024
    assert answer.json()["groups"] == []


def test_a_wrong_fault_is_refused(client: Client) -> None:
    url = f"{client.server.url}/_sim/faults"
    for wrong in ({"endpoint": "groups", "kind": "418"}, {"kind": "500"}, {"endpoint": "a", "kind": "500", "x": 1}):
        assert requests.post(url, json=wrong, timeout=10).status_code == 400


def test_the_clock_is_told_set_and_advanced_by_http(client: Client, world: World) -> None:
    assert client.control("clock", {"set": "2026-12-01T00:00:00Z"})["now"] == "2026-12-01T00:00:00Z"
    assert client.control("clock", {"advance": 86_400})["now"] == "2026-12-02T00:00:00Z"
    told = requests.get(f"{client.server.url}/_sim/now", timeout=10)
    assert (told.text, told.headers["Content-Type"]) == ("2026-12-02T00:00:00Z", "text/plain; charset=utf-8")
    assert parsedate_to_datetime(client.get("groups").headers["Date"]) == world.now()
    assert client.control("clock", {"run": True})["running"] is True
    assert client.control("clock", {"run": False})["running"] is False


def test_a_running_clock_moves_with_real_time() -> None:
    running = [100.0]
    clock = Clock(NOW, lambda: running[0])
    clock.run()
    running[0] = 105.5
    assert clock.now() == NOW + timedelta(seconds=5)
    clock.stop()
    running[0] = 200.0
    assert clock.now() == NOW + timedelta(seconds=5)


def test_people_act_by_http(client: Client, world: World, requester: int, agent: int) -> None:
    made = client.control("people", {"act": "create_ticket", "requester_id": requester})["made"]
    client.control("people", {"act": "answer", "ticket_id": made, "agent_id": agent, "status": "solved"})
    assert world.tickets[made].status == "solved"
    wrong = requests.post(f"{client.server.url}/_sim/people", json={"act": "fly"}, timeout=10)
    assert wrong.status_code == 400


def test_requests_are_logged_with_endpoint_and_status(client: Client, world: World, acme: int) -> None:
    client.get("groups")
    client.send("PUT", f"organizations/{acme}/tags", json={"tags": ["a"]})
    lines = [(call.method, call.endpoint, call.status, call.is_write) for call in world.calls]
    assert lines == [
        ("POST", "token", 200, False),
        ("GET", "groups", 200, False),
        ("PUT", "tags", 200, True),
    ]
    answer = requests.get(f"{client.server.url}/_sim/requests", timeout=10).json()
    assert (len(answer["requests"]), answer["writes"]) == (3, 1)


def test_writes_are_counted_by_the_cycle_they_fell_into(client: Client, world: World, acme: int) -> None:
    for tag in ("a", "b"):
        client.get("incremental/organizations", start_time=START)
        client.get("users")
        client.get("incremental/ticket_events", start_time=START)
        client.send("PUT", f"organizations/{acme}/tags", json={"tags": [tag]})
    assert [(line.cycle, line.text) for line in world.written] == [(1, "added a"), (2, "added b")]


def test_one_connection_serves_many_calls(client: Client) -> None:
    assert client.get("groups").headers.get("Connection") is None
    assert client.get("groups").status_code == 200
