"""A draft as a Rule: what its keys say together, and what is wrong with that."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from connector.rulefiles.drafts import Draft
from connector.rulefiles.keys import OverrideKeys, given
from connector.rulefiles.lines import line_problems, lines_of, part_name
from connector.yaml.marks import Problem, Trail
from rules.language.doubt import doubts
from rules.rule import Condition, Override, Rule, Signal

_REQUIRED = ("id", "title", "signal", "levels")
_OF_AN_OVERRIDE = ("when", "levels")
_NAMED_ALIKE = frozenset(field.name for field in fields(Rule)) - {"levels", "overrides"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A draft after its check."""

    rule: Rule | None
    """None when something is wrong."""
    problems: tuple[Problem, ...]
    """With the warnings."""


def check_draft(draft: Draft) -> Checked:
    """The rule, or everything that is wrong between its keys."""
    problems = [*_missing(draft), *line_problems(draft), *_doubts(draft)]
    if draft.bad or any(not problem.warning for problem in problems):
        return Checked(rule=None, problems=tuple(problems))
    return Checked(rule=_rule(draft), problems=tuple(problems))


def _rule(draft: Draft) -> Rule:
    keys: dict[str, Any] = {name: item for name, item in given(draft.keys).items() if name in _NAMED_ALIKE}
    overrides = tuple(found for each in draft.keys.overrides or () if (found := _override(each)))
    return Rule(levels=lines_of(draft.keys.levels), overrides=overrides, exempt=bool(draft.keys.budget), **keys)


def _override(keys: OverrideKeys) -> Override | None:
    return None if keys.when is None else Override(when=keys.when, levels=lines_of(keys.levels))


def _missing(draft: Draft) -> Iterator[Problem]:
    for key in _REQUIRED:
        if getattr(draft.keys, key) is None and not draft.is_bad(key):
            yield draft.home.problem(f"{draft.name}{key} {_verb(key)} missing")
    for index, override in enumerate(draft.keys.overrides or ()):
        for key in _OF_AN_OVERRIDE:
            here = ("overrides", index)
            if getattr(override, key) is None and not draft.is_bad_below(*here, key):
                yield draft.spot(*here).problem(f"{draft.name}{part_name(here)}{key} {_verb(key)} missing")


def _doubts(draft: Draft) -> Iterator[Problem]:
    """Warnings about numbers of the signal and the conditions that were probably meant otherwise."""
    for trail, read in _expressions(draft):
        for doubt in doubts(read.tree):
            yield draft.spot(*trail).warning_inside(doubt.offset, f"{draft.name}{part_name(trail)}{doubt.sentence}")


def _expressions(draft: Draft) -> Iterator[tuple[Trail, Signal | Condition]]:
    keys = draft.keys
    whens = ((("overrides", index, "when"), each.when) for index, each in enumerate(keys.overrides or ()))
    for trail, read in ((("signal",), keys.signal), (("only_if",), keys.only_if), *whens):
        if read is not None:
            yield trail, read


def _verb(key: str) -> str:
    return "are" if key == "levels" else "is"
