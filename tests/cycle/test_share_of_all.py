"""A rule on an account's share of all accounts, from the helpdesk to `explain`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cycle_desk import Desk, open_desk
from cycle_worlds import Office

from connector.simulator import Server

SHARES = """\
version: 1
defaults: {grace: 0d, min_history: 0d, hold: 0d, clear_after: 7d}
guard: {max_new_per_week: 1000, max_new_per_run: 1000, max_new_share: 100%, max_open_share: 100%, first_run: alert}
rules:
  - id: fair-share
    title: The account takes much more than its share
    signal: cost_share_of_all_28d / revenue_share_of_all_28d
    levels: {amber: {enter: 150%, exit: 120%}}
    why: "{cost_share_of_all_28d} of all support"
"""


@pytest.fixture
def ignored(office: Office) -> int:
    """A busy account that the configuration leaves out."""
    account = office.account("Ignored", month=1000.0)
    office.tickets(account, 5)
    return account


@pytest.fixture
def desk(office: Office, server: Server, tmp_path: Path, ignored: int) -> Iterator[Desk]:
    ignore = {"accounts": [str(ignored)]}
    with open_desk(office.world, server, tmp_path, "2026-08-01", SHARES, ignore=ignore) as opened:
        yield opened
    assert office.world.mails_to_customers() == []


def explained(desk: Desk, account: int) -> dict[str, Any]:
    [rule] = desk.touchcost("explain", str(account), "--json").json["rules"]
    return {**rule["operands"], "phase": rule["phase"]}


def test_a_share_is_of_the_work_and_revenue_of_everybody_who_counts(desk: Desk, office: Office) -> None:
    heavy, light = office.account("Heavy", month=100.0), office.account("Light", month=100.0)
    office.tickets(heavy, 9)
    office.tickets(light, 1)
    desk.night()
    desk.good()
    found = explained(desk, heavy)
    assert (found["cost_share_of_all_28d"], found["revenue_share_of_all_28d"]) == ("0.9", "0.5")
    assert found["phase"] == "open"
    assert explained(desk, light)["phase"] == "idle"
