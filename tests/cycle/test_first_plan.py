"""On a helpdesk with a year of history the first plan is that of a daemon that has run all along."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from cycle_config import RULES
from cycle_desk import NAME, Desk, open_desk
from cycle_worlds import NOW

from connector.measuring import make_calendar
from connector.simulator import Server, World, serve
from rules.alert import Phase, State
from rules.facts import AccountId
from rules.rule import Level

BEGUN = NOW - timedelta(days=365)
SINCE = (BEGUN - timedelta(days=10)).date().isoformat()
KEYS = {
    "write": {"policy": "report-only"},
    "rules": ["builtin:starter", "rules.yaml"],
    "time_zone": "Europe/Rome",
    "fields": {"revenue_month": "mrr", "currency": "currency", "customer_since": "contract_start"},
}
# Six hours to a week from one cycle to the next: most nights, some more often, and a machine that was off.
STEPS = (0.25, 1, 1, 1, 2, 3, 7)

Alerts = Mapping[tuple[AccountId, str], tuple[Phase, Level | None, date, date]]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A helpdesk that lives through a year while a daemon looks on."""
    world = World.lively(seed=5, accounts=14, days=15, now=BEGUN)
    with serve(world) as running:
        yield running


@pytest.fixture(scope="module")
def daemon(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The installation that ran all along."""
    chance, world = Random(3), server.world  # noqa: S311 - a test, not a secret.
    with open_desk(world, server, tmp_path_factory.mktemp("daemon"), SINCE, RULES, **KEYS) as desk:
        while world.now() < NOW:
            world.move_to(min(NOW, world.now() + timedelta(days=chance.choice(STEPS))))
            desk.good()
        yield desk


@pytest.fixture
def newcomer(server: Server, tmp_path: Path) -> Iterator[Desk]:
    """An installation that meets the helpdesk today."""
    with open_desk(server.world, server, tmp_path, SINCE, RULES, **KEYS) as desk:
        yield desk


def _alerts(desk: Desk, states: Mapping[AccountId, Mapping[str, State]]) -> Alerts:
    """Everything that is open, with the dates people see."""
    shown = make_calendar(desk.installation.settings.helpdesks[0]).shown
    return {
        (account, rule): (state.phase, state.level, shown(state.since), shown(state.opened_at))
        for account, by_rule in states.items()
        for rule, state in by_rule.items()
        if state.level is not None and state.since is not None and state.opened_at is not None
    }


def test_the_first_plan_names_the_alerts_of_a_daemon_that_ran_for_a_year_with_the_same_dates(
    daemon: Desk, newcomer: Desk
) -> None:
    drafted = newcomer.plan()
    found = _alerts(newcomer, {account: case.states for account, case in drafted.scene.cases.items()})
    assert found == _alerts(daemon, daemon.states())
    assert {rule for _, rule in found} >= {"busy", "costly", "cost-share"}
    assert any(since < date(2026, 5, 1) for _, _, since, _ in found.values())


def test_the_plan_that_people_see_names_these_accounts_and_dates(daemon: Desk, newcomer: Desk) -> None:
    said = newcomer.touchcost("plan", "--json")
    assert said.status == 0
    expected = {
        str(account): alerts
        for account, alerts in daemon.states().items()
        if any((state.level or 0) >= Level.AMBER for state in alerts.values())
    }
    tagged = {change["account"] for change in said.json["changes"] if change["kind"] == "add_tag"}
    assert tagged == expected.keys()
    assert newcomer.states() == {}
    assert newcomer.world.written == []


def test_saved_states_of_both_agree_after_the_next_cycle(daemon: Desk, newcomer: Desk) -> None:
    newcomer.good()
    assert _alerts(newcomer, newcomer.states()) == _alerts(daemon, daemon.states())
    assert newcomer.store.standing(NAME).filling is False
    assert daemon.store.standing(NAME).judged_at == datetime(2026, 11, 18, 8, 59, tzinfo=UTC)
