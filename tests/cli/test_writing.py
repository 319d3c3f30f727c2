"""plan, once, approve and withdraw: what is shown, what is written, and what comes out again."""

from datetime import timedelta
from threading import Event

import pytest
from command_line import Terminal

from connector.installation import open_installation
from connector.simulator import Fault, World


def tags(world: World, name: str) -> set[str]:
    return next(set(one.tags) for one in world.organizations.values() if one.name == name)


@pytest.fixture
def writing(terminal: Terminal) -> Terminal:
    """A configuration that writes, with the fields it needs."""
    terminal.write(policy="sync")
    assert terminal.run("setup", "--yes").status == 0
    return terminal


def test_plan_shows_writes_with_reasons_and_writes_nothing(terminal: Terminal, world: World) -> None:
    ended = terminal.run("plan", "--full")
    assert ended.status == 0, ended.err
    assert "The policy is report-only and withholds all of it" in ended.out
    assert "Busy Ltd red Support" in " ".join(ended.out.split())
    assert "add tag care_review  (wanted)" in ended.out
    assert "For review: " in ended.out
    assert not [call for call in world.calls if call.is_write]


def test_plan_as_json_has_the_promised_shape(terminal: Terminal) -> None:
    document = terminal.run("plan", "--json").document
    assert list(document) == ["plan", "accounts", "changes", "withheld"]
    kinds = {change["kind"] for change in document["changes"]}
    assert {"add_tag", "open_alert"} <= kinds
    assert all(set(change) == {"helpdesk", "account", "kind", "what", "reason"} for change in document["changes"])


def test_plan_as_json_says_who_is_over_a_line_though_nothing_is_left_to_write(writing: Terminal) -> None:
    assert writing.run("once").status == 0
    document = writing.run("plan", "--json").document
    assert document["changes"] == []
    busy = next(one for one in document["accounts"] if one["name"] == "Busy Ltd" and one["rule"] == "cost-share")
    assert (busy["level"], busy["enter"], busy["exit"], busy["phase"]) == ("red", "0.30", "0.24", "open")
    assert (busy["held"], busy["acknowledged"]) == (None, False)


def test_once_writes_what_plan_showed_and_then_nothing(writing: Terminal, world: World) -> None:
    assert writing.run("plan", "--json").document["changes"]
    assert writing.run("once").status == 0
    assert tags(world, "Busy Ltd") == {"care_review"}
    assert writing.run("plan", "--json").document["changes"] == []
    writes = len([call for call in world.calls if call.is_write])
    assert writing.run("once").status == 0
    assert len([call for call in world.calls if call.is_write]) == writes


def test_helpdesk_that_fails_ends_with_1_and_a_sentence(terminal: Terminal, world: World) -> None:
    world.faults.put(Fault(endpoint="*", kind="403", times=None))
    ended = terminal.run("once")
    assert ended.status == 1
    assert ended.err.startswith("acme: ")
    assert "Traceback" not in ended.err


def test_withdraw_shows_then_takes_everything_away(writing: Terminal, world: World) -> None:
    assert writing.run("once").status == 0
    shown = writing.run("withdraw")
    assert shown.status == 0
    assert "remove tag care_review" in shown.out
    assert tags(world, "Busy Ltd") == {"care_review"}
    assert writing.run("withdraw", "--yes", "--delete-data").status == 0
    assert tags(world, "Busy Ltd") == set()
    assert "nothing was pulled yet" in writing.run("status").out


def test_approve_without_anything_held_says_so(terminal: Terminal) -> None:
    assert terminal.run("approve").status == 1
    ended = terminal.run("approve", "2026-11-22-a")
    assert ended.status == 2
    assert "nothing of that name is held" in ended.err


def test_approve_without_anything_held_is_an_empty_document(terminal: Terminal) -> None:
    for arguments, status in (((), 1), (("2026-11-22-a",), 2)):
        ended = terminal.run("approve", *arguments, "--json")
        assert (ended.status, ended.document) == (status, {"approved": None, "waiting": []})


@pytest.fixture
def loud(writing: Terminal, world: World) -> Terminal:
    """Six accounts go over a line at once, more than the brake allows."""
    people = world.people
    agent = people.add_agent(group="Tier 1")
    customers = [
        people.add_customer(people.add_organization(f"Loud {number}", {"mrr": 10.0, "contract_start": "2020-01-31"}))
        for number in range(6)
    ]
    for _ in range(20):
        world.move_to(world.now() + timedelta(days=1))
        for customer in customers:
            people.answer(people.create_ticket(customer), agent, status="solved", seconds=1200)
    world.advance(seconds=3600)
    return writing


@pytest.fixture
def held(loud: Terminal) -> Terminal:
    """The brake has held them."""
    ended = loud.run("once")
    assert ended.status == 0, ended.err
    assert "withheld" in ended.err
    return loud


def test_held_plan_is_shown_and_approved(held: Terminal, world: World) -> None:
    [plan] = held.run("status", "--json").document["helpdesks"][0]["held_plans"]
    names = [one["name"] for one in held.run("plan", "--json").document["accounts"] if one["held"] == "brake"]
    shown = " ".join(held.run("status").out.split())
    assert names
    assert all(name in shown for name in names)
    approved = held.run("approve", plan["plan"])
    assert approved.status == 0
    assert all(name in approved.out for name in names)
    assert plan["plan"] in approved.out
    assert held.run("once").status == 0
    assert tags(world, "Loud 0") == {"care_review"}


def test_approve_as_json_says_what_was_approved_and_what_still_waits(held: Terminal) -> None:
    [plan] = held.run("status", "--json").document["helpdesks"][0]["held_plans"]
    unknown = held.run("approve", "nothing-of-that-name", "--json")
    [waits] = unknown.document["waiting"]
    assert (unknown.status, unknown.document["approved"]) == (2, None)
    assert (waits["helpdesk"], waits["plan"], waits["why"], waits["writes"]) == ("acme", plan["plan"], "brake", [])
    assert {"Loud 0", "Loud 5"} <= {account["name"] for account in waits["accounts"]}
    approved = held.run("approve", "--json")
    assert (approved.status, approved.document) == (0, {"approved": waits, "waiting": []})
    assert held.run("approve", "--json").status == 1


def test_approve_with_several_that_wait_names_them_and_approves_none(loud: Terminal, world: World) -> None:
    world.faults.put(Fault(endpoint="create_ticket", kind="403", method="POST", times=None))
    assert loud.run("once").status == 1
    several = loud.run("approve", "--json")
    assert (several.status, several.document["approved"]) == (2, None)
    plan, refused = several.document["waiting"]
    assert (plan["why"], refused["plan"], refused["why"], refused["held_since"]) == ("brake", "refused", "parked", None)
    assert [write["kind"] for write in refused["writes"]] == ["open_alert"]
    assert f"  {plan['plan']}  acme  too many new alerts at once\n    Busy Ltd, Loud 0, Loud 1, " in several.err
    assert "  refused  acme  1 write refused: " in several.err
    assert loud.run("approve", "refused", "--json").document == {"approved": refused, "waiting": [plan]}


def test_beside_a_daemon_plan_is_of_what_is_stored_and_once_refuses(terminal: Terminal) -> None:
    assert terminal.run("once").status == 0
    with open_installation(terminal.config, Event()) as installation, installation.store.daemon_lock():
        planned = terminal.run("plan", "--json")
        once = terminal.run("once")
    assert (planned.status, once.status) == (0, 1)
    assert "of what is stored" in planned.err
    assert planned.document["changes"]
    assert "in use by process" in once.err


@pytest.mark.parametrize("command", ["once", "plan"])
def test_a_configuration_that_is_judged_by_is_not_told_as_refused(terminal: Terminal, command: str) -> None:
    with open_installation(terminal.config, Event()) as installation:
        installation.store.note_refused(["rules.yaml:3:1: something was wrong"])
    assert terminal.run(command).status == 0
    with open_installation(terminal.config, Event()) as installation:
        assert installation.store.refused() == ()


def test_status_tells_what_was_refused_while_that_daemon_runs(terminal: Terminal) -> None:
    with open_installation(terminal.config, Event()) as installation:
        installation.store.note_refused(["rules.yaml:3:1: something is wrong"])
        with installation.store.daemon_lock():
            assert "something is wrong" in terminal.run("status").err
        assert terminal.run("status", "--json").document["refused_configuration"] == []
