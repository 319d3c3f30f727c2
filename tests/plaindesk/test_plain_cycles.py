"""Whole cycles on a stranger's helpdesk that bears no tags and measures no time."""

import io
import json
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from plaindesk.server import TOKEN, Desk, serve

from connector import cli
from connector.testing import NOW

RULES = """\
version: 1
defaults: {grace: 0d, min_history: 0d, hold: 0d, clear_after: 7d}
guard: {max_new_share: 100%, max_open_share: 100%, first_run: alert}
rules:
  - id: busy
    title: Many tickets in a week
    signal: tickets_7d
    levels: {amber: {enter: 3, exit: 2}}
"""


@dataclass(frozen=True)
class Office:
    """A Plaindesk, and touchcost beside it as somebody types it."""

    desk: Desk
    path: Path
    agent: int
    customer: int
    patch: pytest.MonkeyPatch

    def says(self, *arguments: str) -> tuple[int, str, str]:
        """Exit status, what stands on stdout and on stderr."""
        self.patch.setenv("TOUCHCOST_NOW", self.desk.now.isoformat())
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            status = cli.run(["-c", str(self.path), *arguments])
        return status, out.getvalue(), err.getvalue()

    def ask(self, times: int) -> None:
        for _ in range(times):
            ticket = self.desk.open(self.customer)
            self.desk.write(ticket, self.customer, "asked", "new")
            self.desk.pass_by(timedelta(minutes=10))
            self.desk.write(ticket, self.agent, "replied", "solved")


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    desk = Desk(now=NOW - timedelta(days=3))
    agent, own = desk.add_person(), desk.add_person()
    customer = desk.add_person(desk.add_account("Acme"))
    (tmp_path / "token").write_text(TOKEN)
    (tmp_path / "rules.yaml").write_text(RULES)
    with serve(desk, own) as url:
        helpdesk = {
            "name": "plain",
            "kind": "plaindesk",
            "url": url,
            "auth": {"token": "file:token"},
            "since": "2026-11-01",
            "requests_per_minute": 100_000,
            "write": {"policy": "sync", "tags": "each"},
        }
        path = tmp_path / "config.yaml"
        path.write_text(json.dumps({"version": 1, "helpdesks": [helpdesk], "rules": ["rules.yaml"]}))
        yield Office(desk, path, agent, customer, monkeypatch)


def test_setup_makes_the_fields_and_check_says_what_follows_from_what_is_beyond_it(office: Office) -> None:
    assert office.says("setup", "--yes")[0] == 0
    assert "care_state" in office.desk.known
    _, out, _ = office.says("check")
    assert "No tags on accounts in this helpdesk" in out
    assert "every minute is assumed" in out


def test_fields_and_one_alert_ticket_are_written_and_nothing_twice(office: Office) -> None:
    office.says("setup", "--yes")
    office.ask(4)
    office.desk.pass_by(timedelta(days=1))
    assert office.says("once")[0] == 0
    account = next(iter(office.desk.names))
    assert office.desk.fields[account]["care_state"] == "for review"
    [alert] = [row for row in office.desk.tickets.values() if row["key"]]
    assert (alert["account"], len(alert["notes"])) == (None, 1)
    before = len(office.desk.log)
    assert office.says("once")[0] == 0
    assert len(office.desk.log) == before


def test_explain_wants_no_tag_where_none_can_stand(office: Office) -> None:
    office.ask(4)
    office.says("once")
    _, out, _ = office.says("explain", "Acme", "--json")
    assert json.loads(out)["wanted"]["tags"] == []


def test_a_person_who_solves_the_ticket_has_answered_and_withdraw_takes_all_away(office: Office) -> None:
    office.says("setup", "--yes")
    office.ask(4)
    office.desk.pass_by(timedelta(days=1))
    office.says("once")
    [alert] = [row["id"] for row in office.desk.tickets.values() if row["key"]]
    office.desk.write(alert, office.agent, "changed", "solved")
    office.desk.pass_by(timedelta(days=1))
    office.says("once")
    _, out, _ = office.says("explain", "Acme", "--json")
    assert json.loads(out)["rules"][0]["acknowledged"] is True
    assert office.says("withdraw", "--yes")[0] == 0
    assert not any(office.desk.fields[next(iter(office.desk.names))].values())
