"""One value of any YAML file at a time: what it may be, and the sentence when it is something else.

Each function raises ValueError with that sentence: pydantic makes a problem of it, and of no other error.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from connector.yaml.source import shown
from rules.language.suggestion import did_you_mean

_Word = TypeVar("_Word", bound=StrEnum)


def said(value: object) -> str:
    """A value as a sentence may name it."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return str(value).lower()
    return "nothing" if value is None else shown(f"'{value}'" if isinstance(value, str) else str(value))


def text(value: object) -> str:
    """A text that is not blank. Numbers are taken as they are written."""
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
        raise ValueError(f"write a text, not {said(value)}")
    return str(value).strip()


def version(value: object) -> int:
    """The version of the file's language: 1."""
    if isinstance(value, int) and not isinstance(value, bool) and value > 1:
        raise ValueError("this file is for a newer version of touchcost; this one reads version 1")
    if value is True or value != 1:
        raise ValueError(f"write 1, not {said(value)}")
    return 1


def whole(least: int, most: int) -> Callable[[object], int]:
    """A whole number between two ends."""

    def parse(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError(f"write a whole number from {least} to {most}, not {said(value)}")
        return value

    return parse


def answer(value: object) -> bool:
    """true or false."""
    if isinstance(value, bool):
        return value
    raise ValueError(f"write true or false, not {said(value)}")


def word_of(words: type[_Word]) -> Callable[[object], _Word]:
    """One word of an enumeration; a plain true is the word `true`."""

    def parse(value: object) -> _Word:
        written = "true" if value is True else value
        known = [word.value for word in words]
        if isinstance(written, str) and written in known:
            return words(written)
        near = did_you_mean(written, known) if isinstance(written, str) else ""
        raise ValueError(f"write {' or '.join(known)}, not {said(value)}{near}")

    return parse
