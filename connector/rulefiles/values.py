"""One value of a rule file at a time: what it may be, and the sentence when it is something else.

Each function raises ValueError with that sentence: pydantic makes a problem of it, and of no other error.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import NoReturn

from pydantic_core import PydanticCustomError

from connector.yaml.values import said, text
from rules.alert import Block, Phase
from rules.language.expression import parse_condition, parse_signal
from rules.language.placeholder import placeholder_mistakes
from rules.language.suggestion import did_you_mean
from rules.language.token import Form, Mistake, Token, read_constant
from rules.messages.plays import PLAYS
from rules.rule import Condition, Level, Signal

WITHIN = "within"
"""The type of an error that stands inside a text: its context has the `mistakes`."""

_HOURS = {"h": 1, "d": 24, "w": 24 * 7}
_LONGEST = timedelta(days=3650)
_IN_WORDS = re.compile(
    r"(?P<number>[0-9]{1,5}(?:\.[0-9]{1,5})?)\s*(?P<word>per ?cent|pct|hours?|days?|weeks?|[hdw])", re.IGNORECASE
)
_SIGNS = {"p": "%", "h": "h", "d": "d", "w": "w"}
_COMMANDS = ("ack", "snooze", "never")
_LONGEST_TITLE = 120
_LONGEST_TEXT = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The value of one `enter` or `exit`."""

    constant: Token
    unquoted: bool
    """True for a broken number without quotes: exact here, but no way to write money."""


def rule_id(value: object) -> str:
    """At most 60 of a-z, 0-9 and -; not the beginning of a command tag."""
    if not isinstance(value, str) or not re.fullmatch(r"[a-z][a-z0-9-]{0,59}", value):
        raise ValueError(f"an id is made of a-z, 0-9 and -, begins with a letter and has at most 60, not {said(value)}")
    command = next((word for word in _COMMANDS if value.startswith(word)), None)
    if command:
        raise ValueError(f"an id cannot begin with '{command}': tags that begin so are people's commands")
    return value


def play(value: object) -> str:
    """A word of the catalogue of plays."""
    if isinstance(value, str) and value in PLAYS:
        return value
    near = did_you_mean(value, PLAYS) if isinstance(value, str) else ""
    raise ValueError(f"there is no play {said(value)}{near or '; plays are ' + ', '.join(PLAYS)}")


def title(value: object) -> str:
    """One line of at most 120 characters."""
    found = text(value)
    if "\n" in found or len(found) > _LONGEST_TITLE:
        raise ValueError(f"a title is one line of at most {_LONGEST_TITLE} characters")
    return found


def told_text(value: object) -> str:
    """A text for people, with {metric} placeholders."""
    found = text(value)
    if len(found) > _LONGEST_TEXT:
        raise ValueError(f"longer than {_LONGEST_TEXT} characters")
    mistakes = placeholder_mistakes(str(value))
    return _refuse(mistakes) if mistakes else found


def signal(value: object) -> Signal:
    """A numeric expression."""
    if isinstance(value, str):
        parsed = parse_signal(value)
        return parsed if isinstance(parsed, Signal) else _refuse(parsed)
    raise ValueError(f"write a metric such as touches_90d, not {said(value)}")


def condition(value: object) -> Condition:
    """A yes/no expression."""
    if isinstance(value, str):
        parsed = parse_condition(value)
        return parsed if isinstance(parsed, Condition) else _refuse(parsed)
    raise ValueError(f"write a condition such as touches_90d >= 10, not {said(value)}")


def line(value: object) -> Line:
    """A share, a number or a duration; read from its text, never through a float."""
    found = constant(value)
    if found is None or found.form in (Form.TEXT, Form.YES_NO):
        meant = _meant(value) or 'a line such as 15%, 20, "12.50" or 15d'
        raise ValueError(f"write {meant}, not {said(value)}")
    return Line(constant=found, unquoted=isinstance(value, Decimal))


def _meant(value: object) -> str | None:
    """15d for *15 days*; None for what is no number with a word that has a sign."""
    found = _IN_WORDS.fullmatch(value.strip()) if isinstance(value, str) else None
    return None if found is None else found["number"] + _SIGNS[found["word"][0].lower()]


def duration(value: object) -> timedelta:
    """Hours, days or weeks, at most ten years; 0d too."""
    found = re.fullmatch(r"([0-9]{1,5})([hdw])", value) if isinstance(value, str) else None
    if found is None:
        raise ValueError(f"write a duration such as 12h, 7d or 2w, not {said(value)}")
    length = timedelta(hours=int(found[1]) * _HOURS[found[2]])
    if length > _LONGEST:
        raise ValueError(f"a duration is at most {_LONGEST.days}d, not {value}")
    return length


def pace(value: object) -> timedelta:
    """A duration that is not nothing."""
    found = duration(value)
    if not found:
        raise ValueError("two judgements cannot be at one time: write 1d, or 6h")
    return found


def state(value: object) -> str:
    """A phase of an alert."""
    return _word(value, [phase.value for phase in Phase])


def level_or_none(value: object) -> str:
    """A level, or none."""
    return _word(value, [*(level.word for level in Level), "none"])


def block_or_none(value: object) -> str:
    """What keeps a rule from opening, or none."""
    return _word(value, [*(block.value for block in Block), "none"])


def no_grace(value: object) -> bool:
    """`none`, which is False: the rule has no grace."""
    if value != "none":
        raise ValueError("grace has one length for the helpdesk: write it under 'defaults'; a rule may say grace: none")
    return False


def exempt(value: object) -> bool:
    """`exempt`, which is True."""
    if value != "exempt":
        raise ValueError(f"write budget: exempt or leave it out, not {said(value)}")
    return True


def tag(value: object) -> str:
    """A tag as helpdesks take it; `none` is an empty text."""
    if value == "none":
        return ""
    if not isinstance(value, str) or not re.fullmatch(r"[a-z0-9_:/.-]{1,80}", value):
        raise ValueError(f"a tag is made of a-z, 0-9, _, -, :, / and ., at most 80 of them, not {said(value)}")
    return value


def share(value: object) -> Decimal:
    """A share of 1, from 0 to 1: 2%, or 0.02."""
    found = constant(value)
    if found is None or found.form not in (Form.NUMBER, Form.PERCENT):
        raise ValueError(f"write a share such as 2%, not {said(value)}")
    if not isinstance(found.value, Decimal) or not 0 <= found.value <= 1:
        raise ValueError(f"a share is 0% to 100%, not {said(value)}")
    return found.value


def constant(value: object) -> Token | None:
    """A number, share or duration, read from its text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    found = read_constant(str(value).strip())
    return None if isinstance(found, Mistake) else found


def _word(value: object, known: Sequence[str]) -> str:
    if isinstance(value, str) and value in known:
        return value
    near = did_you_mean(value, known) if isinstance(value, str) else ""
    raise ValueError(f"write {', '.join(known[:-1])} or {known[-1]}, not {said(value)}{near}")


def _refuse(mistakes: tuple[Mistake, ...]) -> NoReturn:
    raise PydanticCustomError(WITHIN, "a mistake within a text", {"mistakes": mistakes})
