"""Reads a mapping of a rule file by its model: what is right of it, and a problem at its place for what is not."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from connector.rulefiles.values import WITHIN
from connector.yaml.keys import Keys
from connector.yaml.marks import Marked, Problem, Trail, shown
from connector.yaml.values import said
from rules.language.suggestion import did_you_mean

_MOST_TOLD = 200
"""Problems of one mapping that are told: who wrote more has not written a rule."""
_FEW = 3
"""As many keys as a sentence can name."""

_Model = TypeVar("_Model", bound=Keys)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A value of a file."""

    marked: Marked
    trail: Trail

    def under(self, *trail: str | int) -> "Spot":
        """A value below this one."""
        return Spot(marked=self.marked, trail=(*self.trail, *trail))

    def problem(self, sentence: str) -> Problem:
        """A problem at the value's first character."""
        return self.marked.problem(self.marked.place(self.trail), sentence)

    def problem_inside(self, offset: int, sentence: str) -> Problem:
        """A problem at a character of a text."""
        return self.marked.problem(self.marked.place_inside(self.trail, offset), sentence)

    def warning_inside(self, offset: int, sentence: str) -> Problem:
        """A warning at a character of a text."""
        return self.marked.warning(self.marked.place_inside(self.trail, offset), sentence)

    def key_problem(self, sentence: str) -> Problem:
        """A problem at the value's key."""
        return self.marked.problem(self.marked.key_place(self.trail), sentence)

    def warning(self, sentence: str) -> Problem:
        """A warning at the value's first character."""
        return self.marked.warning(self.marked.place(self.trail), sentence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Read(Generic[_Model]):
    """What could be read of a mapping."""

    keys: _Model
    bad: frozenset[Trail]
    """The values that are wrong, so that nobody says they are missing."""
    problems: tuple[Problem, ...]


def read_keys(model: type[_Model], value: object, spot: Spot, whose: str = "") -> Read[_Model]:
    """The right keys of a mapping; `whose` begins every sentence."""
    try:
        return Read(keys=model.model_validate(value), bad=frozenset(), problems=())
    except ValidationError as error:
        found = error.errors(include_url=False)
    problems = tuple(problem for each in found[:_MOST_TOLD] for problem in _problems(model, each, spot, whose))
    bad = frozenset(each["loc"] for each in found)
    rest = _without(value, bad) if isinstance(value, Mapping) and () not in bad else {}
    return Read(keys=model.model_validate(rest), bad=bad, problems=problems)


def _without(value: Mapping[str, Any], bad: frozenset[Trail]) -> dict[str, Any]:
    """The mapping without what stands at these trails; a list of anything but mappings is then left out whole."""
    below: dict[str | int, set[Trail]] = {}
    for trail in bad:
        below.setdefault(trail[0], set()).add(trail[1:])
    rest = {key: item for key, item in value.items() if key not in below}
    for key, trails in below.items():
        item = value.get(str(key))
        if () not in trails and isinstance(item, Mapping):
            rest[str(key)] = _without(item, frozenset(trails))
        elif () not in trails and isinstance(item, list) and all(isinstance(each, Mapping) for each in item):
            rest[str(key)] = [_without(each, _below(trails, index)) for index, each in enumerate(item)]
    return rest


def _below(trails: Collection[Trail], step: str | int) -> frozenset[Trail]:
    return frozenset(trail[1:] for trail in trails if trail[0] == step)


def _problems(model: type[Keys], found: ErrorDetails, spot: Spot, whose: str) -> Iterator[Problem]:
    here = spot.under(*found["loc"])
    match found["type"]:
        case "extra_forbidden":
            yield here.key_problem(f"{whose}{_unknown(_model_at(model, found['loc'][:-1]), str(found['loc'][-1]))}")
        case "value_error":
            yield here.problem(f"{whose}{_part(found['loc'])}{found['ctx']['error']}")
        case str(kind) if kind == WITHIN:
            for mistake in found["ctx"]["mistakes"]:
                yield here.problem_inside(mistake.offset, f"{whose}{mistake.sentence}")
        case "dict_type":
            yield here.problem(f"{whose}write names with values, not {said(found['input'])}")
        case _:
            yield here.problem(f"{whose}write a list: one entry a line, each beginning with '- '")


def _part(trail: Trail) -> str:
    """Which override and which level a value belongs to."""
    if trail[:1] == ("overrides",) and len(trail) > 1:
        return f"override {int(trail[1]) + 1}: {_part(trail[2:])}"
    if trail[:1] != ("levels",):
        return ""
    return f"level {trail[1]}: " if len(trail) > 1 else "levels: "


def _unknown(model: type[Keys], key: str) -> str:
    if key in model.later:
        return f"'{key}' is not in this version"
    near = did_you_mean(key, model.known())
    if not near and len(model.model_fields) <= _FEW:
        near = f"; write {' or '.join(model.model_fields)}"
    return f"unknown key '{shown(key)}'{near}"


def _model_at(model: type[Keys], trail: Trail) -> type[Keys]:
    for step in trail:
        if isinstance(step, str):
            model = next(_models(model.model_fields[step].annotation))
    return model


def _models(annotation: object) -> Iterator[type[Keys]]:
    """The mappings with known keys within an annotation such as `tuple[OverrideKeys, ...] | None`."""
    if isinstance(annotation, type) and issubclass(annotation, Keys):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)
