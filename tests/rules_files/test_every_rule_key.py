"""Every key of a rule file, misspelled and with a value of another type: each is told at its own line and column."""

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from connector.rulefiles import keys
from connector.rulefiles.reading import LoadedPolicy, Reference, load_policy
from connector.yaml.keys import Keys
from connector.yaml.marks import Place, Problem

LIFE = {
    "min_history": "28d",
    "hold": "2d",
    "clear_after": "7d",
    "unknown": "hold",
    "remind": "14d",
    "expires": "90d",
}
LEVELS = {
    "watch": {"enter": "10", "exit": "8"},
    "amber": {"enter": "20", "exit": "15"},
    "red": {"enter": "40", "exit": "30"},
}
RULE = {
    "id": "volume",
    "title": "Many tickets",
    "signal": "tickets_28d",
    "direction": "above",
    "levels": LEVELS,
    "only_if": "touches_90d >= 10",
    "grace": "none",
    "budget": "exempt",
    "tag": "busy",
    "shadow": True,
    "enabled": True,
    "why": "{tickets_28d} tickets",
    "advice": "Talk first.",
    "play": "conversation",
    "muted_by": ["reopens"],
    "previously": ["many"],
    "overrides": [{"when": "strategic", "levels": {"red": {"enter": "80", "exit": "60"}}}],
    **LIFE,
}
WHOLE: dict[str, Any] = {
    "version": 1,
    "defaults": {"grace": "30d", **LIFE},
    "guard": {
        "max_new_per_week": 5,
        "max_open_per_owner": 9,
        "max_new_per_run": 25,
        "max_new_share": "5%",
        "max_open_share": "10%",
        "max_resolved_share": "30%",
        "first_run": "adopt",
    },
    "change": [{"id": "reopens", "title": "Work comes back", "levels": {"red": {"enter": "99%", "exit": "98%"}}}],
    "rules": [RULE],
}
Way = tuple[str | int, ...]


def ways(value: object, way: Way = ()) -> Iterator[Way]:
    """The way to every key, however deep."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in pairs:
        if isinstance(value, dict):
            yield (*way, key)
        yield from ways(below, (*way, key))


def parent(whole: Any, way: Way) -> Any:  # noqa: ANN401 - a part of a document.
    for step in way[:-1]:
        whole = whole[step]
    return whole


def load(folder: Path, whole: dict[str, Any]) -> LoadedPolicy | tuple[Problem, ...]:
    (folder / "rules.yaml").write_text(json.dumps(whole, indent=2))

    def at_reference(sentence: str) -> Problem:
        return Problem(place=Place(file="config.yaml", line=3, column=9), sentence=sentence)

    names = ("builtin:starter", "rules.yaml")
    return load_policy([Reference(text=name, folder=folder, problem=at_reference) for name in names])


def problems(folder: Path, whole: dict[str, Any]) -> list[str]:
    found = load(folder, whole)
    assert isinstance(found, tuple)
    return [str(problem).removeprefix(f"{folder / 'rules.yaml'}:") for problem in found]


def place(folder: Path, mark: str) -> tuple[int, int]:
    """Line and column of a text that stands there once."""
    lines = (folder / "rules.yaml").read_text().splitlines()
    [found] = [(at, line.index(mark) + 1) for at, line in enumerate(lines, start=1) if mark in line]
    return found


def test_the_whole_is_right_and_holds_every_key(tmp_path: Path) -> None:
    loaded = load(tmp_path, WHOLE)
    assert isinstance(loaded, LoadedPolicy), "\n".join(map(str, loaded))
    shapes: tuple[type[Keys], ...] = (
        keys.FileKeys,
        keys.DefaultKeys,
        keys.GuardKeys,
        keys.RuleKeys,
        keys.OverrideKeys,
        keys.LevelKeys,
        keys.LineKeys,
    )
    known = {name for shape in shapes for name in shape.model_fields} - {"tests"}
    assert {str(way[-1]) for way in ways(WHOLE)} == known


@pytest.mark.parametrize("way", [*ways(WHOLE)], ids=lambda way: ".".join(map(str, way)))
def test_misspelled_key_is_told_where_it_stands_with_the_one_that_was_meant(way: Way, tmp_path: Path) -> None:
    whole = deepcopy(WHOLE)
    holder = parent(whole, way)
    renamed = {f"{key}_odd" if key == way[-1] else key: value for key, value in holder.items()}
    holder.clear()
    holder.update(renamed)
    told = problems(tmp_path, whole)
    line, column = place(tmp_path, json.dumps(f"{way[-1]}_odd"))
    [found] = [problem for problem in told if problem.startswith(f"{line}:{column}: ")]
    assert "unknown key" in found
    assert str(way[-1]) in found.partition("_odd")[2]


@pytest.mark.parametrize("way", [*ways(WHOLE)], ids=lambda way: ".".join(map(str, way)))
def test_value_of_another_type_is_told_where_it_stands(way: Way, tmp_path: Path) -> None:
    whole = deepcopy(WHOLE)
    holder = parent(whole, way)
    mapping = isinstance(holder[way[-1]], dict)
    holder[way[-1]] = 7.25 if mapping else {"odd": True}
    told = problems(tmp_path, whole)
    line, column = place(tmp_path, "7.25" if mapping else '"odd": true')
    if not mapping:
        line -= 1
        column = (tmp_path / "rules.yaml").read_text().splitlines()[line - 1].rindex("{") + 1
    assert len([problem for problem in told if problem.startswith(f"{line}:{column}: ")]) == 1
