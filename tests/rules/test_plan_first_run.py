"""First plans, lost stores, what must be read, and taking everything away."""

from dataclasses import replace
from datetime import timedelta

from planning_desk import ACME, PAGES, POLICY, START, Desk, kinds, standing

from rules.facts import AccountId, TicketId
from rules.planning.ask import Asked, ask
from rules.planning.change import Cause, Why
from rules.planning.reconcile import Ledger, Reading
from rules.planning.scene import Scene
from rules.rule import FirstRun, Level

ADOPT = replace(POLICY, guard=replace(POLICY.guard, first_run=FirstRun.ADOPT))


def adopting(number: int) -> Desk:
    desk = Desk(policy=ADOPT)
    for place in range(number):
        desk.add(AccountId(str(100 + place)), cost_share=standing(Level.AMBER))
    return desk


def unread(desk: Desk) -> Scene:
    nothing = replace(desk.read().marks, accounts=(), tickets=())
    return replace(desk.scene(), reading=Reading(marks=nothing, accounts=frozenset(), tickets=frozenset()))


def test_first_run_tells_all_alerts_in_one_ticket() -> None:
    desk = adopting(3)
    made = desk.round()
    assert [change.key for change in made.changes if change.key] == ["touchcost:acme:first-run:1"]
    assert kinds(made).count("add_tag") == 3
    assert desk.comments[0][1].splitlines() == [
        "3 of 1,000 accounts are for review.",
        *(
            f"Rossi Meccanica {account}: Support took 31 % of what they paid in 90 days. Since 12 Nov. "
            f"{PAGES.account_link(AccountId(account))}"
            for account in ("100", "101", "102")
        ),
        "Answers are not read here. An account's own ticket follows when its alert rises, or as a reminder.",
    ]
    assert desk.round().changes == ()


def test_adopted_alert_gets_its_own_ticket_when_it_rises() -> None:
    desk = adopting(1)
    desk.round()
    desk.set("cost-share", AccountId("100"), level=Level.RED)
    made = desk.round()
    assert [(change.key, change.reason) for change in made.changes if change.key] == [
        ("touchcost:acme:100:1", Cause.RAISED)
    ]


def test_alert_that_opens_after_the_first_run_gets_its_own_ticket() -> None:
    desk = adopting(1)
    desk.round()
    desk.add(cost_share=standing(opened=desk.now))
    assert [change.key for change in desk.round().changes if change.key] == ["touchcost:acme:42:1"]


def test_first_plan_of_a_new_rule_is_a_first_run_of_that_rule() -> None:
    desk = Desk(policy=replace(ADOPT, rules=ADOPT.rules[:1]), planned={"cost-share": START - timedelta(days=99)})
    desk.add(cost_share=standing(opened=START))
    desk.round()
    desk.policy = ADOPT
    desk.states[ACME, "reopens"] = standing(Level.AMBER, opened=START)
    assert [change.key for change in desk.round().changes] == ["touchcost:acme:first-run:1"]


def test_adopted_accounts_that_calm_down_need_no_message() -> None:
    desk = adopting(1)
    desk.round()
    desk.resolve("cost-share", AccountId("100"))
    assert kinds(desk.round()) == ["remove_tag", "set_field"]


def test_brake_holds_in_a_first_run_and_approval_adopts() -> None:
    desk = adopting(30)
    assert [change.key for change in desk.round().changes] == ["touchcost:acme:held:1"]
    desk.holds = tuple(replace(hold, approved_at=desk.now) for hold in desk.holds)
    assert [change.key for change in desk.round().changes if change.key] == [
        "touchcost:acme:held:1:ended",
        "touchcost:acme:first-run:2",
    ]


def test_marks_of_a_lost_store_hold_the_whole_first_plan_until_approved() -> None:
    desk = Desk()
    desk.add(tags=["care_review", "care_cost_share_amber"], cost_share=standing())
    made = desk.round()
    assert made.changes == ()
    assert {held.why for held in made.withheld} == {Why.STRANGE}
    assert (desk.ledger, desk.planned) == (Ledger(), {})
    desk.holds = tuple(replace(hold, approved_at=desk.now) for hold in desk.holds)
    assert kinds(desk.round()) == ["remove_tag", "open_alert", "set_field"]
    assert desk.tags[ACME] == {"care_review"}
    desk.resolve("cost-share")
    desk.round()
    assert desk.tags[ACME] == set()


def test_tags_of_others_with_our_prefix_hold_nothing() -> None:
    desk = Desk()
    desk.add(tags=["care_vip"], cost_share=standing())
    assert "add_tag" in kinds(desk.round())


def test_only_accounts_that_would_change_are_read() -> None:
    desk = adopting(3)
    assert ask(unread(desk), frozenset()).accounts == ("100", "101", "102")
    desk.round()
    assert ask(unread(desk), frozenset()) == Asked()
    desk.set("cost-share", AccountId("101"), level=Level.RED)
    assert ask(unread(desk), frozenset()).accounts == ("101",)


def test_changed_accounts_of_the_ledger_are_read_and_at_the_turn_of_the_day_all() -> None:
    desk = Desk(planned={"cost-share": START - timedelta(days=99)})
    desk.add(cost_share=standing())
    desk.add(AccountId("7"))
    desk.round()
    asked = ask(unread(desk), frozenset({ACME, AccountId("7")}))
    assert (asked.accounts, asked.tickets, [*asked.heard]) == ((ACME,), (TicketId(1),), [TicketId(1)])
    desk.day_turned = True
    assert ACME in ask(unread(desk), frozenset()).accounts


def test_marks_that_no_read_has_shown_are_read() -> None:
    desk = adopting(1)
    desk.save(desk.plan())
    assert ask(unread(desk), frozenset()).accounts == ("100",)
