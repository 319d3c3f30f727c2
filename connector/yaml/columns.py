"""Which character of a YAML source a character of a text value comes from, through quotes and folding."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ESCAPED = re.compile(r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|\r\n|.)", re.DOTALL)
_BLANK = " \t\r\n\x85\u2028\u2029"
_BLANK_ESCAPES = frozenset(
    [r"\t", r"\n", r"\r", r"\N", r"\L", r"\P", r"\x20", r"\x09", r"\x0a", r"\x0A"]
    + [f"\\{blank}" for blank in (" ", "\t", "\n", "\r\n")]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Where a value stands in the source, from its first character to behind its last."""

    start: int
    end: int
    style: str
    """How a text is written: ' " | > or empty for plain texts, mappings and sequences."""


def index_inside(text: str, span: Span, value: str, offset: int) -> int:
    """The index in the source of a character of a text value; `offset` == its length: right after its last one.

    Folding and indentation only ever change blanks, so the other characters are counted one by one.
    """
    units = [unit for unit in _units(text, span) if text[unit[0]] not in _BLANK]
    before = sum(character not in _BLANK for character in value[:offset])
    blanks = offset - len(value[:offset].rstrip(_BLANK))
    if offset < len(value) and value[offset] not in _BLANK:
        return units[before][0] if before < len(units) else span.start
    if not before or before > len(units):
        return units[0][0] if units else span.start
    return units[before - 1][1] + blanks


def _units(text: str, span: Span) -> Iterator[tuple[int, int]]:
    """Start and end, in the source, of each character of a text, with some blanks."""
    at, end = span.start, span.end
    if span.style in ("|", ">"):
        at = text.find("\n", at, end) + 1 or end
    elif span.style:
        at, end = at + 1, end - 1
    while at < end:
        length = _unit_length(text, at, span.style)
        if text[at : at + length] not in _BLANK_ESCAPES:
            yield at, at + length
        at += length


def _unit_length(text: str, at: int, style: str) -> int:
    if style == "'" and text.startswith("''", at):
        return 2
    escaped = _ESCAPED.match(text, at) if style == '"' else None
    return escaped.end() - at if escaped else 1
