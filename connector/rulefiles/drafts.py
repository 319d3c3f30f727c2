"""One rule file as drafts: rules and changes whose keys are right one by one, but not yet checked together."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from connector.rulefiles.cases import Case, read_cases
from connector.rulefiles.keys import FileKeys, LevelKeys, RuleKeys, given
from connector.rulefiles.problems import Spot, read_keys
from connector.yaml.marks import Marked, Problem, Trail, shown
from rules.rule import Guard


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A rule as far as it is written, and where each part of it is."""

    keys: RuleKeys
    name: str
    """`rule 'id': `, the beginning of every sentence about it."""
    home: Spot
    """The rule itself."""
    spots: Mapping[Trail, Spot]
    """Where each key stands: ("hold",), ("levels", "red", "enter")."""
    bad: frozenset[Trail]
    """Keys that are written but wrong."""

    def spot(self, *trail: str | int) -> Spot:
        """Where a key is written; where it is not, what encloses it."""
        for length in range(len(trail), 0, -1):
            if trail[:length] in self.spots:
                return self.spots[trail[:length]]
        return self.home

    def is_bad(self, *trail: str | int) -> bool:
        """True when the key, or what encloses it, is written but wrong."""
        return any(trail[:length] in self.bad for length in range(len(trail) + 1))

    def is_bad_below(self, *trail: str | int) -> bool:
        """True when the key, something that encloses it or something in it is written but wrong."""
        return self.is_bad(*trail) or any(bad[: len(trail)] == trail for bad in self.bad)

    def changed_by(self, change: "Draft") -> "Draft":
        """This rule with the keys that the change names put in their place."""
        named = {key: item for key, item in given(change.keys).items() if key != "id"}
        if change.keys.levels is not None:
            named["levels"] = (self.keys.levels or LevelKeys()).with_lines_of(change.keys.levels)
        spots = {trail: spot for trail, spot in change.spots.items() if trail != ("id",)}
        return replace(
            self,
            keys=self.keys.model_copy(update=named),
            spots={**self.spots, **spots},
            bad=self.bad | change.bad,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFile:
    """What one rule file says."""

    drafts: tuple[Draft, ...] = ()
    changes: tuple[Draft, ...] = ()
    guard: Guard | None = None
    grace: timedelta | None = None
    cases: tuple[Case, ...] = ()
    """The tests, as far as they can be read."""
    problems: tuple[Problem, ...] = ()


def read_rule_file(marked: Marked) -> RuleFile:
    """Everything a file says, with every problem of its YAML and of its keys one by one."""
    whole = Spot(marked=marked, trail=())
    if marked.unreadable:
        return RuleFile(problems=marked.problems)
    if not isinstance(marked.value, Mapping):
        return RuleFile(problems=(*marked.problems, whole.problem("a rule file has a 'version' and 'rules'")))
    file = read_keys(FileKeys, marked.value, whole)
    if ("version",) in file.bad:
        newer = [problem for problem in file.problems if problem.place == whole.under("version").problem("").place]
        return RuleFile(problems=(*marked.problems, *newer))
    missing = () if file.keys.version else (whole.problem("version is missing: begin with version: 1"),)
    drafts, rule_problems = _drafts(file.keys.rules, whole.under("rules"))
    changes, change_problems = _drafts(file.keys.change, whole.under("change"))
    tests = read_cases(file.keys.tests, whole.under("tests"))
    life = RuleKeys.model_validate({}).model_copy(update=_life(file.keys))
    return RuleFile(
        drafts=tuple(_with_defaults(draft, life) for draft in drafts),
        changes=changes,
        guard=file.keys.guard.guard() if file.keys.guard is not None else None,
        grace=file.keys.defaults.grace,
        cases=tests.cases,
        problems=(*marked.problems, *missing, *file.problems, *rule_problems, *change_problems, *tests.problems),
    )


def _life(file: FileKeys) -> dict[str, object]:
    return {key: item for key, item in given(file.defaults).items() if key != "grace"}


def _with_defaults(draft: Draft, life: RuleKeys) -> Draft:
    return replace(draft, keys=life.model_copy(update=given(draft.keys)))


def _drafts(items: tuple[object, ...], spot: Spot) -> tuple[tuple[Draft, ...], tuple[Problem, ...]]:
    drafts: list[Draft] = []
    problems: list[Problem] = []
    for index, item in enumerate(items):
        here = spot.under(index)
        name = _name(item, f"{spot.trail[-1]}, entry {index + 1}: ")
        read = read_keys(RuleKeys, item, here, name)
        spots = {trail: here.under(*trail) for trail in _trails(item, ())}
        drafts.append(Draft(keys=read.keys, name=name, home=here, spots=spots, bad=read.bad))
        problems.extend(read.problems)
    return tuple(drafts), tuple(problems)


def _name(item: object, otherwise: str) -> str:
    written = item.get("id") if isinstance(item, Mapping) else None
    return f"rule '{shown(written)}': " if isinstance(written, str) else otherwise


def _trails(value: object, here: Trail) -> Iterator[Trail]:
    inside = enumerate(value) if isinstance(value, list) else value.items() if isinstance(value, Mapping) else ()
    for key, item in inside:
        yield (*here, key)
        yield from _trails(item, (*here, key))
