"""`touchcost test-rules`: what rules make of given numbers, beside what their files expect."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from connector.commands.options import FAILED, JsonOption
from connector.reports.junit import junit_text
from connector.reports.ruletests import Outcomes, run_rule_tests
from connector.terminal.findings import problem_fields
from connector.terminal.ruletests import outcome_lines, outcomes_document
from connector.terminal.screen import complain, say, say_json
from connector.yaml.error import ConfigError


def test_rules(
    *,
    files: Annotated[
        list[str], typer.Argument(metavar="FILE…", help="Rule files in their order; builtin:starter too.")
    ],
    json: JsonOption = False,
    junit: Annotated[Path | None, typer.Option("--junit", metavar="FILE", help="Write a JUnit report as well.")] = None,
) -> None:
    """Run the tests in rule files. A later file may change rules of an earlier one.

    Example: touchcost test-rules builtin:starter my-rules.yaml
    """
    outcomes = _outcomes(files, json=json)
    for warning in outcomes.warnings:
        complain(str(warning))
    if junit is not None:
        junit.write_text(junit_text(outcomes), encoding="utf-8")
    if json:
        say_json(outcomes_document(outcomes))
    else:
        say(*outcome_lines(outcomes))
    if outcomes.failed:
        raise typer.Exit(FAILED)


def _outcomes(files: Sequence[str], *, json: bool) -> Outcomes:
    """What became of the tests. Raises ConfigError for files that are wrong, after the document that says so."""
    try:
        return run_rule_tests(files, Path())
    except ConfigError as wrong:
        if json:
            none_ran = outcomes_document(Outcomes(tests=(), warnings=()))
            say_json({**none_ran, "problems": list(map(problem_fields, wrong.found))})
        raise
