"""The typed tree of a signal or a condition: names, constants and what is computed of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from rules.catalogue import Unit


class Operator(StrEnum):
    """What joins or turns values, as it is written."""

    OR = "or"
    AND = "and"
    NOT = "not"
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="
    EQUAL = "=="
    UNEQUAL = "!="
    PLUS = "+"
    MINUS = "-"
    TIMES = "*"
    OVER = "/"

    @property
    def compares(self) -> bool:
        """True for the six comparisons."""
        return self in _COMPARISONS

    @property
    def rank(self) -> int:
        """How tightly it binds its operands; 1 is the loosest."""
        return _RANKS[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A metric or a fact, by its name in the catalogue and not by an alias."""

    name: str
    unit: Unit
    offset: int = field(default=0, compare=False, repr=False)
    """The character of the text at which it begins; the same holds for every node."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Constant:
    """A number, share, length of time, text, or true or false."""

    value: Decimal | str | bool
    """Shares of 1, days, numbers, texts without quotes."""
    unit: Unit | None
    """None: a plain number, which fits beside a number of any unit."""
    text: str = field(compare=False)
    """As it is written: 25%, 12w, -3.5, 'free'."""
    offset: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unary:
    """`not` a yes/no, or minus a number."""

    operator: Operator
    of: "Tree"
    unit: Unit | None
    offset: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Binary:
    """Two values and what is made of them; `offset` is the operator's."""

    operator: Operator
    left: "Tree"
    right: "Tree"
    unit: Unit | None
    """None where no name is in it: a plain number."""
    offset: int = field(default=0, compare=False, repr=False)


Tree = Name | Constant | Unary | Binary


def names(tree: Tree) -> Iterator[Name]:
    """Every name in a tree, in the order of the text and as often as it stands there."""
    match tree:
        case Name():
            yield tree
        case Unary():
            yield from names(tree.of)
        case Binary():
            yield from names(tree.left)
            yield from names(tree.right)


def amounts(tree: Tree) -> Iterator[Name]:
    """The names of money that make a tree's value money: their currency is its currency."""
    match tree:
        case Name() if tree.unit is Unit.MONEY:
            yield tree
        case Unary() if tree.unit is Unit.MONEY:
            yield from amounts(tree.of)
        case Binary() if tree.unit is Unit.MONEY:
            yield from amounts(tree.left)
            yield from amounts(tree.right)


def written(tree: Tree) -> str:
    """The tree as text that reads as the same tree again, with as few parentheses as that takes."""
    match tree:
        case Name():
            return tree.name
        case Constant():
            return tree.text
        case Unary(operator=Operator.NOT):
            return f"not {_within(tree.of, Operator.NOT.rank)}"
        case Unary():
            return f"-{_within(tree.of, _TIGHTEST)}"
        case Binary(operator=operator):
            # Of equal rank the left one is computed first; comparisons never stand in a row.
            left = operator.rank + 1 if operator.compares else operator.rank
            return f"{_within(tree.left, left)} {operator} {_within(tree.right, operator.rank + 1)}"


def _within(tree: Tree, rank: int) -> str:
    return written(tree) if _rank(tree) >= rank else f"({written(tree)})"


def _rank(tree: Tree) -> int:
    match tree:
        case Binary():
            return tree.operator.rank
        case Unary(operator=Operator.NOT):
            return Operator.NOT.rank
        case _:
            return _TIGHTEST


_COMPARISONS = frozenset(
    {Operator.LESS, Operator.AT_MOST, Operator.MORE, Operator.AT_LEAST, Operator.EQUAL, Operator.UNEQUAL}
)
_RANKS = {
    Operator.OR: 1,
    Operator.AND: 2,
    Operator.NOT: 3,
    **dict.fromkeys(_COMPARISONS, 4),
    Operator.PLUS: 5,
    Operator.MINUS: 5,
    Operator.TIMES: 6,
    Operator.OVER: 6,
}
_TIGHTEST = 7
