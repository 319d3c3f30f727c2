"""Signals and conditions: what is understood, and what every slip is told."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from written import condition, signal

from rules.catalogue import METRICS, Unit
from rules.expression import Binary, Constant, Name, Operator, Tree, Unary, names, written
from rules.judging.closures import condition_closure, signal_closure
from rules.judging.numbers import StatedNumbers
from rules.language.expression import parse_condition, parse_signal, signal_unit, unfit
from rules.language.token import Mistake, Token, read_constant
from rules.measuring.measure import Absence
from rules.rule import Condition, Signal


def mistakes(parsed: Signal | Condition | tuple[Mistake, ...]) -> list[tuple[int, str]]:
    assert isinstance(parsed, tuple), parsed
    return [(mistake.offset, mistake.sentence) for mistake in parsed]


def test_blanks_around_a_signal_mean_nothing() -> None:
    assert signal(" tickets_28d ") == signal("tickets_28d")


def test_an_alias_stands_for_its_metric() -> None:
    assert [name.name for name in names(signal("minutes_90d").tree)] == ["touch_minutes_90d"]


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("tickets_90d", Unit.COUNT),
        ("touch_cost_90d", Unit.MONEY),
        ("reopens_90d / solved_90d", Unit.RATIO),
        ("touch_cost_90d / tickets_90d", Unit.MONEY),
        ("touch_minutes_90d / seats", Unit.MINUTES),
        ("age_days", Unit.DURATION),
        ("touches_90d / 3", Unit.COUNT),
        ("(touches_90d)", Unit.COUNT),
        ("-touches_90d", Unit.COUNT),
        ("touch_cost_90d * 4 / revenue_365d", Unit.RATIO),
        ("revenue_90d - touch_cost_90d", Unit.MONEY),
        ("revenue_90d * 20%", Unit.MONEY),
        ("touch_cost_90d / revenue_90d + cost_share_28d", Unit.RATIO),
        ("1 / tickets_90d", Unit.COUNT),
    ],
)
def test_a_signal_has_a_unit(text: str, unit: Unit) -> None:
    assert signal_unit(signal(text)) is unit


SIGNAL = "a signal is a number, such as touch_cost_90d / revenue_90d"


@pytest.mark.parametrize(
    ("text", "offset", "sentence"),
    [
        ("", 0, SIGNAL),
        ("tickts_28d", 0, "unknown metric 'tickts_28d'; did you mean 'tickets_28d'?"),
        ("tickets_30d", 0, "unknown metric 'tickets_30d'; 'tickets' is counted over 7d, 28d, 90d, 365d"),
        ("zzz", 0, "unknown metric 'zzz'"),
        ("touch_cost_90d / ", 16, "a value is missing after '/'"),
        ("(touches_90d", 12, "a ) is missing"),
        ("touches_90d)", 11, "this ) closes nothing"),
        ("not strategic", 0, "a signal is a number, and 'not' gives yes/no"),
        ("tickets_90d seats", 12, "an operator is missing before 'seats'"),
        ("tickets_90d > 3", 12, "a signal is a number: its lines stand under 'levels'"),
        ("segment", 0, "a signal is a number, and 'segment' is text"),
        ("tickets_90d / strategic", 12, "cannot divide count by yes/no"),
        ("tickets_90d / revenue_90d", 12, "cannot divide count by money"),
        ("touch_cost_90d + tickets_90d", 15, "cannot add money and count"),
        ("touch_cost_90d - seats", 15, "cannot subtract count from money"),
        ("touch_cost_90d * revenue_90d", 15, "cannot multiply money by money"),
        ("3 * 4", 0, "a signal looks at a metric, and this one names none"),
        ("max(tickets_90d)", 0, "cannot call 'max': there are no functions"),
        ("tickets_90d.real", 11, "there are no attributes: a name stands alone"),
        ("tickets_90d[0]", 11, "there are no indexes: a name stands alone"),
        ("__import__('os')", 0, "cannot call '__import__': there are no functions"),
        ("tickets_90d $", 12, "'$' means nothing here"),
        ("a" * 401, 400, "longer than 400 characters"),
        ("(" * 31 + "seats" + ")" * 31, 0, "nested more than 30 deep"),
    ],
)
def test_a_wrong_signal_is_told_at_its_character(text: str, offset: int, sentence: str) -> None:
    assert mistakes(parse_signal(text)) == [(offset, sentence)]


def test_both_unknown_names_of_a_quotient_are_told() -> None:
    assert [offset for offset, _ in mistakes(parse_signal("touch_cot_90d / revenu_90d"))] == [0, 16]


@pytest.mark.parametrize(
    ("text", "numbers", "answer"),
    [
        ("touches_90d >= 10", {"touches_90d": 10}, True),
        ("age_days<12w", {"age_days": 84}, False),
        ("age_days > 12h", {"age_days": 1}, True),
        ("assumed_share_90d < 12.5 % and 1 % < 2%", {"assumed_share_90d": Decimal("0.124")}, True),
        ("assumed_share_90d < 12.5%", {"assumed_share_90d": Decimal("0.125")}, False),
        ("contribution_90d < -100", {"contribution_90d": Decimal(-101)}, True),
        ("segment == 'small business'", {"segment": "small business"}, True),
        ("strategic", {"strategic": True}, True),
        ("not strategic", {"strategic": True}, False),
        ("strategic != true", {"strategic": False}, True),
        ("10 <= touches_90d", {"touches_90d": 9}, False),
        ("touches_90d > replies_90d", {"touches_90d": 9, "replies_90d": 8}, True),
        ("touches_90d / seats > 3", {"touches_90d": 10, "seats": 3}, True),
        ("touches_90d / seats > 3", {"touches_90d": 10, "seats": 0}, None),
        ("touches_90d > 3 and seats > 2", {"touches_90d": 4}, None),
        ("touches_90d > 3 and seats > 2", {"touches_90d": 3}, False),
        ("touches_90d > 3 or seats > 2", {"touches_90d": 4}, True),
        ("touches_90d > 3 or seats > 2", {"touches_90d": 3}, None),
        ("not (seats > 2)", {}, None),
        ("touches_90d > 3 or seats > 2 and strategic", {"touches_90d": 4, "strategic": False}, True),
    ],
)
def test_a_condition_answers_yes_no_or_nothing(
    text: str, numbers: dict[str, Decimal | int | str | bool | None], answer: object
) -> None:
    assert condition_closure(condition(text))(StatedNumbers(numbers)) is answer


CONDITION = "a condition answers yes or no, such as touches_90d >= 10"


@pytest.mark.parametrize(
    ("text", "offset", "sentence"),
    [
        ("  ", 0, CONDITION),
        ("touchs_90d >= 10", 0, "unknown metric 'touchs_90d'; did you mean 'touches_90d'?"),
        ("touches_90d", 11, "a comparison is missing after 'touches_90d', such as >= 10"),
        ("touches_90d >= ", 14, "a value is missing after '>='"),
        ("touches_90d = 10", 12, "write == to compare"),
        ("touches_90d 10", 12, "an operator is missing before '10'"),
        ("1 < touches_90d < 10", 16, "compare two values at a time, and join comparisons by 'and'"),
        ("status == trial", 10, "write a text in quotes: 'trial'"),
        ('status == "trial"', 10, "write a text in single quotes"),
        ("status == 'trial", 10, "this text is not closed: a ' is missing"),
        ("status > 'trial'", 7, "cannot order text: use == or !="),
        ("touch_cost_90d > 25%", 15, "cannot compare money with a percent"),
        ("touches_90d > 12w", 12, "cannot compare count with a duration"),
        ("touch_cost_90d > tickets_90d", 15, "cannot compare money with count"),
        ("seats == true", 6, "cannot compare count with true or false"),
        ("strategic == 1", 10, "cannot compare yes/no with a number"),
        ("touches_90d > 1e5", 14, "write a number such as 3.5, 25% or 12w, not '1e5'"),
        ("touches_90d > .5", 14, "there are no attributes: a name stands alone"),
        ("touches_90d and strategic", 12, "'and' joins two that are yes/no, not count"),
        ("true", 0, "a condition looks at a metric, and this one names none"),
        ("strategic && true", 10, "write 'and'"),
    ],
)
def test_a_wrong_condition_is_told_at_its_character(text: str, offset: int, sentence: str) -> None:
    assert mistakes(parse_condition(text)) == [(offset, sentence)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("15%", Decimal("0.15")),
        ("15 %", Decimal("0.15")),
        ("12.50", Decimal("12.50")),
        ("-3", Decimal(-3)),
        ("2w", Decimal(14)),
        ("true", True),
    ],
)
def test_a_constant_is_read_exactly(text: str, value: object) -> None:
    constant = read_constant(text)
    assert isinstance(constant, Token)
    assert constant.value == value


@pytest.mark.parametrize("text", ["", "abc", "1 2", "1.2.3", "--3", "1_000", "15 d"])
def test_what_is_no_constant_is_told(text: str) -> None:
    assert isinstance(read_constant(text), Mistake)


def test_a_percent_is_only_a_share() -> None:
    constant = read_constant("15%")
    assert isinstance(constant, Token)
    assert [unit for unit in Unit if unfit(unit, constant) is None] == [Unit.RATIO]


@given(st.text(max_size=40) | st.text(alphabet="ab_9 /*-+()<>=!'%.d", max_size=40))
def test_any_text_is_understood_or_told_within_itself(text: str) -> None:
    for parsed in (parse_signal(text), parse_condition(text)):
        if isinstance(parsed, tuple):
            assert all(0 <= mistake.offset <= len(text) for mistake in parsed)
            assert parsed


@given(st.sampled_from(sorted(METRICS)), st.sampled_from(sorted(METRICS)))
def test_every_metric_can_be_named(numerator: str, denominator: str) -> None:
    parsed = parse_signal(f"{numerator} / {denominator}")
    assert isinstance(parsed, Signal) or "unknown" not in parsed[0].sentence


COUNTS = ("tickets_90d", "touches_90d", "seats", "solved_90d")
NUMBER = st.sampled_from(COUNTS) | st.integers(0, 50).map(str)
SUMS = st.recursive(
    NUMBER,
    lambda inner: st.builds("({} {} {})".format, inner, st.sampled_from("+-*"), inner) | inner.map("-{}".format),
    max_leaves=8,
)
QUESTIONS = st.recursive(
    st.builds("{} {} {}".format, SUMS, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), SUMS)
    | st.just("strategic"),
    lambda inner: (
        st.builds("({} {} {})".format, inner, st.sampled_from(["and", "or"]), inner) | inner.map("(not ({}))".format)
    ),
    max_leaves=5,
)
NUMBERS = st.fixed_dictionaries(
    {name: st.none() | st.integers(0, 9) | st.decimals(0, 9, places=2) for name in COUNTS}
    | {"strategic": st.none() | st.booleans()}
)


@given(st.one_of(SUMS, st.builds("{} / {}".format, SUMS, SUMS)))
def test_a_signal_written_out_reads_as_the_same_tree(text: str) -> None:
    parsed = parse_signal(text)
    if isinstance(parsed, Signal):
        assert signal(written(parsed.tree)).tree == parsed.tree


@given(QUESTIONS)
def test_a_condition_written_out_reads_as_the_same_tree(text: str) -> None:
    parsed = parse_condition(text)
    if isinstance(parsed, Condition):
        assert condition(written(parsed.tree)).tree == parsed.tree


WORDS = (*METRICS, "3", "0.5", "25%", "12w", "36h", "'free'", "true", "false", "nobody")
OPERATORS = tuple(operator.value for operator in Operator if operator is not Operator.NOT)
ANYTHING = st.recursive(
    st.sampled_from(sorted(WORDS)),
    lambda inner: (
        st.builds("({}) {} {}".format, inner, st.sampled_from(OPERATORS), inner)
        | st.builds("{} {} ({})".format, inner, st.sampled_from(OPERATORS), inner)
        | st.builds("{}({})".format, st.sampled_from(["not ", "-", " "]), inner)
    ),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(ANYTHING)
def test_whatever_is_put_together_is_told_or_reads_the_same_and_computes(text: str) -> None:
    """And where nothing is known, only Kleene's shortcuts answer."""
    parsed_signal, parsed_condition = parse_signal(text), parse_condition(text)
    if isinstance(parsed_signal, Signal):
        assert signal(written(parsed_signal.tree)).tree == parsed_signal.tree
        assert isinstance(signal_closure(parsed_signal)(StatedNumbers({})), Absence)
    if isinstance(parsed_condition, Condition):
        tree = parsed_condition.tree
        assert condition(written(tree)).tree == tree
        answer = condition_closure(parsed_condition)(StatedNumbers({}))
        assert answer is None or "true" in text or "false" in text or not all(map(any_name, sides(tree)))


def sides(tree: Tree) -> list[Tree]:
    """What `and`, `or` and `not` join."""
    match tree:
        case Unary(of=inner):
            return sides(inner)
        case Binary(operator=Operator.AND | Operator.OR, left=left, right=right):
            return [*sides(left), *sides(right)]
        case _:
            return [tree]


def any_name(tree: Tree) -> bool:
    return any(names(tree))


@pytest.mark.parametrize(("terms", "fits"), [(30, True), (31, False)])
def test_a_tree_has_at_most_thirty_levels(terms: int, *, fits: bool) -> None:
    assert isinstance(parse_signal("+".join(["seats"] * terms)), Signal) is fits
    assert isinstance(parse_signal("-(" * (terms - 1) + "seats" + ")" * (terms - 1)), Signal) is fits


@settings(max_examples=300, deadline=None)
@given(QUESTIONS, NUMBERS)
def test_a_closure_answers_like_a_plain_walk_through_the_tree(
    text: str, numbers: dict[str, Decimal | int | bool | None]
) -> None:
    parsed = parse_condition(text)
    if isinstance(parsed, Condition):
        assert condition_closure(parsed)(StatedNumbers(numbers)) == plainly(parsed.tree, numbers)


@settings(max_examples=300, deadline=None)
@given(st.builds("{} / {}".format, SUMS, SUMS), NUMBERS)
def test_a_signal_closure_computes_like_a_plain_walk_through_the_tree(
    text: str, numbers: dict[str, Decimal | int | bool | None]
) -> None:
    parsed = parse_signal(text)
    if not isinstance(parsed, Signal):
        return
    found, expected = signal_closure(parsed)(StatedNumbers(numbers)), plainly(parsed.tree, numbers)
    if expected is None:
        assert isinstance(found, Absence)
    else:
        exact = Fraction(str(expected)) if isinstance(expected, bool) else Fraction(expected)
        assert found == Decimal(exact.numerator) / exact.denominator


Answer = Fraction | bool | None


def plainly(tree: Tree, numbers: dict[str, Decimal | int | bool | None]) -> Answer:
    """What a tree comes to, by the book: unknown in, unknown out, but for what Kleene knows without it."""
    match tree:
        case Name(name="strategic"):
            found = numbers["strategic"]
            return found if isinstance(found, bool) else None
        case Name(name=name):
            value = numbers[name]
            return None if value is None else Fraction(value)
        case Constant(value=value):
            return Fraction(value) if isinstance(value, Decimal) else bool(value)
        case Unary(operator=Operator.NOT, of=inner):
            answer = plainly(inner, numbers)
            return None if answer is None else not answer
        case Unary(of=inner):
            number = plainly(inner, numbers)
            return None if number is None else -Fraction(number)
        case Binary(operator=operator, left=left, right=right):
            return joined(operator, plainly(left, numbers), plainly(right, numbers))


def joined(operator: Operator, left: Answer, right: Answer) -> Answer:
    if operator is Operator.AND and (left is False or right is False):
        return False
    if operator is Operator.OR and (left is True or right is True):
        return True
    if left is None or right is None or (operator is Operator.OVER and not right):
        return None
    computed: dict[Operator, Fraction | bool] = {
        Operator.AND: bool(left) and bool(right),
        Operator.OR: bool(left) or bool(right),
        Operator.LESS: left < right,
        Operator.AT_MOST: left <= right,
        Operator.MORE: left > right,
        Operator.AT_LEAST: left >= right,
        Operator.EQUAL: left == right,
        Operator.UNEQUAL: left != right,
        Operator.PLUS: Fraction(left) + Fraction(right),
        Operator.MINUS: Fraction(left) - Fraction(right),
        Operator.TIMES: Fraction(left) * Fraction(right),
    }
    return computed[operator] if operator in computed else Fraction(left) / Fraction(right)


def test_an_account_that_pays_and_paid_nothing_is_over_every_line() -> None:
    look = signal_closure(signal("touch_cost_90d / revenue_90d"))
    numbers: dict[str, Decimal | int | str | bool | None] = {"touch_cost_90d": 300, "revenue_90d": 0}
    assert look(StatedNumbers(numbers)) == Decimal("Infinity")
    assert look(StatedNumbers(numbers, pays=False)) is Absence.NOT_PAYING


def test_parentheses_and_lengths_without_end_are_refused_at_once() -> None:
    for text in ("(" * 400, "not " * 100 + "strategic", "-" * 399 + "1", "1+" * 199 + "1"):
        assert isinstance(parse_signal(text), tuple)
        assert isinstance(parse_condition(text), tuple)
