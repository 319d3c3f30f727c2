"""Reads what people answer: the first line of a private comment, the value of the answer field, a command tag."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType

from rules.command import Command, Verb

MOST_DAYS = 365
WRONG = ("our fault", "wrong data", "not a customer", "other")
DONE = ("talked", "changed price or plan", "trained", "fixed on our side", "parted")

_SHORT: Mapping[str, str] = MappingProxyType(
    {"changed": "changed price or plan", "fixed": "fixed on our side", "data": "wrong data", "": "other"}
)
_LINE = re.compile(r"#?\s*([a-z]+)\b[\s:.,!]*(.*)", re.IGNORECASE)
_CALLED = re.compile(r"\s*#[a-z]", re.IGNORECASE)
_BECAUSE = re.compile(r"[\s,;:]*\bbecause\b", re.IGNORECASE)
_LENGTH = re.compile(r"(\d{1,4})\s*(?:(d|days?)|(w|weeks?))", re.IGNORECASE)
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_OPEN_ENDED = re.compile(r"[\s….,]*")
_WORD = re.compile(r"\w")
_RULE = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
_TAG = re.compile(r"(?:(ack)|snooze_(\d{1,4})d|never_([a-z0-9_]+))")


def first_line(text: str) -> str | None:
    """The command that a comment begins with, None where it begins with none: `#47102` is a ticket's number."""
    lines = text.splitlines()
    return lines[0].strip() if lines and _CALLED.match(lines[0]) else None


def read_command(line: str) -> Command | None:
    """What a line such as `#snooze 30d because …` asks; None when it cannot be understood. The # may be left out."""
    found = _LINE.fullmatch(line.strip())
    verb = None if found is None else _VERBS.get(found[1].lower())
    if found is None or verb is None:
        return None
    words, because, reason = _parted(found[2])
    return _READERS[verb](verb, words, because and _WORD.search(reason) is not None)


def read_tag(tag: str, prefix: str) -> Command | None:
    """What a command tag asks; None for any other tag."""
    found = _TAG.fullmatch(tag.removeprefix(prefix)) if tag.startswith(prefix) else None
    if found is None:
        return None
    if found[1]:
        return Command(verb=Verb.TAKE)
    if found[2]:
        return Command(verb=Verb.SNOOZE, days=_days(int(found[2]))) if int(found[2]) else None
    return Command(verb=Verb.NEVER, rule=found[3])


def _parted(text: str) -> tuple[str, bool, str]:
    """What stands before *because*, whether that word is there, and what stands behind it."""
    before, *behind = _BECAUSE.split(text, maxsplit=1)
    return before.strip(), bool(behind), "".join(behind)


def _plainly(verb: Verb, _: str, has_reason: bool) -> Command | None:  # noqa: FBT001 - one of a table of readers.
    return Command(verb=verb, has_reason=has_reason)


def _for_a_time(verb: Verb, words: str, has_reason: bool) -> Command | None:  # noqa: FBT001
    text = re.sub(r"^(?:and accepted\s*)?(?:until|for)?\s*", "", words, flags=re.IGNORECASE)
    if _OPEN_ENDED.fullmatch(text):
        return Command(verb=verb, has_reason=has_reason)
    length, day = _LENGTH.fullmatch(text), _day(text)
    if length is not None and int(length[1]):
        return Command(verb=verb, days=_days(int(length[1]) * (7 if length[3] else 1)), has_reason=has_reason)
    return None if day is None else Command(verb=verb, until=day, has_reason=has_reason)


def _with_outcome(verb: Verb, words: str, has_reason: bool) -> Command | None:  # noqa: FBT001
    phrase = " ".join(words.lower().rstrip(".!,…").split())
    phrase = _SHORT.get(phrase, phrase)
    known = WRONG if verb is Verb.WRONG else DONE
    return Command(verb=verb, outcome=phrase, has_reason=has_reason) if phrase in known else None


def _of_a_rule(verb: Verb, words: str, has_reason: bool) -> Command | None:  # noqa: FBT001
    rule = words.lower()
    return Command(verb=verb, rule=rule, has_reason=has_reason) if _RULE.fullmatch(rule) else None


def _days(number: int) -> int:
    return min(number, MOST_DAYS)


def _day(text: str) -> date | None:
    found = _DAY.fullmatch(text)
    try:
        return None if found is None else date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


_Reader = Callable[[Verb, str, bool], Command | None]
_READERS: Mapping[Verb, _Reader] = MappingProxyType(
    {
        Verb.TAKE: _plainly,
        Verb.OPEN: _plainly,
        Verb.SNOOZE: _for_a_time,
        Verb.KNOWN: _for_a_time,
        Verb.WRONG: _with_outcome,
        Verb.DONE: _with_outcome,
        Verb.NEVER: _of_a_rule,
    }
)
_VERBS: Mapping[str, Verb] = MappingProxyType({verb.value: verb for verb in Verb})
