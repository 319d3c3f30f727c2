"""Everything we wrote can be taken out again, and an installation that finds marks it did not write asks first."""

from pathlib import Path

import pytest
from cycle_config import COSTLY, FICKLE, helpdesk, write_config
from cycle_desk import NAME, Desk, open_desk, open_installed
from cycle_worlds import NOW, Office, busy_world

from connector.simulator import Server, World, serve
from rules.marks import WriteKind
from rules.planning.desired import FIELDS

SINCE = "2026-09-20"
RULES = FICKLE + COSTLY


def _ours(world: World) -> list[object]:
    """Every trace of us on organisations and alert tickets that are still open."""
    found: list[object] = [tag for row in world.organizations.values() for tag in row.tags if tag.startswith("care_")]
    found += [
        (key, value)
        for row in world.organizations.values()
        for key, value in row.fields.items()
        if key.startswith("care_") and value is not None
    ]
    found += [
        number
        for numbers in world.with_external_id.values()
        for number in numbers
        if world.tickets[number].status not in ("solved", "closed") or "care_alert" in world.tickets[number].tags
    ]
    return found


def _fill(desk: Desk) -> None:
    """Tags, fields and alert tickets of every kind."""
    for _ in range(4):
        desk.good()
        desk.world.advance(days=2)
    assert {line.what for line in desk.world.written} == {"tag", "fields", "ticket"}


def test_withdraw_takes_everything_out_and_leaves_what_is_of_others(tmp_path: Path) -> None:
    world = busy_world(page=1000)
    theirs = dict.fromkeys(list(world.organizations)[:12], ("vip", "care_plan"))
    for account, tags in theirs.items():
        for tag in tags:
            world.people.add_tag(account, tag)
    with serve(world) as server, open_desk(world, server, tmp_path, SINCE, RULES) as desk:
        others = {ticket.id: ticket for ticket in world.tickets.values()}
        _fill(desk)
        written = len(world.written)
        shown = desk.touchcost("withdraw")
        assert (shown.status, len(world.written)) == (0, written)
        assert desk.touchcost("withdraw", "--yes").status == 0
        assert [mark for mark in _ours(world) if mark != "care_plan"] == []
        assert all(set(tags) <= set(world.organizations[account].tags) for account, tags in theirs.items())
        assert desk.store.outbox(NAME) == ()
        assert {number: world.tickets[number].tags for number in others} == {
            number: ticket.tags for number, ticket in others.items()
        }
        again = len(world.written)
        assert desk.touchcost("withdraw", "--yes").status == 0
        assert len(world.written) == again


def test_withdraw_with_delete_data_leaves_nothing_of_the_helpdesk_in_the_store(tmp_path: Path) -> None:
    world = busy_world(page=1000, accounts=10)
    with serve(world) as server, open_desk(world, server, tmp_path, SINCE, RULES) as desk:
        _fill(desk)
        assert desk.touchcost("withdraw", "--yes", "--delete-data").status == 0
        assert _ours(world) == []
        assert set(desk.dump().values()) == {()}


def test_a_lost_store_holds_its_first_plan_whole_until_it_is_approved(tmp_path: Path) -> None:
    world = busy_world(page=1000)
    with serve(world) as server:
        with open_desk(world, server, tmp_path / "first", SINCE, RULES) as desk:
            _fill(desk)
            world.advance(days=1)
            desk.good()
            settled = desk.shown()
        with open_desk(world, server, tmp_path / "second", SINCE, RULES) as desk:
            written = len(world.written)
            report = desk.good()
            assert len(world.written) == written
            assert report.warnings != ()
            status = desk.touchcost("status")
            [held] = [hold for hold in desk.store.holds(NAME) if hold.is_waiting]
            assert (status.status, held.id in status.out) == (0, True)
            assert desk.touchcost("approve", held.id).status == 0
            desk.good()
            assert desk.shown().tags == settled.tags
            assert desk.dump("mark")["mark"] != ()
            written = len(world.written)
            desk.good()
            assert len(world.written) == written


def test_a_helpdesk_under_a_known_name_that_is_another_one_is_refused(desk: Desk, office: Office) -> None:
    desk.good()
    other = World.empty(NOW)
    with serve(other) as server:
        path = write_config(desk.path.parent, helpdesk(server.url, SINCE))
        with open_installed(other, server, path) as moved:
            said = moved.touchcost("once")
    assert said.status == 1
    assert "acme" in said.err
    assert other.written == []
    assert office.world.written == []


def test_setup_shows_and_then_makes_the_fields_and_uses_what_is_there(tmp_path: Path) -> None:
    world = World.empty(NOW)
    world.fields.add_to_organizations("care_why", "Care: why", "text", NOW)
    world.people.add_organization("Acme")
    world.advance(seconds=120)
    with serve(world) as server, open_desk(world, server, tmp_path, SINCE) as desk:
        assert desk.touchcost("setup").status == 0
        assert world.written == []
        assert desk.touchcost("setup", "--yes").status == 0
        made = {key for key in world.fields.of_organizations if key.startswith("care_")}
        without_money = {f"care_{key}" for key in FIELDS if key not in ("cost_90d", "share_90d")}
        assert made == without_money
        assert desk.touchcost("setup", "--yes").status == 0
        assert sorted(key for key in world.fields.of_organizations if key.startswith("care_")) == sorted(made)


@pytest.mark.parametrize("policy", ["report-only", "sync"])
def test_plan_shows_what_sync_would_write_whatever_the_policy_is(tmp_path: Path, policy: str) -> None:
    world = busy_world(page=1000)
    with serve(world) as server, open_desk(world, server, tmp_path, SINCE, RULES, write={"policy": policy}) as desk:
        changes = desk.touchcost("plan", "--json").json["changes"]
        assert {WriteKind.ADD_TAG, WriteKind.SET_FIELD, WriteKind.OPEN_ALERT} <= {row["kind"] for row in changes}
        assert world.written == []
        if policy == "report-only":
            assert desk.touchcost("once").status == 0
            assert world.written == []
            assert desk.touchcost("plan", "--json").json["changes"] == changes
            assert [call for call in world.calls if call.is_write] == []


def test_leaving_report_only_is_a_first_run(tmp_path: Path, office: Office, server: Server) -> None:
    account = office.account("Acme")
    office.tickets(account, 10)
    with open_desk(office.world, server, tmp_path, SINCE, write={"policy": "report-only"}) as desk:
        for _ in range(5):
            desk.night()
        assert desk.open() != frozenset()
    with open_desk(office.world, server, tmp_path, SINCE) as desk:
        desk.good()
        assert office.world.organizations[account].tags == ("care_review",)
        assert list(office.world.with_external_id) == ["touchcost:acme:first-run:1"]
