"""The command against a running Request Tracker: its table equals what the database says, also after people went on."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from plain_count import Line, count_accounts
from request_tracker_desk import Desk
from request_tracker_server import NOW, RequestTracker

from connector.cli import run

RATES = {"Tier 2": 85}
CONFIG = """\
version: 1
helpdesks:
  - name: acme
    kind: request_tracker
    url: {url}
    auth: {{token: env:TEST_TOKEN}}
    since: 2026-08-01
    requests_per_minute: 100000
cost:
  currency: EUR
  per_hour: "60"
  rates: [{{group: Tier 2, per_hour: "85"}}]
"""


@dataclass
class House:
    """A configuration for the running one, and the command."""

    desk: Desk
    config: Path
    capture: pytest.CaptureFixture[str]
    patch: pytest.MonkeyPatch

    def at(self, now: datetime) -> None:
        """Both sides have this time."""
        self.desk.server.set_time(now)
        self.patch.setenv("TOUCHCOST_NOW", now.isoformat())

    def run(self, *arguments: str) -> str:
        self.capture.readouterr()
        status = run(["-c", str(self.config), *arguments])
        out, err = self.capture.readouterr()
        assert status == 0, err
        assert self.desk.server.tokens["reader"] not in out + err
        return out

    def accounts(self) -> dict[str, Any]:
        self.run("once")
        document: dict[str, Any] = json.loads(self.run("accounts", "--json"))
        return document


@pytest.fixture
def house(
    request_tracker: RequestTracker, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> House:
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG.format(url=request_tracker.url))
    monkeypatch.setenv("TEST_TOKEN", request_tracker.tokens["reader"])
    made = House(Desk(request_tracker), config, capsys, monkeypatch)
    made.at(NOW)
    return made


def shown(found: dict[str, Any]) -> tuple[object, ...]:
    return (
        found["tickets_28d"],
        found["tickets_90d"],
        found["touches_90d"],
        found["contacts_90d"],
        Fraction(str(found["touch_minutes_90d"])),
        Fraction(found["touch_cost_90d"]),
    )


def written(line: Line) -> tuple[object, ...]:
    numbers = (line.tickets_28d, line.tickets, line.touches, line.contacts)
    return (*numbers, line.minutes, round(line.cost, 2))


def agree(house: House, now: datetime) -> dict[str, Any]:
    """Every number of the table is that of the database."""
    document = house.accounts()
    lines = count_accounts(house.desk, now, RATES)
    nobody = lines.pop("")
    assert shown(document["without_account"]) == written(nobody)
    assert {one["account"]: shown(one) for one in document["accounts"]} == {
        name: written(line) for name, line in lines.items()
    }
    assert sum(line.minutes for line in lines.values()) > 1000
    return document


def test_the_table_is_what_the_database_says(house: House) -> None:
    document = agree(house, NOW)
    assert len(document["accounts"]) == 40
    assert all(one["name"] == one["account"] for one in document["accounts"])
    assert {one["currency"] for one in document["accounts"]} == {"EUR"}
    assert any(0 < one["method"]["measured"] < 1 for one in document["accounts"])
    assert house.desk.server.recipients() == []


def test_the_table_follows_what_people_do(house: House) -> None:
    desk = house.desk
    agree(house, NOW)
    later = NOW + timedelta(hours=30)
    house.at(later)
    desk.write("agent06", 7, "correspond", TimeTaken=35)
    desk.write("user0002", 2, "correspond")
    desk.put("agent01", "/ticket/61", {"MergeInto": 62})
    desk.put("agent01", "/ticket/62", {"MergeInto": 63})
    assert desk.ask("DELETE", "agent01", "/ticket/64").status_code == 204
    desk.put("agent01", "/ticket/31", {"Status": "open"})
    desk.put("agent01", "/ticket/65", {"Requestor": ["user0001"]})
    desk.put("agent01", "/ticket/66", {"TimeWorked": 1})
    desk.put("root", "/user/user0010", {"Organization": "Company 40"})
    desk.put("root", "/user/user0201", {"Organization": "Company 41"})
    made = desk.open("user0001", "Billing", Requestor="user0001")
    desk.write("agent01", made, "comment", TimeTaken=10)
    house.at(later + timedelta(minutes=10))
    document = agree(house, later)
    assert len(document["accounts"]) == 41
    before = desk.server.recipients()
    agree(house, later)
    assert desk.server.recipients() == before


def test_check_has_nothing_to_say_against_it(house: House) -> None:
    assert "Dates are read as UTC." in house.run("check")
