"""Finds the rows of a page that no parser takes whole, so that one hostile row does not cost the others."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{},:]', re.DOTALL)
_OPENING, _CLOSING = b"[{", b"]}"
_ROW_DEPTH = 2


class Torn(NamedTuple):
    """A page in pieces."""

    frame: bytes
    """The page with an empty list in the place of its rows."""
    rows: list[bytes]
    """Each row as it stands in the page, hostile or not."""


def tear(body: bytes, key: str) -> Torn:
    """The pieces of a JSON object whose list `key` holds the rows. Raises ValueError when the object is not whole.

    Knows strings and brackets only, and needs no recursion: it reads what is nested too deep, or holds characters
    that JSON forbids.
    """
    cuts = list(_cuts(body, b'"%s"' % key.encode()))
    if not cuts:
        raise ValueError("the page has no such list")
    rows = [body[start + 1 : end].strip() for start, end in pairwise(cuts)]
    frame = body[: cuts[0]] + b"[]" + body[cuts[-1] + 1 :]
    return Torn(frame, [row for row in rows if row])


def _cuts(body: bytes, key: bytes) -> Iterator[int]:
    """Where the list opens, its commas, and where it closes. Raises ValueError when brackets do not match."""
    depth, named, inside = 0, b"", False
    for found in _TOKEN.finditer(body):
        token = found[0]
        if token in _OPENING:
            depth += 1
            if depth == _ROW_DEPTH and token == b"[" and named == key:
                inside = True
                yield found.start()
        elif token in _CLOSING:
            if inside and depth == _ROW_DEPTH:
                inside = False
                yield found.start()
            depth -= 1
        elif inside and depth == _ROW_DEPTH and token == b",":
            yield found.start()
        if depth == 1 and token not in b":":
            named = token
    if depth:
        raise ValueError("the page is not whole")
