"""What the findings of `check` are made of, whichever helpdesk is looked at."""

from collections.abc import Callable, Iterator

from connector.helpdesk import Finding, HelpdeskBusyError, HelpdeskError, Severity


def problem(sentence: str, remedy: str = "") -> Finding:
    """Something that is in the way."""
    return Finding(severity=Severity.PROBLEM, sentence=sentence, remedy=remedy)


def fine(sentence: str, remedy: str = "") -> Finding:
    """Something that is as it should be."""
    return Finding(severity=Severity.FINE, sentence=sentence, remedy=remedy)


def carefully(part: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """The findings of one part; where it fails that is a finding too, and not the end. Raises HelpdeskBusyError."""
    try:
        yield from part()
    except HelpdeskBusyError:
        raise
    except HelpdeskError as failed:
        yield problem(str(failed))
