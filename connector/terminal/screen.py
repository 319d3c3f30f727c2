"""Where commands write: one text or document on stdout, what is wrong on stderr, and never a secret on either."""

import json
import sys
from typing import TextIO

from rich.console import Console, RenderableType
from rich.text import Text

from connector import log
from rules.planning.evidence import plain

_WIDE = 240


def say(*parts: RenderableType) -> None:
    """Tables and lines to stdout, in colour where that is a terminal."""
    is_terminal = sys.stdout.isatty()
    console = Console(file=sys.stdout, width=None if is_terminal else _WIDE, highlight=False, emoji=False, markup=False)
    with console.capture() as captured:
        for part in parts:
            # A sentence is wrapped by the terminal, or not at all: a line is what people search for.
            console.print(part, soft_wrap=isinstance(part, str | Text))
    sys.stdout.write(_without_blanks(log.redact(captured.get())))


def complain(sentence: str) -> None:
    """What is wrong, to stderr, as plain lines."""
    sys.stderr.write(f"{log.redact(sentence)}\n")


def complain_of(name: str, sentence: str) -> None:
    """What is wrong with one helpdesk; its name is said once, for its own sentences begin with it."""
    complain(sentence if sentence.startswith(f"{name}: ") else f"{name}: {sentence}")


def say_lines(text: str) -> None:
    """Text as it is, to stdout."""
    sys.stdout.write(log.redact(text))


def say_json(document: object) -> None:
    """The one JSON document of a command."""
    sys.stdout.write(log.redact(f"{json.dumps(document, ensure_ascii=False, indent=2)}\n"))


def clean(text: str, style: str = "") -> Text:
    """Text of the world on one line that cannot steer a terminal."""
    return Text(plain(text), style)


def survive_odd_text(*streams: TextIO) -> None:
    """From now on these streams show what their encoding cannot say as an escape, instead of failing."""
    for stream in streams:
        if callable(reconfigure := getattr(stream, "reconfigure", None)):
            reconfigure(errors="backslashreplace")


def _without_blanks(text: str) -> str:
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())
