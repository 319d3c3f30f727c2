"""The text of a YAML file with its lines: places in it, and problems that point at them."""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from typing import Self

_UNSHOWABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
_LONGEST_SHOWN = 60
_WIDEST_LINE = 120


def shown(text: str) -> str:
    """A text as it may stand in a message: no control characters, cut after 60 characters."""
    clean = _UNSHOWABLE.sub("\ufffd", text)
    return clean if len(clean) <= _LONGEST_SHOWN else clean[: _LONGEST_SHOWN - 1] + "…"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """A character of a file. Lines and columns count from 1; line 0 is the file as a whole."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Problem:
    """What is wrong at a place, in a sentence."""

    place: Place
    sentence: str
    line: str = ""
    """The source line, empty where the file as a whole is meant."""
    warning: bool = False

    def __str__(self) -> str:
        """`file:line:column: sentence`, then the source line with a caret."""
        sentence = _UNSHOWABLE.sub("\ufffd", self.sentence)
        head = f"{self.place}: {'warning: ' if self.warning else ''}{sentence}"
        return head if not self.line else f"{head}\n{_with_caret(self.line, self.place.column - 1)}"


class Source:
    """A file's text. Indexes count characters from 0, as ruamel.yaml's marks do."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self._starts = [0, *(found.end() for found in re.finditer("\r\n|\r|\n", text))]

    @classmethod
    def empty(cls, file: str) -> Self:
        """A file that could not be read."""
        return cls(file, "")

    def place(self, index: int) -> Place:
        """The place of a character; an index behind the end is the end."""
        within = max(0, min(index, len(self.text)))
        line = bisect_right(self._starts, within)
        return Place(file=self.file, line=line, column=within - self._starts[line - 1] + 1)

    def problem(self, index: int, sentence: str) -> Problem:
        """A problem at a character."""
        return self.problem_at(self.place(index), sentence)

    def problem_at(self, place: Place, sentence: str, *, warning: bool = False) -> Problem:
        """A problem at a place of this file."""
        return Problem(place=place, sentence=sentence, line=self._line(place.line), warning=warning)

    def _line(self, number: int) -> str:
        if not 0 < number <= len(self._starts):
            return ""
        end = self._starts[number] if number < len(self._starts) else len(self.text)
        return self.text[self._starts[number - 1] : end].rstrip("\r\n")


def _with_caret(line: str, column: int) -> str:
    first = max(0, column - _WIDEST_LINE * 2 // 3) if len(line) > _WIDEST_LINE else 0
    cut = line[first : first + _WIDEST_LINE]
    spaces = "".join(_space(character) for character in cut[: column - first])
    clean = _UNSHOWABLE.sub("\ufffd", cut.replace("\t", " "))
    return f"    {clean}\n    {spaces}^"


def _space(character: str) -> str:
    """What stands under a character to the left of the caret: as wide as a terminal shows it."""
    if unicodedata.combining(character):
        return ""
    return "  " if unicodedata.east_asian_width(character) in "WF" else " "
