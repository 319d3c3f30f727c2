"""Texts and times as they stand in answers."""

import re
from datetime import UTC, datetime

_LONGEST_TEXT = 1000
# Control characters, lone surrogates, line separators and what turns the direction of a text.
_UNSEEN = re.compile("[\x00-\x20\x7f-\x9f\ud800-\udfff\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+")


def clean(text: str, longest: int = _LONGEST_TEXT) -> str:
    """The text on one line, without characters that nobody sees, and not longer than that."""
    return _UNSEEN.sub(" ", text[: longest * 4]).strip()[:longest]


def moment(text: str) -> datetime:
    """An aware time from ISO 8601; a time without a zone is UTC. Raises ValueError, without the text."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("a time is not ISO 8601") from None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


def utc(text: str) -> datetime:
    """The same in UTC. Raises ValueError for a time before the year 1 or after 9999 too."""
    try:
        return moment(text).astimezone(UTC)
    except OverflowError:
        raise ValueError("a time is out of range") from None
