"""Lives of alerts that once went wrong, from values to marks."""

from dataclasses import replace
from datetime import timedelta

import pytest
from lives_desk import DAY, REOPENS, SIZE, WIDE, Cycle, Desk

from rules.facts import AccountId, TicketId
from rules.planning.change import Cause, Why
from rules.rule import FirstRun

ACME = AccountId("1")


@pytest.fixture
def desk() -> Desk:
    """A calm account whose rules had their first plan."""
    desk = Desk(guard=replace(WIDE, first_run=FirstRun.ALERT))
    desk.add(ACME, frozenset({"gold"}))
    desk.round()
    return desk


def _told(made: Cycle) -> list[Cause]:
    return [change.reason for change in made.plan.changes if change.key]


def test_an_alert_that_another_spoke_for_speaks_as_soon_as_that_one_is_called_wrong(desk: Desk) -> None:
    desk.rules = (REOPENS, replace(SIZE, muted_by=("reopens",)))
    desk.values[ACME] |= {"reopens_90d": 22, "seats": 22}
    assert _told(desk.round()) == [Cause.FIRST]
    desk.shelf.update(TicketId(1), comment="#wrong our fault")
    desk.touched.add(ACME)
    assert sorted(_told(desk.round())) == [Cause.ANSWERED, Cause.RULE_JOINED]
    assert desk.shelf.tasks[TicketId(1)].status == "open"
    assert _told(desk.round()) == []


def test_an_alert_that_will_speak_for_one_that_people_see_is_not_a_new_review(desk: Desk) -> None:
    desk.rules = (replace(REOPENS, muted_by=("size",)), SIZE)
    desk.guard = replace(desk.guard, max_new_per_week=1)
    desk.values[ACME]["reopens_90d"] = 22
    desk.round()
    desk.values[ACME]["seats"] = 22
    desk.later(timedelta(hours=1))
    assert _told(desk.round()) == [Cause.RULE_JOINED]
    assert _told(desk.round()) == []


def test_an_alert_that_rises_while_the_guard_holds_the_one_that_speaks_for_it_is_held_with_it(desk: Desk) -> None:
    desk.rules = (replace(REOPENS, muted_by=("size",)), SIZE)
    desk.guard = replace(desk.guard, max_new_per_week=0)
    desk.values[ACME]["reopens_90d"] = 12
    desk.round()
    desk.values[ACME] |= {"reopens_90d": 22, "seats": 22}
    desk.later(timedelta(hours=1))
    assert _told(desk.round()) == [Cause.HELD]
    assert "care_review" not in desk.shelf.tags[ACME]
    assert _told(desk.round()) == []


def test_missing_marks_wait_for_an_answer_until_somebody_gives_one(desk: Desk) -> None:
    desk.rules = (REOPENS,)
    others = [AccountId(str(number)) for number in (2, 3, 4, 5)]
    for account in (ACME, *others):
        if account != ACME:
            desk.add(account, frozenset())
        desk.values[account]["reopens_90d"] = 22
    desk.round()
    for account in others:
        desk.shelf.tags[account].clear()
    desk.later(DAY)
    desk.round()
    desk.later(timedelta(hours=1))
    made = desk.round()
    assert [hold.why for hold in desk.holds if hold.is_waiting] == [Why.MISSING] * 2
    assert (made.plan.changes, made.plan.acknowledged) == ((), ())


def test_a_value_without_a_window_that_goes_to_and_fro_makes_one_alert_a_day(desk: Desk) -> None:
    desk.rules = (SIZE,)
    told: list[Cause] = []
    shown: list[bool] = []
    for value in (22, 0, 33, 22, 0, 22):
        desk.values[ACME]["seats"] = value
        told += _told(desk.round())
        shown.append("care_review" in desk.shelf.tags[ACME])
        desk.later(timedelta(hours=1))
    assert (told, shown) == ([Cause.FIRST, Cause.ALL_CLEAR], [True, *[False] * 5])
    desk.later(DAY)
    assert _told(desk.round()) == [Cause.FIRST]
