"""Organisations: tags, fields, updates, jobs, lists and merges."""

from datetime import timedelta
from typing import Any

import pytest
import requests
from simulator_client import NOW, Client

from connector.simulator import Fault, Limits, World, serve
from connector.simulator.clock import unix


def _wait(client: Client, job: dict[str, Any]) -> dict[str, Any]:
    seen = [job["status"]]
    while job["status"] in ("queued", "working"):
        job = client.get(f"job_statuses/{job['id']}").json()["job_status"]
        seen.append(job["status"])
    return {**job, "seen": seen}


def _update_many(client: Client, *rows: dict[str, object]) -> dict[str, Any]:
    answer = client.send("PUT", "organizations/update_many", json={"organizations": rows})
    assert answer.status_code == 200
    return _wait(client, answer.json()["job_status"])


def test_put_adds_tags_and_delete_removes_them_and_no_other(client: Client, world: World, acme: int) -> None:
    world.people.add_tag(acme, "vip")
    added = client.send("PUT", f"organizations/{acme}/tags", json={"tags": ["care_review"]})
    assert (added.status_code, added.json()) == (200, {"tags": ["vip", "care_review"]})
    removed = client.send("DELETE", f"organizations/{acme}/tags", json={"tags": ["care_review"]})
    assert (removed.status_code, removed.content) == (204, b"")
    assert client.get(f"organizations/{acme}/tags").json() == {"tags": ["vip"]}


def test_post_replaces_tags_and_is_a_violation(client: Client, world: World, acme: int) -> None:
    world.people.add_tag(acme, "vip")
    answer = client.send("POST", f"organizations/{acme}/tags", json={"tags": ["a b", "C"]})
    assert (answer.status_code, answer.json()) == (201, {"tags": ["a_b", "c"]})
    assert world.violations == [f"POST replaced the tags of organisation {acme}"]
    world.violations.clear()


@pytest.mark.parametrize("path", ["organizations/{}", "organizations/update_many"])
def test_tags_inside_an_update_replace_the_list_and_are_a_violation(
    client: Client, world: World, acme: int, path: str
) -> None:
    world.people.add_tag(acme, "vip")
    row = {"id": acme, "tags": ["a"]}
    body = {"organizations": [row]} if "many" in path else {"organization": row}
    client.send("PUT", path.format(acme), json=body)
    client.get("users/me")
    client.get("users/me")
    assert world.organizations[acme].tags == ("a",)
    assert len(world.violations) == 1
    world.violations.clear()


def test_tag_calls_do_not_work_while_tagging_is_off(client: Client, world: World, acme: int) -> None:
    world.people.add_tag(acme, "vip")
    world.people.switch_tagging(enabled=False)
    answer = client.send("PUT", f"organizations/{acme}/tags", json={"tags": ["a"]})
    assert (answer.status_code, answer.json()["error"]) == (404, "InvalidEndpoint")
    assert client.get(f"organizations/{acme}").json()["organization"]["tags"] == []
    world.people.switch_tagging(enabled=True)
    assert client.get(f"organizations/{acme}").json()["organization"]["tags"] == ["vip"]


def test_a_deleted_organisation_is_not_found_and_left_out_of_lists(client: Client, world: World, acme: int) -> None:
    world.people.delete_organization(acme)
    assert client.send("PUT", f"organizations/{acme}/tags", json={"tags": ["a"]}).status_code == 404
    assert client.get("organizations/show_many", ids=f"{acme},5").json()["organizations"] == []
    assert client.get("organizations/count").json()["count"]["value"] == 0


def test_new_tickets_inherit_the_tags_of_organisation_and_requester(client: Client, world: World, acme: int) -> None:
    world.people.add_tag(acme, "care_review")
    before = world.people.create_ticket(world.people.add_customer(acme, tags=["gold"]))
    world.people.remove_tag(acme, "care_review")
    assert client.get(f"tickets/{before}").json()["ticket"]["tags"] == ["gold", "care_review"]


def test_fields_are_merged_by_key_and_unknown_ones_ignored(client: Client, acme: int) -> None:
    answer = client.send(
        "PUT",
        f"organizations/{acme}",
        json={"organization": {"organization_fields": {"unknown": 1}, "strange": 2}},
    )
    assert answer.json()["organization"]["organization_fields"] == {"mrr": 100.0}
    assert "strange" in answer.headers["x-zendesk-api-warn"]


def test_fields_are_made_once_and_give_dates_back_with_a_time(client: Client, acme: int) -> None:
    field = {"key": "care_since", "title": "Since", "type": "date", "description": "x"}
    made = client.send("POST", "organization_fields", json={"organization_field": field})
    assert (made.status_code, made.json()["organization_field"]["key"]) == (201, "care_since")
    again = client.send("POST", "organization_fields", json={"organization_field": field})
    assert (again.status_code, list(again.json()["details"])) == (422, ["key"])
    job = _update_many(client, {"id": acme, "organization_fields": {"care_since": "2026-11-12"}})
    assert job["results"][0]["success"] is True
    fields = client.get(f"organizations/{acme}").json()["organization"]["organization_fields"]
    assert fields == {"mrr": 100.0, "care_since": "2026-11-12T00:00:00+00:00"}


def test_fields_need_an_administrator_and_a_plan_that_has_them(client: Client, world: World, agent: int) -> None:
    asked = {"organization_field": {"key": "a", "title": "A", "type": "text"}}
    world.settings.custom_fields_allowed = False
    assert client.send("POST", "organization_fields", json=asked).status_code == 403
    world.settings.custom_fields_allowed = True
    world.vault.add_client("of-an-agent", "secret", agent)
    client.sign_in("of-an-agent", "secret")
    assert client.send("POST", "organization_fields", json=asked).status_code == 403
    assert client.get("organization_fields").status_code == 200


def test_a_job_is_queued_works_and_completes_row_by_row(client: Client, world: World, acme: int) -> None:
    other = world.people.add_organization("Other")
    job = _update_many(
        client,
        {"id": acme, "organization_fields": {"mrr": "200"}},
        {"id": other, "name": "Acme"},
        {"id": 5, "notes": "nobody"},
    )
    assert job["seen"] == ["queued", "working", "completed"]
    assert job["results"][0] == {"index": 0, "id": acme, "action": "update", "status": "Updated", "success": True}
    assert job["results"][1]["error"] == "OrganizationUpdateFailed"
    assert job["results"][1]["details"] == "Name: Acme has already been taken"
    assert job["results"][2]["id"] == 5
    assert world.organizations[acme].fields["mrr"] == 200.0


def test_rows_can_be_made_to_fail_inside_a_completed_job(client: Client, world: World, acme: int) -> None:
    world.refused_rows[acme] = "Notes: is too long"
    job = _update_many(client, {"id": acme, "notes": "x"})
    assert (job["status"], job["results"][0]["details"]) == ("completed", "Notes: is too long")


def test_a_value_of_the_wrong_type_fails_its_row(client: Client, acme: int) -> None:
    job = _update_many(client, {"id": acme, "organization_fields": {"mrr": "many"}})
    assert job["results"][0]["error"] == "OrganizationUpdateFailed"


@pytest.mark.parametrize("ending", ["failed", "killed"])
def test_jobs_can_fail_or_be_killed_and_apply_nothing(client: Client, world: World, acme: int, ending: str) -> None:
    client.control("faults", {"endpoint": "update_many", "kind": f"{ending}_job"})
    job = _update_many(client, {"id": acme, "notes": "x"})
    assert (job["status"], job["results"]) == (ending, None)
    assert world.organizations[acme].notes is None


def test_a_job_is_forgotten_after_a_day(client: Client, world: World, acme: int) -> None:
    job = _update_many(client, {"id": acme, "notes": "x"})
    world.advance(days=1.5)
    assert client.get(f"job_statuses/{job['id']}").status_code == 404


def test_more_than_a_hundred_rows_are_too_many(client: Client) -> None:
    rows = [{"id": number} for number in range(101)]
    answer = client.send("PUT", "organizations/update_many", json={"organizations": rows})
    assert answer.status_code == 400
    assert (answer.json()["error"], answer.json()["max_count"]) == ("TooManyValues", 100)


def test_the_thirty_first_job_at_once_is_refused(client: Client, world: World, acme: int) -> None:
    world.jobs.held = True
    for _ in range(30):
        answer = client.send("PUT", f"organizations/update_many?ids={acme}", json={"organization": {"notes": "x"}})
    assert answer.headers["zendesk-ratelimit-inflight-jobs"] == "total=30; remaining=0; resets=60"
    refused = client.send("PUT", f"organizations/update_many?ids={acme}", json={"organization": {"notes": "x"}})
    assert (refused.status_code, refused.json()["error"]) == (429, "TooManyJobs")
    assert len(refused.json()["current_job_ids"]) == 30


def test_the_sixth_update_of_one_organisation_in_a_minute_is_429() -> None:
    world = World.empty(now=NOW, limits=Limits(monotonic=lambda: 0.0))
    acme, other = world.people.add_organization("Acme"), world.people.add_organization("Other")
    with serve(world) as server:
        client = Client(server)
        body = {"organization": {"notes": "x"}}
        answers = [client.send("PUT", f"organizations/{acme}", json=body) for _ in range(6)]
        assert [answer.status_code for answer in answers] == [200] * 5 + [429]
        assert answers[-1].json()["errors"][0]["code"] == "TooManyRequests"
        assert client.send("PUT", f"organizations/{other}", json=body).status_code == 200
        client.session.close()


def test_whether_a_tag_edit_moves_updated_at_can_be_chosen(client: Client, world: World, acme: int) -> None:
    for moves, expected in ((False, "2026-11-22T09:00:00Z"), (True, "2026-11-22T10:00:00Z")):
        world.settings.tag_edits_move_updates = moves
        world.move_to(NOW.replace(hour=10))
        world.people.add_tag(acme, f"tag_{moves}")
        assert client.get(f"organizations/{acme}").json()["organization"]["updated_at"] == expected


def test_a_list_gives_a_next_link_on_its_last_page_too(client: Client, world: World) -> None:
    for number in range(3):
        world.people.add_organization(f"Client {number}")
    first = client.get("organizations", **{"page[size]": 2}).json()
    last = client.send("GET", first["links"]["next"]).json()
    assert (first["meta"]["has_more"], last["meta"]["has_more"], len(last["organizations"])) == (True, False, 1)
    empty = client.send("GET", last["links"]["next"]).json()
    assert (empty["organizations"], empty["links"]["next"], empty["meta"]["has_more"]) == ([], None, False)


def test_numbered_pages_end_at_ten_thousand_records(client: Client) -> None:
    assert client.get("organizations", page=1, per_page=100).json()["next_page"] is None
    deep = client.get("organizations", page=101, per_page=100)
    assert (deep.status_code, deep.json()["errors"][0]["code"]) == (400, "InvalidPaginationDepth")


def test_agents_are_listed_by_role(client: Client, world: World, agent: int, requester: int) -> None:
    roles = {"role[]": ["agent", "admin"], "page[size]": 100}
    assert [row["id"] for row in client.get("users", **roles).json()["users"]] == [world.connector, agent]
    world.people.deactivate(agent)
    world.people.set_role(requester, "agent")
    assert [row["id"] for row in client.get("users", **roles).json()["users"]] == [world.connector, requester]


def test_users_are_found_by_address_and_shown_by_id(client: Client, requester: int) -> None:
    assert client.get("users/search", query="user-1@acme.test").json()["users"][0]["id"] == requester
    assert client.get("users/search", query="x", **{"page[size]": 5}).status_code == 400
    assert client.get("users/show_many", ids=f"{requester},5").json()["count"] == 1


def test_the_timer_fields_are_found_by_title(client: Client) -> None:
    titles = [row["title"] for row in client.get("ticket_fields").json()["ticket_fields"]]
    assert titles == ["Total time spent (sec)", "Time spent last update (sec)"]


def test_an_answer_can_be_lost_after_the_tags_were_written(client: Client, world: World, acme: int) -> None:
    world.faults.put(Fault(endpoint="tags", kind="lost_answer"))
    with pytest.raises(requests.exceptions.ConnectionError):
        client.send("PUT", f"organizations/{acme}/tags", json={"tags": ["care_review"]})
    assert world.organizations[acme].tags == ("care_review",)
    assert world.calls[-1].status is None


def test_a_merge_is_asked_for_shown_and_listed_by_either_of_the_two(client: Client, world: World, acme: int) -> None:
    other = world.people.add_organization("Other")
    asked = client.send("POST", f"organizations/{acme}/merge", json={"organization_merge": {"winner_id": other}})
    made = asked.json()["organization_merge"]
    assert (asked.status_code, made["status"]) == (200, "new")
    shown = client.get(f"organization_merges/{made['id']}").json()["organization_merge"]
    assert shown == {**made, "loser_id": acme, "winner_id": other, "status": "complete"}
    for one in (acme, other):
        assert client.get(f"organizations/{one}/merges").json()["organization_merges"] == [shown]
    assert client.get("organizations/5/merges").status_code == 404


def test_a_merge_moves_tickets_users_and_domains_and_deletes_the_loser(
    client: Client, world: World, acme: int, requester: int, agent: int
) -> None:
    other = world.people.add_organization("Other", domain_names=["other.test"], tags=["gold"])
    world.people.add_tag(acme, "care_review")
    tickets = [world.people.create_ticket(requester) for _ in range(2)]
    world.people.change_ticket(tickets[1], agent, {"status": "closed"})
    updates = [len(world.audits_of[ticket]) for ticket in tickets]
    world.advance(seconds=600)
    world.people.merge_organizations(acme, other)
    world.advance(seconds=120)
    rows = client.get("incremental/tickets/cursor", start_time=unix(world.now() - timedelta(minutes=5))).json()
    assert {row["id"]: row["organization_id"] for row in rows["tickets"]} == dict.fromkeys(tickets, other)
    assert [len(world.audits_of[ticket]) for ticket in tickets] == [updates[0] + 1, updates[1]]
    assert world.users[requester].organization_id == other
    kept = world.organizations[other]
    assert (kept.domain_names, kept.tags) == (("other.test", "acme.test"), ("gold",))
    assert world.organizations[acme].deleted_at is not None


def test_a_merge_into_nothing_or_itself_is_refused_and_is_for_administrators(
    client: Client, world: World, acme: int
) -> None:
    for winner in (5, acme, None):
        asked = client.send("POST", f"organizations/{acme}/merge", json={"organization_merge": {"winner_id": winner}})
        assert (asked.status_code, asked.json()["error"]) == (422, "RecordInvalid")
    world.people.set_role(world.connector, "agent")
    assert client.get(f"organizations/{acme}/merges").status_code == 403
