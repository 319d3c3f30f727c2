"""Findings of `check` as lines."""

from collections.abc import Iterable, Iterator

from rich.text import Text

from connector.helpdesk import Finding, Severity
from connector.terminal.screen import clean

_STYLES = {Severity.PROBLEM: "bold red", Severity.NOTE: "yellow", Severity.FINE: "green"}
_WIDTH = 9


def finding_lines(findings: Iterable[Finding]) -> Iterator[Text]:
    """A line for each finding, and one for its remedy."""
    for finding in findings:
        head = Text(f"{finding.severity:<{_WIDTH}}", _STYLES[finding.severity])
        yield Text("  ").append_text(head).append_text(clean(finding.sentence))
        if finding.remedy:
            yield Text(" " * (_WIDTH + 2)).append_text(clean(finding.remedy, "dim"))


def heading(text: str) -> Text:
    """The line over a helpdesk's part."""
    return clean(text, "bold")
