"""The plan after two accounts became one: the loser's review ends with a word of where it goes on."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from planning_desk import ACME, START, WRITING, Desk, kinds, standing

from rules.alert import State
from rules.facts import AccountId
from rules.judging.merging import merge
from rules.planning.change import Cause, Plan
from rules.planning.plan import plan
from rules.planning.writing import AlertChoice
from rules.rule import Level

LONG_AGO = START - timedelta(days=99)
OTHER = AccountId("43")
SHARE = "cost-share"


@pytest.fixture
def desk() -> Desk:
    """A helpdesk with one amber account, told and read back, and one that is calm."""
    desk = Desk(planned={SHARE: LONG_AGO, "reopens": LONG_AGO})
    desk.add(cost_share=standing(Level.AMBER))
    desk.add(OTHER, cost_share=State(signal="above"))
    desk.round()
    return desk


def merged(desk: Desk, loser: AccountId = ACME, survivor: AccountId = OTHER) -> Plan:
    """What is planned once the loser went into the survivor, and the judge moved its alerts; it is saved, too."""
    found = merge(_states(desk, survivor), _states(desk, loser), desk.now)
    desk.states |= {(survivor, rule): state for rule, state in found.survivor.items()}
    desk.states |= {(loser, rule): state for rule, state in found.loser.items()}
    desk.hidden.add(loser)
    made = again(desk, loser, survivor)
    desk.save(made)
    return made


def again(desk: Desk, loser: AccountId = ACME, survivor: AccountId = OTHER) -> Plan:
    scene = desk.scene()
    gone = replace(scene.cases[loser], exists=False, merged_into=survivor)
    return plan(replace(scene, cases={**scene.cases, loser: gone}))


def _states(desk: Desk, account: AccountId) -> Mapping[str, State]:
    return {rule: state for (whose, rule), state in desk.states.items() if whose == account}


def _told(made: Plan) -> list[tuple[AccountId, str, Cause]]:
    return [(change.account, str(change.kind), change.reason) for change in made.changes if change.key]


def test_the_losers_ticket_is_solved_and_one_is_opened_for_the_survivor(desk: Desk) -> None:
    made = merged(desk)
    assert _told(made) == [(ACME, "close_alert", Cause.ENDED), (OTHER, "open_alert", Cause.MOVED)]
    ending = next(change for change in made.changes if change.account == ACME)
    assert ending.body["comment"] == ("This review goes on at Rossi Meccanica 43. https://desk.test/organizations/43")
    assert {mark.account for mark in made.dropped} == {ACME}
    assert "add_tag" in kinds(made)


def test_nothing_is_told_again_when_the_plan_was_saved(desk: Desk) -> None:
    made = merged(desk)
    for change in made.changes:
        desk.apply(change)
    desk.later(minutes=1)
    desk.settle()
    assert again(desk).changes == ()


@pytest.mark.parametrize(
    "said",
    [
        {"acknowledged": Level.AMBER, "acknowledged_at": START},
        {"snoozed_until": START + timedelta(days=30), "snoozed_level": Level.AMBER},
    ],
    ids=["answered", "on hold"],
)
def test_what_nobody_waits_for_makes_no_ticket_for_the_survivor(desk: Desk, said: dict[str, object]) -> None:
    desk.set(SHARE, **said)
    assert _told(merged(desk)) == [(ACME, "close_alert", Cause.ENDED)]


def test_a_survivor_with_a_ticket_is_told_on_it(desk: Desk) -> None:
    desk.states[OTHER, "reopens"] = standing(Level.AMBER)
    desk.round()
    made = merged(desk)
    assert _told(made) == [(ACME, "close_alert", Cause.ENDED), (OTHER, "update_alert", Cause.MOVED)]
    note = next(change for change in made.changes if change.reason is Cause.MOVED)
    assert str(note.body["comment"]).startswith("The review of an account that was merged into this one goes on here: ")


def test_an_alert_that_was_never_told_is_told_as_a_new_one(desk: Desk) -> None:
    desk.states[OTHER, "reopens"] = standing(Level.AMBER)
    made = merged(desk, loser=OTHER, survivor=ACME)
    assert _told(made) == [(ACME, "update_alert", Cause.RULE_JOINED)]


def test_a_survivor_that_is_not_there_either_ends_the_review(desk: Desk) -> None:
    made = merged(desk, survivor=AccountId("99"))
    assert [change.body["comment"] for change in made.changes if change.key] == [
        "This review is over: the account is no longer there."
    ]


def test_without_alert_tickets_only_marks_move(desk: Desk) -> None:
    desk = Desk(planned={SHARE: LONG_AGO}, writing=replace(WRITING, alerts=AlertChoice.OFF))
    desk.add(cost_share=standing(Level.AMBER))
    desk.add(OTHER, cost_share=State(signal="above"))
    desk.round()
    made = merged(desk)
    assert (_told(made), "add_tag" in kinds(made)) == ([], True)
