"""The commands for people who write rules: test-rules, metrics, schema."""

import json
from pathlib import Path

import pytest
from command_line import CONFIG
from junitparser import JUnitXml

from connector.cli import run
from rules.catalogue import METRICS

WRONG = """version: 1
rules:
  - {id: calls, title: Calls, signal: touches_phone_28d, levels: {amber: {enter: 5, exit: 3}}}
tests:
  - {name: opens at five, rule: calls, given: {touches_phone_28d: 5}, expect: [{at: 3d, state: open}]}
  - {name: opens at four, rule: calls, given: {touches_phone_28d: 4}, expect: [{at: 3d, state: open}]}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules.yaml").write_text(WRONG)
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_shipped_rules_pass_their_tests(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["test-rules", "builtin:red-flags"]) == 0
    assert capsys.readouterr().out == "29 tests, all as expected.\n"


@pytest.mark.usefixtures("folder")
def test_a_failed_test_ends_with_1_and_names_its_place_and_values(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["test-rules", "rules.yaml"]) == 1
    assert capsys.readouterr().out.splitlines()[::2] == [
        "rules.yaml:6:96: test 'opens at four': at 3d: state: expected open, got idle",
        f"    {' ' * 95}^",
        "2 tests, 1 failed.",
    ]


def test_a_wrong_file_ends_with_2(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "rules.yaml").write_text(WRONG.replace("rule: calls", "rule: call"))
    assert run(["test-rules", "rules.yaml"]) == 2
    assert "test 'opens at five': no rule 'call'; did you mean 'calls'?" in capsys.readouterr().err


def test_wrong_files_are_one_json_document_with_each_place(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "rules.yaml").write_text(WRONG.replace("rule: calls", "rule: call", 1).replace(", exit: 3", ""))
    assert run(["test-rules", "rules.yaml", "--json"]) == 2
    told = capsys.readouterr()
    level = "rule 'calls': level amber: exit is left out, so it is equal to enter 5: alerts may come and go"
    assert json.loads(told.out) == {
        "tests": [],
        "passed": 0,
        "failed": 0,
        "problems": [
            {"level": "note", "file": "rules.yaml", "line": 3, "column": 74, "sentence": level},
            {
                "level": "problem",
                "file": "rules.yaml",
                "line": 5,
                "column": 33,
                "sentence": "test 'opens at five': no rule 'call'; did you mean 'calls'?",
            },
        ],
    }
    assert "rules.yaml:5:33: test 'opens at five'" in told.err


def test_outcomes_come_as_json_and_as_junit(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["test-rules", "rules.yaml", "--json", "--junit", "report.xml"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert (document["passed"], document["failed"]) == (1, 1)
    assert document["tests"][1]["failures"][0]["values"] == {
        "signal": "4",
        "touches_phone_28d": "4",
        "clock": "0d",
    }
    (suite,) = JUnitXml.fromfile(str(folder / "report.xml"))
    assert (suite.name, suite.tests, suite.failures) == ("rules.yaml", 2, 1)
    assert [case.name for case in suite] == ["opens at five", "opens at four"]


@pytest.mark.usefixtures("folder")
def test_metrics_are_shown_without_a_configuration_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["metrics"]) == 0
    told = capsys.readouterr()
    assert "touches_Nd" in told.out
    assert told.err == "There is no config.yaml: whether a name can be filled is not said.\n"


def test_metrics_say_which_keys_are_wanting(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "config.yaml").write_text(CONFIG.format(url="http://127.0.0.1:8321", policy="report-only"))
    assert run(["metrics", "--json"]) == 0
    metrics = {each["name"]: each for each in json.loads(capsys.readouterr().out)["metrics"]}
    assert metrics.keys() == METRICS.keys()
    assert metrics["touches_7d"]["missing"] == {"acme": []}
    assert metrics["contribution_90d"]["missing"] == {"acme": ["cost.gross_margin"]}
    assert metrics["minutes_28d"]["alias_of"] == "touch_minutes_28d"
    assert run(["metrics"]) == 0
    assert "needs fields.seats" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["schema"], ["schema", "--config"]])
def test_schema_is_one_json_document(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 0
    assert json.loads(capsys.readouterr().out)["$schema"].endswith("2020-12/schema")
