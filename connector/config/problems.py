"""From what pydantic found to sentences with a place, and from sentences to what may be shown."""

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from connector.config.layers import Layers
from connector.config.models import (
    BillingSource,
    CostKeys,
    DatedRate,
    Fields,
    FileKeys,
    HelpdeskKeys,
    Ignore,
    MinuteTable,
    OwnFaultKeys,
    Write,
)
from connector.yaml.keys import Keys
from connector.yaml.marks import Problem, shown
from rules.language.suggestion import did_you_mean

_UNDER: dict[str, type[Keys]] = {
    "billing": BillingSource,
    "cost": CostKeys,
    "fields": Fields,
    "ignore": Ignore,
    "minutes": MinuteTable,
    "own_fault": OwnFaultKeys,
    "rates": DatedRate,
    "write": Write,
}
_LARGEST = 1 << 20
# A line that may hold a secret: such a word stands in it, or a URL with more than host and path.
_SECRET = re.compile(
    r"(?i)auth|secret|token|passw|credential|private|key\b|heartbeat|client_?id|://(?![\w.-]*(:\d+)?(/[\w./-]*)?([\"'\s,}\]]|$))"
)


def problems_of(error: ValidationError, layers: Layers, root: type[Keys]) -> list[Problem]:
    """Each finding as a problem at its place."""
    return [_problem(one, layers, root) for one in _findings(error)]


def defaults_problems(layers: Layers) -> list[Problem]:
    """What is wrong with `defaults`, of which no key is required."""
    try:
        HelpdeskKeys.model_validate(layers.value)
    except ValidationError as error:
        found = [one for one in _findings(error) if one["type"] != "missing" or len(one["loc"]) > 1]
        return [_problem(one, layers, HelpdeskKeys) for one in found]
    return []


def told(problems: Iterable[Problem], files: Iterable[Path]) -> list[Problem]:
    """The problems in the order of the files, each once, without a line that may hold a secret."""
    hidden = {str(path): _lines_with_secrets(_text(path)) for path in files}
    safe = {_without_secret(problem, hidden.get(problem.place.file, frozenset())) for problem in problems}
    return sorted(safe)


def _findings(error: ValidationError) -> list[ErrorDetails]:
    found = error.errors(include_url=False, include_input=False)
    below = {one["loc"][:-1] for one in found}
    # A list of which every entry is wrong is not empty.
    return [one for one in found if one["type"] != "too_short" or one["loc"] not in below]


def _text(path: Path) -> str:
    """The file as far as it was read; empty when it could not be read, for then no problem names a line of it."""
    try:
        with path.open(encoding="utf-8", errors="replace", newline="") as file:
            return file.read(_LARGEST)
    except OSError:
        return ""


def _problem(found: ErrorDetails, layers: Layers, root: type[Keys]) -> Problem:
    trail = found["loc"]
    match found["type"]:
        case "extra_forbidden":
            return layers.key_problem(trail, _unknown(trail, root))
        case "missing":
            return layers.problem(trail[:-1], _missing(trail[-1]))
        case "value_error":
            return layers.problem(trail, f"{_named(trail)}{found['ctx']['error']}")
        case "too_short":
            return layers.problem(trail, f"{_named(trail)}name at least one")
        case _:
            return layers.problem(trail, f"{_named(trail)}write a list, such as [one, two]")


def _missing(key: str | int) -> str:
    return f"{key} is missing"


def _named(trail: tuple[str | int, ...]) -> str:
    names = [step for step in trail if isinstance(step, str)]
    return f"{names[-1]}: " if names else ""


def _unknown(trail: tuple[str | int, ...], root: type[Keys]) -> str:
    key = str(trail[-1])
    enclosing = next((step for step in reversed(trail[:-1]) if isinstance(step, str)), None)
    keys = _UNDER[enclosing] if enclosing is not None else root
    if key in keys.later:
        return f"'{key}' is not in this version"
    if root is FileKeys and enclosing is None and key in HelpdeskKeys.known():
        return f"'{key}' stands under a helpdesk, or under defaults for all of them"
    return f"unknown key '{shown(key)}'{did_you_mean(key, keys.known())}"


def _without_secret(problem: Problem, hidden: frozenset[int]) -> Problem:
    if problem.place.line not in hidden:
        return problem
    if problem.sentence.startswith(("not YAML", "nothing before this", "*")):
        sentence = "not YAML from here on (the line is not shown: it may hold a secret); put texts in quotes"
        return replace(problem, sentence=sentence, line="")
    return replace(problem, line="")


def _lines_with_secrets(text: str) -> frozenset[int]:
    """The numbers of the lines that may hold a secret: those with such a word, and what is indented below them."""
    found: set[int] = set()
    depth: int | None = None
    for number, line in enumerate(re.split("\r\n|\r|\n", text), start=1):
        indent = _indent(line)
        if depth is not None and line.strip() and indent <= depth:
            depth = None
        if _SECRET.search(line) and depth is None:
            depth = indent
        if depth is not None:
            found.add(number)
    return frozenset(found)


def _indent(line: str) -> int:
    found = re.match(r"\s*(?:-\s+)*", line)
    return found.end() if found else 0
