"""What the unit of a computed value is, and the sentence where it has none."""

from rules.catalogue import Unit
from rules.expression import Constant, Operator, Tree
from rules.language.token import Form

Plain = Unit | None
"""A unit; None for a plain number, which fits beside a number of any unit."""

_FORMS = {
    None: Form.NUMBER,
    Unit.RATIO: Form.PERCENT,
    Unit.DURATION: Form.DURATION,
    Unit.TEXT: Form.TEXT,
    Unit.YES_NO: Form.YES_NO,
}
_SCALES = (None, Unit.RATIO, Unit.COUNT)
"""What a number of any unit may be multiplied with or divided by, and keeps its unit. The plainest first."""


class UnitError(Exception):
    """The units do not go together; the message is the sentence."""


def unit_of(operator: Operator, left: Tree, right: Tree) -> Plain:
    """The unit of two values joined by an operator. Raises UnitError."""
    if operator in (Operator.AND, Operator.OR):
        return _joined(operator, left, right)
    if operator.compares:
        return _compared(operator, left, right)
    if operator is Operator.TIMES:
        return _product(left, right)
    return _quotient(left, right) if operator is Operator.OVER else _sum(operator, left, right)


def turned_unit(operator: Operator, tree: Tree) -> Plain:
    """The unit of a value after `not` or minus. Raises UnitError."""
    if operator is Operator.NOT:
        if tree.unit is not Unit.YES_NO:
            raise UnitError(f"'not' turns yes/no round, not {noun(tree)}")
    elif not is_number(tree):
        raise UnitError(f"cannot take minus of {noun(tree)}")
    return tree.unit


def is_number(tree: Tree) -> bool:
    """True for what can be computed with."""
    return tree.unit is None or tree.unit.is_number


def noun(tree: Tree) -> str:
    """What a value is called: its unit, or what kind of constant it is."""
    if isinstance(tree, Constant):
        return _FORMS[tree.unit]
    return Form.NUMBER if tree.unit is None else tree.unit


def _joined(operator: Operator, left: Tree, right: Tree) -> Unit:
    for side in (left, right):
        if side.unit is not Unit.YES_NO:
            raise UnitError(f"'{operator}' joins two that are yes/no, not {noun(side)}")
    return Unit.YES_NO


def _compared(operator: Operator, left: Tree, right: Tree) -> Unit:
    if not _is_like(left, right):
        raise UnitError(f"cannot compare {noun(left)} with {noun(right)}")
    if not is_number(left) and operator not in (Operator.EQUAL, Operator.UNEQUAL):
        raise UnitError(f"cannot order {left.unit}: use == or !=")
    return Unit.YES_NO


def _sum(operator: Operator, left: Tree, right: Tree) -> Plain:
    if is_number(left) and _is_like(left, right):
        return left.unit or right.unit
    if operator is Operator.PLUS:
        raise UnitError(f"cannot add {noun(left)} and {noun(right)}")
    raise UnitError(f"cannot subtract {noun(right)} from {noun(left)}")


def _is_like(left: Tree, right: Tree) -> bool:
    if None in (left.unit, right.unit):
        return is_number(left) and is_number(right)
    return left.unit is right.unit


def _product(left: Tree, right: Tree) -> Plain:
    scale, other = (left, right) if left.unit in _SCALES else (right, left)
    if scale.unit not in _SCALES or not is_number(other):
        raise UnitError(f"cannot multiply {noun(left)} by {noun(right)}")
    if other.unit in _SCALES:
        return max(scale.unit, other.unit, key=_SCALES.index)
    return other.unit


def _quotient(left: Tree, right: Tree) -> Plain:
    if is_number(left) and right.unit in _SCALES:
        return _part(left, right)
    if is_number(left) and left.unit is right.unit:
        return Unit.RATIO
    raise UnitError(f"cannot divide {noun(left)} by {noun(right)}")


def _part(left: Tree, right: Tree) -> Plain:
    """A number per plain number, share or count: like by like is a share, any other keeps its unit."""
    if right.unit is not None and left.unit is right.unit:
        return Unit.RATIO
    return left.unit if left.unit is not None or right.unit is None else Unit.COUNT
