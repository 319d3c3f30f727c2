"""Tests of rules: what they judge, what they compare, and what a failure says."""

from pathlib import Path

import pytest

from connector.reports.ruletests import Outcomes, run_rule_tests
from connector.yaml.error import ConfigError

RULE = """version: 1
defaults: {grace: 30d}
rules:
  - id: cost
    title: Cost
    signal: touch_cost_90d / revenue_90d
    only_if: touches_90d >= 10
    levels:
      watch: {enter: 15%, exit: 10%}
      red: {enter: 30%, exit: 24%}
    overrides: [{when: strategic, levels: {amber: {enter: 50%, exit: 40%}}}]
    hold: 2d
    clear_after: 3d
"""
TEST = """tests:
  - name: as expected
    rule: cost
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def tried(folder: Path, test: str, rule: str = RULE) -> Outcomes:
    (folder / "rules.yaml").write_text(rule + TEST + test)
    return run_rule_tests(["rules.yaml"], folder)


def missed(folder: Path, test: str, rule: str = RULE) -> list[str]:
    (outcome,) = tried(folder, test, rule).tests
    return [str(one.problem).splitlines()[0].partition("as expected': ")[2] for one in outcome.missed]


GIVEN = '    given: {touches_90d: 20, revenue_90d: "1000"}\n'
SERIES = '    series: {touch_cost_90d: "100 x2, 200 x4, 50 x6"}\n'


def test_what_is_named_is_compared_and_nothing_else(folder: Path) -> None:
    test = "    expect:\n      - {at: 3d, state: pending}\n      - {at: 4d, level: watch}\n    opened: 1\n"
    assert missed(folder, GIVEN + SERIES + test) == []


def test_a_failure_says_what_was_expected_and_what_came_at_its_place(folder: Path) -> None:
    outcomes = tried(folder, GIVEN + SERIES + "    expect:\n      - {at: 3d, state: open, value: 25%}\n    opened: 2\n")
    (outcome,) = outcomes.tests
    assert outcomes.failed == 1
    assert [str(one.problem).removeprefix(f"{folder}/") for one in outcome.missed] == [
        "rules.yaml:20:25: test 'as expected': at 3d: state: expected open, got pending\n"
        "          - {at: 3d, state: open, value: 25%}\n"
        "                            ^",
        "rules.yaml:20:38: test 'as expected': at 3d: value: expected 25%, got 20%\n"
        "          - {at: 3d, state: open, value: 25%}\n"
        "                                         ^",
        "rules.yaml:21:13: test 'as expected': opened: expected 2, got 1\n        opened: 2\n                ^",
    ]
    assert dict(outcome.missed[0].values) == {
        "signal": "20 %",
        "touch_cost_90d": "200",
        "revenue_90d": "1,000",
        "touches_90d": "20",
        "strategic": "unknown",
        "clock": "1d",
    }


@pytest.mark.parametrize(
    ("given", "expect"),
    [
        ('{touches_90d: 20, revenue_90d: "1000", touch_cost_90d: "200", age_days: 12}', "{at: 9d, blocked: grace}"),
        ('{touches_90d: 20, revenue_90d: "1000", touch_cost_90d: "200", age_days: 31}', "{at: 9d, blocked: history}"),
        ('{touches_90d: 20, revenue_90d: "1000", touch_cost_90d: "200", age_days: 50}', "{at: 9d, state: open}"),
        ('{touches_90d: 20, touch_cost_90d: "200"}', "{at: 9d, state: idle, value: _, frozen: true}"),
        ('{touches_90d: 9, revenue_90d: "1000", touch_cost_90d: "200"}', "{at: 9d, state: idle, frozen: false}"),
        ('{touches_90d: 20, revenue_90d: "1000", touch_cost_90d: "450", strategic: true}', "{at: 9d, level: none}"),
        ('{touches_90d: 20, revenue_90d: "1000", touch_cost_90d: "500", strategic: true}', "{at: 9d, level: amber}"),
        ('{touches_90d: 20, revenue_90d: "1000", touch_cost_90d: "450", strategic: _}', "{at: 9d, level: red}"),
    ],
)
def test_given_numbers_are_judged_as_those_of_an_account(folder: Path, given: str, expect: str) -> None:
    assert missed(folder, f"    given: {given}\n    expect: [{expect}]\n") == []


def test_judgements_may_lie_closer_than_a_day(folder: Path) -> None:
    series = '    every: 6h\n    series: {touch_cost_90d: "200 x8, 0 x20"}\n'
    expect = "    expect: [{at: 1d, state: pending}, {at: 42h, state: pending}, {at: 2d, state: idle}]\n    opened: 0\n"
    assert missed(folder, GIVEN + series + expect) == []


def test_a_series_that_has_ended_keeps_its_last_value(folder: Path) -> None:
    test = '    series: {touch_cost_90d: "0, 400"}\n    expect: [{at: 30d, state: open, level: red, value: 40%}]\n'
    assert missed(folder, GIVEN + test) == []


def test_tests_of_a_file_run_by_the_rules_as_they_stand_after_it(folder: Path) -> None:
    first = RULE + TEST + GIVEN + SERIES + "    opened: 1\n"
    second = (
        "version: 1\nchange: [{id: cost, levels: {watch: {enter: 25%, exit: 20%}}}]\n"
        + TEST
        + GIVEN
        + SERIES
        + "    opened: 0\n"
    )
    (folder / "first.yaml").write_text(first)
    (folder / "second.yaml").write_text(second)
    outcomes = run_rule_tests(["first.yaml", "second.yaml"], folder)
    assert [(Path(test.file).name, test.missed) for test in outcomes.tests] == [("first.yaml", ()), ("second.yaml", ())]


def test_a_wrong_file_is_told_instead_of_tested(folder: Path) -> None:
    with pytest.raises(ConfigError, match="unknown metric 'touchs_90d'; did you mean 'touches_90d'"):
        tried(folder, GIVEN, RULE.replace("touches_90d", "touchs_90d"))
    with pytest.raises(ConfigError, match=r"none\.yaml: cannot read .*: there is no such file"):
        run_rule_tests(["none.yaml"], folder)


def test_times_are_shown_as_rule_files_write_them(folder: Path) -> None:
    test = '    every: 6h\n    series: {touch_cost_90d: "200"}\n    expect: [{at: 54h, state: idle}]\n'
    assert missed(folder, GIVEN + test) == ["at 2d 6h: state: expected idle, got open"]
