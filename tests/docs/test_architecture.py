"""docs/architecture.md is true: it names every module, and every function on its walk exists."""

import re
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "architecture.md").read_text()
ALIKE = {"commands", "terminal", "simulator", "migrations"}
"""Rooms of many modules of one kind: the page says what they are, not their names."""
MODULES = [
    path.stem
    for package in ("rules", "connector")
    for path in sorted((ROOT / package).rglob("*.py"))
    if not path.stem.startswith("_") and ALIKE.isdisjoint(path.parts)
]
STEPS = sorted(set(re.findall(r"`((?:rules|connector)(?:\.\w+)+)`", TEXT)))


def named_in_tables() -> set[str]:
    return set(re.findall(r"`(\w+)`", TEXT))


def test_every_module_has_its_place_in_the_house() -> None:
    assert [module for module in MODULES if module not in named_in_tables()] == []


@pytest.mark.parametrize("step", STEPS)
def test_function_on_the_walk_exists(step: str) -> None:
    words = step.split(".")
    depth = next(depth for depth in range(len(words), 0, -1) if _is_module(words[:depth]))
    found: object = import_module(".".join(words[:depth]))
    for word in words[depth:]:
        found = getattr(found, word)


def _is_module(words: list[str]) -> bool:
    path = ROOT.joinpath(*words)
    return path.with_suffix(".py").exists() or path.is_dir()
