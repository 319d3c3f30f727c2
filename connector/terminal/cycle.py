"""A cycle in one line."""

from rich.text import Text

from connector.cycle import CycleReport
from connector.terminal.screen import clean
from connector.terminal.words import count_words, end_word


def report_line(report: CycleReport) -> Text:
    """How a cycle of one helpdesk ended, and what it did."""
    style = "green" if report.is_good else "bold red"
    text = clean(report.helpdesk, "bold").append(f"  {end_word(report.end)}", style)
    if report.as_of is not None:
        text.append(f", facts up to {report.as_of:%Y-%m-%d %H:%M} UTC", "not bold")
    if counts := count_words(report.counts):
        text.append(f", {counts}", "not bold")
    return text
