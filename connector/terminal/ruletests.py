"""The outcomes of rule tests for people and as JSON."""

from collections.abc import Iterator
from typing import Any

from rich.text import Text

from connector.reports.ruletests import Missed, Outcome, Outcomes
from connector.yaml.marks import shown


def outcome_lines(outcomes: Outcomes) -> Iterator[Text]:
    """What failed, with its place and values, then how many ran."""
    for test in outcomes.tests:
        for missed in test.missed:
            yield Text(str(missed.problem))
            if missed.values:
                yield Text(f"    {_values(missed)}", "dim")
    yield _sum(outcomes)


def outcomes_document(outcomes: Outcomes) -> dict[str, Any]:
    """Every test, the passed ones too. `problems` is empty: what stands in it keeps the files from being used."""
    return {
        "tests": [_fields(test) for test in outcomes.tests],
        "passed": len(outcomes.tests) - outcomes.failed,
        "failed": outcomes.failed,
        "problems": [],
    }


def _sum(outcomes: Outcomes) -> Text:
    ran = len(outcomes.tests)
    if not ran:
        return Text("No tests: a rule file may hold them under 'tests'.", "yellow")
    said = f"{ran} {'test' if ran == 1 else 'tests'}"
    if outcomes.failed:
        return Text(f"{said}, {outcomes.failed} failed.", "bold red")
    return Text(f"{said}, all as expected.", "green")


def _values(missed: Missed) -> str:
    return ", ".join(f"{name} {shown(value)}" for name, value in missed.values.items())


def _fields(test: Outcome) -> dict[str, Any]:
    return {
        "file": test.file,
        "line": test.line,
        "rule": test.rule,
        "name": test.name,
        "passed": not test.missed,
        "failures": [
            {
                "place": str(missed.problem.place),
                "sentence": missed.problem.sentence,
                "key": missed.key,
                "expected": missed.expected,
                "got": missed.got,
                "values": dict(missed.values),
            }
            for missed in test.missed
        ],
    }
