"""Reads the rule files of one helpdesk into a Policy, or says everything that is wrong with all of them at once.

Files count in their order: `change` alters rules of earlier files, `defaults` hold for the rules of their own file,
the last file with a `guard` gives it whole, and the last `grace` is the helpdesk's. Nothing is ever executed.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from connector.rulefiles.bonds import bond_problems
from connector.rulefiles.cases import Case
from connector.rulefiles.checks import check_draft
from connector.rulefiles.drafts import Draft, RuleFile, read_rule_file
from connector.rulefiles.problems import Spot
from connector.rulefiles.references import Reference, open_reference, shipped_with
from connector.rulefiles.tags import tag_problems
from connector.yaml.marks import Marked, Problem, shown
from rules.expression import Tree, names
from rules.language.suggestion import did_you_mean
from rules.rule import Guard, Policy, Rule

__all__ = ["LoadedPolicy", "Reference", "load_policy"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedPolicy:
    """What all rule files of a helpdesk say together."""

    policy: Policy
    warnings: tuple[Problem, ...]
    paths: tuple[Path, ...]
    """The files that were read, without those that are shipped."""
    cases: tuple[Case, ...]
    """The tests of all files, in their order."""
    _drafts: tuple[Draft, ...]

    def rule(self, name: str) -> Rule:
        """The rule of an id. Raises KeyError where there is none."""
        return {rule.id: rule for rule in self.policy.rules}[name]

    def unfilled(self, fillable: Collection[str]) -> tuple[Problem, ...]:
        """A warning for each metric of an enabled rule that no configured source can ever fill."""
        return tuple(
            problem
            for draft in self._drafts
            if draft.keys.enabled is not False
            for problem in _unfilled(draft, fillable)
        )


def load_policy(references: Sequence[Reference], prefix: str = "care_") -> LoadedPolicy | tuple[Problem, ...]:
    """The policy, or every problem of every file in the order of the files. `prefix` is that of the helpdesk's tags."""
    book = _Book()
    for reference in references:
        book.read(reference)
    return book.loaded(prefix)


class _Book:
    """The files read so far."""

    def __init__(self) -> None:
        self._drafts: list[Draft] = []
        self._lost: list[Draft] = []
        """Changes of rules that no earlier file has."""
        self._problems: list[Problem] = []
        self._guard: Guard | None = None
        self._grace: timedelta | None = None
        self._cases: list[Case] = []
        self._files: list[str] = []
        self._paths: list[Path] = []

    def read(self, reference: Reference) -> None:
        """Takes in one more file."""
        opened = open_reference(reference)
        if isinstance(opened, Problem):
            self._problems.append(opened)
            return
        new = [marked for marked in opened if marked.file not in self._files]
        if not new:
            self._problems.append(reference.problem(f"{shown(reference.text)} stands in this list already"))
        for marked in new:
            self._take(marked, read_rule_file(marked))
        if reference.path is not None:
            self._paths.append(reference.path)

    def loaded(self, prefix: str) -> LoadedPolicy | tuple[Problem, ...]:
        """Checks what the files say together."""
        checked = [(draft, check_draft(draft)) for draft in self._drafts]
        rules = [(draft, each.rule) for draft, each in checked if each.rule is not None]
        found = [*self._problems, *(problem for _, each in checked for problem in each.problems)]
        found += [*tag_problems(rules, prefix), *bond_problems(self._drafts)]
        found += [*self._lost_changes(), *self._lost_cases()]
        problems = tuple(sorted(dict.fromkeys(found), key=self._order))
        if any(not problem.warning for problem in problems):
            return problems
        drafts = tuple(draft for draft, _ in rules)
        policy = self._policy(tuple(rule for _, rule in rules))
        return LoadedPolicy(
            policy=policy, warnings=problems, paths=tuple(self._paths), cases=tuple(self._cases), _drafts=drafts
        )

    def _policy(self, rules: tuple[Rule, ...]) -> Policy:
        given: dict[str, Any] = {"guard": self._guard, "grace": self._grace}
        return Policy(rules=rules, **{key: item for key, item in given.items() if item is not None})

    def _take(self, marked: Marked, file: RuleFile) -> None:
        self._files.append(marked.file)
        self._problems += file.problems
        self._guard = file.guard or self._guard
        self._grace = self._grace if file.grace is None else file.grace
        for change in file.changes:
            self._change(change)
        for draft in file.drafts:
            self._add(draft)
        self._cases += file.cases

    def _add(self, draft: Draft) -> None:
        first = next((each for each in self._drafts if draft.keys.id and each.keys.id == draft.keys.id), None)
        if first is not None:
            where = first.spot("id").problem("").place
            sentence = f"this id is taken at {where}: give it another, or alter that rule by 'change'"
            self._problems.append(draft.spot("id").problem(f"{draft.name}{sentence}"))
        self._drafts.append(draft)

    def _change(self, change: Draft) -> None:
        name = change.keys.id
        if name is None:
            if not change.is_bad("id"):
                self._problems.append(change.home.problem(f"{change.name}id is missing: which rule is changed?"))
            return
        for index, draft in enumerate(self._drafts):
            if draft.keys.id == name:
                self._drafts[index] = draft.changed_by(change)
                return
        self._lost.append(change)

    def _lost_changes(self) -> Iterator[Problem]:
        for change in self._lost:
            name = change.keys.id or ""
            homes = {draft.keys.id: draft.home.marked.file for draft in self._drafts if draft.keys.id}
            own = {name for name, file in homes.items() if file == change.home.marked.file}
            others = {name: file for name, file in homes.items() if name not in own}
            near = "; it stands in this file: alter it there" if name in own else _remedy(name, others)
            yield change.spot("id").problem(f"no earlier file has a rule '{name}'{near}")

    def _lost_cases(self) -> Iterator[Problem]:
        homes = {draft.keys.id: draft.home.marked.file for draft in self._drafts if draft.keys.id}
        for case in self._cases:
            name = case.test.rule
            if name not in homes:
                sentence = f"test '{shown(case.test.name)}': no rule '{name}'{_remedy(name, homes)}"
                yield case.spot("rule").problem(sentence)

    def _order(self, problem: Problem) -> tuple[int, Problem]:
        return (self._files.index(problem.place.file) if problem.place.file in self._files else -1, problem)


def _remedy(name: str, homes: Mapping[str, str]) -> str:
    """Which file has the rule, of those named later and those that are shipped; else the id that was meant."""
    home = homes.get(name) or shipped_with(name)
    return f"; it is in {home}: name that before this file" if home else did_you_mean(name, homes)


def _unfilled(draft: Draft, fillable: Collection[str]) -> Iterator[Problem]:
    for spot, tree in _trees(draft):
        for name in names(tree):
            if name.name not in fillable:
                sentence = f"{draft.name}no configured source can fill '{name.name}': the rule sleeps"
                yield spot.warning_inside(name.offset, sentence)


def _trees(draft: Draft) -> Iterator[tuple[Spot, Tree]]:
    """The signal and the condition, each where it stands. An override that never matches takes nothing away."""
    if draft.keys.signal is not None:
        yield draft.spot("signal"), draft.keys.signal.tree
    if draft.keys.only_if is not None:
        yield draft.spot("only_if"), draft.keys.only_if.tree
