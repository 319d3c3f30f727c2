"""Numbers that may stand where a share is expected, and that were probably meant as a percent."""

from collections.abc import Iterator
from decimal import Decimal

from rules.catalogue import Unit
from rules.expression import Binary, Constant, Operator, Tree, Unary
from rules.language.token import Form, Mistake, Token

_LARGEST_SHARE = 5
"""500 %: a plain number over it seldom means a share."""
_ALIKE = frozenset({Operator.PLUS, Operator.MINUS})
"""What joins two values of one unit, beside the comparisons."""


def doubt_of(unit: Unit, constant: Token) -> str | None:
    """What is probably wrong with a line of a signal of this unit, though it is allowed; None where nothing is."""
    if unit is not Unit.RATIO or constant.form is not Form.NUMBER or not isinstance(constant.value, Decimal):
        return None
    return _doubt(constant.value, constant.text)


def doubts(tree: Tree) -> Iterator[Mistake]:
    """The same for every constant that stands beside a share, in the order of the text."""
    match tree:
        case Unary():
            yield from doubts(tree.of)
        case Binary(operator=operator, left=left, right=right):
            yield from doubts(left)
            if operator.compares or operator in _ALIKE:
                yield from _beside(left, right)
            yield from doubts(right)


def _beside(left: Tree, right: Tree) -> Iterator[Mistake]:
    for share, other in ((right, left), (left, right)):
        match other:
            case Constant(unit=None, value=Decimal() as value) if share.unit is Unit.RATIO:
                sentence = _doubt(value, other.text)
                if sentence is not None:
                    yield Mistake(offset=other.offset, sentence=sentence)


def _doubt(value: Decimal, text: str) -> str | None:
    if abs(value) <= _LARGEST_SHARE:
        return None
    percent = (value * 100).normalize()
    return f"{text} is {percent:,f} %; did you mean {text}%? If not, write {percent:f}%"
