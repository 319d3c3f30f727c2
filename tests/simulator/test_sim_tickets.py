"""Tickets: creating once, updating, reading back, and whom it mails."""

import pytest
import requests
from simulator_client import Client

from connector.simulator import Fault, World
from connector.simulator.triggers import Trigger, condition, mail_to

KEY = "touchcost:acme:1:1"


def _alert(**more: object) -> dict[str, object]:
    comment = {"body": "For review.", "public": False}
    return {"ticket": {"subject": "For review: Acme", "comment": comment, "external_id": KEY, **more}}


def _create(client: Client, key: str | None = KEY, **more: object) -> dict[str, object]:
    headers = {} if key is None else {"Idempotency-Key": key}
    answer = client.send("POST", "tickets", json=_alert(**more), headers=headers)
    assert answer.status_code == 201, answer.text
    ticket = answer.json()["ticket"]
    assert answer.headers["Location"] == ticket["url"]
    return {**ticket, "lookup": answer.headers.get("x-idempotency-lookup")}


def test_the_caller_is_requester_when_none_is_named(client: Client, world: World) -> None:
    ticket = _create(client, type="task", due_at="2026-11-27T12:00:00Z", tags=["care_alert"])
    assert (ticket["requester_id"], ticket["submitter_id"]) == (world.connector, world.connector)
    assert (ticket["organization_id"], ticket["is_public"], ticket["tags"]) == (None, False, ["care_alert"])
    assert (ticket["type"], ticket["due_at"]) == ("task", "2026-11-27T12:00:00Z")


def test_the_same_key_answers_the_first_creation_again_for_two_hours(client: Client, world: World) -> None:
    first, again = _create(client), _create(client)
    assert (first["lookup"], again["lookup"], again["id"]) == ("miss", "hit", first["id"])
    world.advance(seconds=7200)
    assert _create(client)["id"] != first["id"]


def test_the_same_key_with_another_body_is_refused(client: Client) -> None:
    _create(client)
    answer = client.send("POST", "tickets", json=_alert(subject="Another"), headers={"Idempotency-Key": KEY})
    assert (answer.status_code, answer.json()["error"]) == (400, "IdempotentRequestError")


def test_an_external_id_finds_all_its_tickets_at_once(client: Client) -> None:
    numbers = [_create(client, key=None)["id"] for _ in range(2)]
    found = client.get("tickets", external_id=KEY).json()["tickets"]
    assert [row["id"] for row in found] == numbers
    assert client.get("tickets", external_id="another").json()["tickets"] == []


def test_an_answer_can_be_lost_after_the_ticket_was_made(client: Client, world: World) -> None:
    world.faults.put(Fault(endpoint="create_ticket", kind="lost_answer"))
    with pytest.raises(requests.exceptions.ConnectionError):
        _create(client)
    assert len(client.get("tickets", external_id=KEY).json()["tickets"]) == 1
    assert _create(client)["lookup"] == "hit"


def test_a_ticket_needs_a_first_comment(client: Client) -> None:
    answer = client.send("POST", "tickets", json={"ticket": {"subject": "x"}})
    assert (answer.status_code, list(answer.json()["details"])) == (422, ["base"])


def test_metadata_of_an_update_comes_back_in_its_audit(client: Client) -> None:
    number = _create(client)["id"]
    update = {"comment": {"body": "Raised.", "public": False}, "metadata": {"key": "2/raised/ab"}}
    answer = client.send("PUT", f"tickets/{number}", json={"ticket": update})
    assert answer.json()["audit"]["metadata"]["custom"] == {"key": "2/raised/ab"}
    audits = client.get(f"tickets/{number}/audits").json()["audits"]
    assert [audit["metadata"]["custom"] for audit in audits] == [{}, {"key": "2/raised/ab"}]
    assert [event["type"] for event in audits[1]["events"]] == ["Comment"]


def test_audits_write_ids_as_text(client: Client, world: World) -> None:
    group = world.people.add_group("Customer Success")
    number = _create(client, group_id=group)["id"]
    events = client.get(f"tickets/{number}/audits").json()["audits"][0]["events"]
    assert {"field_name": "group_id", "value": str(group), "type": "Create"}.items() <= {
        key: value for event in events if event.get("field_name") == "group_id" for key, value in event.items()
    }.items()


def test_a_comment_without_public_is_as_visible_as_the_ticket_began(
    client: Client, world: World, requester: int, agent: int
) -> None:
    private, public = _create(client)["id"], world.people.create_ticket(requester)
    world.vault.add_client("of-an-agent", "secret", agent)
    client.sign_in("of-an-agent", "secret")
    for number in (private, public):
        client.send("PUT", f"tickets/{number}", json={"ticket": {"comment": {"body": "x"}}})
    comments = [client.get(f"tickets/{number}/comments").json()["comments"] for number in (private, public)]
    assert [rows[-1]["public"] for rows in comments] == [False, True]
    assert world.mails[-1].audience == "customer"


def test_a_closed_ticket_accepts_nothing(client: Client) -> None:
    number = _create(client)["id"]
    assert client.send("PUT", f"tickets/{number}", json={"ticket": {"status": "closed"}}).status_code == 200
    refused = client.send("PUT", f"tickets/{number}", json={"ticket": {"priority": "low"}})
    assert refused.status_code == 422
    assert refused.json()["details"]["status"][0]["description"] == "closed prevents ticket update"
    assert client.send("PUT", f"tickets/{number}/tags", json={"tags": ["a"]}).status_code == 422


def test_a_guarded_update_of_a_ticket_that_moved_is_a_conflict(client: Client, world: World) -> None:
    ticket = _create(client)
    guard = {"safe_update": True, "updated_stamp": ticket["updated_at"]}
    world.advance(seconds=5)
    path = f"tickets/{ticket['id']}"
    assert client.send("PUT", path, json={"ticket": {"priority": "low", **guard}}).status_code == 200
    answer = client.send("PUT", path, json={"ticket": {"priority": "high", **guard}})
    assert (answer.status_code, answer.json()["error"]) == (409, "UpdateConflict")
    assert client.send("PUT", f"{path}/tags", json={"tags": ["a"], **guard}).status_code == 409


def test_ticket_tags_are_added_and_removed_one_by_one(client: Client) -> None:
    number = _create(client, tags=["care_alert"])["id"]
    assert client.send("PUT", f"tickets/{number}/tags", json={"tags": ["a"]}).json()["tags"] == ["care_alert", "a"]
    assert client.send("DELETE", f"tickets/{number}/tags", json={"tags": ["a"]}).status_code == 204
    assert client.get(f"tickets/{number}/tags").json()["tags"] == ["care_alert"]


def test_custom_fields_are_set_by_id_and_a_lookup_field_points_to_an_organisation(
    client: Client, world: World, acme: int
) -> None:
    field = world.fields.add_to_tickets("Account", "lookup", world.now(), "zen:organization")
    ticket = _create(client, custom_fields=[{"id": field, "value": str(acme)}, {"id": 5, "value": "x"}])
    assert {"id": field, "value": str(acme)} in ticket["custom_fields"]
    shown = client.get("ticket_fields").json()["ticket_fields"][-1]
    assert (shown["type"], shown["relationship_target_type"]) == ("lookup", "zen:organization")


def test_an_alert_mails_the_groups_agents_once_and_nobody_else(client: Client, world: World) -> None:
    member = world.people.add_agent(group="Customer Success")
    group = world.users[member].default_group_id
    number = _create(client, group_id=group)["id"]
    client.send("PUT", f"tickets/{number}", json={"ticket": {"comment": {"body": "x", "public": False}}})
    client.send("PUT", f"tickets/{number}", json={"ticket": {"status": "solved"}})
    assert [(mail.trigger, mail.audience, mail.recipients) for mail in world.mails] == [
        ("Notify group of assignment", "agent", (member,))
    ]


def test_private_comments_mail_the_assignee_alone(client: Client, world: World, requester: int, agent: int) -> None:
    number = world.people.create_ticket(requester, fields={"assignee_id": agent})
    world.mails.clear()
    client.send("PUT", f"tickets/{number}", json={"ticket": {"comment": {"body": "x", "public": False}}})
    assert [(mail.trigger, mail.recipients) for mail in world.mails] == [
        ("Notify assignee of comment update", (agent,))
    ]
    assert world.mails[0].caused_by == world.connector


def test_a_public_comment_by_the_connector_is_counted_as_mail_to_a_customer(
    client: Client, world: World, requester: int
) -> None:
    number = world.people.create_ticket(requester)
    client.send("PUT", f"tickets/{number}", json={"ticket": {"comment": {"body": "x", "public": True}}})
    assert [mail.recipients for mail in world.mails_to_customers()] == [(requester,)]
    assert client.session.get(f"{client.server.url}/_sim/mails", timeout=10).json()["to_customers"] == 1
    world.mails.clear()


def test_a_requester_from_outside_is_made_and_mailed(client: Client, world: World) -> None:
    ticket = _create(client, requester={"name": "User", "email": "user-9@acme.test"})
    assert ticket["requester_id"] == world.addresses["user-9@acme.test"]
    assert [mail.trigger for mail in world.mails_to_customers()] == ["Verification of a new user's address"]
    world.mails.clear()


def test_a_custom_trigger_on_a_tag_can_mail_a_customer(client: Client, world: World, requester: int) -> None:
    conditions = (condition("current_tags", "includes", "care_alert"),)
    world.triggers.append(
        Trigger(id=world.new_id(), title="Tell them", all=conditions, actions=(mail_to("requester_id"),))
    )
    number = world.people.create_ticket(requester)
    world.mails.clear()
    client.send("PUT", f"tickets/{number}/tags", json={"tags": ["care_alert"]})
    assert [mail.trigger for mail in world.mails_to_customers()] == ["Tell them"]
    world.mails.clear()
    shown = client.get("triggers").json()["triggers"]
    assert shown[-1]["conditions"]["all"] == [{"field": "current_tags", "operator": "includes", "value": "care_alert"}]
    assert len(client.get("automations").json()["automations"]) == 2


def test_a_customers_answer_reopens_a_solved_ticket(client: Client, world: World, requester: int, agent: int) -> None:
    number = world.people.create_ticket(requester)
    world.people.answer(number, agent, status="solved")
    world.people.write(number)
    assert client.get(f"tickets/{number}").json()["ticket"]["status"] == "open"


def test_a_customers_answer_to_a_closed_ticket_opens_another(world: World, requester: int, agent: int) -> None:
    number = world.people.create_ticket(requester)
    world.people.change_ticket(number, agent, {"status": "closed"})
    assert world.people.write(number) != number


def test_an_incident_names_its_problem_and_the_problem_says_that_it_has_one(client: Client, world: World) -> None:
    people = world.people
    agent, customer = people.add_agent(), people.add_customer()
    problem = people.create_ticket(agent, fields={"type": "problem"})
    incident = people.create_ticket(customer)

    def shown() -> list[tuple[object, object, object]]:
        rows = client.get("tickets/show_many", ids=f"{problem},{incident}").json()["tickets"]
        return [(row["type"], row["problem_id"], row["has_incidents"]) for row in rows]

    assert shown() == [("problem", None, False), (None, None, False)]
    client.control("people", {"act": "link", "ticket_id": incident, "problem_id": problem, "agent_id": agent})
    assert shown() == [("problem", None, True), ("incident", problem, False)]
    people.link(incident, None, agent)
    assert shown() == [("problem", None, False), ("question", None, False)]


def test_a_ticket_is_linked_to_a_problem_and_to_nothing_else(client: Client, world: World) -> None:
    agent = world.people.add_agent()
    problem, other = (world.people.create_ticket(agent, fields={"type": kind}) for kind in ("problem", "question"))
    linked = client.send("PUT", f"tickets/{other}", json={"ticket": {"type": "incident", "problem_id": problem}})
    refused = client.send("PUT", f"tickets/{problem}", json={"ticket": {"problem_id": other}})
    assert (linked.status_code, linked.json()["ticket"]["problem_id"]) == (200, problem)
    assert (refused.status_code, refused.json()["error"]) == (422, "RecordInvalid")
