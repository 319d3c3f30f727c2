"""What the next cycle judges: whatever happened to the cycle before, to the rules or to the policy."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cycle_desk import NAME, Desk, open_desk
from cycle_worlds import Office

from connector.simulator import Fault, Server
from connector.store.rows import CycleEnd
from rules.facts import AccountId

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
    keys = {"retention_days": 100, "write": {"policy": policy}}
    with open_desk(office.world, server, tmp_path, SINCE, AT_ONCE, **keys) as desk:
        _account(office, "Acme", 5)
        desk.good()
        assert len(desk.dump("ticket")["ticket"]) == 5
        for _ in range(2):
            desk.night(60)
        assert desk.dump("ticket", "event") == {"ticket": (), "event": ()}
