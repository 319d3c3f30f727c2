"""What `check` says of a Request Tracker."""

from collections.abc import Iterator

from connector.helpdesk import Finding, HelpdeskBusyError, HelpdeskError, Need, Severity
from connector.helpdesks.request_tracker.people import People


class Inspector:
    """Looks at one Request Tracker, and writes nothing."""

    def __init__(self, people: People) -> None:
        self._people = people

    def findings(self, need: Need) -> Iterator[Finding]:  # noqa: ARG002  What writing needs cannot be served yet.
        """Problems and what is fine: the sign-in, the time zone, and whether anybody is seen to work there."""
        try:
            yield Finding(severity=Severity.FINE, sentence=f"Signed in as user {self._people.me()['id']}.")
            self._people.refuse_other_zones()
            yield Finding(severity=Severity.FINE, sentence="Dates are read as UTC.")
            staff = self._people.staff()
            yield Finding(severity=Severity.FINE, sentence=f"{len(staff.names)} people are privileged.")
        except HelpdeskBusyError:
            raise
        except HelpdeskError as wrong:
            yield Finding(severity=Severity.PROBLEM, sentence=str(wrong))
