"""Every command that a document tells people to type exists, with the options that it shows."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.commands.loading import COMMANDS, load_command

ROOT = Path(__file__).parents[2]
DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.joinpath("docs").rglob("*.md")]
MENTION = re.compile(r"(?:^|&& |/bin/|exec touchcost )touchcost((?: +[^\s#&|;)]+)+)")
WORD = re.compile(r"[a-z][a-z-]*")


def shown_code(text: str) -> Iterator[str]:
    """What stands in a document as code: console lines with their continuations, and words between backticks."""
    for block in re.findall(r"^```console\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        yield from re.findall(r"^\$ (.*)$", block.replace("\\\n", " "), re.MULTILINE)
    yield from re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE))


def mentions() -> Iterator[str]:
    for document in sorted(DOCUMENTS):
        for code in shown_code(document.read_text()):
            yield from (words.strip() for words in MENTION.findall(code))


def split(mention: str) -> tuple[str | None, list[str]]:
    """The command of a line, and the options after it."""
    words = shlex.split(mention)
    while words and words[0].startswith("-"):
        words = words[2:] if words[0] in ("-c", "--config", "--log-level") else words[1:]
    command = next(iter(words), None)
    return command, [word.partition("=")[0] for word in words[1:] if word.startswith("-")]


def known_options() -> dict[str, set[str]]:
    """By command."""
    every = {"--help", "-h"}
    return {
        name: every.union(*(parameter.opts + parameter.secondary_opts for parameter in load_command(name).params))
        for name in COMMANDS
    }


@pytest.mark.parametrize("mention", sorted({found for found in mentions() if WORD.match(split(found)[0] or "")}))
def test_command_in_a_document_exists(mention: str) -> None:
    command, options = split(mention)
    known = known_options()
    assert command in known
    assert set(options) <= known[command]


def test_readme_shows_the_main_commands() -> None:
    shown = {split(found)[0] for found in mentions()}
    assert {"init", "check", "plan", "once", "run", "withdraw"} <= shown
