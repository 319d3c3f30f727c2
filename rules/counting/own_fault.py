"""Which tickets are our own fault: the work on them is never held against an account."""

from dataclasses import dataclass

from rules.facts import Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFault:
    """What marks a ticket as our own fault, as it is now: one of some tags, or that it belongs to a problem ticket."""

    tags: frozenset[str] = frozenset()
    problem_links: bool = True

    def covers(self, ticket: Ticket) -> bool:
        """Whether the ticket is our own fault."""
        if self.problem_links and ticket.problem is not None:
            return True
        return bool(self.tags) and not self.tags.isdisjoint(ticket.tags)
