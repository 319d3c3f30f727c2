"""What the next cycle judges: whatever happened to the cycle before, to the rules or to the policy."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from threading import Event

import pytest
from cycle_desk import NAME, Desk, open_desk, open_installed
from cycle_worlds import Office

from connector.progress import Silent
from connector.simulator import Fault, Server
from connector.store.rows import CycleEnd
from rules.facts import AccountId, HelpdeskName

SINCE = "2026-09-15"
AT_ONCE = """\
version: 1
defaults: {grace: 0d, min_history: 0d, hold: 0d, clear_after: 7d}
guard: {max_new_per_week: 1000, max_new_per_run: 1000, max_new_share: 100%, max_open_share: 100%, first_run: alert}
rules:
  - id: busy
    title: Many tickets in four weeks
    signal: tickets_28d
    levels:
      amber: {enter: 9, exit: 7}
      red: {enter: 16, exit: 12}
"""


@pytest.fixture
def desk(office: Office, server: Server, tmp_path: Path) -> Iterator[Desk]:
    with open_desk(office.world, server, tmp_path, SINCE, AT_ONCE) as opened:
        yield opened


def _account(office: Office, name: str, tickets: int) -> AccountId:
    """A customer with so many tickets, all of them visible by now."""
    made = office.account(name)
    office.tickets(made, tickets)
    office.world.advance(seconds=1200)
    return AccountId(str(made))


def _grow(office: Office, account: AccountId, tickets: int) -> None:
    office.tickets(int(account), tickets)
    office.world.advance(seconds=1200)


@pytest.fixture
def quiet(desk: Desk, office: Office) -> AccountId:
    """An account under its lines, beside one with an alert, on an ordinary day."""
    _account(office, "Beta", 12)
    quiet = _account(office, "Alfa", 3)
    desk.good()
    desk.good()
    assert quiet not in desk.open()
    return quiet


def test_account_that_changed_before_a_plan_is_judged_by_the_next_cycle(
    desk: Desk, office: Office, quiet: AccountId
) -> None:
    _grow(office, quiet, 8)
    desk.plan()
    desk.good()
    assert quiet in desk.open()


def test_account_that_changed_before_marks_could_not_be_read_is_judged_by_the_next_cycle(
    desk: Desk, office: Office, quiet: AccountId
) -> None:
    _grow(office, quiet, 8)
    office.world.faults.put(Fault(endpoint="show_many", kind="500", times=6))
    assert desk.once().end is not CycleEnd.FINE
    office.world.faults.clear()
    desk.good()
    assert quiet in desk.open()


def test_changed_accounts_are_forgotten_only_with_a_saved_judgement(
    desk: Desk, office: Office, quiet: AccountId
) -> None:
    assert desk.store.changed(NAME) == frozenset()
    _grow(office, quiet, 1)
    desk.plan()
    assert quiet in desk.store.changed(NAME)
    desk.good()
    assert desk.store.changed(NAME) == frozenset()


@pytest.mark.parametrize("policy", ["sync", "report-only"])
def test_what_is_older_than_the_retention_goes_whatever_the_policy_is(
    office: Office, server: Server, tmp_path: Path, policy: str
) -> None:
    keys = {"retention_days": 100, "write": {"policy": policy, "digest": "off"}}
    with open_desk(office.world, server, tmp_path, SINCE, AT_ONCE, **keys) as desk:
        _account(office, "Acme", 5)
        desk.good()
        assert len(desk.dump("ticket")["ticket"]) == 5
        for _ in range(2):
            desk.night(60)
        assert desk.dump("ticket", "event") == {"ticket": (), "event": ()}


def test_steady_cycles_under_sync_that_have_nothing_to_write_judge_nobody(
    office: Office, server: Server, tmp_path: Path
) -> None:
    with open_desk(office.world, server, tmp_path, SINCE, AT_ONCE, write={"fields": "off"}) as desk:
        _account(office, "Acme", 2)
        desk.good()
        # What the first pull brought is within the overlap of the second.
        for minutes in (15, 15, 15):
            office.world.advance(seconds=60 * minutes)
            report = desk.good()
        assert office.world.written == []
        assert report.counts["judged"] == 0


def test_sync_after_report_only_is_a_first_run_again(desk: Desk, office: Office) -> None:
    rules = desk.path.parent / "rules.yaml"
    rules.write_text(AT_ONCE.replace("first_run: alert", "first_run: adopt"))
    _account(office, "Beta", 12)
    with open_installed(desk.world, desk.server, desk.path) as syncing:
        syncing.good()
    with _written_anew(desk, "sync", "report-only") as reporting:
        reporting.night(3)
        account = _account(office, "Alfa", 12)
        reporting.good()
        assert account in reporting.open()
    before = set(office.world.with_external_id)
    with _written_anew(desk, "report-only", "sync") as syncing:
        syncing.good()
    [fresh] = office.world.with_external_id.keys() - before
    assert f":{account}:" not in fresh


def _written_anew(desk: Desk, before: str, after: str) -> AbstractContextManager[Desk]:
    """The same installation with another policy."""
    text = desk.path.read_text()
    desk.path.write_text(text.replace(f'"policy": "{before}"', f'"policy": "{after}"'))
    return open_installed(desk.world, desk.server, desk.path)


EDITS = [
    ("enter: 9, exit: 7", "enter: 5, exit: 4"),
    ("signal: tickets_28d", "signal: tickets_28d\n    only_if: tickets_28d < 2"),
]


@pytest.mark.parametrize(("before", "after"), EDITS)
def test_edit_of_a_rule_is_judged_in_the_next_cycle(desk: Desk, office: Office, before: str, after: str) -> None:
    """Its lines or its condition; the third cycle has nothing more to judge."""
    account = _account(office, "Acme", 6)
    desk.good()
    office.world.advance(seconds=1800)
    desk.good()
    assert desk.good().counts["judged"] == 0
    rules = desk.path.parent / "rules.yaml"
    rules.write_text(AT_ONCE.replace(before, after))
    with open_installed(desk.world, desk.server, desk.path) as edited:
        assert edited.good().counts["judged"] == 1
        assert (account in edited.open()) is ("enter: 5" in after)


def test_edit_of_what_only_people_read_judges_nobody(desk: Desk, office: Office) -> None:
    _account(office, "Acme", 6)
    desk.good()
    office.world.advance(seconds=1800)
    desk.good()
    rules = desk.path.parent / "rules.yaml"
    rules.write_text(AT_ONCE.replace("Many tickets in four weeks", "Much work"))
    with open_installed(desk.world, desk.server, desk.path) as edited:
        assert edited.good().counts["judged"] == 0


def test_plan_beside_a_daemon_that_came_no_further_for_a_day_is_refused(
    desk: Desk, office: Office, quiet: AccountId
) -> None:
    assert desk.cycle.plan_stored(Silent()) is not None
    office.world.advance(days=1.1)
    with desk.store.lock(NAME):
        said = desk.touchcost("plan")
    assert quiet in desk.states()
    assert said.status == 1
    assert "what is stored reaches only to 2026-11-18" in said.err


class _Watcher(Silent):
    """Asks to stop in the third walk of a first pull, and counts how often totals are built."""

    def __init__(self, stop: Event) -> None:
        self._stop = stop
        self.builds = 0

    def filling(self, helpdesk: HelpdeskName, walk: int, walks: int, start: datetime) -> None:  # noqa: ARG002 - a Progress takes them.
        if walk == walks:
            self._stop.set()

    def counting(self, helpdesk: HelpdeskName) -> None:  # noqa: ARG002 - a Progress takes it.
        self.builds += 1


def test_restart_of_a_first_pull_counts_no_more_than_the_last_finished_walk_again(
    office: Office, server: Server, tmp_path: Path
) -> None:
    with open_desk(office.world, server, tmp_path, "2026-01-01", AT_ONCE) as desk:
        _account(office, "Acme", 12)
        watcher = _Watcher(desk.stop)
        assert desk.cycle.run_once(watcher).end is CycleEnd.CUT
        assert watcher.builds == 2
        desk.stop.clear()
        again = _Watcher(Event())
        assert desk.cycle.run_once(again).end is CycleEnd.FINE
        assert again.builds == 2
        assert desk.open()
