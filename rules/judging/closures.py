"""Signals and conditions made ready to look at numbers: each tree becomes one closure, once."""

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from rules.catalogue import Unit, find_metric
from rules.expression import Binary, Constant, Name, Operator, Tree, Unary, amounts
from rules.judging.numbers import Numbers
from rules.measuring.measure import REVENUE, Absence
from rules.measuring.stretch import Known, over_no_revenue
from rules.rule import Condition, Signal

Ask = Callable[[Numbers], bool | None]
"""Whether a condition is met; None: unknown."""

Look = Callable[[Numbers], Decimal | Absence]
"""A signal's number, rounded once, to 28 digits; else why there is none."""

_Number = Callable[[Numbers], Known]
_Reading = Callable[[str], _Number]
"""How names are read: as a signal sees them, or as they are."""
_Division = Callable[[Numbers], tuple[int, int] | Decimal | Absence]
"""A number over another that is not zero, not divided yet; infinite; or why it is unknown."""
_Compare = Callable[[Any, Any], bool]


def signal_closure(signal: Signal) -> Look:
    """A signal, made ready. Unknown when an operand is, when currencies differ, and when it divides by zero.

    A share of no revenue is infinite for an account whose status says that it pays. Raises KeyError for a name that
    the catalogue does not know.
    """
    tree = signal.tree
    if isinstance(tree, Binary) and tree.operator is Operator.OVER:
        return _rounded_quotient(_division(tree, _scaled))
    return _rounded(_number(tree, _scaled))


def condition_closure(condition: Condition) -> Ask:
    """A condition, made ready: three-valued, as Kleene has it. Raises KeyError for an unknown name."""
    return _answer(condition.tree)


def _rounded(find: _Number) -> Look:
    def look(numbers: Numbers) -> Decimal | Absence:
        found = find(numbers)
        if isinstance(found, Fraction):
            return Decimal(found.numerator) / found.denominator
        return Decimal(found) if isinstance(found, int) else found

    return look


def _rounded_quotient(divide: _Division) -> Look:
    """The same number without a Fraction on the way."""

    def look(numbers: Numbers) -> Decimal | Absence:
        found = divide(numbers)
        return Decimal(found[0]) / found[1] if isinstance(found, tuple) else found

    return look


def _answer(tree: Tree) -> Ask:
    match tree:
        case Name():
            return _fact(_checked(tree.name))
        case Constant():
            return _always(answer=bool(tree.value))
        case Unary():
            return _not(_answer(tree.of))
        case Binary(operator=Operator.AND):
            return _and(_answer(tree.left), _answer(tree.right))
        case Binary(operator=Operator.OR):
            return _or(_answer(tree.left), _answer(tree.right))
        case Binary():
            return _comparison(tree)


def _fact(name: str) -> Ask:
    def ask(numbers: Numbers) -> bool | None:
        found = numbers.exact(name)
        return found if isinstance(found, bool) else None

    return ask


def _always(*, answer: bool) -> Ask:
    return lambda _: answer


def _not(inner: Ask) -> Ask:
    def ask(numbers: Numbers) -> bool | None:
        found = inner(numbers)
        return None if found is None else not found

    return ask


def _and(left: Ask, right: Ask) -> Ask:
    def ask(numbers: Numbers) -> bool | None:
        one = left(numbers)
        if one is False:
            return False
        other = right(numbers)
        return other if one or other is False else None

    return ask


def _or(left: Ask, right: Ask) -> Ask:
    def ask(numbers: Numbers) -> bool | None:
        one = left(numbers)
        if one:
            return True
        other = right(numbers)
        return other if one is False or other else None

    return ask


_COMPARES: Mapping[Operator, _Compare] = MappingProxyType(
    {
        Operator.LESS: operator.lt,
        Operator.AT_MOST: operator.le,
        Operator.MORE: operator.gt,
        Operator.AT_LEAST: operator.ge,
        Operator.EQUAL: operator.eq,
        Operator.UNEQUAL: operator.ne,
    }
)
_MIRRORED = {
    Operator.LESS: Operator.MORE,
    Operator.AT_MOST: Operator.AT_LEAST,
    Operator.MORE: Operator.LESS,
    Operator.AT_LEAST: Operator.AT_MOST,
}


def _comparison(tree: Binary) -> Ask:
    compare, left, right = _COMPARES[tree.operator], tree.left, tree.right
    if left.unit is Unit.YES_NO:
        return _same(_answer(left), _answer(right), compare)
    if left.unit is Unit.TEXT:
        return _same(_text(left), _text(right), compare)
    if isinstance(left, Constant) and not isinstance(right, Constant):
        left, right, compare = right, left, _COMPARES[_MIRRORED.get(tree.operator, tree.operator)]
    if isinstance(right, Constant) and isinstance(right.value, Decimal):
        return _beside_line(_number(left, _unscaled), right.value, compare)
    return _beside(_number(left, _unscaled), _number(right, _unscaled), compare, _money(tree))


def _same(left: Callable[[Numbers], Any], right: Callable[[Numbers], Any], compare: _Compare) -> Ask:
    def ask(numbers: Numbers) -> bool | None:
        one, other = left(numbers), right(numbers)
        return None if one is None or other is None else compare(one, other)

    return ask


def _text(tree: Tree) -> Callable[[Numbers], str | None]:
    if isinstance(tree, Constant):
        value = str(tree.value)
        return lambda _: value
    if not isinstance(tree, Name):
        raise TypeError("a text is a fact or a constant")
    name = _checked(tree.name)

    def find(numbers: Numbers) -> str | None:
        found = numbers.exact(name)
        return found if type(found) is str else None

    return find


def _beside_line(find: _Number, line: Decimal, compare: _Compare) -> Ask:
    """Compares without a division: a / b with n / d as a * d with n * b. Infinite is 1 / 0."""
    above, below = line.as_integer_ratio()

    def ask(numbers: Numbers) -> bool | None:
        found = find(numbers)
        if isinstance(found, int):
            return compare(found * below, above)
        if isinstance(found, Absence):
            return None
        top, bottom = _ratio(found)
        return compare(top * below, above * bottom)

    return ask


def _beside(left: _Number, right: _Number, compare: _Compare, money: tuple[str, ...]) -> Ask:
    def ask(numbers: Numbers) -> bool | None:
        one, other = left(numbers), right(numbers)
        if isinstance(one, Absence) or isinstance(other, Absence) or (money and _apart(numbers, money)):
            return None
        (top, below), (over, under) = _ratio(one), _ratio(other)
        return compare(top * under, over * below)

    return ask


def _ratio(found: int | Fraction | Decimal) -> tuple[int, int]:
    return (1, 0) if isinstance(found, Decimal) else (found.numerator, found.denominator)


def _number(tree: Tree, reading: _Reading) -> _Number:
    match tree:
        case Name():
            return reading(_checked(tree.name))
        case Constant(value=Decimal() as value):
            return _constant(value)
        case Constant():
            raise TypeError(f"{tree.text} is no number")
        case Unary():
            return _minus(_number(tree.of, reading))
        case Binary(operator=Operator.OVER):
            return _quotient(_division(tree, reading))
        case Binary():
            left, right = _number(tree.left, reading), _number(tree.right, reading)
            return _sum_or_product(left, right, _ARITHMETIC[tree.operator], _money(tree))


def _scaled(name: str) -> _Number:
    return lambda numbers: numbers.operand(name)


def _unscaled(name: str) -> _Number:
    return lambda numbers: numbers.exact(name)  # type: ignore[return-value]  # The tree says that it is a number.


def _constant(value: Decimal) -> _Number:
    exact = Fraction(value)
    found = exact.numerator if exact.denominator == 1 else exact
    return lambda _: found


def _minus(inner: _Number) -> _Number:
    def find(numbers: Numbers) -> Known:
        found = inner(numbers)
        if isinstance(found, Absence):
            return found
        return Absence.NO_REVENUE if isinstance(found, Decimal) else -found

    return find


_ARITHMETIC: Mapping[Operator, Callable[[Any, Any], int | Fraction]] = MappingProxyType(
    {Operator.PLUS: operator.add, Operator.MINUS: operator.sub, Operator.TIMES: operator.mul}
)


def _sum_or_product(
    left: _Number, right: _Number, compute: Callable[[Any, Any], int | Fraction], money: tuple[str, ...]
) -> _Number:
    def find(numbers: Numbers) -> Known:
        one = left(numbers)
        if isinstance(one, Absence):
            return one
        other = right(numbers)
        if isinstance(other, Absence):
            return other
        if isinstance(one, Decimal) or isinstance(other, Decimal):
            return Absence.NO_REVENUE
        return (_apart(numbers, money) if money else None) or compute(one, other)

    return find


def _quotient(divide: _Division) -> _Number:
    def find(numbers: Numbers) -> Known:
        found = divide(numbers)
        return Fraction(*found) if isinstance(found, tuple) else found

    return find


def _division(tree: Binary, reading: _Reading) -> _Division:
    left, right, money = _number(tree.left, reading), _number(tree.right, reading), _money(tree)
    of_revenue = isinstance(tree.right, Name) and _is_revenue(tree.right.name)

    def divide(numbers: Numbers) -> tuple[int, int] | Decimal | Absence:  # noqa: PLR0911 - each its own absence.
        # What is divided by is known sooner than what work cost, and often there is none.
        below = right(numbers)
        if isinstance(below, Absence):
            return below
        top = left(numbers)
        if isinstance(top, Absence):
            return top
        if isinstance(top, Decimal) or isinstance(below, Decimal):
            return Absence.NO_REVENUE
        if money and (apart := _apart(numbers, money)):
            return apart
        if of_revenue and below <= 0:
            return over_no_revenue(top, pays=numbers.pays)
        if not below:
            return Absence.BY_ZERO
        return top.numerator * below.denominator, top.denominator * below.numerator

    return divide


def _money(tree: Binary) -> tuple[str, ...]:
    """The amounts that are set against each other, which only makes sense in one currency."""
    sides = [tuple(name.name for name in amounts(side)) for side in (tree.left, tree.right)]
    return tuple(dict.fromkeys((*sides[0], *sides[1]))) if all(sides) else ()


def _apart(numbers: Numbers, money: tuple[str, ...]) -> Absence | None:
    currency = numbers.currency(money[0])
    if currency is None:
        return Absence.NO_CURRENCY
    for name in money[1:]:
        other = numbers.currency(name)
        if other != currency:
            return Absence.NO_CURRENCY if other is None else Absence.OTHER_CURRENCY
    return None


def _is_revenue(name: str) -> bool:
    metric = find_metric(name)
    return metric is not None and metric.stem in REVENUE


def _checked(name: str) -> str:
    if find_metric(name) is None:
        raise KeyError(name)
    return name
