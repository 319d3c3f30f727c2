"""What an alert ticket says of our own fault, and what is said back to *wrong: our fault*."""

from dataclasses import replace

import pytest
from planning_desk import ACME, CALENDAR, POLICY, REOPENS, SHARE, START, Desk, standing

from rules.command import Command, Verb
from rules.counting.taken_off import TakenOff
from rules.facts import TicketId
from rules.messages.plays import PLAYS
from rules.planning.obeying import Place, heed
from rules.rule import Level

NINETEEN = TakenOff(tickets=19, problem=TicketId(47102))
PLAYED = replace(POLICY, rules=(replace(SHARE, play="conversation"), replace(REOPENS, play="tier")))


def lines(desk: Desk) -> list[str]:
    [ticket] = [change for change in desk.plan().changes if change.kind == "open_alert"]
    return str(ticket.body["comment"]).splitlines()


def is_it_us(desk: Desk) -> list[str]:
    return [line for line in lines(desk) if line.startswith("Is it us?")]


@pytest.mark.parametrize(
    ("taken_off", "expected"),
    [
        (None, []),
        (NINETEEN, ["Is it us? 19 tickets belong to our problem #47102 and are already taken off."]),
        (replace(NINETEEN, tickets=1), ["Is it us? 1 ticket belongs to our problem #47102 and is already taken off."]),
        (
            replace(NINETEEN, problem=None),
            ["Is it us? 19 tickets are marked as our own fault and are already taken off."],
        ),
        (
            TakenOff(tickets=1, problem=None),
            ["Is it us? 1 ticket is marked as our own fault and is already taken off."],
        ),
    ],
)
def test_alert_ticket_says_what_is_taken_off_already(taken_off: TakenOff | None, expected: list[str]) -> None:
    desk = Desk(taken_off=taken_off)
    desk.policy = replace(POLICY, rules=(SHARE,))
    desk.planned = {"cost-share": START.replace(year=2025)}
    desk.add(cost_share=standing())
    assert is_it_us(desk) == expected


def test_it_stands_between_how_sure_and_the_tickets_to_look_at() -> None:
    desk = Desk(taken_off=NINETEEN, planned={"cost-share": START.replace(year=2025)})
    desk.add(cost_share=standing())
    assert [line.partition(" ")[0] for line in lines(desk)][:4] == ["Support", "How", "Is", "Account:"]


def test_where_everything_is_counted_whole_nothing_is_said_to_be_taken_off() -> None:
    desk = Desk(taken_off=NINETEEN, planned={"reopens": START.replace(year=2025)})
    desk.add(reopens=standing(Level.AMBER))
    assert is_it_us(desk) == ["Is it us? 19 tickets belong to our problem #47102."]
    desk.planned["cost-share"] = START.replace(year=2025)
    desk.states[ACME, "cost-share"] = standing()
    assert is_it_us(desk) == ["Is it us? 19 tickets belong to our problem #47102 and are already taken off."]


# 4,176.6 minutes are not our own fault: 2,784.4 more are 40 % of all, which is not over 40 %.
@pytest.mark.parametrize(("touches", "play"), [(0, "conversation"), (556, "conversation"), (557, "mend")])
def test_over_forty_per_cent_our_own_fault_mending_is_offered_first(touches: int, play: str) -> None:
    desk = Desk(policy=PLAYED, own_fault_touches=touches, planned={"cost-share": START.replace(year=2025)})
    desk.add(cost_share=standing())
    assert lines(desk)[-2:] == [PLAYS[play].title, PLAYS[play].guide]


@pytest.mark.parametrize(
    ("outcome", "tags", "expected"),
    [
        (
            "our fault",
            {"outage", "our_bug"},
            "Give the tickets behind it the tag our_bug or outage: then their work is ",
        ),
        ("our fault", set(), None),
        ("wrong data", {"outage"}, None),
    ],
)
def test_wrong_our_fault_is_answered_with_the_tags_that_take_the_work_off(
    outcome: str, tags: set[str], expected: str | None
) -> None:
    state = replace(standing(), told_level=Level.RED)
    place = Place(
        states={"cost-share": state},
        rules={"cost-share": SHARE},
        at=START,
        calendar=CALENDAR,
        own_fault_tags=frozenset(tags),
    )
    told = heed(Command(verb=Verb.WRONG, outcome=outcome), place).sentence
    closed = f"Closed as wrong ({outcome}). It stays quiet for 90 days, or until it is worse than now."
    assert told == (closed if expected is None else f"{closed} {expected}taken off.")
