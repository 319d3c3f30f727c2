"""The statuses of Request Tracker in our words; a status of a lifecycle of its own is asked about."""

from connector.helpdesks.request_tracker.searches import Search, Searcher, quoted
from connector.helpdesks.request_tracker.wire import TicketPage, TicketRow
from rules.facts import TicketStatus

NEW, OPEN, STALLED, RESOLVED, DELETED = "new", "open", "stalled", "resolved", "deleted"
"""Statuses of RT's own lifecycle."""

_KNOWN = {
    NEW: TicketStatus.NEW,
    OPEN: TicketStatus.OPEN,
    STALLED: TicketStatus.PENDING,
    RESOLVED: TicketStatus.SOLVED,
    "rejected": TicketStatus.CLOSED,
    DELETED: TicketStatus.DELETED,
}
_OVER = (TicketStatus.SOLVED, TicketStatus.CLOSED)
_SHOWN = {NEW: "new", STALLED: "hold"}


class Statuses:
    """Reads statuses; a word that is not RT's own costs one request: once where it is over, else once a pull."""

    def __init__(self, searcher: Searcher, tickets: Search[TicketPage, TicketRow]) -> None:
        self._searcher = searcher
        self._tickets = tickets
        self._known = dict(_KNOWN)
        self._open: set[str] = set()

    def read(self, word: str) -> TicketStatus:
        """Solved where tickets with this status are *inactive* to RT, else open."""
        name = word.lower()
        if name not in self._known and name not in self._open:
            if self._is_one_of("__Inactive__", name):
                self._known[name] = TicketStatus.SOLVED
            else:
                self._open.add(name)
        return self._known.get(name, TicketStatus.OPEN)

    def forget_open(self) -> None:
        """Ask again about what seemed open: no ticket may have had the status that would have shown it to be over."""
        self._open.clear()

    def shown(self, word: str) -> str:
        """The status of an alert ticket as marks name it; what is over is solved, for nothing is closed for good."""
        return "solved" if self.is_over(word) else _SHOWN.get(word.lower(), "open")

    def is_over(self, word: str) -> bool:
        """Whether tickets with this status are *inactive* to RT."""
        return self.read(word) in _OVER

    def is_active(self, word: str) -> bool:
        """Whether it is certain that tickets with this status are *active* to RT."""
        return self._is_one_of("__Active__", word.lower())

    def _is_one_of(self, kind: str, name: str) -> bool:
        found = self._searcher.ask(self._tickets, f"Status = '{kind}' AND Status = '{quoted(name)}'")
        return not found.is_empty
