"""Signals and conditions made ready to look at numbers: each tree becomes one closure, once."""

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from rules.catalogue import Unit
from rules.expression import Binary, Constant, Name, Operator, Tree, Unary
from rules.judging.arithmetic import (
    Divide,
    Find,
    checked,
    currencies_apart,
    division_closure,
    money_names,
    number_closure,
    scaled,
    unscaled,
)
from rules.judging.numbers import Numbers
from rules.measuring.measure import Absence
from rules.rule import Condition, Signal

Ask = Callable[[Numbers], bool | None]
"""Whether a condition is met; None: unknown."""

Look = Callable[[Numbers], Decimal | Absence]
"""A signal's number, rounded once, to 28 digits; else why there is none."""

_Compare = Callable[[Any, Any], bool]


def signal_closure(signal: Signal) -> Look:
    """A signal, made ready. Unknown when an operand is, when currencies differ, and when it divides by zero.

    A share of no revenue is infinite for an account whose status says that it pays. Raises KeyError for a name that
    the catalogue does not know.
    """
    tree = signal.tree
    if isinstance(tree, Binary) and tree.operator is Operator.OVER:
        return _rounded_quotient(division_closure(tree, scaled))
    return _rounded(number_closure(tree, scaled))


def condition_closure(condition: Condition) -> Ask:
    """A condition, made ready: three-valued, as Kleene has it. Raises KeyError for an unknown name."""
    return _answer(condition.tree)


def _rounded(find: Find) -> Look:
    def look(numbers: Numbers) -> Decimal | Absence:
        found = find(numbers)
        # Fraction is an abstract class: asking for it first would cost more than the rest.
        if isinstance(found, int):
            return Decimal(found)
        return Decimal(found.numerator) / found.denominator if isinstance(found, Fraction) else found

    return look


def _rounded_quotient(divide: Divide) -> Look:
    """The same number without a Fraction on the way."""

    def look(numbers: Numbers) -> Decimal | Absence:
        found = divide(numbers)
        return Decimal(found[0]) / found[1] if isinstance(found, tuple) else found

    return look


def _answer(tree: Tree) -> Ask:
    match tree:
        case Name():
            return _fact(checked(tree.name))
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
        return _beside_line(number_closure(left, unscaled), right.value, compare)
    return _beside(number_closure(left, unscaled), number_closure(right, unscaled), compare, money_names(tree))


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
    name = checked(tree.name)

    def find(numbers: Numbers) -> str | None:
        found = numbers.exact(name)
        return found if type(found) is str else None

    return find


def _beside_line(find: Find, line: Decimal, compare: _Compare) -> Ask:
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


def _beside(left: Find, right: Find, compare: _Compare, money: tuple[str, ...]) -> Ask:
    def ask(numbers: Numbers) -> bool | None:
        one, other = left(numbers), right(numbers)
        if isinstance(one, Absence) or isinstance(other, Absence) or (money and currencies_apart(numbers, money)):
            return None
        (top, below), (over, under) = _ratio(one), _ratio(other)
        return compare(top * under, over * below)

    return ask


def _ratio(found: int | Fraction | Decimal) -> tuple[int, int]:
    return (1, 0) if isinstance(found, Decimal) else (found.numerator, found.denominator)
