"""What is said of a text that is no expression, and at which character."""

from lark import Token as Word

from rules.language.grammar import language
from rules.language.token import Mistake

_NEVER = {
    ".": "there are no attributes: a name stands alone",
    "[": "there are no indexes: a name stands alone",
    '"': "write a text in single quotes",
    "'": "this text is not closed: a ' is missing",
    "%": "a percent sign follows a number, as in 25%",
    "=": "write == to compare",
    "&": "write 'and'",
    "|": "write 'or'",
    "!": "write 'not', or != to compare",
}
_VALUES = frozenset({"NAME", "NUMBER", "TEXT", "TRUE", "FALSE", "CLOSE"})
"""What may end a value."""
_END = "$END"


def unknown_sign(text: str, offset: int) -> Mistake:
    """About a character that begins no word of the language."""
    sign = text[offset]
    return Mistake(offset=offset, sentence=_NEVER.get(sign, f"'{sign}' means nothing here"))


def slip(text: str, word: Word) -> Mistake:
    """About a word that cannot stand where it does, or about the end that came too early."""
    offset = len(text) if word.type == _END else word.start_pos or 0
    before = [*language().lex(text[:offset])]
    if not before:
        return Mistake(offset=offset, sentence=f"a value is missing before '{word}'")
    last = before[-1]
    return _after_value(last, word, offset) if last.type in _VALUES else _after_operator(last, word, offset)


def _after_value(last: Word, word: Word, offset: int) -> Mistake:
    match word.type:
        case "$END":
            return Mistake(offset=_end(last), sentence="a ) is missing")
        case "CLOSE":
            return Mistake(offset=offset, sentence="this ) closes nothing")
        case "COMPARISON":
            return Mistake(offset=offset, sentence="compare two values at a time, and join comparisons by 'and'")
        case "OPEN" if last.type == "NAME":
            return Mistake(offset=last.start_pos or 0, sentence=f"cannot call '{last}': there are no functions")
        case _:
            return Mistake(offset=offset, sentence=f"an operator is missing before '{word}'")


def _after_operator(last: Word, word: Word, offset: int) -> Mistake:
    if word.type == "NOT":
        return Mistake(offset=offset, sentence="put 'not' and what it turns round in parentheses")
    return Mistake(offset=_end(last), sentence=f"a value is missing after '{last}'")


def _end(word: Word) -> int:
    return (word.start_pos or 0) + len(word)
