"""The words and signs of an expression, each with its place in the text, and the constants among them."""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

LONGEST = 400
"""Characters in an expression."""

COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")

_TOKEN = re.compile(
    r"(?P<blank>\s+)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<number>[0-9][A-Za-z0-9_.]*%?)|(?P<text>'[^']*')"
    r"|(?P<sign><=|>=|==|!=|[-+*/()<>=])"
)
_NUMBER = re.compile(r"(?P<digits>[0-9]{1,18}(?:\.[0-9]{1,18})?)(?P<suffix>%|[hdw])?")
_HOURS = {"h": 1, "d": 24, "w": 24 * 7}
_WORDS = frozenset({"and", "or", "not"})
_ANSWERS = {"true": True, "false": False}
_NEVER = {
    ".": "there are no attributes: a name stands alone",
    "[": "there are no indexes: a name stands alone",
    '"': "write a text in single quotes",
    "'": "this text is not closed: a ' is missing",
    "%": "a percent sign follows a number, as in 25%",
}


class Form(StrEnum):
    """What a token is. The constants read as they are called in sentences."""

    NAME = "a name"
    SIGN = "a sign"
    """Operators and parentheses, and the words and, or, not."""
    NUMBER = "a number"
    PERCENT = "a percent"
    DURATION = "a duration"
    TEXT = "a text"
    YES_NO = "true or false"

    @property
    def is_constant(self) -> bool:
        """True for what stands for itself."""
        return self not in (Form.NAME, Form.SIGN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """What is wrong in an expression, and at which character."""

    offset: int
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One word, sign or constant."""

    form: Form
    text: str
    offset: int
    value: Decimal | str | bool | None = None
    """A constant's value: shares of 1, days, numbers, texts without quotes. None for names and signs."""

    def is_sign(self, *signs: str) -> bool:
        """True for one of these signs."""
        return self.form is Form.SIGN and self.text in signs


def scan(text: str) -> tuple[Token, ...] | Mistake:
    """The tokens of an expression in their order; a minus right before a constant belongs to it."""
    if len(text) > LONGEST:
        return Mistake(offset=LONGEST, sentence=f"longer than {LONGEST} characters")
    tokens: list[Token] = []
    offset = 0
    while offset < len(text):
        found = _TOKEN.match(text, offset)
        if found is None:
            return _unknown_sign(text, offset)
        token = _token(found)
        if isinstance(token, Mistake):
            return token
        if token is not None:
            _append(tokens, token)
        offset = found.end()
    return tuple(tokens)


def read_constant(text: str) -> Token | Mistake:
    """The one constant a text consists of: 25%, 12w, 3.5, -3.5, 'text' or true."""
    tokens = scan(text)
    if isinstance(tokens, Mistake):
        return tokens
    if len(tokens) == 1 and tokens[0].form.is_constant:
        return tokens[0]
    return Mistake(offset=0, sentence=f"write a value such as 25%, 12w or 3.5, not '{text}'")


def _token(found: re.Match[str]) -> Token | Mistake | None:
    text, offset = found.group(), found.start()
    match found.lastgroup:
        case "blank":
            return None
        case "number":
            return _number(text, offset)
        case "text":
            return Token(form=Form.TEXT, text=text, offset=offset, value=text[1:-1])
        case "name" if text in _ANSWERS:
            return Token(form=Form.YES_NO, text=text, offset=offset, value=_ANSWERS[text])
        case "name" if text not in _WORDS:
            return Token(form=Form.NAME, text=text, offset=offset)
        case _:
            return Token(form=Form.SIGN, text=text, offset=offset)


def _number(text: str, offset: int) -> Token | Mistake:
    found = _NUMBER.fullmatch(text)
    if found is None:
        return Mistake(offset=offset, sentence=f"write a number such as 3.5, 25% or 12w, not '{text}'")
    value, suffix = Decimal(found["digits"]), found["suffix"]
    if suffix == "%":
        # Made from text: arithmetic would round to 28 digits.
        return Token(form=Form.PERCENT, text=text, offset=offset, value=Decimal(f"{found['digits']}e-2"))
    if suffix:
        return Token(form=Form.DURATION, text=text, offset=offset, value=value * _HOURS[suffix] / 24)
    return Token(form=Form.NUMBER, text=text, offset=offset, value=value)


def _append(tokens: list[Token], token: Token) -> None:
    """A minus becomes part of a number where no value stands before it."""
    negative = tokens and tokens[-1].is_sign("-") and isinstance(token.value, Decimal)
    if not negative or (len(tokens) > 1 and not tokens[-2].is_sign(*COMPARISONS, "(")):
        tokens.append(token)
        return
    minus = tokens.pop()
    value = token.value.copy_negate() if isinstance(token.value, Decimal) else token.value
    tokens.append(Token(form=token.form, text=f"-{token.text}", offset=minus.offset, value=value))


def _unknown_sign(text: str, offset: int) -> Mistake:
    sign = text[offset]
    return Mistake(offset=offset, sentence=_NEVER.get(sign, f"'{sign}' means nothing here"))
