"""From the events of ruamel.yaml (YAML 1.2) to plain values, with the place of every key and value."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
)

from connector.yaml.columns import Span, index_inside
from connector.yaml.source import Problem, Source, shown

Trail = tuple[str | int, ...]
"""The keys and indexes that lead to a value."""

FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
"""Control characters, characters that turn the direction of writing, and halves of characters."""

_DEEPEST = 30
_MOST_VALUES = 50_000
_MOST_REPEATED = 5_000
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_BROKEN_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})?\.[0-9]{1,18}")
_WORDS: dict[str, bool | None] = {
    word: value
    for value, words in ((True, "true True TRUE"), (False, "false False FALSE"), (None, "null Null NULL ~"))
    for word in words.split()
}
_MERGE = "<<"
_ANCHOR = re.compile(r"&\S+(\s+|#[^\n]*\n)*")
_BEGUN_EARLIER = ("could not find expected ':'", "found unexpected end of stream")
_SYNTAX = {
    "found character '\\t' that cannot start any token": "indent with spaces, not with a tab",
    "mapping values are not allowed here": "a second ':' on this line: put the text in quotes or check the indentation",
    "could not find expected ':'": "a ':' is missing after this key",
    "found unexpected end of stream": "the file ends inside a text: a quote is not closed",
}


class UnreadableError(Exception):
    """The text cannot be read any further."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass(frozen=True, slots=True, kw_only=True)
class _Anchored:
    trail: Trail
    value: object
    count: int


@dataclass(slots=True, kw_only=True)
class Tree:
    """What a file says: its value, and where each part stands."""

    value: object = None
    values: dict[Trail, Span] = field(default_factory=dict)
    keys: dict[Trail, int] = field(default_factory=dict)
    aliases: dict[Trail, Trail] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_tree(source: Source) -> Tree:
    """Texts, whole numbers, true, false and null as such, broken numbers as exact `Decimal`; any other is text.

    The rest is refused: tags, merge keys, directives, a second document, control characters, the same key twice, more
    than 30 levels, 50,000 values or 5,000 values by alias. Raises UnreadableError for what cannot be read further.
    """
    bad = FORBIDDEN.search(source.text)
    if bad:
        raise UnreadableError(
            source.problem(bad.start(), f"a forbidden character, U+{ord(bad.group()):04X}: remove it")
        )
    reader = _Reader(source)
    try:
        reader.read()
    except MarkedYAMLError as error:
        raise UnreadableError(_syntax_problem(source, error)) from None
    except (YAMLError, ValueError, OverflowError):
        raise UnreadableError(source.problem(reader.reached, "not YAML from here on")) from None
    return reader.tree


def _syntax_problem(source: Source, error: MarkedYAMLError) -> Problem:
    said = str(error.problem or error.context)
    marks = [error.problem_mark, error.context_mark]
    if said in _BEGUN_EARLIER:
        marks.reverse()
    index = next((mark.index for mark in marks if mark is not None), 0)
    return source.problem(index, _SYNTAX.get(said, f"not YAML: {said}"))


class _Reader:
    """One pass over the events of one file."""

    def __init__(self, source: Source) -> None:
        self.tree = Tree()
        self.reached = 0
        self._source = source
        self._events: Iterator[Event] = iter(YAML(typ="safe", pure=True).parse(source.text))
        self._anchors: dict[str, _Anchored | None] = {}
        self._count = 0
        self._repeated = 0

    def read(self) -> None:
        """Fills the tree."""
        documents = 0
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                self._check_document(event, documents)
            elif isinstance(event, NodeEvent):
                self.reached = event.start_mark.index
                self.tree.value = self._value(event, ())

    def _check_document(self, event: DocumentStartEvent, number: int) -> None:
        if number > 1:
            raise self._unreadable(event, "one document a file: take this '---' away")
        if event.version or event.tags:
            raise self._unreadable(event, "a '%' directive is not accepted here")

    def _next(self) -> Event:
        event = next(self._events)
        self.reached = event.start_mark.index
        return event

    def _value(self, event: Event, trail: Trail) -> object:
        self._count += 1
        if self._count > _MOST_VALUES:
            raise self._unreadable(event, f"more than {_MOST_VALUES:,} values in one file")
        if len(trail) > _DEEPEST:
            raise self._unreadable(event, f"more than {_DEEPEST} levels deep")
        if isinstance(event, AliasEvent):
            return self._alias(event, trail)
        self._check_tag(event)
        count, anchor = self._count, getattr(event, "anchor", None)
        if anchor:
            self._anchors[anchor] = None
        value = self._own_value(event, trail)
        if anchor:
            self._anchors[anchor] = _Anchored(trail=trail, value=value, count=self._count - count + 1)
        return value

    def _own_value(self, event: Event, trail: Trail) -> object:
        start = self._first_character(event)
        if isinstance(event, ScalarEvent):
            span = Span(start=start, end=event.end_mark.index, style=event.style or "")
            self.tree.values[trail] = span
            self._check_text(event, span)
            return _plain(event.value) if not span.style else event.value
        self.tree.values[trail] = Span(start=start, end=start, style="")
        if isinstance(event, MappingStartEvent):
            return self._mapping(trail)
        return self._sequence(trail)

    def _mapping(self, trail: Trail) -> dict[str, object]:
        found: dict[str, object] = {}
        merged: list[object] = []
        while not isinstance(event := self._next(), MappingEndEvent):
            key = self._key(event)
            where = (*trail, key)
            if key == _MERGE and not getattr(event, "style", None):
                merged += self._merge(event, where)
                continue
            if key in found:
                self._repeat(event, key, self.tree.keys[where])
                where = (*trail, f"{key} at {event.start_mark.index}")
            self.tree.keys[where] = event.start_mark.index
            value = self._value(self._next(), where)
            found.setdefault(key, value)
        for mapping in merged:
            found = {**mapping, **found} if isinstance(mapping, dict) else found
        return found

    def _merge(self, event: Event, where: Trail) -> list[object]:
        """What a merge key would bring in: it is refused, and nothing that it names is told as missing besides."""
        self._report(event.start_mark.index, "a merge key ('<<') is not supported: write the keys out")
        value = self._value(self._next(), where)
        return value if isinstance(value, list) else [value]

    def _sequence(self, trail: Trail) -> list[object]:
        found: list[object] = []
        while not isinstance(event := self._next(), SequenceEndEvent):
            found.append(self._value(event, (*trail, len(found))))
        return found

    def _key(self, event: Event) -> str:
        if not isinstance(event, ScalarEvent) or event.anchor:
            raise self._unreadable(event, "a key is a plain text")
        self._check_tag(event)
        self._check_text(event, Span(start=event.start_mark.index, end=event.end_mark.index, style=event.style or ""))
        return str(event.value)

    def _repeat(self, event: Event, key: str, first: int) -> None:
        line = self._source.place(first).line
        self._report(event.start_mark.index, f"the key '{shown(key)}' stands here a second time (first on line {line})")

    def _alias(self, event: AliasEvent, trail: Trail) -> object:
        name = str(event.anchor)
        if name not in self._anchors:
            raise self._unreadable(event, f"nothing before this is marked &{shown(name)}")
        anchored = self._anchors[name]
        if anchored is None:
            raise self._unreadable(event, f"*{shown(name)} repeats itself")
        self._count += anchored.count
        self._repeated += anchored.count
        if self._repeated > _MOST_REPEATED:
            raise self._unreadable(event, f"aliases repeat more than {_MOST_REPEATED:,} values: write them out")
        self.tree.aliases[trail] = anchored.trail
        return anchored.value

    def _check_tag(self, event: Event) -> None:
        if getattr(event, "tag", None) is not None:
            self._report(event.start_mark.index, "a YAML tag ('!…') is not accepted: nothing here is ever executed")

    def _check_text(self, event: ScalarEvent, span: Span) -> None:
        bad = FORBIDDEN.search(event.value)
        if bad:
            index = index_inside(self._source.text, span, event.value, bad.start())
            self._report(index, f"a forbidden character, U+{ord(bad.group()):04X}: remove it")

    def _first_character(self, event: Event) -> int:
        start: int = event.start_mark.index
        anchor = _ANCHOR.match(self._source.text, start) if getattr(event, "anchor", None) else None
        return anchor.end() if anchor else start

    def _report(self, index: int, sentence: str) -> None:
        self.tree.problems.append(self._source.problem(index, sentence))

    def _unreadable(self, event: Event, sentence: str) -> UnreadableError:
        return UnreadableError(self._source.problem(event.start_mark.index, sentence))


def _plain(text: str) -> object:
    if text == "" or text in _WORDS:
        return _WORDS.get(text)
    if _WHOLE.fullmatch(text):
        return int(text)
    return Decimal(text) if _BROKEN_NUMBER.fullmatch(text) else text
