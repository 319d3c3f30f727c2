"""What the guard holds, tells once, and releases."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from planning_desk import POLICY, REOPENS, SHARE, START, Desk, kinds, standing

from rules.alert import Held, Reason
from rules.facts import AccountId, TicketId
from rules.planning.case import Alert
from rules.planning.change import Why
from rules.planning.guard import new_limit, open_limit, week_limit
from rules.rule import Direction, Guard, Level, Lines

LONG_AGO = START - timedelta(days=99)


@pytest.fixture
def desk() -> Desk:
    return Desk(planned={"cost-share": LONG_AGO, "reopens": LONG_AGO})


def accounts(desk: Desk, number: int, level: Level = Level.AMBER, first: int = 100) -> list[AccountId]:
    return [desk.add(AccountId(str(first + place)), cost_share=standing(level)) for place in range(number)]


def limited(desk: Desk, **limits: object) -> None:
    desk.policy = replace(POLICY, guard=replace(POLICY.guard, **limits))  # type: ignore[arg-type]


def test_limits_follow_the_number_of_accounts_and_never_fall_under_three() -> None:
    guard = Guard()
    assert [new_limit(guard, number) for number in (10, 600, 10_000)] == [3, 12, 25]
    assert [open_limit(guard, number) for number in (10, 600)] == [3, 18]
    assert [week_limit(guard, 600, 0), week_limit(guard, 600, 40), week_limit(guard, 10, 0)] == [12, 40, 5]


def test_too_many_new_alerts_are_all_held_and_told_in_one_ticket(desk: Desk) -> None:
    desk.active_accounts = 300
    accounts(desk, 7)
    made = desk.round()
    assert [(change.kind, change.key) for change in made.changes] == [("open_alert", "touchcost:acme:held:1")]
    assert {held.why for held in made.withheld} == {Why.BRAKE}
    assert str(made.changes[0].body["comment"]).splitlines() == [
        "7 new reviews at once, more than the 6 you allow.",
        "Nothing of these was written.",
        "Examples: Rossi Meccanica 100, Rossi Meccanica 101, Rossi Meccanica 102.",
        "Cause to check first: Support takes too much of what the account pays (7 of them).",
        "Approve with `touchcost approve 2026-11-22-a`.",
    ]
    assert desk.round().changes == ()
    assert not any(desk.tags.values())


def test_approved_alerts_go_out_and_stay_out_of_the_brake(desk: Desk) -> None:
    limited(desk, max_new_per_week=100)
    desk.active_accounts = 300
    accounts(desk, 7)
    desk.round()
    desk.holds = tuple(replace(hold, approved_at=desk.now) for hold in desk.holds)
    made = desk.round()
    assert kinds(made).count("open_alert") == 7
    assert {state.held for state in desk.states.values()} == {None}
    assert not any(hold.is_waiting for hold in desk.holds)
    assert desk.round().changes == ()


def test_a_ticket_of_a_hold_counts_reviews_and_is_solved_once_the_hold_is_over(desk: Desk) -> None:
    limited(desk, max_new_per_week=100)
    desk.active_accounts = 100
    accounts(desk, 4)
    accounts(desk, 3, Level.WATCH, first=900)
    [notice] = desk.round().changes
    assert str(notice.body["comment"]).startswith("4 new reviews at once, more than the 3 you allow.")
    assert desk.round().changes == ()
    desk.holds = tuple(replace(hold, approved_at=desk.now) for hold in desk.holds)
    desk.round()
    ended = [body for key, body in desk.comments if key == "touchcost:acme:held:1:ended"]
    assert ended == ["Approved: what was held goes out now."]
    assert desk.tickets[TicketId(1)].status == "solved"
    assert not any(change.what.startswith("touchcost:acme:held") for change in desk.round().changes)


def test_hold_ends_by_itself_when_the_alerts_are_no_longer_there(desk: Desk) -> None:
    desk.active_accounts = 300
    for account in accounts(desk, 7):
        desk.round()
        desk.resolve("cost-share", account)
    desk.round()
    assert not any(hold.is_waiting for hold in desk.holds)


def test_alerts_of_a_later_cycle_pass_while_others_are_held(desk: Desk) -> None:
    desk.active_accounts = 300
    accounts(desk, 7)
    desk.round()
    late = accounts(desk, 1, first=900)
    assert kinds(desk.round()) == ["add_tag", "open_alert", "set_field"]
    assert desk.tags[late[0]] == {"care_review"}


def test_too_many_open_alerts_hold_the_new_ones(desk: Desk) -> None:
    limited(desk, max_new_per_week=100)
    desk.active_accounts = 100
    accounts(desk, 3)
    desk.round()
    accounts(desk, 1, first=900)
    made = desk.round()
    assert {held.why for held in made.withheld} == {Why.BRAKE}
    assert "more are open than the 3 you allow" in str(made.changes[0].body["comment"])


def test_watched_accounts_do_not_brake_but_are_held_with_the_others(desk: Desk) -> None:
    desk.active_accounts = 10
    accounts(desk, 9, Level.WATCH)
    assert kinds(desk.round()) == ["set_field"] * 9
    accounts(desk, 4, first=500)
    accounts(desk, 1, Level.WATCH, first=900)
    assert len({held.change.account for held in desk.round().withheld}) == 5


def test_exempt_rule_passes_brake_and_budget(desk: Desk) -> None:
    limited(desk, max_new_per_week=0)
    desk.policy = replace(desk.policy, rules=tuple(replace(rule, exempt=True) for rule in desk.policy.rules))
    desk.active_accounts = 10
    accounts(desk, 9)
    assert kinds(desk.round()).count("open_alert") == 9


def test_exempt_alerts_take_no_room_from_the_others(desk: Desk) -> None:
    limited(desk, max_new_per_week=1)
    safe = replace(REOPENS, exempt=True)
    desk.policy = replace(desk.policy, rules=(SHARE, safe))
    desk.active_accounts = 100
    for number in range(5):
        desk.add(AccountId(str(number)), reopens=standing(Level.AMBER))
    assert kinds(desk.round()).count("open_alert") == 5
    account = accounts(desk, 1)[0]
    made = desk.round()
    assert (made.withheld, [change.account for change in made.changes if change.kind == "open_alert"]) == (
        (),
        [account],
    )


def test_distance_below_zero_is_measured_in_widths_of_the_lines() -> None:
    lines = ((Level.AMBER, Lines(enter=Decimal(0), exit=Decimal("0.10"))),)
    margin = replace(SHARE, id="margin", direction=Direction.BELOW, levels=lines)
    found = [
        Alert(rule=rule, state=replace(standing(Level.AMBER), value=Decimal(value)), level=Level.AMBER).excess
        for rule, value in ((margin, "0"), (margin, "-0.001"), (SHARE, "0.30"), (margin, "-0.5"), (margin, "-Infinity"))
    ]
    assert found == sorted(found)
    assert found[:2] == [1, Decimal("1.01")]


def test_largest_excess_goes_out_and_the_rest_waits_without_approval(desk: Desk) -> None:
    limited(desk, max_new_per_week=2)
    made = accounts(desk, 4)
    for place, account in enumerate(made):
        desk.set("cost-share", account, value=desk.state("cost-share", account).value * (place + 1))  # type: ignore[operator]
    first = desk.round()
    assert {change.account for change in first.changes if change.kind == "add_tag"} == set(made[2:])
    assert {held.why for held in first.withheld} == {Why.BUDGET}
    assert [hold.why for hold in desk.holds] == [Why.BUDGET]
    notice = next(change for change in first.changes if "held" in change.key)
    assert "2 new reviews wait, for they are more than the 2 a week that you allow." in str(notice.body["comment"])
    assert desk.round().changes == ()
    desk.later(days=7)
    assert {change.account for change in desk.round().changes if change.kind == "add_tag"} == set(made[:2])


@pytest.mark.parametrize(("persons", "waiting"), [(True, 1), (False, 0)], ids=["a person", "a team"])
def test_owner_who_is_a_person_has_no_more_reviews_than_the_limit(desk: Desk, waiting: int, *, persons: bool) -> None:
    limited(desk, max_new_per_week=100, max_open_per_owner=2)
    desk.owners_are_persons = persons
    made = accounts(desk, 4)
    desk.owners = dict(zip(made, ("North", "North", "North", "South"), strict=True))
    desk.set("cost-share", made[0], value=Decimal("0.29"))
    desk.round()
    assert [desk.state("cost-share", account).held for account in made] == [*[Held.BUDGET] * waiting, *[None] * 4][:4]
    desk.later(days=8)
    assert desk.round().changes == ()
    desk.resolve("cost-share", made[1])
    assert ("open_alert" in kinds(desk.round())) is persons
    assert {desk.state("cost-share", account).held for account in made} == {None}


def test_alert_that_joins_a_review_needs_no_budget(desk: Desk) -> None:
    limited(desk, max_new_per_week=1)
    account = accounts(desk, 1)[0]
    desk.round()
    desk.states[account, "reopens"] = standing(Level.AMBER)
    assert kinds(desk.round()) == ["update_alert"]


def test_acknowledged_raises_and_resolves_pass_a_full_budget(desk: Desk) -> None:
    limited(desk, max_new_per_week=1)
    account = accounts(desk, 1)[0]
    desk.round()
    desk.set("cost-share", account, level=Level.RED)
    assert kinds(desk.round()) == ["update_alert"]
    desk.resolve("cost-share", account)
    assert "close_alert" in kinds(desk.round())


def test_too_many_resolves_at_once_are_held_until_approved(desk: Desk) -> None:
    limited(desk, max_new_per_week=100)
    open_accounts = accounts(desk, 20)
    desk.round()
    for account in open_accounts[:11]:
        desk.resolve("cost-share", account)
    made = desk.round()
    assert [change.key for change in made.changes] == ["touchcost:acme:held:1"]
    assert {held.why for held in made.withheld} == {Why.RESOLVES}
    assert {str(held.change.kind) for held in made.withheld} == {"close_alert", "remove_tag", "set_field"}
    assert desk.state("cost-share", open_accounts[0]).held is Held.RESOLVE
    assert desk.round().changes == ()
    desk.holds = tuple(replace(hold, approved_at=desk.now) for hold in desk.holds)
    assert kinds(desk.round()).count("close_alert") == 12, "of these one is the ticket that told of the hold"
    assert desk.comments[-2][1].startswith("Back under the line since")


@pytest.mark.parametrize("reason", [Reason.RULE_REMOVED, Reason.ACCOUNT_GONE])
def test_removals_that_somebody_asked_for_are_never_held(desk: Desk, reason: Reason) -> None:
    limited(desk, max_new_per_week=100)
    made = accounts(desk, 20)
    desk.round()
    for account in made:
        desk.resolve("cost-share", account, reason)
    assert kinds(desk.round()).count("remove_tag") == 20


def test_held_resolve_that_opens_again_is_held_no_longer(desk: Desk) -> None:
    limited(desk, max_new_per_week=100)
    open_accounts = accounts(desk, 20)
    desk.round()
    for account in open_accounts[:11]:
        desk.resolve("cost-share", account)
    desk.round()
    for account in open_accounts[:11]:
        desk.states[account, "cost-share"] = replace(standing(Level.AMBER), episode=2)
    desk.round()
    assert not any(hold.is_waiting for hold in desk.holds)
