"""Signals and conditions of rule files: a metric or a quotient of two; one comparison with a constant.

Nothing is ever executed: a text becomes tokens, the tokens become values. The whole language (arithmetic,
`and`, `or`, `not`, parentheses) is read as such, so that what goes beyond this version is told apart from a slip.
"""

from collections.abc import Sequence
from itertools import pairwise

from rules.catalogue import METRICS, WINDOWS, Metric, Unit, find_metric
from rules.language.suggestion import did_you_mean
from rules.language.token import COMPARISONS, Form, Mistake, Token, scan
from rules.rule import Condition, Signal

_ONE_QUOTIENT = "not in this version: a signal is a metric, or one metric divided by another"
_ONE_COMPARISON = "not in this version: a condition is one comparison, such as touches_90d >= 10"
_FORMS = {
    Unit.COUNT: (Form.NUMBER,),
    Unit.MONEY: (Form.NUMBER,),
    Unit.MINUTES: (Form.NUMBER,),
    Unit.RATIO: (Form.NUMBER, Form.PERCENT),
    Unit.DURATION: (Form.NUMBER, Form.DURATION),
    Unit.TEXT: (Form.TEXT,),
    Unit.YES_NO: (Form.YES_NO,),
}


def parse_signal(text: str) -> Signal | tuple[Mistake, ...]:
    """A number of an account: `metric` or `metric / metric`."""
    tokens = scan(text)
    if isinstance(tokens, Mistake):
        return (tokens,)
    mistake = _call(tokens) or _signal_shape(tokens, len(text.rstrip()))
    if mistake:
        return (mistake,)
    names = tokens[::2]
    mistakes = tuple(found for token in names if (found := _number_mistake(token)))
    if mistakes:
        return mistakes
    metrics = [METRICS[token.text] for token in names]
    if len(metrics) > 1 and quotient_unit(metrics[0].unit, metrics[1].unit) is None:
        units = f"{metrics[0].unit} by {metrics[1].unit}"
        return (Mistake(offset=tokens[1].offset, sentence=f"cannot divide {units}"),)
    denominator = metrics[1].name if len(metrics) > 1 else None
    return Signal(numerator=metrics[0].name, denominator=denominator, text=text.strip())


def parse_condition(text: str) -> Condition | tuple[Mistake, ...]:
    """One comparison: a metric or fact on the left, a constant on the right."""
    tokens = scan(text)
    if isinstance(tokens, Mistake):
        return (tokens,)
    mistake = _call(tokens) or _condition_shape(tokens, len(text.rstrip()))
    if mistake:
        return (mistake,)
    name, operator, constant = tokens
    metric = _metric(name)
    if isinstance(metric, Mistake):
        return (metric,)
    mistake = _comparison_mistake(metric.unit, operator, constant)
    if mistake or constant.value is None:
        return (mistake,) if mistake else ()
    return Condition(name=metric.name, operator=operator.text, value=constant.value, text=text.strip())


def signal_unit(signal: Signal) -> Unit:
    """The unit of a signal's value, and of its lines."""
    unit = METRICS[signal.numerator].unit
    if signal.denominator is None:
        return unit
    return quotient_unit(unit, METRICS[signal.denominator].unit) or unit


def quotient_unit(numerator: Unit, denominator: Unit) -> Unit | None:
    """Like by like is a ratio; a number per count or per share keeps its unit; None: makes no sense."""
    if numerator is denominator:
        return Unit.RATIO
    return numerator if denominator in (Unit.COUNT, Unit.RATIO) else None


def unfit(unit: Unit, constant: Token) -> str | None:
    """Why a constant cannot be compared with a value of this unit; None when it can."""
    if constant.form in _FORMS[unit]:
        return None
    return f"cannot compare {unit} with {constant.form}"


def unknown_metric(name: str) -> str:
    """The sentence about a name that the catalogue does not know."""
    stem, _, window = name.rpartition("_")
    if window.removesuffix("d").isdecimal() and f"{stem}_{WINDOWS[0]}d" in METRICS:
        windows = ", ".join(f"{days}d" for days in WINDOWS)
        return f"unknown metric '{name}'; '{stem}' is counted over {windows}"
    return f"unknown metric '{name}'{did_you_mean(name, METRICS)}"


def _signal_shape(tokens: Sequence[Token], end: int) -> Mistake | None:
    for position, token in enumerate(tokens):
        fits = token.is_sign("/") if position % 2 else token.form is Form.NAME
        if not fits or position > 2:  # noqa: PLR2004  (name, sign, name)
            return _beyond_signal(token, position)
    if not tokens:
        return Mistake(offset=end, sentence="a signal is a metric, or one metric divided by another")
    return None if len(tokens) % 2 else Mistake(offset=end, sentence="a metric is missing after '/'")


def _beyond_signal(token: Token, position: int) -> Mistake:
    if token.is_sign(*COMPARISONS, "="):
        return Mistake(offset=token.offset, sentence="a signal is a number: its lines stand under 'levels'")
    if position % 2 and token.form is not Form.SIGN:
        return Mistake(offset=token.offset, sentence=f"an operator is missing before '{token.text}'")
    return Mistake(offset=token.offset, sentence=_ONE_QUOTIENT)


def _condition_shape(tokens: Sequence[Token], end: int) -> Mistake | None:
    if not tokens:
        return Mistake(offset=end, sentence="a condition is one comparison, such as touches_90d >= 10")
    if tokens[0].form is not Form.NAME:
        return Mistake(offset=tokens[0].offset, sentence=_ONE_COMPARISON)
    if len(tokens) == 1:
        return _lone_name(tokens[0], end)
    if not tokens[1].is_sign(*COMPARISONS):
        return _beyond_operator(tokens[1])
    return _constant_shape(tokens[1], tokens[2:], end)


def _constant_shape(operator: Token, following: Sequence[Token], end: int) -> Mistake | None:
    if not following:
        return Mistake(offset=end, sentence=f"a value is missing after '{operator.text}'")
    if not following[0].form.is_constant:
        return _beyond_constant(following[0])
    return Mistake(offset=following[1].offset, sentence=_ONE_COMPARISON) if len(following) > 1 else None


def _lone_name(name: Token, end: int) -> Mistake:
    metric = _metric(name)
    if isinstance(metric, Mistake):
        return metric
    if metric.unit is Unit.YES_NO:
        return Mistake(offset=end, sentence=f"not in this version: write {name.text} == true")
    return Mistake(offset=end, sentence=f"a comparison is missing after '{name.text}', such as >= 10")


def _beyond_operator(operator: Token) -> Mistake:
    if operator.is_sign("="):
        return Mistake(offset=operator.offset, sentence="write == to compare")
    if operator.form is not Form.SIGN:
        return Mistake(offset=operator.offset, sentence=f"a comparison is missing before '{operator.text}'")
    return Mistake(offset=operator.offset, sentence=_ONE_COMPARISON)


def _beyond_constant(token: Token) -> Mistake:
    if token.form is Form.NAME and find_metric(token.text) is None:
        return Mistake(offset=token.offset, sentence=f"write a text in quotes: '{token.text}'")
    sentence = "not in this version: a condition compares a metric with a fixed value"
    return Mistake(offset=token.offset, sentence=sentence)


def _comparison_mistake(unit: Unit, operator: Token, constant: Token) -> Mistake | None:
    sentence = unfit(unit, constant)
    if sentence is None and not unit.is_number and operator.text not in ("==", "!="):
        sentence = f"cannot order {unit}: use == or !="
    return Mistake(offset=operator.offset, sentence=sentence) if sentence else None


def _call(tokens: Sequence[Token]) -> Mistake | None:
    for token, following in pairwise(tokens):
        if token.form is Form.NAME and following.is_sign("("):
            return Mistake(offset=token.offset, sentence=f"cannot call '{token.text}': there are no functions")
    return None


def _metric(token: Token) -> Metric | Mistake:
    return find_metric(token.text) or Mistake(offset=token.offset, sentence=unknown_metric(token.text))


def _number_mistake(token: Token) -> Mistake | None:
    metric = _metric(token)
    if isinstance(metric, Mistake):
        return metric
    if not metric.unit.is_number:
        return Mistake(offset=token.offset, sentence=f"a signal is a number, and '{token.text}' is {metric.unit}")
    return None
