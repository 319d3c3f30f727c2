"""What is written for accounts whose alerts stand, rise and end."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from planning_desk import ACME, POLICY, REOPENS, SHARE, START, WRITING, Desk, kinds, standing

from rules.alert import Reason
from rules.facts import AccountId
from rules.messages.plays import PLAYS
from rules.planning.change import Cause, as_json
from rules.planning.writing import AlertChoice, FieldChoice, TagChoice
from rules.rule import Direction, Level, Lines, Policy

YOUR_ANSWER = (
    'Your answer: apply a macro "Review: …", or write #take, #snooze 30d because …, #wrong our fault, #known until …, '
    "#done talked as the first line of a private comment."
)


@pytest.fixture
def desk() -> Desk:
    """A helpdesk with one red account; its rules were planned before."""
    desk = Desk(planned={"cost-share": START - timedelta(days=99), "reopens": START - timedelta(days=99)})
    desk.add(cost_share=standing())
    return desk


def test_red_account_gets_a_ticket_a_tag_and_fields_in_this_order(desk: Desk) -> None:
    made = desk.round()
    assert kinds(made) == ["add_tag", "open_alert", "set_field"]
    assert desk.tags[ACME] == {"care_review"}
    assert desk.fields[ACME] == {
        "care_state": "for review",
        "care_why": "Support took 31 % of what they paid in 90 days",
        "care_since": "2026-11-12",
        "care_tickets_90d": "74",
        "care_minutes_90d": "4177",
        "care_cost_90d": None,
        "care_share_90d": None,
        "care_alert": "https://desk.test/tickets/1",
        "care_as_of": "2026-11-22",
    }


def test_alert_ticket_reads_as_people_are_promised(desk: Desk) -> None:
    ticket = next(change for change in desk.plan().changes if change.kind == "open_alert")
    assert ticket.body["subject"] == "For review: Rossi Meccanica – support took 31 % of what they paid in 90 days"
    assert str(ticket.body["comment"]).splitlines() == [
        "Support cost 4,177 of the 13,500 EUR paid for 24 Aug–21 Nov (31 %; your line is 30 %). Since 12 Nov.",
        "How sure: 62 % of the minutes are measured, 38 % assumed.",
        "Account: https://desk.test/organizations/42",
        YOUR_ANSWER,
    ]
    assert ticket.key == "touchcost:acme:42:1"
    assert ticket.body["tags"] == ["care_alert"]


def test_guide_of_the_earliest_play_stands_under_a_line() -> None:
    rules = (replace(SHARE, play="tier"), replace(REOPENS, play="mend"))
    desk = Desk(policy=replace(POLICY, rules=rules))
    desk.add(cost_share=standing(), reopens=standing(Level.AMBER))
    ticket = next(change for change in desk.plan().changes if change.kind == "open_alert")
    assert str(ticket.body["comment"]).splitlines()[-4:] == ["", "–" * 20, PLAYS["mend"].title, PLAYS["mend"].guide]


def test_applied_plan_leaves_nothing_to_plan(desk: Desk) -> None:
    desk.round()
    again = desk.plan()
    assert again.is_empty
    assert (again.states, again.marks, again.tickets) == ({}, again.marks, ())


def test_money_is_shown_only_by_choice(desk: Desk) -> None:
    desk.writing = replace(WRITING, fields=FieldChoice.WITH_MONEY)
    desk.round()
    assert (desk.fields[ACME]["care_cost_90d"], desk.fields[ACME]["care_share_90d"]) == ("4176.60", "0.31")
    desk.writing = WRITING
    desk.round()
    assert (desk.fields[ACME]["care_cost_90d"], desk.fields[ACME]["care_share_90d"]) == (None, None)


def test_each_rule_and_level_has_a_tag_by_choice(desk: Desk) -> None:
    desk.writing = replace(WRITING, tags=TagChoice.EACH)
    desk.round()
    assert desk.tags[ACME] == {"care_cost_share_red"}
    desk.set("cost-share", level=Level.AMBER)
    desk.round()
    assert desk.tags[ACME] == {"care_cost_share_amber"}


def test_rule_may_ask_for_no_tag_or_one_of_its_own(desk: Desk) -> None:
    desk.writing = replace(WRITING, tags=TagChoice.EACH)
    desk.policy = Policy(rules=(replace(SHARE, tag=""), replace(REOPENS, tag="care_again")), guard=POLICY.guard)
    desk.states[ACME, "reopens"] = standing(Level.AMBER)
    desk.round()
    assert desk.tags[ACME] == {"care_again"}


def test_nothing_is_tagged_and_no_ticket_made_where_both_are_off(desk: Desk) -> None:
    desk.writing = replace(WRITING, tags=TagChoice.OFF, alerts=AlertChoice.OFF)
    assert kinds(desk.round()) == ["set_field"]


def test_watched_account_is_neither_tagged_nor_told(desk: Desk) -> None:
    desk.set("cost-share", level=Level.WATCH)
    assert kinds(desk.round()) == ["set_field"]
    assert desk.fields[ACME]["care_state"] == "watched"


def test_account_outside_the_trial_is_left_alone(desk: Desk) -> None:
    desk.writing = replace(WRITING, only=frozenset({AccountId("7")}))
    assert desk.plan().is_empty


def test_rule_in_shadow_writes_nothing(desk: Desk) -> None:
    desk.policy = Policy(rules=(replace(SHARE, shadow=True),), guard=POLICY.guard)
    assert desk.plan().is_empty


def test_another_rule_joins_the_same_ticket(desk: Desk) -> None:
    desk.round()
    desk.states[ACME, "reopens"] = standing(Level.AMBER)
    made = desk.round()
    assert [(change.kind, change.reason) for change in made.changes] == [("update_alert", Cause.RULE_JOINED)]
    text = desk.comments[-1][1].splitlines()
    assert text[0] == "Another line crossed: Solved tickets come back."
    assert any(line.startswith("Solved tickets come back: 6 (your line is 4).") for line in text)


@pytest.mark.parametrize(
    ("direction", "enter", "exit_", "reason"),
    [
        (Direction.ABOVE, "6", "5", "6 (your line is 6)"),
        (Direction.ABOVE, "7", "5", "was over your line of 7, now 6"),
        (Direction.BELOW, "5", "9", "was under your line of 5, now 6"),
    ],
)
def test_reason_without_a_why_says_where_the_value_is_now(
    desk: Desk, direction: Direction, enter: str, exit_: str, reason: str
) -> None:
    lines = Lines(enter=Decimal(enter), exit=Decimal(exit_))
    desk.policy = Policy(rules=(replace(REOPENS, direction=direction, levels=((Level.AMBER, lines),)),))
    desk.states = {(ACME, "reopens"): standing(Level.AMBER)}
    desk.round()
    assert desk.fields[ACME]["care_why"] == f"Solved tickets come back: {reason}"


def test_value_that_is_hardly_back_has_a_decimal_more_than_its_line(desk: Desk) -> None:
    lines = Lines(enter=Decimal("0.311"), exit=Decimal("0.2"))
    desk.policy = Policy(rules=(replace(SHARE, why=None, levels=((Level.AMBER, lines),)),))
    desk.states = {(ACME, "cost-share"): standing(Level.AMBER)}
    desk.round()
    assert str(desk.fields[ACME]["care_why"]).endswith(": was over your line of 31 %, now 30.9 %")


def test_raised_alert_is_told_once(desk: Desk) -> None:
    desk.set("cost-share", level=Level.AMBER)
    desk.round()
    desk.set("cost-share", level=Level.RED)
    assert [change.reason for change in desk.round().changes] == [Cause.RAISED]
    assert desk.comments[-1][1].startswith("Raised to red: Support takes too much of what the account pays.\n")
    desk.set("cost-share", level=Level.AMBER)
    desk.round()
    desk.set("cost-share", level=Level.RED)
    assert desk.round().changes == ()


def test_one_message_names_what_rose_and_what_joined(desk: Desk) -> None:
    desk.set("cost-share", level=Level.AMBER)
    desk.round()
    desk.set("cost-share", level=Level.RED)
    desk.states[ACME, "reopens"] = standing(Level.AMBER)
    made = desk.round()
    assert kinds(made) == ["update_alert"]
    assert [line.split(":")[0] for line in desk.comments[-1][1].splitlines()[:2]] == [
        "Raised to red",
        "Another line crossed",
    ]


def test_all_clear_takes_the_marks_away_and_solves_the_ticket(desk: Desk) -> None:
    desk.round()
    desk.later(days=11)
    desk.resolve("cost-share")
    made = desk.round()
    assert kinds(made) == ["close_alert", "remove_tag", "set_field"]
    assert desk.comments[-1][1] == "Back under the line since 19 Nov: 8 % of what they paid. Open for 21 days."
    assert desk.tags[ACME] == set()
    assert desk.fields[ACME]["care_state"] == "in order"
    assert desk.fields[ACME]["care_alert"] is None
    assert [ticket.status for ticket in desk.tickets.values()] == ["solved"]
    assert desk.plan().is_empty


def test_removed_rule_is_not_told_as_a_recovery(desk: Desk) -> None:
    desk.round()
    desk.resolve("cost-share", reason=Reason.RULE_REMOVED)
    desk.policy = Policy(rules=(REOPENS,), guard=POLICY.guard)
    assert desk.round().changes[0].reason is Cause.ENDED
    assert desk.comments[-1][1] == "This review is over: the rule behind it is no longer used."


def test_next_episode_has_a_ticket_of_its_own(desk: Desk) -> None:
    desk.round()
    desk.resolve("cost-share")
    desk.round()
    desk.states[ACME, "cost-share"] = replace(standing(), episode=2, opened_at=desk.now)
    assert desk.round().changes[1].key == "touchcost:acme:42:2"


def test_ticket_stays_until_the_last_alert_resolves(desk: Desk) -> None:
    desk.states[ACME, "reopens"] = standing(Level.AMBER)
    desk.round()
    desk.resolve("cost-share")
    assert "close_alert" not in kinds(desk.round())
    desk.resolve("reopens")
    assert "close_alert" in kinds(desk.round())


def test_numbers_follow_at_the_turn_of_the_day(desk: Desk) -> None:
    desk.round()
    desk.fields[ACME]["care_tickets_90d"] = "70"
    assert desk.plan().is_empty
    desk.day_turned = True
    made = desk.round()
    assert [(change.kind, change.reason) for change in made.changes] == [("set_field", Cause.NUMBERS)]
    assert desk.fields[ACME]["care_tickets_90d"] == "74"


def test_day_alone_writes_nothing(desk: Desk) -> None:
    desk.round()
    desk.later(days=1)
    desk.day_turned = True
    assert desk.plan().is_empty


def test_account_without_an_alert_gets_its_numbers_once_a_week() -> None:
    desk = Desk(day_turned=True)
    desk.add()
    assert desk.round().changes[0].body["fields"] == {
        "care_as_of": "2026-11-22",
        "care_minutes_90d": "4177",
        "care_state": "in order",
        "care_tickets_90d": "74",
    }
    desk.fields[ACME]["care_tickets_90d"] = "73"
    desk.later(days=2)
    assert desk.plan().is_empty
    desk.later(days=5)
    assert kinds(desk.round()) == ["set_field"]


def test_texts_of_a_rule_that_were_edited_are_rewritten_without_a_word(desk: Desk) -> None:
    desk.round()
    told = list(desk.comments)
    reworded = replace(SHARE, title="Much of what they pay goes into support", why="Support costs {touch_cost_90d}")
    desk.policy = replace(desk.policy, rules=(reworded, REOPENS))
    made = desk.round()
    [change] = made.changes
    assert (change.kind, change.body["fields"]) == (
        "set_field",
        {"care_why": desk.fields[ACME]["care_why"], "care_as_of": desk.fields[ACME]["care_as_of"]},
    )
    assert str(desk.fields[ACME]["care_why"]).startswith("Support costs ")
    assert desk.comments == told
    assert desk.round().changes == ()


def test_field_that_a_person_changed_is_written_again_at_the_turn_of_the_day(desk: Desk) -> None:
    desk.round()
    desk.fields[ACME]["care_state"] = "never mind"
    assert desk.plan().is_empty
    desk.day_turned = True
    desk.round()
    assert desk.fields[ACME]["care_state"] == "for review"


def test_field_that_the_helpdesk_lacks_is_named_and_left_out(desk: Desk) -> None:
    del desk.fields[ACME]["care_why"]
    made = desk.round()
    assert made.absent_fields == {"care_why"}
    assert desk.plan().is_empty


def test_removals_go_before_red_before_amber_before_fields(desk: Desk) -> None:
    amber = desk.add(AccountId("7"), cost_share=standing(Level.AMBER))
    calm = desk.add(AccountId("9"), cost_share=standing())
    desk.round()
    desk.resolve("cost-share", calm)
    for account in (ACME, amber):
        desk.resolve("cost-share", account)
        desk.states[account, "cost-share"] = replace(standing(Level.RED if account == ACME else Level.AMBER), episode=2)
    desk.resolved.clear()
    order = [(change.account, change.kind) for change in desk.plan().changes]
    assert order[:2] == [(calm, "close_alert"), (calm, "remove_tag")]
    assert [account for account, kind in order if kind == "update_alert"] == [ACME, amber]
    assert order[-1][1] == "set_field"


def test_plan_is_a_document_of_its_changes(desk: Desk) -> None:
    document = as_json(desk.plan())
    assert document["plan"] == "2026-11-22-a"
    assert document["changes"][0] == {  # type: ignore[index]
        "helpdesk": "acme",
        "account": "42",
        "kind": "add_tag",
        "what": "care_review",
        "reason": "wanted",
    }
