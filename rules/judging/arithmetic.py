"""The numbers of signals and conditions, made ready: sums, products and quotients, exact until somebody rounds."""

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from rules.catalogue import find_metric
from rules.expression import Binary, Constant, Name, Operator, Tree, Unary, amounts
from rules.judging.numbers import Numbers
from rules.measuring.measure import REVENUE, Absence
from rules.measuring.stretch import Known, over_no_revenue

Find = Callable[[Numbers], Known]
"""A number of an account, exact; else why there is none."""

ReadName = Callable[[str], Find]
"""How names are read: as a signal sees them, or as they are."""

Divide = Callable[[Numbers], tuple[int, int] | Decimal | Absence]
"""A number over another that is not zero, not divided yet; infinite; or why it is unknown."""


def number_closure(tree: Tree, reading: ReadName) -> Find:
    """A computed number, made ready; `reading` says how its names are read."""
    match tree:
        case Name():
            return reading(checked(tree.name))
        case Constant(value=Decimal() as value):
            return _constant(value)
        case Constant():
            raise TypeError(f"{tree.text} is no number")
        case Unary():
            return _minus(number_closure(tree.of, reading))
        case Binary(operator=Operator.OVER):
            return _quotient(division_closure(tree, reading))
        case Binary():
            left, right = number_closure(tree.left, reading), number_closure(tree.right, reading)
            return _sum_or_product(left, right, _ARITHMETIC[tree.operator], money_names(tree))


def scaled(name: str) -> Find:
    """A name as a signal sees it."""
    return lambda numbers: numbers.operand(name)


def unscaled(name: str) -> Find:
    """A name as it is."""
    return lambda numbers: numbers.exact(name)  # type: ignore[return-value]  # The tree says that it is a number.


def _constant(value: Decimal) -> Find:
    exact = Fraction(value)
    found = exact.numerator if exact.denominator == 1 else exact
    return lambda _: found


def _minus(inner: Find) -> Find:
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
    left: Find, right: Find, compute: Callable[[Any, Any], int | Fraction], money: tuple[str, ...]
) -> Find:
    def find(numbers: Numbers) -> Known:
        one = left(numbers)
        if isinstance(one, Absence):
            return one
        other = right(numbers)
        if isinstance(other, Absence):
            return other
        if isinstance(one, Decimal) or isinstance(other, Decimal):
            return Absence.NO_REVENUE
        return (currencies_apart(numbers, money) if money else None) or compute(one, other)

    return find


def _quotient(divide: Divide) -> Find:
    def find(numbers: Numbers) -> Known:
        found = divide(numbers)
        return Fraction(*found) if isinstance(found, tuple) else found

    return find


def division_closure(tree: Binary, reading: ReadName) -> Divide:
    """A quotient, made ready and not divided yet."""
    left, right, money = number_closure(tree.left, reading), number_closure(tree.right, reading), money_names(tree)
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
        if money and (reason := currencies_apart(numbers, money)):
            return reason
        if of_revenue and below <= 0:
            return over_no_revenue(top, pays=numbers.pays)
        if not below:
            return Absence.BY_ZERO
        if type(top) is int and type(below) is int:
            return top, below
        return top.numerator * below.denominator, top.denominator * below.numerator

    return divide


def money_names(tree: Binary) -> tuple[str, ...]:
    """The amounts that are set against each other, which only makes sense in one currency."""
    sides = [tuple(name.name for name in amounts(side)) for side in (tree.left, tree.right)]
    return tuple(dict.fromkeys((*sides[0], *sides[1]))) if all(sides) else ()


def currencies_apart(numbers: Numbers, money: tuple[str, ...]) -> Absence | None:
    """Why amounts of money cannot be set against each other; None when they can."""
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


def checked(name: str) -> str:
    """The name itself. Raises KeyError for one that the catalogue does not know."""
    if find_metric(name) is None:
        raise KeyError(name)
    return name
