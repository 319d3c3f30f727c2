"""The constants of expressions and of lines, and what is said of a slip."""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

_NUMBER = re.compile(r"(?P<sign>-?)(?P<digits>[0-9]{1,18}(?:\.[0-9]{1,18})?)(?P<suffix>\s*%|[hdw])?")
_TEXT = re.compile(r"'[^']*'")
_HOURS = {"h": 1, "d": 24, "w": 24 * 7}
_ANSWERS = {"true": True, "false": False}


class Form(StrEnum):
    """What a constant is, as it is called in sentences."""

    NUMBER = "a number"
    PERCENT = "a percent"
    DURATION = "a duration"
    TEXT = "a text"
    YES_NO = "true or false"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """What is wrong in an expression, and at which character."""

    offset: int
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One constant."""

    form: Form
    text: str
    value: Decimal | str | bool
    """Shares of 1, days, numbers, texts without quotes."""


def read_constant(text: str) -> Token | Mistake:
    """The one constant a text consists of: 25% or 25 %, 12w, 3.5, -3.5, 'text' or true."""
    if text in _ANSWERS:
        return Token(form=Form.YES_NO, text=text, value=_ANSWERS[text])
    if _TEXT.fullmatch(text):
        return Token(form=Form.TEXT, text=text, value=text[1:-1])
    found = _NUMBER.fullmatch(text)
    if found is None:
        return Mistake(offset=0, sentence=f"write a number such as 3.5, 25% or 12w, not '{text}'")
    return _number(found)


def _number(found: re.Match[str]) -> Token:
    text, digits, suffix = found.group(), found["sign"] + found["digits"], found["suffix"]
    if suffix and suffix.endswith("%"):
        # Made from text: arithmetic would round to 28 digits.
        return Token(form=Form.PERCENT, text=text, value=Decimal(f"{digits}e-2"))
    if suffix:
        return Token(form=Form.DURATION, text=text, value=Decimal(digits) * _HOURS[suffix] / 24)
    return Token(form=Form.NUMBER, text=text, value=Decimal(digits))
