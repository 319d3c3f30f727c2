"""Runs the tests of rule files: each file's own, by the rules as they stand after it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from types import MappingProxyType

from connector.rulefiles.cases import Case
from connector.rulefiles.reading import LoadedPolicy, Reference, load_policy
from connector.yaml.error import ConfigError
from connector.yaml.marks import Place, Problem
from rules.catalogue import METRICS, Unit
from rules.language.expression import signal_unit
from rules.measuring.measure import Value
from rules.measuring.shown import show
from rules.rule import Rule
from rules.ruletest import Failure, run_test

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """One thing that was not as expected."""

    problem: Problem
    """Where it was expected, what was, and what came instead."""
    key: str
    expected: str
    got: str
    values: Mapping[str, str]
    """What the rule saw by name, as people read it; empty for the number of times it opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one test."""

    file: str
    line: int
    rule: str
    name: str
    missed: tuple[Missed, ...]
    """() when it passed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """What became of every test of some files."""

    tests: tuple[Outcome, ...]
    warnings: tuple[Problem, ...]
    """Of the files themselves."""

    @property
    def failed(self) -> int:
        """How many tests failed."""
        return sum(bool(test.missed) for test in self.tests)


def run_rule_tests(names: Sequence[str], folder: Path) -> Outcomes:
    """Runs the tests of rule files, which count in their order. Raises ConfigError for files that are wrong."""
    tests: list[Outcome] = []
    warnings: tuple[Problem, ...] = ()
    done = 0
    for count in range(1, len(names) + 1):
        loaded = _load(names[:count], folder)
        tests += (_run(case, loaded) for case in loaded.cases[done:])
        done, warnings = len(loaded.cases), loaded.warnings
    return Outcomes(tests=tuple(tests), warnings=warnings)


def _load(names: Sequence[str], folder: Path) -> LoadedPolicy:
    references = [Reference(text=name, folder=folder, problem=partial(_of_file, name)) for name in names]
    loaded = load_policy(references)
    if not isinstance(loaded, LoadedPolicy):
        raise ConfigError(loaded)
    return loaded


def _of_file(name: str, sentence: str) -> Problem:
    return Problem(place=Place(file=name), sentence=sentence)


def _run(case: Case, loaded: LoadedPolicy) -> Outcome:
    rule = loaded.rule(case.test.rule)
    failures = run_test(case.test, rule, loaded.policy.grace)
    place = case.home.problem("").place
    return Outcome(
        file=place.file,
        line=place.line,
        rule=rule.id,
        name=case.test.name,
        missed=tuple(_missed(case, rule, failure) for failure in failures),
    )


def _missed(case: Case, rule: Rule, failure: Failure) -> Missed:
    expected, got = _exact(failure.expected, rule), _exact(failure.got, rule)
    return Missed(
        problem=_place(case, failure, f"expected {expected}, got {got}"),
        key=failure.key,
        expected=expected,
        got=got,
        values=MappingProxyType(dict(_values(rule, failure))),
    )


def _exact(value: Value, rule: Rule) -> str:
    """A value as a rule file writes it: what is rounded could look alike and yet differ."""
    if value is None:
        return "_"
    if not isinstance(value, Decimal):
        return str(value).lower()
    is_share = signal_unit(rule.signal) is Unit.RATIO
    return f"{(value * 100).normalize():f}%" if is_share else f"{value.normalize():f}"


def _place(case: Case, failure: Failure, sentence: str) -> Problem:
    head = f"test '{case.test.name}': "
    if failure.index is None:
        return case.spot(failure.key).problem(f"{head}{failure.key}: {sentence}")
    at = case.test.expect[failure.index].at
    return case.spot("expect", failure.index, failure.key).problem(f"{head}at {_length(at)}: {failure.key}: {sentence}")


def _values(rule: Rule, failure: Failure) -> Iterator[tuple[str, str]]:
    if failure.index is None:
        return
    yield "signal", show(failure.signal, signal_unit(rule.signal))
    yield from ((name, show(value, METRICS[name].unit)) for name, value in failure.operands)
    yield "clock", _length(failure.clock)


def _length(time: timedelta) -> str:
    """12d, 1d 6h or 6h."""
    days, rest = divmod(time, _DAY)
    hours = f"{rest // _HOUR}h" if rest else ""
    return f"{days}d {hours}".strip() if days or not hours else hours
