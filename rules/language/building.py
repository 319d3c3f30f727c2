"""Builds the typed tree of an expression while its text is read, with everything that is wrong in it."""

from dataclasses import dataclass, replace
from decimal import Decimal

from lark import Token as Word
from lark import Transformer

from rules.catalogue import METRICS, WINDOWS, Unit, find_metric
from rules.expression import Binary, Constant, Name, Operator, Tree, Unary
from rules.language.suggestion import did_you_mean
from rules.language.token import Form, Mistake, read_constant
from rules.language.units import UnitError, turned_unit, unit_of

DEEPEST = 30
"""Levels of a tree, and parentheses around a value."""

_UNITS = {Form.NUMBER: None, Form.PERCENT: Unit.RATIO, Form.DURATION: Unit.DURATION}
_UNITS_OF_WORDS = {Form.TEXT: Unit.TEXT, Form.YES_NO: Unit.YES_NO}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What is read of an expression, or of a part of one."""

    tree: Tree | None
    """None when something is wrong."""
    mistakes: tuple[Mistake, ...] = ()
    depth: int = 1
    groups: int = 0
    """Parentheses within parentheses."""
    unknown: Word | None = None
    """A name that the catalogue does not know and that stands alone."""


class Builder(Transformer[Word, Part]):
    """Makes a part of every rule of the grammar, from the inside out."""

    def name(self, found: list[Word]) -> Part:
        """A metric or fact."""
        word = found[0]
        metric = find_metric(word)
        if metric is None:
            return Part(tree=None, mistakes=(_mistake(word, unknown_metric(word)),), unknown=word)
        return Part(tree=Name(name=metric.name, unit=metric.unit, offset=_offset(word)))

    def constant(self, found: list[Word]) -> Part:
        """A constant of any kind."""
        word = found[0]
        token = read_constant(word)
        if isinstance(token, Mistake):
            return Part(tree=None, mistakes=(_mistake(word, token.sentence),))
        unit = {**_UNITS, **_UNITS_OF_WORDS}[token.form]
        return Part(tree=Constant(value=token.value, unit=unit, text=token.text, offset=_offset(word)))

    def group(self, found: tuple[Word, Part, Word]) -> Part:
        """What stands in parentheses."""
        opening, part, _ = found
        if part.groups == DEEPEST:
            return Part(tree=None, mistakes=(*part.mistakes, _too_deep(opening)))
        return replace(part, groups=part.groups + 1, unknown=None)

    def unary(self, found: tuple[Word, Part]) -> Part:
        """`not` or minus; minus a constant is a constant."""
        sign, part = found
        if part.tree is None or part.depth == DEEPEST:
            return _broken(sign, part)
        tree, operator = part.tree, Operator(sign.value)
        if isinstance(tree, Constant) and isinstance(tree.value, Decimal):
            return replace(part, tree=_negative(tree, _offset(sign)))
        try:
            unit = turned_unit(operator, tree)
        except UnitError as wrong:
            return Part(tree=None, mistakes=(_mistake(sign, str(wrong)),))
        turned = Unary(operator=operator, of=tree, unit=unit, offset=_offset(sign))
        return Part(tree=turned, depth=part.depth + 1, groups=part.groups)

    def binary(self, found: tuple[Part, Word, Part]) -> Part:
        """Two parts and the operator between them."""
        left, sign, right = found
        depth, groups = max(left.depth, right.depth), max(left.groups, right.groups)
        if left.tree is None or right.tree is None or depth == DEEPEST:
            return _broken(sign, left, right)
        operator = Operator(sign.value)
        try:
            unit = unit_of(operator, left.tree, right.tree)
        except UnitError as wrong:
            return Part(tree=None, mistakes=(_mistake(sign, str(wrong)),))
        joined = Binary(operator=operator, left=left.tree, right=right.tree, unit=unit, offset=_offset(sign))
        return Part(tree=joined, depth=depth + 1, groups=groups)


def unknown_metric(name: str) -> str:
    """The sentence about a name that the catalogue does not know."""
    stem, _, window = name.rpartition("_")
    if window.removesuffix("d").isdecimal() and f"{stem}_{WINDOWS[0]}d" in METRICS:
        windows = ", ".join(f"{days}d" for days in WINDOWS)
        return f"unknown metric '{name}'; '{stem}' is counted over {windows}"
    return f"unknown metric '{name}'{did_you_mean(name, METRICS)}"


def _broken(sign: Word, *parts: Part) -> Part:
    """What is wrong in the parts of an operator; nothing in them: they are too deep."""
    mistakes = tuple(mistake for part, told in _told(parts) for mistake in (told or part.mistakes))
    return Part(tree=None, mistakes=mistakes or (_too_deep(sign),))


def _told(parts: tuple[Part, ...]) -> list[tuple[Part, tuple[Mistake, ...]]]:
    """Where one side is a metric that is a text, a lone unknown name on the other one is a text without its quotes."""
    texts = any(isinstance(part.tree, Name) and part.tree.unit is Unit.TEXT for part in parts)
    return [
        (part, (_mistake(part.unknown, f"write a text in quotes: '{part.unknown}'"),) if texts and part.unknown else ())
        for part in parts
    ]


def _negative(tree: Constant, offset: int) -> Constant:
    text = tree.text.removeprefix("-") if tree.text.startswith("-") else f"-{tree.text}"
    value = tree.value.copy_negate() if isinstance(tree.value, Decimal) else tree.value
    return replace(tree, value=value, text=text, offset=offset)


def _too_deep(word: Word) -> Mistake:
    return _mistake(word, f"nested more than {DEEPEST} deep")


def _mistake(word: Word, sentence: str) -> Mistake:
    return Mistake(offset=_offset(word), sentence=sentence)


def _offset(word: Word) -> int:
    return word.start_pos or 0
