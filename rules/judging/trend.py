"""Which way a value can move while a day fills up, so that a part of today is judged only where that is safe."""

from decimal import Decimal

from rules.catalogue import Unit, find_metric
from rules.expression import Binary, Constant, Name, Operator, Tree, Unary

UP, FLAT, DOWN = 1, 0, -1

Trend = int | None
"""UP, FLAT or DOWN; of a condition UP means that it can only become true. None: either way, or nobody knows."""

_RISING = (Operator.MORE, Operator.AT_LEAST)
_FALLING = (Operator.LESS, Operator.AT_MOST)


def trend(tree: Tree) -> Trend:  # noqa: PLR0911 - one a kind of node.
    """Which way a tree's value can move within one day. Raises KeyError for a name that the catalogue does not know."""
    match tree:
        case Name():
            return _trend_of(tree.name)
        case Constant():
            return FLAT
        case Unary():
            return _turned(trend(tree.of))
        case Binary(operator=Operator.TIMES):
            return _product(tree.left, tree.right)
        case Binary(operator=Operator.OVER):
            return _quotient(tree.left, tree.right)
        case Binary(operator=Operator.PLUS | Operator.AND | Operator.OR):
            return _together(trend(tree.left), trend(tree.right))
        case Binary():
            return _apart(tree)


def _trend_of(name: str) -> Trend:
    metric = find_metric(name)
    if metric is None:
        raise KeyError(name)
    if metric.window is None or metric.stem == "revenue":
        return FLAT
    if metric.stem == "contribution":
        return DOWN
    return UP if metric.stem == "cost_share" or metric.unit is not Unit.RATIO else None


def _turned(found: Trend) -> Trend:
    return None if found is None else -found


def _together(left: Trend, right: Trend) -> Trend:
    if left is None or right is None or left == -right != FLAT:
        return None
    return left or right


def _apart(tree: Binary) -> Trend:
    """Of a difference, and of a comparison, which asks on which side of zero a difference is."""
    found = _together(trend(tree.left), _turned(trend(tree.right)))
    if tree.operator is Operator.MINUS or tree.operator in _RISING:
        return found
    if tree.operator in _FALLING:
        return _turned(found)
    return found if found is FLAT else None


def _product(left: Tree, right: Tree) -> Trend:
    one, other = trend(left), trend(right)
    if one == FLAT:
        return _times(_sign(left), other)
    if other == FLAT:
        return _times(_sign(right), one)
    return one if one == other and _sign(left) == _sign(right) == UP else None


def _quotient(left: Tree, right: Tree) -> Trend:
    top, below = trend(left), trend(right)
    if below == FLAT:
        return _times(_sign(right), top)
    if top == FLAT and _sign(right) is not None:
        return _turned(_times(_sign(left), below))
    return None


def _times(sign: Trend, found: Trend) -> Trend:
    if found == FLAT:
        return FLAT
    return None if sign is None or found is None else sign * found


def _sign(tree: Tree) -> Trend:
    """UP: never negative; DOWN: never positive; None: nobody knows."""
    match tree:
        case Name():
            metric = find_metric(tree.name)
            return None if metric is None or metric.stem == "contribution" else UP
        case Constant():
            return DOWN if isinstance(tree.value, Decimal) and tree.value < 0 else UP
        case Unary():
            return _turned(_sign(tree.of))
        case Binary(operator=Operator.PLUS):
            one, other = _sign(tree.left), _sign(tree.right)
            return one if one == other else None
        case Binary(operator=Operator.TIMES | Operator.OVER):
            return _times(_sign(tree.left), _sign(tree.right))
        case Binary():
            return None
