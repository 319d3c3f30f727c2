"""Findings of `check` as lines, and as a document."""

from collections.abc import Iterable, Iterator

from rich.text import Text

from connector.helpdesk import Finding, Severity
from connector.terminal.screen import clean
from connector.yaml.marks import Problem
from rules.facts import HelpdeskName
from rules.planning.evidence import plain

_STYLES = {Severity.PROBLEM: "bold red", Severity.NOTE: "yellow", Severity.FINE: "green"}
_WIDTH = 9


def finding_lines(findings: Iterable[Finding]) -> Iterator[Text]:
    """A line for each finding, and one for its remedy."""
    for finding in findings:
        head = Text(f"{finding.severity:<{_WIDTH}}", _STYLES[finding.severity])
        yield Text("  ").append_text(head).append_text(clean(finding.sentence))
        if finding.remedy:
            yield Text(" " * (_WIDTH + 2)).append_text(clean(finding.remedy, "dim"))


def findings_document(parts: Iterable[tuple[HelpdeskName | None, Iterable[Finding]]]) -> dict[str, object]:
    """Whether all is well, and every finding; those of the configuration and its rule files belong to no helpdesk.

    `problems` is empty: what stands in it keeps the configuration from being used.
    """
    found = [(helpdesk, finding) for helpdesk, findings in parts for finding in findings]
    return {
        "ok": all(finding.severity is not Severity.PROBLEM for _, finding in found),
        "findings": [
            {
                "level": finding.severity,
                "helpdesk": helpdesk,
                "sentence": plain(finding.sentence),
                "remedy": plain(finding.remedy) or None,
            }
            for helpdesk, finding in found
        ],
        "problems": [],
    }


def problem_fields(problem: Problem | str) -> dict[str, object]:
    """What is wrong with a file, with its place apart; null where no file, or the file as a whole, is meant."""
    if isinstance(problem, str):
        return {"level": Severity.PROBLEM, "file": None, "line": None, "column": None, "sentence": plain(problem)}
    place = problem.place
    return {
        "level": Severity.NOTE if problem.warning else Severity.PROBLEM,
        "file": place.file,
        "line": place.line or None,
        "column": place.column or None,
        "sentence": plain(problem.sentence),
    }


def heading(text: str) -> Text:
    """The line over a helpdesk's part."""
    return clean(text, "bold")
