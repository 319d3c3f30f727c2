"""A rule made ready: what counts as edited, which lines count, what is safe to judge on a part of a day."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from written import condition, signal

from rules.catalogue import find_metric
from rules.expression import Name, Tree, names
from rules.facts import Day
from rules.judging.closures import condition_closure, signal_closure
from rules.judging.numbers import StatedNumbers
from rules.judging.trend import DOWN, FLAT, UP, trend
from rules.judging.watch import Moment, Value, glance, observe, observe_fully, watch
from rules.language.expression import parse_condition, parse_signal
from rules.measuring.measure import Absence
from rules.rule import Condition, Level, Lines, Override, Rule, Signal

NOW = Moment(at=datetime(2026, 11, 21, 12, tzinfo=UTC), day=Day(739_941), midnight=False)
RULE = Rule(
    id="volume",
    title="Many tickets",
    signal=signal("tickets_7d"),
    levels=((Level.AMBER, Lines(enter=Decimal(10), exit=Decimal(6))),),
)
HIGHER = ((Level.RED, Lines(enter=Decimal(40), exit=Decimal(30))),)
HIGHEST = ((Level.RED, Lines(enter=Decimal(90), exit=Decimal(80))),)
LINED = replace(
    RULE,
    overrides=(
        Override(when=condition("strategic"), levels=HIGHER),
        Override(when=condition("seats >= 100 or segment == 'host'"), levels=HIGHEST),
    ),
)


@pytest.mark.parametrize(
    ("facts", "override", "lines"),
    [
        ({"strategic": True, "seats": 500}, 0, HIGHER),
        ({"strategic": False, "seats": 500}, 1, HIGHEST),
        ({"strategic": False, "segment": "host"}, 1, HIGHEST),
        ({"seats": 500}, 1, HIGHEST),
        ({"strategic": False, "seats": 99}, None, RULE.levels),
        ({}, None, RULE.levels),
    ],
)
def test_the_first_override_that_is_met_gives_the_lines_and_the_unknown_meets_none(
    facts: Mapping[str, Value], override: int | None, lines: tuple[tuple[Level, Lines], ...]
) -> None:
    seen = observe(watch(LINED), StatedNumbers({"tickets_7d": 50, **facts}), NOW, None)
    assert seen.override == override
    assert LINED.lines(seen.override) == lines


def test_a_glance_uses_the_lines_of_the_override() -> None:
    reading = glance(watch(LINED), StatedNumbers({"tickets_7d": 50, "seats": 500}))
    assert reading is not None
    assert reading.reached is None


def test_what_is_not_asked_for_comes_without_evidence() -> None:
    numbers = StatedNumbers({"tickets_7d": 50, "seats": 500})
    assert observe(watch(LINED), numbers, NOW, None).operands == ()
    assert observe_fully(watch(LINED), numbers, NOW, None).operands == (
        ("tickets_7d", 50),
        ("strategic", None),
        ("seats", 500),
        ("segment", None),
    )


def test_a_signal_written_in_other_words_is_not_edited() -> None:
    one, other = (
        replace(RULE, signal=signal(text)) for text in ("minutes_90d/seats + 1", "( touch_minutes_90d / seats )  + 1")
    )
    assert watch(one).key == watch(other).key
    assert watch(one).key != watch(replace(RULE, signal=signal("touch_minutes_90d / (seats + 1)"))).key


def test_an_override_that_looks_at_a_window_makes_the_rule_a_windowed_one() -> None:
    at_rest = replace(RULE, signal=signal("seats"))
    lined = replace(at_rest, overrides=(Override(when=condition("touches_90d > 3"), levels=HIGHER),))
    assert not watch(at_rest).windowed
    assert watch(lined).windowed


def test_lines_that_may_change_within_the_day_wait_for_midnight() -> None:
    moving = Override(when=condition("touches_90d > 3"), levels=HIGHER)
    assert watch(LINED).growing
    assert not watch(replace(RULE, overrides=(moving,))).growing


class Foreign(StatedNumbers):
    """Revenue in another currency than cost, and of one window in none."""

    __slots__ = ()

    def currency(self, name: str) -> str | None:
        return {"revenue_90d": "USD", "revenue_28d": None}.get(name, "EUR")


MONEY = Foreign(dict.fromkeys(("touch_cost_90d", "touch_cost_28d", "revenue_90d", "revenue_28d"), 5))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("touch_cost_90d / revenue_90d", Absence.OTHER_CURRENCY),
        ("revenue_90d - touch_cost_90d", Absence.OTHER_CURRENCY),
        ("revenue_90d * 20% + touch_cost_90d", Absence.OTHER_CURRENCY),
        ("touch_cost_28d / revenue_28d", Absence.NO_CURRENCY),
        ("touch_cost_28d + touch_cost_90d", Decimal(10)),
        ("(touch_cost_28d + touch_cost_90d) / revenue_90d", Absence.OTHER_CURRENCY),
        ("revenue_90d / 2", Decimal("2.5")),
        ("revenue_90d + 5", Decimal(10)),
    ],
)
def test_amounts_of_different_currencies_are_never_set_against_each_other(text: str, found: object) -> None:
    assert signal_closure(signal(text))(MONEY) == found


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("touch_cost_90d > revenue_90d", None),
        ("touch_cost_90d == touch_cost_28d", True),
        ("touch_cost_28d < revenue_28d", None),
        ("touch_cost_90d > revenue_90d or touch_cost_90d >= 5", True),
    ],
)
def test_amounts_of_different_currencies_are_never_compared(text: str, *, answer: bool | None) -> None:
    assert condition_closure(condition(text))(MONEY) is answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("cost_share_90d > 30%", True),
        ("cost_share_90d < 500%", False),
        ("30% < cost_share_90d", True),
        ("cost_share_90d > cost_share_28d", True),
        ("cost_share_28d >= cost_share_90d", False),
        ("cost_share_90d * 2 > 30%", None),
        ("-cost_share_90d < 0", None),
    ],
)
def test_a_share_of_nothing_paid_is_over_every_line_and_nothing_is_computed_of_it(
    text: str, *, answer: bool | None
) -> None:
    numbers = StatedNumbers({"cost_share_90d": Decimal("Infinity"), "cost_share_28d": 2})
    assert condition_closure(condition(text))(numbers) is answer


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tickets_7d + touches_7d", UP),
        ("tickets_7d - touches_7d", None),
        ("seats - touches_7d", DOWN),
        ("tickets_7d * 3", UP),
        ("tickets_7d * -3", DOWN),
        ("-tickets_7d", DOWN),
        ("tickets_7d * touches_7d", UP),
        ("tickets_7d * measured_share_7d", None),
        ("seats * (2 - 3)", FLAT),
        ("tickets_7d * (seats - 3)", None),
        ("(tickets_7d + reopens_7d) / seats", UP),
        ("seats / (tickets_7d + 1)", DOWN),
        ("seats / (tickets_7d - 1)", None),
        ("revenue_90d / contribution_90d", None),
        ("revenue_90d * 20% - touch_cost_90d", DOWN),
    ],
)
def test_arithmetic_moves_with_what_it_is_made_of(text: str, expected: int | None) -> None:
    assert trend(signal(text).tree) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tickets_7d > 3 and touches_7d > 3", UP),
        ("tickets_7d > 3 or strategic", UP),
        ("tickets_7d > 3 and touches_7d < 3", None),
        ("not tickets_7d > 3", DOWN),
        ("not tickets_7d < 3", UP),
        ("3 <= tickets_7d", UP),
        ("tickets_7d > touches_7d", None),
        ("tickets_7d == 3", None),
        ("strategic == (seats > 3)", FLAT),
        ("segment == 'free' and age_days < 12w", FLAT),
    ],
)
def test_a_condition_may_only_become_true_only_become_false_or_either(text: str, expected: int | None) -> None:
    assert trend(condition(text).tree) == expected


RISING = ("tickets_7d", "touches_7d", "touches_28d")
TERMS = st.recursive(
    st.sampled_from([*RISING, "seats", "1", "3", "-2", "0.5"]),
    lambda inner: st.builds("({} {} {})".format, inner, st.sampled_from("+-*/"), inner) | inner.map("-{}".format),
    max_leaves=7,
)
ASKED = st.recursive(
    st.builds("{} {} {}".format, TERMS, st.sampled_from(["<", "<=", ">", ">=", "=="]), TERMS),
    lambda inner: (
        st.builds("({} {} {})".format, inner, st.sampled_from(["and", "or"]), inner) | inner.map("(not ({}))".format)
    ),
    max_leaves=3,
)
DAY = st.fixed_dictionaries(
    {name: st.tuples(st.integers(0, 6), st.integers(0, 6)) for name in RISING} | {"seats": st.integers(0, 6)}
)


def morning_and_evening(day: Mapping[str, tuple[int, int] | int]) -> tuple[StatedNumbers, StatedNumbers]:
    morning = {name: found if isinstance(found, int) else found[0] for name, found in day.items()}
    evening = {name: found if isinstance(found, int) else sum(found) for name, found in day.items()}
    return StatedNumbers(morning), StatedNumbers(evening)


@given(TERMS, DAY)
def test_what_is_said_to_rise_never_falls_while_a_day_fills_up(
    text: str, day: Mapping[str, tuple[int, int] | int]
) -> None:
    parsed = parse_signal(text)
    if not isinstance(parsed, Signal) or (way := trend(parsed.tree)) is None:
        return
    before, after = (signal_closure(parsed)(numbers) for numbers in morning_and_evening(day))
    if isinstance(before, Decimal) and isinstance(after, Decimal):
        assert (after - before) * way >= 0
        assert way != FLAT or after == before


@given(ASKED, DAY)
def test_a_condition_that_may_only_become_true_stays_true(text: str, day: Mapping[str, tuple[int, int] | int]) -> None:
    parsed = parse_condition(text)
    if not isinstance(parsed, Condition) or trend(parsed.tree) not in (UP, FLAT):
        return
    before, after = (condition_closure(parsed)(numbers) for numbers in morning_and_evening(day))
    assert after is not False or not before


def test_trends_are_asked_of_names_in_the_catalogue() -> None:
    tree: Tree = signal("tickets_7d").tree
    assert isinstance(tree, Name)
    assert all(find_metric(name.name) for name in names(tree))
    with pytest.raises(KeyError):
        trend(replace(tree, name="tickts_7d"))
