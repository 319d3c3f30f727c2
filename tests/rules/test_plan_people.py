"""What people do with our marks is respected, and nothing is taken for an answer that nobody gave."""

from dataclasses import replace
from datetime import timedelta

import pytest
from planning_desk import ACME, START, WRITING, Desk, kinds, standing

from rules.alert import Phase, Reason
from rules.facts import AccountId
from rules.marks import WriteKind
from rules.planning.change import Plan, Waiting, Why
from rules.planning.plan import plan
from rules.planning.writing import TagChoice
from rules.rule import Level

LONG_AGO = START - timedelta(days=99)


@pytest.fixture
def desk() -> Desk:
    """A helpdesk with one amber account, told and read back."""
    desk = Desk(planned={"cost-share": LONG_AGO, "reopens": LONG_AGO})
    desk.add(cost_share=standing(Level.AMBER))
    desk.round()
    return desk


def many(desk: Desk, number: int) -> list[AccountId]:
    accounts = [desk.add(AccountId(str(100 + place)), cost_share=standing(Level.AMBER)) for place in range(number)]
    desk.policy = replace(desk.policy, guard=replace(desk.policy.guard, max_new_per_week=1_000))
    desk.active_accounts = 100_000
    desk.round()
    return accounts


def test_tag_that_a_person_took_off_is_an_answer_and_never_put_back(desk: Desk) -> None:
    desk.tags[ACME].clear()
    made = desk.round()
    assert (made.changes, made.acknowledged) == ((), (ACME,))
    assert desk.state("cost-share").acknowledged is Level.AMBER
    for _ in range(3):
        assert desk.round().changes == ()
    assert desk.fields[ACME]["care_state"] == "for review"


def test_tag_that_a_person_took_off_while_it_calms_stays_off_when_it_comes_back(desk: Desk) -> None:
    desk.set("cost-share", phase=Phase.CLEARING, calm_since=desk.now)
    desk.tags[ACME].clear()
    assert desk.round().changes == ()
    assert (desk.state("cost-share").phase, desk.state("cost-share").acknowledged) == (Phase.CLEARING, Level.AMBER)
    desk.set("cost-share", phase=Phase.OPEN, calm_since=None)
    assert desk.round().changes == ()
    assert desk.tags[ACME] == set()


def test_tag_that_only_some_show_is_no_answer_and_written_again(desk: Desk) -> None:
    desk.partly[ACME] = {"care_review"}
    made = desk.round()
    assert (kinds(made), made.acknowledged) == (["add_tag"], ())
    assert desk.round().changes == ()


def test_tag_that_reached_only_some_is_not_taken_for_shown(desk: Desk) -> None:
    other = desk.add(AccountId("43"), cost_share=standing(Level.AMBER))
    desk.save(desk.plan())
    desk.tags[other], desk.partly[other] = {"care_review"}, {"care_review"}
    desk.later()
    desk.settle()
    assert [mark.seen_at for mark in desk.ledger.marks if (mark.account, mark.name) == (other, "care_review")] == [None]
    assert "add_tag" in kinds(desk.round())


def test_tag_that_was_taken_off_returns_when_the_alert_rises(desk: Desk) -> None:
    desk.tags[ACME].clear()
    desk.round()
    desk.set("cost-share", level=Level.RED, acknowledged=None)
    assert kinds(desk.round()) == ["add_tag", "update_alert"]


def test_tag_that_was_taken_off_returns_in_the_next_episode(desk: Desk) -> None:
    desk.tags[ACME].clear()
    desk.round()
    desk.resolve("cost-share")
    desk.round()
    desk.states[ACME, "cost-share"] = replace(standing(Level.AMBER, opened=desk.now), episode=2)
    assert "add_tag" in kinds(desk.round())


def test_lower_level_is_not_tagged_after_a_higher_one_was_answered(desk: Desk) -> None:
    desk.writing = replace(WRITING, tags=TagChoice.EACH)
    desk.set("cost-share", level=Level.RED)
    desk.round()
    desk.tags[ACME].clear()
    desk.round()
    desk.set("cost-share", level=Level.AMBER)
    assert desk.round().changes == ()


def test_answer_counts_for_every_alert_and_leaves_the_other_tags_alone(desk: Desk) -> None:
    desk.writing = replace(WRITING, tags=TagChoice.EACH)
    desk.states[ACME, "reopens"] = standing(Level.AMBER)
    desk.round()
    desk.tags[ACME].remove("care_reopens_amber")
    assert desk.round().changes == ()
    assert desk.tags[ACME] == {"care_cost_share_amber"}
    assert {desk.state(rule).acknowledged for rule in ("cost-share", "reopens")} == {Level.AMBER}


def test_level_that_rose_meanwhile_is_not_answered(desk: Desk) -> None:
    desk.tags[ACME].clear()
    desk.set("cost-share", level=Level.RED)
    made = desk.round()
    assert kinds(made) == ["add_tag", "update_alert"]
    assert desk.state("cost-share").acknowledged is None


def test_lost_write_is_written_again_and_is_no_answer() -> None:
    desk = Desk(planned={"cost-share": LONG_AGO})
    desk.add(cost_share=standing())
    desk.save(desk.plan())
    desk.later()
    made = desk.round()
    assert ("add_tag", "lost_write") in [(change.kind, change.reason) for change in made.changes]
    assert made.acknowledged == ()
    assert desk.tags[ACME] == {"care_review"}


@pytest.mark.parametrize("status", ["solved", "merged", "deleted"])
def test_ticket_that_a_person_solves_merges_or_deletes_is_an_answer(desk: Desk, status: str) -> None:
    if status == "deleted":
        desk.tickets.clear()
    else:
        desk.person_sets("closed" if status == "merged" else status, merged=status == "merged")
    made = desk.round()
    assert made.acknowledged == (ACME,)
    assert desk.state("cost-share").acknowledged is Level.AMBER
    assert desk.tags[ACME] == {"care_review"}
    assert desk.round().changes == ()


def test_ticket_that_an_automation_closes_is_no_answer(desk: Desk) -> None:
    desk.person_sets("closed")
    assert desk.round().acknowledged == ()
    desk.set("cost-share", level=Level.RED)
    assert desk.round().changes[0].key == "touchcost:acme:42:2"


def test_solved_ticket_is_opened_again_when_the_alert_rises(desk: Desk) -> None:
    desk.person_sets("solved")
    desk.round()
    desk.set("cost-share", level=Level.RED, acknowledged=None)
    made = desk.round()
    assert made.changes[0].body["status"] == "open"
    assert desk.round().acknowledged == ()


def test_ticket_solved_twice_is_answered_twice(desk: Desk) -> None:
    desk.person_sets("solved")
    desk.round()
    desk.set("cost-share", level=Level.RED, acknowledged=None)
    desk.round()
    desk.person_sets("solved")
    desk.round()
    assert desk.state("cost-share").acknowledged is Level.RED


def test_deleted_ticket_is_not_followed_and_the_next_message_makes_another(desk: Desk) -> None:
    desk.tickets.clear()
    desk.round()
    desk.states[ACME, "reopens"] = standing(Level.AMBER)
    made = desk.round()
    assert [change.key for change in made.changes if change.kind == "open_alert"] == ["touchcost:acme:42:2"]


def test_message_that_its_ticket_never_took_is_in_the_next_one(desk: Desk) -> None:
    desk.set("cost-share", level=Level.RED)
    desk.save(desk.plan())
    desk.person_sets("closed")
    desk.later()
    made = desk.round()
    assert [(change.kind, change.key) for change in made.changes if change.key] == [
        ("open_alert", "touchcost:acme:42:2")
    ]


def test_tagging_that_is_switched_off_is_no_answer(desk: Desk) -> None:
    desk.tags[ACME].clear()
    desk.tagging_on = False
    made = desk.round()
    assert made.acknowledged == ()
    assert [held.why for held in made.withheld] == [Why.TAGGING_OFF]


def test_account_that_a_read_does_not_show_is_no_answer(desk: Desk) -> None:
    desk.hidden.add(ACME)
    made = desk.round()
    assert (made.changes, made.acknowledged) == ((), ())
    desk.hidden.clear()
    assert desk.round().changes == ()


def test_an_old_read_again_is_no_answer(desk: Desk) -> None:
    seen = [mark.seen_at for mark in desk.ledger.marks if mark.name == "care_review"]
    desk.now = seen[0] or START
    desk.tags[ACME].clear()
    assert desk.plan().acknowledged == ()


def test_more_missing_than_people_take_off_stops_everything(desk: Desk) -> None:
    accounts = many(desk, 10)
    for account in accounts[:7]:
        desk.tags[account].clear()
    made = desk.round()
    assert (made.changes, made.acknowledged, made.states) == ((), (), {})
    assert {held.why for held in made.withheld} == {Why.MISSING}
    assert [hold.answers for hold in made.holds] == [False, True]
    assert desk.round().holds == ()


def test_missing_marks_are_put_back_when_that_is_approved(desk: Desk) -> None:
    accounts = many(desk, 10)
    for account in accounts[:7]:
        desk.tags[account].clear()
    put_back, _ = desk.round().holds
    desk.holds = (replace(put_back, approved_at=desk.now), *desk.holds[1:])
    made = desk.round()
    assert kinds(made) == ["add_tag"] * 7
    assert all(not hold.is_waiting for hold in desk.holds)
    assert desk.round().changes == ()


def test_missing_marks_are_answers_when_that_is_approved(desk: Desk) -> None:
    accounts = many(desk, 10)
    for account in accounts[:7]:
        desk.tags[account].clear()
    _, answers = desk.round().holds
    desk.holds = tuple(replace(hold, approved_at=desk.now) if hold.id == answers.id else hold for hold in desk.holds)
    assert len(desk.round().acknowledged) == 7
    assert desk.round().changes == ()


def test_three_people_may_answer_at_once(desk: Desk) -> None:
    accounts = many(desk, 3)
    for account in accounts:
        desk.tags[account].clear()
    assert len(desk.round().acknowledged) == 3


def test_foreign_tags_are_reported_and_left_alone(desk: Desk) -> None:
    desk.tags[ACME] |= {"care_vip", "gold"}
    made = desk.round()
    assert made.foreign == ((ACME, "care_vip"),)
    desk.resolve("cost-share")
    desk.round()
    assert desk.tags[ACME] == {"care_vip", "gold"}


def test_tag_of_ours_that_a_person_set_first_is_theirs() -> None:
    desk = Desk(planned={"cost-share": LONG_AGO})
    desk.add(tags=["care_review"], cost_share=standing())
    desk.round()
    desk.resolve("cost-share")
    desk.round()
    assert desk.tags[ACME] == {"care_review"}


def test_deleted_account_takes_its_marks_with_it(desk: Desk) -> None:
    desk.resolve("cost-share", reason=Reason.ACCOUNT_GONE)
    desk.hidden.add(ACME)
    gone = replace(desk.case(ACME), exists=False)
    made = plan(replace(desk.scene(), cases={ACME: gone}))
    assert kinds(made) == ["close_alert"]
    assert {mark.name for mark in made.dropped} >= {"care_review", "care_state"}


def _gone(desk: Desk) -> Plan:
    desk.hidden.add(ACME)
    return plan(replace(desk.scene(), cases={ACME: replace(desk.case(ACME), exists=False)}))


def test_deleted_account_is_told_as_gone_though_the_plan_that_said_so_first_was_held(desk: Desk) -> None:
    desk.resolve("cost-share", reason=Reason.ACCOUNT_GONE)
    desk.resolved.clear()
    (ending,) = _gone(desk).changes
    assert ending.body["comment"] == "This review is over: the account is no longer there."


def test_writes_that_wait_for_a_deleted_account_are_given_up(desk: Desk) -> None:
    kinds_of_marks = (WriteKind.ADD_TAG, WriteKind.REMOVE_TAG, WriteKind.SET_FIELD)
    desk.waiting = tuple(
        Waiting(id=number, account=ACME, kind=kind, key="", what="", body={}, parked=number == 1, underway=number == 3)
        for number, kind in enumerate(kinds_of_marks, start=1)
    )
    assert _gone(desk).cancelled == (1, 2)
