"""Taking everything out of a helpdesk: half filled, half delivered, and with a store that was killed in between."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cycle_config import BUSY
from cycle_desk import NAME, Desk, open_desk
from cycle_nursery import open_nursery
from cycle_worlds import Office, make_office

from connector.counting import make_basis
from connector.progress import Silent
from connector.simulator import Fault, serve
from connector.store.rows import CycleEnd, OutboxRow
from rules.marks import WriteKind

AT_ONCE = BUSY.replace("max_open_share: 100%", "max_open_share: 100%, first_run: alert").replace("hold: 2d", "hold: 0d")
SINCE = "2026-09-15"


@contextmanager
def open_office(folder: Path, **write: object) -> Iterator[tuple[Office, Desk, int]]:
    """A helpdesk with one account that is over a line, of which nothing was written yet."""
    office = make_office()
    with serve(office.world) as server, open_desk(office.world, server, folder, SINCE, AT_ONCE, write=write) as desk:
        account = office.account("Alfa")
        office.tickets(account, 12)
        office.world.advance(seconds=1200)
        yield office, desk, account


@pytest.fixture
def told(tmp_path: Path) -> Iterator[tuple[Office, Desk, int]]:
    """The same after a cycle that told of it."""
    with open_office(tmp_path, tags="one") as opened:
        opened[1].good()
        assert opened[1].store.ledger(NAME).marks
        yield opened


def assert_nothing_is_left(office: Office, desk: Desk, account: int) -> None:
    organization = desk.world.organizations[account]
    assert not organization.tags
    assert not any(value for key, value in organization.fields.items() if key.startswith("care_"))
    assert {ticket.status for ticket in office.alerts(account)} <= {"solved"}
    assert desk.store.outbox(NAME) == ()
    ledger = desk.store.ledger(NAME)
    assert ledger.marks == ()
    assert all(ticket.ended_at is not None for ticket in ledger.tickets)
    assert "our marks: 0, alert tickets followed: 0" in desk.touchcost("status").out


def rows(desk: Desk) -> Mapping[WriteKind, OutboxRow]:
    return {row.write.kind: row for row in desk.store.outbox(NAME)}


def test_withdrawal_needs_no_totals(told: tuple[Office, Desk, int]) -> None:
    _, desk, _ = told
    settings = desk.installation.settings.helpdesks[0]
    earlier = replace(settings, since=settings.since - timedelta(days=300))
    desk.store.begin_filling(NAME, make_basis(desk.store, earlier))
    said = desk.touchcost("withdraw", "--yes")
    assert said.status == 0, said.err
    assert_nothing_is_left(*told)


def test_withdrawal_needs_no_rule_file(told: tuple[Office, Desk, int]) -> None:
    _, desk, _ = told
    (desk.path.parent / "rules.yaml").write_text("version: 1\nrules: [{id: broken")
    said = desk.touchcost("withdraw", "--yes", "--delete-data")
    assert said.status == 0, said.err
    assert desk.store.ledger(NAME).is_empty


def test_second_withdrawal_changes_nothing(told: tuple[Office, Desk, int]) -> None:
    _, desk, _ = told
    assert desk.touchcost("withdraw", "--yes").status == 0
    writes = sum(call.is_write for call in desk.world.calls)
    before = desk.end()
    assert desk.touchcost("withdraw", "--yes").status == 0
    assert sum(call.is_write for call in desk.world.calls) == writes
    assert before.unlike(desk.end()) == []
    assert_nothing_is_left(*told)


def test_alert_ticket_that_a_killed_process_made_is_found_and_solved(tmp_path: Path) -> None:
    with open_nursery() as nursery, open_office(tmp_path, tags="one") as (office, desk, account):
        assert nursery.kill(desk.path, desk.world.now(), lambda: bool(office.alerts(account)), 0.0)
        assert desk.touchcost("withdraw", "--yes").status == 0
        assert [ticket.status for ticket in office.alerts(account)] == ["solved"]
        assert_nothing_is_left(office, desk, account)


def test_postponed_addition_is_cancelled_and_never_comes_later(tmp_path: Path) -> None:
    with open_office(tmp_path, tags="one") as (office, desk, account):
        desk.world.faults.put(Fault(endpoint="tags", kind="429", method="PUT", times=None, retry_after=600))
        desk.once()
        assert rows(desk)[WriteKind.ADD_TAG].not_before is not None
        desk.world.faults.clear()
        assert desk.touchcost("withdraw", "--yes").status == 0
        assert_nothing_is_left(office, desk, account)
        desk.world.advance(seconds=3600)
        assert desk.touchcost("withdraw", "--yes").status == 0
        assert_nothing_is_left(office, desk, account)


def test_job_that_runs_is_waited_for_and_then_cleared(tmp_path: Path) -> None:
    with open_office(tmp_path, tags="one") as (office, desk, account):
        desk.world.faults.put(Fault(endpoint="job", kind="500", times=None))
        desk.once()
        assert rows(desk)[WriteKind.SET_FIELD].job is not None
        before = desk.store.ledger(NAME).marks
        assert desk.cycle.withdraw(Silent()).end is CycleEnd.BUSY
        assert desk.store.ledger(NAME).marks == before
        desk.world.faults.clear()
        desk.world.advance(seconds=3600)
        assert desk.touchcost("withdraw", "--yes").status == 0
        assert_nothing_is_left(office, desk, account)


def test_data_stay_while_anything_of_ours_is_shown(told: tuple[Office, Desk, int]) -> None:
    _, desk, _ = told
    desk.world.faults.put(Fault(endpoint="tags", kind="403", method="DELETE", times=None))
    said = desk.touchcost("withdraw", "--yes", "--delete-data")
    assert said.status == 1
    assert "may still be shown" in said.err
    assert [mark.name for mark in desk.store.ledger(NAME).marks] == ["care_review"]
    desk.world.faults.clear()
    assert desk.touchcost("withdraw", "--yes").status == 0
    assert_nothing_is_left(*told)


def test_withdrawal_judges_nothing(told: tuple[Office, Desk, int]) -> None:
    _, desk, account = told
    desk.world.advance(days=40)
    states, standing, transitions = desk.states(), desk.store.standing(NAME), desk.store.transitions(NAME)
    desk.plan()
    assert desk.touchcost("withdraw", "--yes").status == 0
    assert desk.store.standing(NAME).judged_at == standing.judged_at
    assert desk.store.transitions(NAME) == transitions
    before = states[str(account)]["busy"]
    assert desk.states()[str(account)]["busy"] == replace(before, told_at=None, told_level=None, held=None)
    desk.good()
    assert len(desk.store.transitions(NAME)) > len(transitions)


def test_policy_that_writes_again_is_said_before(told: tuple[Office, Desk, int]) -> None:
    _, desk, _ = told
    shown = desk.touchcost("withdraw")
    assert "write.policy is sync: the next cycle would write again" in shown.out
    assert "Alfa  remove tag care_review" in shown.out
    taken = desk.touchcost("withdraw", "--yes")
    assert taken.status == 0
    assert "write.policy is still sync" in taken.out.splitlines()[0]


def test_tags_that_tagging_hides_are_kept_and_named_until_it_is_switched_on(told: tuple[Office, Desk, int]) -> None:
    office, desk, _ = told
    office.world.people.switch_tagging(enabled=False)
    [line] = (line for line in desk.touchcost("withdraw").out.splitlines() if "care_review" in line)
    assert "withheld" in line
    said = desk.touchcost("withdraw", "--yes", "--delete-data")
    assert said.status == 1
    assert "tags of ours can be neither seen nor taken off; accounts with tags: 1" in said.err
    assert "Switch on tags for users and organizations in the Admin Center" in said.err
    assert [mark.name for mark in desk.store.ledger(NAME).marks] == ["care_review"]
    office.world.people.switch_tagging(enabled=True)
    assert desk.touchcost("withdraw", "--yes").status == 0
    assert_nothing_is_left(*told)
