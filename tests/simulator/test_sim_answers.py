"""Ticket fields and macros that an administrator makes, and agents who answer by them."""

import pytest
import requests
from simulator_client import Client

from connector.simulator import World


def _ticket(client: Client) -> int:
    asked = {"ticket": {"subject": "For review: Acme", "comment": {"body": "For review.", "public": False}}}
    return int(client.send("POST", "tickets", json=asked).json()["ticket"]["id"])


def _field(client: Client, title: str = "care_answer") -> int:
    made = client.send("POST", "ticket_fields", json={"ticket_field": {"type": "text", "title": title}})
    assert made.status_code == 201, made.text
    return int(made.json()["ticket_field"]["id"])


def _macro(client: Client, field: int, value: str) -> None:
    asked = {"title": "Review: snooze", "actions": [{"field": f"custom_fields_{field}", "value": value}]}
    assert client.send("POST", "macros", json={"macro": asked}).status_code == 201


def _value(client: Client, ticket: int, field: int) -> object:
    rows = client.get(f"tickets/{ticket}").json()["ticket"]["custom_fields"]
    return next(row["value"] for row in rows if row["id"] == field)


def test_a_ticket_field_that_was_made_is_listed_and_stands_on_every_ticket(client: Client) -> None:
    field = _field(client)
    titles = {row["title"]: row["id"] for row in client.get("ticket_fields").json()["ticket_fields"]}
    assert titles["care_answer"] == field
    assert _value(client, _ticket(client), field) is None


def test_a_macro_that_an_agent_applies_fills_the_field_and_its_update_names_the_agent(
    client: Client, world: World, agent: int
) -> None:
    field, ticket = _field(client), _ticket(client)
    _macro(client, field, "snooze 30d because …")
    world.agents.apply_macro(ticket, agent, "Review: snooze", because="they move house")
    assert _value(client, ticket, field) == "snooze 30d because they move house"
    last = client.get(f"tickets/{ticket}/audits").json()["audits"][-1]
    assert (last["author_id"], last["events"][0]["field_name"]) == (agent, str(field))


def test_a_private_comment_over_http_is_some_agents_where_nobody_is_named(
    client: Client, world: World, agent: int
) -> None:
    ticket = _ticket(client)
    noted = {"act": "note", "ticket_id": ticket, "body": "#take"}
    answered = requests.post(f"{client.server.url}/_sim/people", json=noted, timeout=10)
    assert answered.status_code == 201
    last = client.get(f"tickets/{ticket}/comments").json()["comments"][-1]
    assert (world.users[last["author_id"]].is_agent, last["author_id"] != world.connector) == (True, True)
    assert (last["body"], last["public"], agent in world.users) == ("#take", False, True)


def test_a_private_comment_alone_changes_nothing_else(client: Client, world: World, agent: int) -> None:
    ticket = _ticket(client)
    world.agents.note(ticket, agent, "#take")
    comments = client.get(f"tickets/{ticket}/comments").json()["comments"]
    assert [(row["author_id"], row["public"]) for row in comments[1:]] == [(agent, False)]
    assert world.tickets[ticket].assignee_id is None
    assert world.mails_to_customers() == []


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("ticket_fields", {"ticket_field": {"type": "text"}}),
        ("ticket_fields", {"ticket_field": {"type": "colour", "title": "x"}}),
        ("macros", {"macro": {"title": "x", "actions": []}}),
        ("macros", {"macro": {"actions": [{"field": "status", "value": "solved"}]}}),
    ],
)
def test_what_lacks_a_part_is_refused(client: Client, path: str, asked: dict[str, object]) -> None:
    assert client.send("POST", path, json=asked).status_code == 422
