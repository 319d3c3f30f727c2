"""The statuses of Request Tracker in our words; a status of a lifecycle of its own is asked about."""

from connector.helpdesks.request_tracker.searches import Search, Searcher
from connector.helpdesks.request_tracker.wire import TicketPage, TicketRow
from rules.facts import TicketStatus

_KNOWN = {
    "new": TicketStatus.NEW,
    "open": TicketStatus.OPEN,
    "stalled": TicketStatus.PENDING,
    "resolved": TicketStatus.SOLVED,
    "rejected": TicketStatus.CLOSED,
    "deleted": TicketStatus.DELETED,
}


class Statuses:
    """Reads statuses; a word that is not RT's own costs one request, once."""

    def __init__(self, searcher: Searcher, tickets: Search[TicketPage, TicketRow]) -> None:
        self._searcher = searcher
        self._tickets = tickets
        self._known = dict(_KNOWN)

    def read(self, word: str) -> TicketStatus:
        """Solved where tickets with this status are *inactive* to RT, else open."""
        name = word.lower()
        if name not in self._known:
            self._known[name] = TicketStatus.SOLVED if self._is_over(name) else TicketStatus.OPEN
        return self._known[name]

    def _is_over(self, name: str) -> bool:
        quoted = name.replace("\\", "\\\\").replace("'", "\\'")
        found = self._searcher.ask(self._tickets, f"Status = '__Inactive__' AND Status = '{quoted}'")
        return not found.is_empty
