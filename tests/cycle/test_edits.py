"""An edit of what verdicts depend on: everything is judged by the next cycle, and by no cycle after that."""

import json
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from cycle_desk import NAME, Desk, open_desk, open_installed
from cycle_worlds import Office

from connector.judging import judge_due
from connector.progress import Silent
from connector.simulator import Server
from rules.facts import AccountId

COST = {"currency": "EUR", "per_hour": "60.00"}
COSTLY = """\
version: 1
defaults: {grace: 0d, min_history: 0d, hold: 0d, clear_after: 7d}
guard: {max_new_per_week: 1000, max_new_per_run: 1000, max_new_share: 100%, max_open_share: 100%, first_run: alert}
rules:
  - id: costly
    title: Support costs much
    signal: touch_cost_28d
    levels:
      amber: {enter: 100, exit: 80}
"""
TOP: Mapping[str, Mapping[str, object]] = {
    "rates": {"cost": COST | {"per_hour": "66.00"}},
    "minutes": {"cost": COST | {"minutes": {"email": 90}}},
    "margin": {"cost": COST | {"gross_margin": "0.60"}},
}
OF_HELPDESK: Mapping[str, Mapping[str, object]] = {
    "time zone": {"time_zone": "Pacific/Auckland"},
    "ignored tags": {"ignore": {"tags": ["spam"]}},
    "own fault": {"own_fault": {"tags": ["our_bug"], "problem_links": False}},
    "ignored accounts": {"ignore": {"accounts": ["1"]}},
    "ignored status": {"ignore": {"status": ["trial"]}},
    "timer": {"timer_field": 4711},
    "account": {"account": ["organization", "email_domain"]},
    "earlier since": {"since": "2026-08-01"},
    "fields": {"fields": {"revenue_month": "mrr", "currency": "currency", "customer_since": "contract_start"}},
}


@pytest.fixture
def desk(office: Office, server: Server, tmp_path: Path) -> Iterator[Desk]:
    """One account in the middle of an ordinary day, of which there is nothing more to judge."""
    with open_desk(office.world, server, tmp_path, "2026-09-15", COSTLY) as opened:
        account = office.account("Alfa")
        office.tickets(account, 3)
        office.world.advance(seconds=1800)
        opened.good()
        office.world.advance(seconds=1800)
        opened.good()
        assert opened.good().counts["judged"] == 0
        yield opened


def edited(desk: Desk, top: Mapping[str, object], of_helpdesk: Mapping[str, object]) -> AbstractContextManager[Desk]:
    keys = json.loads(desk.path.read_text())
    keys["helpdesks"][0].update(of_helpdesk)
    desk.path.write_text(json.dumps(keys | top))
    desk.world.advance(seconds=60)
    return open_installed(desk.world, desk.server, desk.path)


def assert_judged_once(after: Desk) -> None:
    assert after.good().counts["judged"] == 1
    after.world.advance(seconds=1800)
    assert after.good().counts["judged"] == 0


@pytest.mark.parametrize("edit", TOP)
def test_edit_of_what_work_costs_is_judged_by_the_next_cycle_alone(desk: Desk, edit: str) -> None:
    with edited(desk, TOP[edit], {}) as after:
        assert_judged_once(after)


@pytest.mark.parametrize("edit", OF_HELPDESK)
def test_edit_of_what_counts_is_judged_by_the_next_cycle_alone(desk: Desk, edit: str) -> None:
    with edited(desk, {}, OF_HELPDESK[edit]) as after:
        assert_judged_once(after)


def test_edit_of_the_grace_is_judged_by_the_next_cycle_alone(desk: Desk) -> None:
    rules = desk.path.parent / "rules.yaml"
    rules.write_text(COSTLY.replace("grace: 0d", "grace: 30d"))
    with edited(desk, {}, {}) as after:
        assert_judged_once(after)


def test_new_rate_opens_an_alert_in_the_next_cycle(desk: Desk, office: Office) -> None:
    [account] = office.requesters
    assert not desk.open()
    with edited(desk, {"cost": COST | {"per_hour": "600.00"}}, {}) as after:
        after.good()
        assert after.open() == {AccountId(str(account))}


def test_revenue_that_changed_is_judged_by_the_next_cycle_alone(desk: Desk, office: Office) -> None:
    office.account("Beta")
    table = desk.path.parent / "revenue.csv"
    source = {"kind": "csv", "helpdesk": NAME, "path": table.name, "match": ["name"]}
    table.write_text(
        "account,from,to,amount,currency\n"
        + "\n".join(f"{name},2026-10-01,2026-10-31,500.00,EUR" for name in ("Alfa", "Beta"))
    )
    with edited(desk, {"billing": [source]}, {}) as after:
        after.good()
        after.world.advance(seconds=1800)
        assert after.good().counts["judged"] == 0
        table.write_text(table.read_text().replace("500.00", "600.00", 1))
        after.world.advance(seconds=60)
        assert_judged_once(after)


def test_totals_that_were_rebuilt_before_a_plan_are_judged_by_the_next_cycle(desk: Desk) -> None:
    with edited(desk, {}, OF_HELPDESK["ignored tags"]) as after:
        after.plan()
        assert_judged_once(after)


def test_judgement_at_a_moment_that_was_judged_already_does_not_use_up_an_edit(desk: Desk) -> None:
    """Where the facts came no further nothing was looked at."""
    judged_at = desk.store.standing(NAME).judged_at
    assert judged_at is not None
    with edited(desk, TOP["rates"], {}) as after:
        settings = after.installation.settings.helpdesks[0]
        judging = judge_due(after.store, settings, judged_at, Silent())
        assert judging is not None
        after.store.save_judgement(NAME, judging.judgement)
        assert_judged_once(after)
