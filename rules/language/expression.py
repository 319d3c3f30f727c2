"""Signals and conditions of rule files: read, checked, or told what is wrong with them and where.

Nothing is ever executed: a text becomes a typed tree of names, constants and operators.
"""

from collections.abc import Iterator

from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from rules.catalogue import Unit
from rules.expression import Binary, Name, Tree, Unary, names, written
from rules.language.building import Part, unknown_metric
from rules.language.grammar import language
from rules.language.slip import slip, unknown_sign
from rules.language.token import Form, Mistake, Token
from rules.rule import Condition, Signal

__all__ = ["LONGEST", "parse_condition", "parse_signal", "signal_unit", "unfit", "unknown_metric"]

LONGEST = 400
"""Characters in an expression."""

_SIGNAL = "a signal is a number, such as touch_cost_90d / revenue_90d"
_CONDITION = "a condition answers yes or no, such as touches_90d >= 10"
_FORMS = {
    Unit.COUNT: (Form.NUMBER,),
    Unit.MONEY: (Form.NUMBER,),
    Unit.RATIO: (Form.NUMBER, Form.PERCENT),
    Unit.MINUTES: (Form.NUMBER,),
    Unit.DURATION: (Form.NUMBER, Form.DURATION),
    Unit.TEXT: (Form.TEXT,),
    Unit.YES_NO: (Form.YES_NO,),
}

_WRITTEN = {
    Unit.COUNT: "a number, as in 20",
    Unit.MONEY: 'an amount, as in 500 or "12.50"',
    Unit.RATIO: "a share, as in 15%",
    Unit.MINUTES: "minutes, as in 90",
    Unit.DURATION: "days, as in 15d",
    Unit.TEXT: "a text, as in 'free'",
    Unit.YES_NO: "true or false",
}
"""How a constant of each unit is written."""


def parse_signal(text: str) -> Signal | tuple[Mistake, ...]:
    """A number of an account; else everything that is wrong."""
    tree = _read(text, _SIGNAL)
    if isinstance(tree, tuple):
        return tree
    mistakes = tuple(_signal_mistakes(tree))
    return mistakes or Signal(text=text.strip(), tree=tree)


def parse_condition(text: str) -> Condition | tuple[Mistake, ...]:
    """A question about an account that yes or no answers; else everything that is wrong."""
    tree = _read(text, _CONDITION)
    if isinstance(tree, tuple):
        return tree
    mistakes = tuple(_condition_mistakes(tree, len(text.rstrip())))
    return mistakes or Condition(text=text.strip(), tree=tree)


def signal_unit(signal: Signal) -> Unit:
    """The unit of a signal's value, and of its lines."""
    return signal.tree.unit or Unit.COUNT


def unfit(unit: Unit, constant: Token) -> str | None:
    """Why a constant cannot be compared with a value of this unit; None when it can."""
    if constant.form in _FORMS[unit]:
        return None
    return f"cannot compare {unit} with {constant.form}; write {_WRITTEN[unit]}"


def _read(text: str, otherwise: str) -> Tree | tuple[Mistake, ...]:
    if len(text) > LONGEST:
        return (Mistake(offset=LONGEST, sentence=f"longer than {LONGEST} characters"),)
    if not text.strip():
        return (Mistake(offset=0, sentence=otherwise),)
    try:
        part = language().parse(text)
    except UnexpectedCharacters as found:
        return (unknown_sign(text, found.pos_in_stream or 0),)
    except UnexpectedToken as found:
        return (slip(text, found.token),)
    if not isinstance(part, Part):
        raise TypeError(f"the grammar built {part!r}")
    return part.tree or part.mistakes


def _signal_mistakes(tree: Tree) -> Iterator[Mistake]:
    if tree.unit is not None and not tree.unit.is_number:
        yield Mistake(offset=tree.offset, sentence=_no_number(tree))
    elif not any(names(tree)):
        yield Mistake(offset=_begin(tree), sentence="a signal looks at a metric, and this one names none")


def _no_number(tree: Tree) -> str:
    match tree:
        case Binary(operator=operator) if operator.compares:
            return "a signal is a number: its lines stand under 'levels'"
        case Binary() | Unary():
            return f"a signal is a number, and '{tree.operator}' gives {tree.unit}"
        case _:
            return f"a signal is a number, and '{written(tree)}' is {tree.unit}"


def _condition_mistakes(tree: Tree, end: int) -> Iterator[Mistake]:
    if tree.unit is not Unit.YES_NO:
        after = f" after '{tree.name}'" if isinstance(tree, Name) else ""
        example = "== 'free'" if tree.unit is Unit.TEXT else ">= 10"
        yield Mistake(offset=end, sentence=f"a comparison is missing{after}, such as {example}")
    elif not any(names(tree)):
        yield Mistake(offset=_begin(tree), sentence="a condition looks at a metric, and this one names none")


def _begin(tree: Tree) -> int:
    return _begin(tree.left) if isinstance(tree, Binary) else tree.offset
