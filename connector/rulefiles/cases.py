"""The tests of a rule file: which keys they have, what these hold, and what is wrong with them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema

from connector.rulefiles import forms
from connector.rulefiles import values as value
from connector.rulefiles.keys import Duration, RuleFileKeys, RuleName, given
from connector.rulefiles.problems import Spot, read_keys
from connector.rulefiles.series import Amount, read_amount, read_series
from connector.yaml.marks import Problem, shown
from connector.yaml.values import answer, text, whole
from rules.catalogue import METRICS, Metric
from rules.language.expression import unknown_metric
from rules.ruletest import Expectation, RuleTest

_MOST_DAYS = 10_000
_Text = Annotated[str, PlainValidator(text), WithJsonSchema(forms.TITLE)]
_State = Annotated[str, PlainValidator(value.state), WithJsonSchema(forms.STATE)]
_Level = Annotated[str, PlainValidator(value.level_or_none), WithJsonSchema(forms.LEVEL)]
_Block = Annotated[str, PlainValidator(value.block_or_none), WithJsonSchema(forms.BLOCK)]
_Count = Annotated[int, PlainValidator(whole(0, _MOST_DAYS)), WithJsonSchema(forms.whole(_MOST_DAYS))]
_Answer = Annotated[bool, PlainValidator(answer), WithJsonSchema(forms.ANSWER)]
_Every = Annotated[timedelta, PlainValidator(value.pace), WithJsonSchema(forms.DURATION)]


class ExpectKeys(RuleFileKeys):
    """What is true at one time; only what is named is looked at."""

    at: Duration | None = None
    """The time since the first judgement: 12d."""
    state: _State | None = None
    """idle, pending, open or clearing."""
    level: _Level | None = None
    """watch, amber or red; none."""
    value: Any = None
    """The signal's value as lines are written; _ where it is unknown."""
    blocked: _Block | None = None
    """grace or history; none."""
    frozen: _Answer | None = None
    """Whether the clocks stand still, for the value is unknown."""


class CaseKeys(RuleFileKeys):
    """What one rule is expected to make of given numbers."""

    name: _Text | None = None
    """A sentence about what should happen."""
    rule: RuleName | None = None
    """The id of the rule, of this file or of an earlier one."""
    every: _Every | None = None
    """The time between two judgements. Left out: 1d."""
    given: Annotated[dict[str, Any], WithJsonSchema(forms.GIVEN)] | None = None
    """Metrics and facts that stay as they are; age_days is the age on the first day."""
    series: Annotated[dict[str, Any], WithJsonSchema(forms.SERIES)] | None = None
    """Metrics by judgement: "100 x3, 170 x10, _"; _ is unknown. The last value stays."""
    expect: tuple[ExpectKeys, ...] = ()
    opened: _Count | None = None
    """How many times an alert opens in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A test of a rule file, and where it stands."""

    test: RuleTest
    home: Spot

    def spot(self, *trail: str | int) -> Spot:
        """Where a part of it is written."""
        return self.home.under(*trail)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCases:
    """The tests of a file, as far as they can be read, and what is wrong with them."""

    cases: tuple[Case, ...] = ()
    problems: tuple[Problem, ...] = ()


def read_cases(items: tuple[object, ...], spot: Spot) -> ReadCases:
    """Every test of a file."""
    cases: list[Case] = []
    problems: list[Problem] = []
    for index, item in enumerate(items):
        here = spot.under(index)
        name = _name(item, index)
        read = read_keys(CaseKeys, item, here, name)
        found = [*read.problems, *_missing(read.keys, read.bad, here, name), *_value_problems(read.keys, here, name)]
        problems += found
        if read.keys.rule is not None:
            cases.append(Case(test=_test(read.keys), home=here))
    return ReadCases(cases=tuple(cases), problems=tuple(problems))


def _name(item: object, index: int) -> str:
    written = item.get("name") if isinstance(item, Mapping) else None
    return f"test '{shown(written)}': " if isinstance(written, str) else f"tests, entry {index + 1}: "


def _missing(keys: CaseKeys, bad: frozenset[tuple[str | int, ...]], here: Spot, name: str) -> Iterator[Problem]:
    for key in ("name", "rule"):
        if getattr(keys, key) is None and (key,) not in bad and () not in bad:
            yield here.problem(f"{name}{key} is missing")
    for index, expect in enumerate(keys.expect):
        wrong = {trail[2] for trail in bad if trail[:2] == ("expect", index) and len(trail) > len(("expect", index))}
        if expect.at is None and "at" not in wrong:
            yield here.under("expect", index).problem(f"{name}at is missing: when is this expected?")
        elif given(expect).keys() <= {"at"} and not wrong - {"at"}:
            yield here.under("expect", index).problem(f"{name}nothing is expected at this time; name state or level")
    if not keys.expect and keys.opened is None and not bad:
        yield here.problem(f"{name}nothing is expected: write 'expect' or 'opened'")


def _value_problems(keys: CaseKeys, here: Spot, name: str) -> Iterator[Problem]:
    """Names that are no metric, and values that are none of its unit."""
    for part in ("given", "series"):
        for metric, written in (getattr(keys, part) or {}).items():
            spot = here.under(part, metric)
            if metric not in METRICS:
                yield spot.key_problem(f"{name}{unknown_metric(metric)}")
                continue
            read = read_amount if part == "given" else read_series
            found = read(written, METRICS[metric].unit)
            if isinstance(found, str):
                yield spot.problem(f"{name}{metric}: {found}")
    for index, expect in enumerate(keys.expect):
        if "value" in given(expect) and isinstance(found := read_amount(expect.value, None), str):
            yield here.under("expect", index, "value").problem(f"{name}value: {found}")


def _test(keys: CaseKeys) -> RuleTest:
    """The test; of one with problems what is left of it, which is never run."""
    facts = {metric.name: read_amount(item, metric.unit) for metric, item in _known(keys.given)}
    series = {metric.name: read_series(item, metric.unit) for metric, item in _known(keys.series)}
    return RuleTest(
        name=keys.name or "",
        rule=keys.rule or "",
        every=keys.every or timedelta(days=1),
        given={name: item.value for name, item in facts.items() if isinstance(item, Amount)},
        series={name: item for name, item in series.items() if not isinstance(item, str)},
        expect=tuple(_expectation(each) for each in keys.expect),
        opened=keys.opened,
    )


def _known(written: Mapping[str, object] | None) -> Iterator[tuple[Metric, object]]:
    for name, item in (written or {}).items():
        if name in METRICS:
            yield METRICS[name], item


def _expectation(keys: ExpectKeys) -> Expectation:
    asserted: dict[str, Decimal | int | str | bool | None] = {}
    for key, item in given(keys).items():
        if key == "value":
            amount = read_amount(item, None)
            asserted[key] = amount.value if isinstance(amount, Amount) else None
        elif key != "at":
            asserted[key] = item
    return Expectation(at=keys.at or timedelta(0), asserted=tuple(asserted.items()))
