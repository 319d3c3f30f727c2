"""What is told again, what is kept silent, and what follows a rule to its new id."""

from dataclasses import replace
from datetime import timedelta

import pytest
from planning_desk import ACME, POLICY, REOPENS, SHARE, START, WRITING, Desk, kinds, standing

from rules.alert import Answer, Phase, Reason
from rules.facts import AccountId
from rules.judging.answering import acknowledge, snooze
from rules.judging.muting import mute
from rules.judging.renaming import rename
from rules.planning.change import Cause
from rules.planning.writing import TagChoice
from rules.rule import FirstRun, Guard, Level, Policy

LONG_AGO = START - timedelta(days=99)
MONTH = timedelta(days=30)


@pytest.fixture
def desk() -> Desk:
    """A helpdesk with one red account that was told a moment ago."""
    desk = Desk(planned={"cost-share": LONG_AGO, "reopens": LONG_AGO})
    desk.add(cost_share=standing())
    desk.round()
    return desk


def put_on_hold(desk: Desk, *, days: int) -> None:
    desk.states[ACME, "cost-share"], _ = snooze(desk.state("cost-share"), desk.now, desk.now + timedelta(days=days))


def test_an_alert_that_nobody_answers_is_told_again_after_remind_and_only_then(desk: Desk) -> None:
    desk.later(days=29)
    assert desk.round().changes == ()
    desk.later(days=1)
    made = desk.round()
    assert [(change.kind, change.reason) for change in made.changes] == [("update_alert", Cause.REMINDER)]
    assert "Open for 40 days, and nobody has answered yet." in desk.comments[-1][1]
    assert desk.round().changes == ()


def test_every_reminder_is_a_message_of_its_own(desk: Desk) -> None:
    for _ in range(2):
        desk.later(days=30)
        assert kinds(desk.round()) == ["update_alert"]
    assert len({key for key, _ in desk.comments}) == 3


def test_a_reminder_that_was_due_several_times_in_a_gap_is_sent_once(desk: Desk) -> None:
    desk.later(days=95)
    assert kinds(desk.round()) == ["update_alert"]
    assert desk.round().changes == ()


def test_an_answered_alert_is_not_reminded_of(desk: Desk) -> None:
    desk.states[ACME, "cost-share"], _ = acknowledge(desk.state("cost-share"), desk.now)
    desk.later(days=60)
    assert desk.round().changes == ()


def test_one_reminder_names_all_alerts_of_the_account(desk: Desk) -> None:
    desk.later(days=10)
    desk.states[ACME, "reopens"] = standing(Level.AMBER, opened=desk.now)
    assert kinds(desk.round()) == ["update_alert"]
    desk.later(days=29)
    assert desk.round().changes == ()
    desk.later(days=1)
    assert kinds(desk.round()) == ["update_alert"]
    desk.later(days=1)
    assert desk.round().changes == ()


def test_an_adopted_account_gets_its_own_ticket_with_the_first_reminder() -> None:
    desk = Desk(policy=replace(POLICY, guard=Guard(first_run=FirstRun.ADOPT)))
    desk.add(cost_share=standing())
    assert [change.key for change in desk.round().changes if change.kind == "open_alert"] == [
        "touchcost:acme:first-run:1"
    ]
    desk.later(days=30)
    made = [change for change in desk.round().changes if change.kind == "open_alert"]
    assert [(change.key, change.reason) for change in made] == [("touchcost:acme:42:1", Cause.REMINDER)]


def test_on_hold_the_field_says_until_when_and_the_tag_goes(desk: Desk) -> None:
    put_on_hold(desk, days=30)
    assert kinds(desk.round()) == ["remove_tag", "set_field"]
    assert desk.fields[ACME]["care_state"] == f"on hold until {(START + MONTH).date()}"
    assert desk.fields[ACME]["care_alert"] == "https://desk.test/tickets/1"
    assert desk.tags[ACME] == set()
    desk.later(days=29)
    assert desk.round().changes == ()


def test_nothing_is_told_while_on_hold_and_once_when_it_is_over(desk: Desk) -> None:
    put_on_hold(desk, days=30)
    desk.round()
    desk.set("cost-share", snoozed_until=None, snoozed_level=None, woken=True)
    made = desk.round()
    assert set(kinds(made)) == {"update_alert", "add_tag", "set_field"}
    assert "The time on hold is over" in desk.comments[-1][1]
    assert not desk.state("cost-share").woken
    assert desk.round().changes == ()


def test_an_alert_ticket_stays_open_while_its_alert_is_on_hold(desk: Desk) -> None:
    put_on_hold(desk, days=30)
    assert "close_alert" not in kinds(desk.round())


def test_a_tag_that_a_person_took_off_does_not_come_back_after_a_hold(desk: Desk) -> None:
    desk.tags[ACME].clear()
    desk.round()
    put_on_hold(desk, days=5)
    desk.round()
    desk.set("cost-share", snoozed_until=None, snoozed_level=None, woken=True)
    assert "add_tag" not in kinds(desk.round())
    assert desk.tags[ACME] == set()


def test_a_new_line_is_told_though_another_is_on_hold(desk: Desk) -> None:
    put_on_hold(desk, days=30)
    desk.round()
    desk.states[ACME, "reopens"] = standing(Level.AMBER, opened=desk.now)
    made = desk.round()
    assert {"update_alert", "add_tag"} <= set(kinds(made))
    assert desk.fields[ACME]["care_state"] == "for review"


def test_an_alert_that_expired_ends_without_a_recovery(desk: Desk) -> None:
    desk.resolve("cost-share", reason=Reason.EXPIRED)
    assert {"close_alert", "remove_tag"} <= set(kinds(desk.round()))
    assert desk.comments[-1][1] == "This review is over: nobody answered for 180 days."


def test_a_muted_alert_is_judged_and_writes_nothing() -> None:
    muted = replace(REOPENS, muted_by=("cost-share",))
    policy = Policy(rules=(SHARE, muted), guard=POLICY.guard)
    desk = Desk(policy=policy, writing=replace(WRITING, tags=TagChoice.EACH))
    desk.planned = {"cost-share": LONG_AGO, "reopens": LONG_AGO}
    desk.add(cost_share=standing(), reopens=standing(Level.AMBER))
    states = {rule: state for (_, rule), state in desk.states.items()}
    changed = mute(states, {rule.id: rule for rule in policy.rules})
    assert {rule: state.muted_by for rule, state in changed.items()} == {"reopens": "cost-share"}
    desk.states |= {(ACME, rule): state for rule, state in changed.items()}
    desk.round()
    assert desk.tags[ACME] == {"care_cost_share_red"}
    assert "Solved tickets come back" not in desk.comments[-1][1]


def test_a_muted_alert_speaks_when_the_other_one_is_over() -> None:
    muted = replace(REOPENS, muted_by=("cost-share",))
    rules = {rule.id: rule for rule in (SHARE, muted)}
    states = {"reopens": replace(standing(Level.AMBER), muted_by="cost-share"), "cost-share": replace(standing())}
    calm = replace(states["cost-share"], phase=Phase.IDLE, level=None)
    assert mute({**states, "cost-share": calm}, rules)["reopens"].muted_by is None


def test_a_renamed_rule_keeps_its_episode_and_gets_its_new_tag_before_the_old_one_goes() -> None:
    desk = Desk(writing=replace(WRITING, tags=TagChoice.EACH), planned={"cost-share": LONG_AGO})
    desk.add(cost_share=standing())
    desk.round()
    renamed = replace(SHARE, id="share", previously=("cost-share",))
    desk.policy = replace(desk.policy, rules=(renamed,))
    moved = rename({"cost-share": desk.state("cost-share")}, desk.policy.rules)
    assert moved.moved == {"cost-share": "share"}
    desk.states = {(ACME, rule): state for rule, state in moved.by_rule.items()}
    made = desk.round()
    assert kinds(made) == ["add_tag", "remove_tag"]
    assert desk.tags[ACME] == {"care_share_red"}
    assert desk.state("share").episode == 1


def test_a_rule_with_a_state_of_its_own_takes_over_none() -> None:
    renamed = replace(SHARE, id="share", previously=("cost-share",))
    states = {"cost-share": standing(), "share": standing(Level.AMBER)}
    assert rename(states, (renamed,)).moved == {}


def test_an_answer_that_ends_an_alert_closes_its_ticket_without_a_recovery(desk: Desk) -> None:
    desk.resolve("cost-share", reason=Reason.WRONG)
    desk.set("cost-share", answer=Answer.OUR_FAULT)
    desk.round()
    assert desk.comments[-1][1] == "This review is over."


def test_alerts_on_hold_take_no_room_in_the_guard(desk: Desk) -> None:
    desk.policy = replace(desk.policy, guard=Guard(first_run=FirstRun.ALERT, max_new_per_run=3, max_new_per_week=1))
    put_on_hold(desk, days=30)
    desk.round()
    for number in range(3):
        desk.add(AccountId(f"9{number}"), cost_share=replace(standing(), snoozed_until=desk.now + MONTH))
    assert desk.round().holds == ()
