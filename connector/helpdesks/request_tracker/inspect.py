"""What `check` says of a Request Tracker, and what a cycle stops for before anything is pulled or written."""

from collections.abc import Callable, Iterator, Sequence

from connector.clock import Clock
from connector.helpdesk import Finding, HelpdeskBusyError, HelpdeskError, Need, Severity
from connector.helpdesks.request_tracker.people import People
from connector.helpdesks.request_tracker.seeing import Sight
from connector.helpdesks.request_tracker.trial import Trial
from connector.helpdesks.request_tracker.writable import Writable
from connector.inspecting import carefully, fine, problem
from connector.settings import HelpdeskSettings, WritePolicy
from rules.planning.writing import AlertChoice

_LOOKED_AGAIN = 3600.0


class Inspector:
    """Looks at one Request Tracker; under `sync` it also tries what may be written, on what is ours alone."""

    def __init__(
        self, settings: HelpdeskSettings, people: People, sight: Sight, writable: Writable, trial: Trial, clock: Clock
    ) -> None:
        self._settings = settings
        self._people = people
        self._sight = sight
        self._writable = writable
        self._trial = trial
        self._clock = clock
        self._good_at: dict[Callable[[], Iterator[Finding]], float] = {}

    def findings(self, need: Need) -> Iterator[Finding]:
        """Problems and what is fine. A part that fails is a problem, and not the end."""
        try:
            yield fine(f"Signed in as user {self._people.me()['id']}.")
        except HelpdeskBusyError:
            raise
        except HelpdeskError as nobody:
            yield problem(str(nobody))
            return
        yield from carefully(self._reading)
        if need.writes:
            yield from carefully(self._writing)
            yield from carefully(self._trying)

    def refuse_reading(self) -> None:
        """Raises HelpdeskError with everything that is in the way of reading; looked at again every hour."""
        self._refuse(self._reading)

    def refuse_writing(self) -> None:
        """The same of writing, as far as it is seen without writing anything. Nothing under `report-only`."""
        if self._is_writing:
            self._refuse(self._writing)

    def refuse_unwritable(self) -> None:
        """The same, tried; once, for each trial leaves its marks in the history of what it was tried on."""
        if self._is_writing and self._trying not in self._good_at:
            self._refuse(self._trying)

    @property
    def _is_writing(self) -> bool:
        return self._settings.write.policy is WritePolicy.SYNC

    def _refuse(self, part: Callable[[], Iterator[Finding]]) -> None:
        now = self._clock.monotonic()
        if part in self._good_at and now - self._good_at[part] < _LOOKED_AGAIN:
            return
        problems = [finding for finding in part() if finding.severity is Severity.PROBLEM]
        if problems:
            raise HelpdeskError(f"{self._settings.name}: {' '.join(self._said(problems))}")
        self._good_at[part] = now

    def _said(self, problems: Sequence[Finding]) -> Iterator[str]:
        """In the words of `check`, each remedy once."""
        yield from (problem.sentence.removeprefix(f"{self._settings.name}: ") for problem in problems)
        yield from dict.fromkeys(problem.remedy for problem in problems if problem.remedy)

    def _reading(self) -> Iterator[Finding]:
        yield from carefully(self._dates)
        yield from carefully(self._staff)
        yield from self._sight.findings(self._sight.tickets())

    def _dates(self) -> Iterator[Finding]:
        self._people.refuse_other_zones()
        tickets = self._sight.tickets()
        if tickets and not self._sight.reads_utc(tickets[-1]):
            yield problem(
                f"Dates are not read as UTC: ticket {tickets[-1]['id']} is not found by the second of its last change, "
                "or by a later one.",
                f"Set the time zone of user {self._people.me()['id']} to UTC in RT.",
            )
        else:
            yield fine("Dates are read as UTC.")

    def _staff(self) -> Iterator[Finding]:
        yield fine(f"{len(self._people.staff().names)} people are privileged.")

    def _writing(self) -> Iterator[Finding]:
        if self._settings.write.alerts is AlertChoice.TICKET and self._settings.write.group is None:
            yield Finding(
                severity=Severity.NOTE,
                sentence="No queue is named for alert tickets, and so there are none.",
                remedy="Name it as `write.group`, then run `touchcost setup`; or write `alerts: off`.",
            )
        yield from self._writable.findings(self._writable.look())

    def _trying(self) -> Iterator[Finding]:
        if self._is_writing:
            yield from self._writable.tried(self._writable.look(), self._trial)
