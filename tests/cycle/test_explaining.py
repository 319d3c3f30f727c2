"""`explain`: what lies over an alert, and who or what caused it, in words and as JSON."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cycle_desk import Desk, open_desk, open_installed
from cycle_worlds import Office

from connector.simulator import Server
from rules.facts import Day
from rules.measuring.shown import long_date

SINCE = "2026-09-15"
RULES = """\
version: 1
defaults: {grace: 0d, min_history: 0d, hold: 12h, clear_after: 4d}
guard: {max_new_per_week: 1000, max_new_per_run: 1000, max_new_share: 100%, max_open_share: 100%, first_run: alert}
rules:
  - id: week
    title: Many tickets in a week
    signal: tickets_7d
    levels:
      watch: {enter: 4, exit: 3}
      amber: {enter: 8, exit: 6}
    overrides:
      - when: segment == 'large'
        levels: {amber: {enter: 80, exit: 60}}
  - id: month
    title: Many tickets in four weeks
    signal: tickets_28d
    levels: {amber: {enter: 8, exit: 6}}
    muted_by: [week]
  - id: costly
    title: Work against what is paid
    signal: touch_cost_28d / revenue_28d
    levels: {amber: {enter: 90%, exit: 80%}}
"""


@pytest.fixture
def desk(office: Office, server: Server, tmp_path: Path) -> Iterator[Desk]:
    with open_desk(office.world, server, tmp_path, SINCE, RULES) as desk:
        assert desk.touchcost("setup", "--yes").status == 0
        yield desk


@pytest.fixture
def account(desk: Desk, office: Office) -> int:
    """An account for review, its alert ticket made and its tag read back."""
    account = office.account("Acme")
    desk.good()
    office.tickets(account, 9)
    for _ in range(2):
        desk.night()
    [_] = office.alerts(account)
    return account


def rule(desk: Desk, name: str = "week") -> Mapping[str, Any]:
    said = desk.touchcost("explain", "Acme", "--json")
    assert said.status == 0, said.err
    return next(rule for rule in said.json["rules"] if rule["rule"] == name)


def lines(desk: Desk) -> list[str]:
    return [line.strip() for line in desk.touchcost("explain", "Acme").out.splitlines()]


def answer(desk: Desk, office: Office, account: int, words: str) -> None:
    """What an agent writes on the alert ticket, and the night after."""
    [alert] = office.alerts(account)
    office.world.agents.note(alert.id, office.person, words)
    desk.night()


def edit(desk: Desk, before: str, after: str) -> None:
    rules = desk.path.parent / "rules.yaml"
    assert before in rules.read_text()
    rules.write_text(rules.read_text().replace(before, after))


@pytest.mark.usefixtures("account")
def test_a_tag_is_told_as_wanted_ours_and_seen(desk: Desk) -> None:
    [tag] = rule(desk)["tags"]
    assert (tag["tag"], tag["wanted"], tag["owned"]) == ("care_review", True, True)
    assert tag["seen_at"] is not None
    assert any(line.startswith("tag care_review: wanted, ours, last seen there 2026-") for line in lines(desk))
    assert rule(desk, "costly")["tags"] == []


def test_a_tag_that_a_person_took_off_is_told_as_staying_off(desk: Desk, office: Office, account: int) -> None:
    office.world.people.remove_tag(account, "care_review")
    desk.night()
    [told] = {line for line in lines(desk) if line.startswith("tag care_review: ")}
    assert told.startswith("tag care_review: a person took it off, found 2026-")
    assert told.endswith("; it stays off unless the alert rises")


@pytest.mark.usefixtures("account")
def test_every_field_that_is_ours_is_among_those_that_are_wanted(desk: Desk) -> None:
    wanted, ours = " ".join(lines(desk)).partition("Ours in the helpdesk")[::2]
    fields = re.findall(r"field (care_\w+) =", ours)
    assert "care_as_of" in fields
    assert [name for name in fields if f" {name}: " not in wanted] == []


def test_a_clock_is_told_in_days_and_hours(office: Office, server: Server, tmp_path: Path) -> None:
    with open_desk(office.world, server, tmp_path, SINCE, RULES.replace("hold: 12h", "hold: 60h")) as desk:
        office.tickets(office.account("Acme"), 9)
        for _ in range(2):
            desk.night()
        pending = [line for line in lines(desk) if line.startswith("pending")]
        assert len(pending) == 2
        assert all(", over a line since 18 Nov 2026, 1d of 2d 12h hold; " in line for line in pending)


def test_an_answer_is_told_with_its_day_and_never_with_a_name(desk: Desk, office: Office, account: int) -> None:
    answer(desk, office, account, "#done talked")
    week = rule(desk)
    assert (week["acknowledged"], week["acknowledged_level"], week["answer"]) == (True, "amber", "done: talked")
    assert week["acknowledged_at"].startswith("2026-11-21")
    [said] = week["answers"]
    assert (said["verb"], said["outcome"], said["has_reason"], said["until"]) == ("done", "talked", False, None)
    assert "answered by a person on 21 Nov 2026 at amber: done: talked" in lines(desk)
    assert "by" not in said


def test_a_solved_ticket_is_an_answer_of_a_person(desk: Desk, office: Office, account: int) -> None:
    [alert] = office.alerts(account)
    office.world.people.solve(alert.id, office.person)
    desk.night()
    assert (rule(desk)["acknowledged_level"], rule(desk)["answers"]) == ("amber", [])
    assert any(line.startswith("answered by a person on 21 Nov 2026 at amber") for line in lines(desk))


def test_a_snooze_is_told_with_its_end_and_level(desk: Desk, office: Office, account: int) -> None:
    answer(desk, office, account, "#snooze 30d because they are on holiday")
    week = rule(desk)
    assert (week["snoozed_level"], week["answer"], week["answers"][0]["has_reason"]) == ("amber", "snoozed", True)
    assert week["snoozed_until"] == week["answers"][0]["until"]
    assert week["tags"][0]["wanted"] is False
    told = next(line for line in lines(desk) if line.startswith("on hold"))
    assert told == (
        "on hold by a person on 21 Nov 2026 at amber (snoozed), with a reason, until 21 Dec 2026: "
        "nothing of it is shown or told"
    )
    assert any(line.startswith("tag care_review: not wanted now") for line in lines(desk))


def test_a_snooze_that_is_over_is_told_until_somebody_hears_of_it(desk: Desk, office: Office, account: int) -> None:
    answer(desk, office, account, "#snooze 1d")
    desk.world.advance(days=2)
    assert desk.touchcost("plan").status == 0
    assert (rule(desk)["woken"], rule(desk)["snoozed_until"]) == (True, None)
    assert "its time on hold is over, and that is still to be told" in lines(desk)


def test_quiet_after_a_wrong_is_told_with_its_level_and_end(desk: Desk, office: Office, account: int) -> None:
    answer(desk, office, account, "#wrong our fault because of an outage")
    week = rule(desk)
    assert (week["quiet_level"], week["phase"], week["answer"]) == ("amber", "idle", "wrong: our fault")
    assert week["quiet_until"].startswith("2027-02-19")
    told = "quiet up to amber until 19 Feb 2027: a person answered on 21 Nov 2026 (wrong: our fault), with a reason"
    assert told in lines(desk)


@pytest.mark.usefixtures("account")
def test_an_end_without_an_answer_is_told_as_such(desk: Desk) -> None:
    edit(desk, "clear_after: 4d", "clear_after: 4d, expires: 2d")
    with open_installed(desk.world, desk.server, desk.path) as edited:
        for _ in range(3):
            edited.night()
    month = rule(desk, "week")
    assert (month["quiet_level"], month["quiet_until"]) == ("amber", None)
    assert any(line.startswith("quiet up to amber until it was calm: nobody answered it") for line in lines(desk))


@pytest.mark.usefixtures("account")
def test_a_muted_alert_names_the_rule_that_speaks_for_it(desk: Desk) -> None:
    assert rule(desk, "month")["muted_by"] == "week"
    assert "muted by week, whose open alert on the account speaks for it" in lines(desk)


def test_a_held_alert_names_the_hold_and_the_command_that_lets_it_go(
    office: Office, server: Server, tmp_path: Path
) -> None:
    tight = RULES.replace("max_new_per_run: 1000", "max_new_per_run: 0")
    with open_desk(office.world, server, tmp_path, SINCE, tight) as desk:
        accounts = [office.account(name) for name in ("Acme", "Beta", "Gamma", "Delta")]
        desk.good()
        for account in accounts:
            office.tickets(account, 9)
        for _ in range(2):
            desk.night()
        week = rule(desk)
        assert (week["held"], week["tags"][0]["wanted"]) == ("brake", False)
        [told] = {line for line in lines(desk) if line.startswith("held by the brake since ")}
        assert told.endswith(f"touchcost approve {week['hold']}")
        assert desk.touchcost("approve", week["hold"]).status == 0


@pytest.mark.usefixtures("account")
def test_a_blocked_rule_says_from_when_on_it_may_open(desk: Desk) -> None:
    edit(desk, "grace: 0d, min_history: 0d", "grace: 30d, min_history: 12w")
    week = rule(desk, "costly")
    assert (week["blocked"], week["opens_from"]) == ("grace", "2027-02-09")
    assert any(line.startswith("cannot open before ") and line.endswith("in grace") for line in lines(desk))


@pytest.mark.usefixtures("account")
def test_a_rule_in_grace_opens_no_earlier_than_its_number_speaks(desk: Desk) -> None:
    edit(desk, "grace: 0d", "grace: 30d")
    opens = {name: date.fromisoformat(rule(desk, name)["opens_from"]) for name in ("week", "costly")}
    assert (opens["costly"] - opens["week"]).days == 10
    end = long_date(Day(opens["week"].toordinal() - 3))
    told = f"cannot open before {long_date(Day(opens['costly'].toordinal()))}: the account is in grace until {end}, "
    assert f"{told}and its number says nothing before half its window after the grace" in lines(desk)


def test_a_value_that_is_unknown_freezes_its_rule(desk: Desk, office: Office) -> None:
    office.world.people.add_organization("Acme", {})
    desk.night()
    costly = rule(desk, "costly")
    assert (costly["frozen"], costly["value"], costly["distance"]) == (True, None, None)
    assert "frozen: opens nothing while the value is unknown" in lines(desk)


def test_lines_that_an_override_gives_name_its_condition(office: Office, server: Server, tmp_path: Path) -> None:
    fields = {"revenue_month": "mrr", "currency": "currency", "segment": "size"}
    with open_desk(office.world, server, tmp_path, SINCE, RULES, fields=fields) as desk:
        office.world.people.add_organization("Acme", {"size": "large"})
        desk.night()
        assert rule(desk)["override"] == "segment == 'large'"
        assert rule(desk)["levels"] == {"amber": {"enter": "80", "exit": "60"}}
        assert "lines: amber from 80, left under 60 (for accounts with segment == 'large')" in lines(desk)
