"""A fault of our own: an agent opens a problem, links what customers write about it, and one day it is mended."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from connector.simulator.records import Ticket

if TYPE_CHECKING:
    from connector.simulator.world import World

SUBJECT = "Question about sync"
"""What its incidents ask about, as customers of a lively helpdesk ask."""

_FOUND, _MENDED = timedelta(days=-12), timedelta(days=10)
"""From the turn."""
_LOOKS_BACK = timedelta(days=14)
_DAY = timedelta(days=1)
_OVER = ("closed", "deleted")


class KnownProblem:
    """Once a day, from its finding until it is mended, tickets about it are linked. Nothing here is left to chance."""

    def __init__(self, world: "World", agent_id: int, turn: datetime) -> None:
        self._world = world
        self._agent_id = agent_id
        self._turn = turn
        self._number = 0

    def begin(self) -> None:
        """Have it found, unless that day is over."""
        found = self._turn + _FOUND
        if found >= self._world.now():
            self._world.schedule(found, self._open)

    def _open(self) -> None:
        fields = {"type": "problem", "status": "open", "assignee_id": self._agent_id}
        self._number = self._world.people.create_ticket(self._agent_id, "Sync stops at night", "web", fields=fields)
        self._gather()

    def _gather(self) -> None:
        for ticket in list(self._incidents()):
            self._world.people.link(ticket.id, self._number, self._agent_id)
        if self._world.now() >= self._turn + _MENDED:
            self._world.people.solve(self._number, self._agent_id)
        else:
            self._world.schedule(self._world.now() + _DAY, self._gather)

    def _incidents(self) -> Iterator[Ticket]:
        since = self._turn + _FOUND - _LOOKS_BACK
        for ticket in self._world.tickets.values():
            is_about_it = ticket.subject == SUBJECT and ticket.created_at >= since
            if is_about_it and ticket.problem_id is None and ticket.status not in _OVER:
                yield ticket
