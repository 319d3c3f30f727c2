"""What an answer changes in the cycle in which the alert rises above what was told."""

from dataclasses import replace
from datetime import timedelta

import pytest
from planning_desk import CALENDAR, REOPENS, SHARE, START, standing

from rules.alert import Answer, Phase, State
from rules.command import Command, Verb
from rules.judging.answering import QUIET
from rules.planning.obeying import Heeded, Place, heed
from rules.rule import Level

TOLD = replace(standing(Level.AMBER), told_level=Level.AMBER, told_at=START - timedelta(days=3))
RISEN = replace(TOLD, level=Level.RED)
TAKE, TALKED = Command(verb=Verb.TAKE), Command(verb=Verb.DONE, outcome="talked")
OUR_FAULT = Command(verb=Verb.WRONG, outcome="our fault")


def heeded(command: Command, **states: State) -> Heeded:
    place = Place(
        states={rule.replace("_", "-"): state for rule, state in states.items()},
        rules={rule.id: rule for rule in (SHARE, REOPENS)},
        at=START,
        calendar=CALENDAR,
    )
    return heed(command, place)


@pytest.mark.parametrize(
    ("command", "answer"), [(TAKE, Answer.TAKEN), (TALKED, Answer.TALKED), (OUR_FAULT, Answer.OUR_FAULT)]
)
def test_an_answer_to_what_was_told_is_kept_though_the_alert_has_risen_and_stays_news(
    command: Command, answer: Answer
) -> None:
    found = heeded(command, cost_share=RISEN)
    after = found.states["cost-share"]
    assert after.answer is answer
    assert (after.phase, after.level, after.told_level, after.acknowledged) == (
        Phase.OPEN,
        Level.RED,
        Level.AMBER,
        None,
    )
    assert [rule for rule, _ in found.transitions] == ["cost-share"]


def test_wrong_at_a_lower_level_keeps_it_quiet_there_and_says_what_goes_on() -> None:
    found = heeded(OUR_FAULT, cost_share=RISEN)
    after = found.states["cost-share"]
    assert (after.quiet_level, after.quiet_until) == (Level.AMBER, START + QUIET)
    assert found.sentence == (
        "Noted as wrong (our fault). What has risen since you were told stays open at its new level."
    )


def test_the_same_answer_again_changes_nothing() -> None:
    for command in (TAKE, TALKED, OUR_FAULT):
        after = heeded(command, cost_share=RISEN).states["cost-share"]
        again = heeded(command, cost_share=after)
        assert (dict(again.states), again.transitions) == ({}, ())


def test_what_has_not_risen_is_answered_beside_what_has() -> None:
    found = heeded(OUR_FAULT, cost_share=RISEN, reopens=TOLD)
    assert {rule: state.phase for rule, state in found.states.items()} == {
        "cost-share": Phase.OPEN,
        "reopens": Phase.IDLE,
    }


@pytest.mark.parametrize(
    ("states", "sentence"),
    [
        ({}, "Nothing is open here now."),
        ({"cost_share": State(phase=Phase.PENDING)}, "Nothing is open here yet."),
        ({"cost_share": standing()}, "What is open here was not told yet: answer once it is."),
    ],
)
def test_who_answers_what_was_never_told_hears_why_nothing_changes(states: dict[str, State], sentence: str) -> None:
    assert heeded(TAKE, **states).sentence == sentence
