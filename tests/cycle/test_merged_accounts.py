"""An account that is merged into another one: its alerts go on there, and nobody is told twice."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cycle_desk import NAME, Desk, open_desk, open_installed
from cycle_nursery import Nursery, open_nursery
from cycle_worlds import Office, make_office

from connector.simulator import Fault, serve
from connector.simulator.records import Ticket
from rules.alert import Phase, Reason, State, Step
from rules.facts import AccountId
from rules.rule import Level

TAG = "care_review"
OVER = ("solved", "closed")
MOST_CALLS = 24
"""More than the cycle after a merge makes."""


def _alerted(desk: Desk, office: Office, name: str = "Alfa", tickets: int = 10) -> int:
    """An account for review, told in a ticket of its own."""
    account = office.account(name)
    desk.good()
    office.tickets(account, tickets)
    for _ in range(4):
        desk.night()
    assert [ticket.status for ticket in office.alerts(account)] == ["new"]
    return account


def _merge(office: Office, loser: int, winner: int) -> None:
    office.world.people.merge_organizations(loser, winner)
    office.world.advance(seconds=600)


def _busy(desk: Desk, account: int) -> State:
    return desk.states()[AccountId(str(account))]["busy"]


def _shown(office: Office, account: int) -> tuple[object, tuple[str, ...]]:
    organization = office.world.organizations[account]
    return organization.fields.get("care_state"), organization.tags


def _said(office: Office, ticket: Ticket) -> list[str]:
    return office.comments(ticket.id)


def _everything_said(office: Office, *accounts: int) -> int:
    return sum(len(_said(office, ticket)) for account in accounts for ticket in office.alerts(account))


def _is_at_rest(desk: Desk, office: Office) -> None:
    """Nothing is left to be written, no customer got a mail, and the totals are those of the tickets."""
    written = len(office.world.written)
    desk.good()
    assert office.world.written[written:] == []
    assert office.world.mails_to_customers() == []
    assert desk.touchcost("doctor").status == 0
    assert desk.store.outbox(NAME) == ()


def test_the_alert_goes_on_at_the_survivor_and_the_ticket_says_where(desk: Desk, office: Office) -> None:
    loser, winner = _alerted(desk, office), office.account("Beta")
    since = _busy(desk, loser).since
    _merge(office, loser, winner)
    desk.good()
    [old], [new] = office.alerts(loser), office.alerts(winner)
    page = f"{desk.server.url}/agent/organizations/{winner}"
    assert (old.status, _said(office, old)[-1]) == ("solved", f"This review goes on at Beta. {page}")
    assert new.status == "new"
    assert "10 tickets in 28 days" in _said(office, new)[0]
    assert _shown(office, winner) == ("for review", (TAG,))
    state = _busy(desk, winner)
    assert (state.phase, state.level, state.since, state.episode) == (Phase.OPEN, Level.AMBER, since, 1)
    assert [mark for mark in desk.store.ledger(NAME).marks if mark.account == str(loser)] == []
    _is_at_rest(desk, office)


def test_the_work_of_the_loser_is_the_survivors_from_then_on(desk: Desk, office: Office) -> None:
    loser, winner = _alerted(desk, office), office.account("Beta")
    office.tickets(winner, 2)
    desk.good()
    _merge(office, loser, winner)
    desk.good()
    desk.night()
    rows = desk.touchcost("accounts", "--json").json["accounts"]
    assert {row["name"]: row["tickets_28d"] for row in rows} == {"Beta": 12}
    totals = desk.dump("account_day", "effort_day")
    assert {row[1] for rows in totals.values() for row in rows} == {str(winner)}
    assert desk.touchcost("doctor").status == 0


def test_the_log_of_both_says_what_happened(desk: Desk, office: Office) -> None:
    loser, winner = _alerted(desk, office), office.account("Beta")
    _merge(office, loser, winner)
    desk.good()
    desk.good()
    lines = {account: desk.store.transitions(NAME, AccountId(str(account))) for account in (loser, winner)}
    ends = {account: (row[-1].transition.step, row[-1].transition.reason) for account, row in lines.items()}
    assert ends == {loser: (Step.RESOLVED, Reason.MERGED), winner: (Step.MOVED, Reason.MERGED)}
    shown = " ".join(desk.touchcost("explain", "Beta").out.split())
    assert "came from an account that was merged into this one at amber (accounts were merged)" in shown
    gone = desk.touchcost("explain", str(loser))
    assert (gone.status, gone.err.strip()) == (1, f"Alfa: it was merged into account {winner}")


def test_what_was_answered_stays_answered_and_nobody_is_told_again(desk: Desk, office: Office) -> None:
    loser, winner = _alerted(desk, office), office.account("Beta")
    [alert] = office.alerts(loser)
    office.world.people.solve(alert.id, office.person)
    desk.night()
    assert _busy(desk, loser).acknowledged is Level.AMBER
    _merge(office, loser, winner)
    said = _everything_said(office, loser, winner)
    desk.good()
    assert _busy(desk, winner).acknowledged is Level.AMBER
    assert _shown(office, winner) == ("for review", (TAG,))
    assert office.alerts(winner) == []
    assert _everything_said(office, loser, winner) == said + 1
    for _ in range(3):
        desk.night()
    assert _everything_said(office, loser, winner) == said + 1


def test_what_is_on_hold_stays_on_hold_at_the_survivor(desk: Desk, office: Office) -> None:
    assert desk.touchcost("setup", "--yes").status == 0
    loser, winner = _alerted(desk, office), office.account("Beta")
    [alert] = office.alerts(loser)
    office.world.agents.note(alert.id, office.person, "#snooze 20d because they are on holiday")
    desk.night()
    _merge(office, loser, winner)
    desk.good()
    state, tags = _shown(office, winner)
    assert (str(state).startswith("on hold until"), tags, office.alerts(winner)) == (True, (), [])
    for _ in range(25):
        desk.night()
    [new] = office.alerts(winner)
    assert "for review" in new.subject.lower()


def test_a_survivor_with_a_ticket_of_its_own_is_told_there_once(desk: Desk, office: Office) -> None:
    loser, winner = _alerted(desk, office, tickets=17), _alerted(desk, office, "Beta")
    opened = _busy(desk, winner).episode, _busy(desk, winner).opened_at
    _merge(office, loser, winner)
    desk.good()
    [old], [kept] = office.alerts(loser), office.alerts(winner)
    assert (old.status, kept.status) == ("solved", "new")
    said = _said(office, kept)
    assert len(said) == 2
    assert said[1].startswith(
        "The review of an account that was merged into this one goes on here: Many tickets in four weeks."
    )
    state = _busy(desk, winner)
    assert (state.level, state.episode, state.since) == (Level.RED, opened[0], _busy(desk, winner).since)
    assert state.opened_at is not None
    assert opened[1] is not None
    assert state.opened_at < opened[1]
    for _ in range(3):
        desk.night()
    assert len(_said(office, kept)) == 2
    _is_at_rest(desk, office)


def test_two_accounts_that_go_into_one_are_told_there_together(desk: Desk, office: Office) -> None:
    first, second = _alerted(desk, office), _alerted(desk, office, "Gamma", tickets=17)
    winner = office.account("Beta")
    for loser in (first, second):
        _merge(office, loser, winner)
    desk.good()
    assert [ticket.status for loser in (first, second) for ticket in office.alerts(loser)] == ["solved"] * 2
    [new] = office.alerts(winner)
    assert len(_said(office, new)) == 1
    assert _busy(desk, winner).level is Level.RED
    _is_at_rest(desk, office)


@pytest.mark.parametrize("looks", [0, 1], ids=["at once", "one after the other"])
def test_a_chain_of_merges_ends_at_the_last(desk: Desk, office: Office, looks: int) -> None:
    first, middle, last = _alerted(desk, office), office.account("Beta"), office.account("Gamma")
    _merge(office, first, middle)
    for _ in range(looks):
        desk.good()
    _merge(office, middle, last)
    desk.good()
    live = [ticket for account in (first, middle, last) for ticket in office.alerts(account)]
    assert [ticket.status for ticket in live if ticket.status not in OVER] == ["new"]
    assert office.alerts(last)[0].status == "new"
    assert (_busy(desk, last).phase, _shown(office, last)) == (Phase.OPEN, ("for review", (TAG,)))
    _is_at_rest(desk, office)


def test_a_survivor_that_the_configuration_leaves_out_takes_nothing_over(desk: Desk, office: Office) -> None:
    loser, winner = _alerted(desk, office), office.account("Beta")
    keys = json.loads(desk.path.read_text())
    keys["helpdesks"][0]["ignore"] = {"accounts": [str(winner)]}
    desk.path.write_text(json.dumps(keys))
    _merge(office, loser, winner)
    with open_installed(desk.world, desk.server, desk.path) as edited:
        edited.night()
        [old] = office.alerts(loser)
        assert (old.status, _said(office, old)[-1]) == (
            "solved",
            "This review is over: the account is no longer there.",
        )
        assert (_shown(office, winner), office.alerts(winner)) == ((None, ()), [])
        edited.night()
        _is_at_rest(edited, office)


def test_where_it_went_is_not_told_it_is_gone(desk: Desk, office: Office) -> None:
    loser, winner = _alerted(desk, office), office.account("Beta")
    office.world.faults.put(Fault(endpoint="organization_merges", kind="403", times=None))
    _merge(office, loser, winner)
    desk.night()
    [old] = office.alerts(loser)
    assert _said(office, old)[-1] == "This review is over: the account is no longer there."
    office.world.faults.clear()
    _is_at_rest(desk, office)


def test_a_helpdesk_that_is_busy_with_it_is_asked_again(desk: Desk, office: Office) -> None:
    loser, winner = _alerted(desk, office), office.account("Beta")
    _merge(office, loser, winner)
    office.world.faults.put(Fault(endpoint="organization_merges", kind="503", times=6))
    assert not desk.once().is_good
    desk.good()
    assert _busy(desk, winner).phase is Phase.OPEN
    _is_at_rest(desk, office)


def test_only_accounts_that_matter_are_asked_about(desk: Desk, office: Office) -> None:
    loser, winner = _alerted(desk, office), office.account("Beta")
    others = [office.account(f"Other {number}") for number in range(5)]
    desk.night()
    for other in others:
        office.world.people.delete_organization(other)
    _merge(office, loser, winner)
    desk.good()
    desk.good()
    asked = [call.path.partition("?")[0] for call in office.world.calls if call.endpoint == "organization_merges"]
    assert asked == [f"/api/v2/organizations/{account}/merges" for account in (loser, winner)]


@contextmanager
def _merged(folder: Path) -> Iterator[Desk]:
    """A desk just after one account for review was merged into another one that is."""
    office = make_office()
    with serve(office.world) as server, open_desk(office.world, server, folder, "2026-09-15") as desk:
        loser, winner = _alerted(desk, office, tickets=17), _alerted(desk, office, "Beta")
        _merge(office, loser, winner)
        yield desk


def _kill(desk: Desk, nursery: Nursery, enough: int) -> bool:
    """Kill a cycle as soon as it has made so many calls; whether it was killed before its end."""
    calls = desk.world.calls
    before = len(calls)
    return nursery.kill(desk.path, desk.world.now(), lambda: len(calls) - before >= enough, 0.0)


def test_a_cycle_that_is_killed_after_any_call_comes_to_the_same_end(tmp_path: Path) -> None:
    with (
        open_nursery() as nursery,
        _merged(tmp_path / "killed") as desk,
        _merged(tmp_path / "undisturbed") as undisturbed,
    ):
        killed = [_kill(desk, nursery, enough) for enough in range(MOST_CALLS)]
        assert sum(killed) > MOST_CALLS // 3
        for each in (desk, undisturbed):
            each.good()
            each.good()
        assert desk.end().unlike(undisturbed.end()) == []
        assert desk.world.mails_to_customers() == []
