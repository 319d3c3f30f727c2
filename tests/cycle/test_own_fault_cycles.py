"""Work that turns out to be our own fault: what the next cycles make of it, and what commands say."""

import csv
import io
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from cycle_config import COSTLY
from cycle_desk import NAME, Desk, open_desk
from cycle_worlds import Office

from connector.counting import make_counting
from connector.simulator import Server
from rules.facts import AccountId

ONLY_COSTLY = f"""\
version: 1
defaults: {{grace: 0d, min_history: 0d, hold: 1d, clear_after: 7d}}
guard: {{max_new_per_week: 1000, max_new_per_run: 1000, max_new_share: 100%, max_open_share: 100%, first_run: alert}}
rules:
{COSTLY}    play: conversation
"""
TAG = "care_review"
LEARNT = ("problems", "problem_links", "own_fault_tags")


@pytest.fixture
def desk(office: Office, server: Server, tmp_path: Path) -> Iterator[Desk]:
    """Two marks of our own fault: a tag, and what a problem ticket gathers."""
    own_fault = {"tags": ["our_bug"]}
    with open_desk(office.world, server, tmp_path, "2026-08-01", ONLY_COSTLY, own_fault=own_fault) as opened:
        yield opened
    assert office.world.mails_to_customers() == []


def costly(office: Office, tickets: int = 20) -> tuple[int, list[int]]:
    """An account that pays some 118 in 90 days, with tickets that cost 5 each."""
    account = office.account("Rossi", month=40.0)
    return account, office.tickets(account, tickets)


def linked(office: Office, tickets: Sequence[int]) -> int:
    """A problem ticket of ours to which these belong."""
    problem = office.world.people.create_ticket(office.agent, "Import stops", fields={"type": "problem"})
    for ticket in tickets:
        office.world.people.link(ticket, problem, office.agent)
    return problem


def line_of(desk: Desk, account: int) -> dict[str, Any]:
    listed = desk.touchcost("accounts", "--json").json["accounts"]
    return next(one for one in listed if one["account"] == str(account))


def backtested(desk: Desk) -> int:
    """How many alerts the one rule would have raised."""
    [found] = desk.touchcost("backtest", "--json").json["backtests"]
    alerts: int = found["together"]["alerts"]
    return alerts


def test_an_alert_clears_without_a_word_to_the_customer_once_its_tickets_belong_to_a_problem(
    desk: Desk, office: Office
) -> None:
    account, tickets = costly(office)
    for _ in range(3):
        desk.night()
    assert desk.open() == {AccountId(str(account))}
    assert TAG in office.world.organizations[account].tags
    before = line_of(desk, account)
    linked(office, tickets)
    for _ in range(9):
        desk.night()
    [alert] = office.alerts(account)
    assert alert.status == "solved"
    assert office.comments(alert.id)[-1].startswith("Back under the line since")
    assert office.world.organizations[account].tags == ()
    assert not desk.open()
    after = line_of(desk, account)
    assert (before["touches_90d"], before["touches_all_90d"], before["own_fault_share_90d"]) == (20, 20, 0)
    assert (after["touches_90d"], after["touch_cost_90d"], after["cost_share_90d"]) == (0, "0.00", 0)
    assert (after["touches_all_90d"], after["own_fault_share_90d"]) == (20, 1)
    # Linking them took an update each: half a minute.
    assert after["touch_cost_all_90d"] == str(Decimal(before["touch_cost_90d"]) + 10)
    assert (after["tickets_90d"], after["contacts_90d"]) == (before["tickets_90d"], before["contacts_90d"]) == (20, 20)
    said = desk.touchcost("doctor")
    assert said.status == 0, said.out


def test_the_alert_ticket_names_the_problem_and_a_tag_later_on_none(desk: Desk, office: Office) -> None:
    account, tickets = costly(office)
    problem = linked(office, tickets[:3])
    desk.night()
    desk.night()
    [alert] = office.alerts(account)
    told = f"Is it us? 3 tickets belong to our problem #{problem} and are already taken off."
    assert told in office.comments(alert.id)[0].splitlines()
    office.world.people.tag_ticket(tickets[4], office.agent, "our_bug")
    office.world.agents.note(alert.id, office.person, "#open")
    desk.night()
    assert "Is it us? 4 tickets are marked as our own fault and are already taken off." in "\n".join(
        office.comments(alert.id)
    )


def test_where_most_of_it_is_our_own_fault_mending_is_offered_first(desk: Desk, office: Office) -> None:
    account, tickets = costly(office, 40)
    linked(office, tickets[:20])
    desk.night()
    desk.night()
    [alert] = office.alerts(account)
    assert "Mend our side first" in office.comments(alert.id)[0].splitlines()


def test_a_ticket_that_is_tagged_later_takes_its_work_with_it_at_once(desk: Desk, office: Office) -> None:
    account, tickets = costly(office)
    desk.good()
    for ticket in tickets[:5]:
        office.world.people.tag_ticket(ticket, office.agent, "our_bug")
    desk.world.advance(seconds=600)
    assert desk.good().counts["judged"] >= 1
    line = line_of(desk, account)
    assert (line["touches_90d"], line["touches_all_90d"]) == (15, 20)


def test_wrong_our_fault_is_confirmed_with_the_tag_that_takes_the_work_off(desk: Desk, office: Office) -> None:
    account, _ = costly(office)
    desk.night()
    desk.night()
    [alert] = office.alerts(account)
    office.world.agents.note(alert.id, office.person, "#wrong our fault")
    desk.night()
    said = "Give the tickets behind it the tag our_bug: then their work is taken off."
    assert any(said in comment for comment in office.comments(alert.id))


def test_a_past_that_is_judged_again_is_without_our_own_fault(desk: Desk, office: Office) -> None:
    _, tickets = costly(office)
    desk.night()
    desk.night()
    assert backtested(desk) == 1
    linked(office, tickets)
    desk.night()
    assert backtested(desk) == 0


def test_the_table_of_a_month_adds_up_to_what_was_spent(desk: Desk, office: Office) -> None:
    _, tickets = costly(office)
    linked(office, tickets[:6])
    desk.night()
    rows = list(csv.DictReader(io.StringIO(desk.touchcost("accounts", "--month", "2026-11", "--csv").out)))
    spent, ours = (sum(Decimal(row[name]) for row in rows) for name in ("touch_cost_all", "touch_cost"))
    # 20 answers, the problem itself, which belongs to no account, and six updates that link to it.
    assert spent == 20 * 5 + 5 + 6 * Decimal("0.5")
    assert spent - ours == 6 * Decimal("5.5") + 5
    shown = desk.touchcost("accounts", "--month", "2026-11").out
    assert "Own fault" in shown
    assert "cost and own fault together are what was spent" in shown


def test_check_says_how_much_is_taken_off_and_by_what(desk: Desk, office: Office) -> None:
    _, tickets = costly(office)
    desk.night()
    assert "our own fault" not in desk.touchcost("check").out
    assert "Own fault" not in desk.touchcost("accounts").out
    linked(office, tickets)
    desk.night()
    assert (
        "100 % of the minutes of the last 90 days are our own fault, by the tag our_bug or a problem ticket"
        in desk.touchcost("check").out
    )


def test_rows_from_before_are_pulled_again_for_their_problems_and_check_says_so(desk: Desk, office: Office) -> None:
    account, tickets = costly(office)
    linked(office, tickets[:5])
    desk.night()
    _forget_problems(desk)
    assert line_of(desk, account)["touches_90d"] == 20
    assert "stored the rows without the problem that a ticket belongs to" in desk.touchcost("check").out
    desk.night()
    assert line_of(desk, account)["touches_90d"] == 15
    assert "pulls the past anew" not in desk.touchcost("check").out


def _forget_problems(desk: Desk) -> None:
    """As a store of the version before is found after it was opened."""
    with closing(sqlite3.connect(desk.path.parent / "desk.db")) as connection, connection:
        [[basis]] = connection.execute("SELECT basis FROM helpdesk")
        former = {key: value for key, value in json.loads(basis).items() if key not in LEARNT}
        connection.execute("UPDATE helpdesk SET basis = ?", [json.dumps(former)])
        connection.execute("UPDATE ticket SET problem = NULL")
    desk.store.build_totals(NAME, make_counting(desk.store, desk.installation.settings.helpdesks[0]))
