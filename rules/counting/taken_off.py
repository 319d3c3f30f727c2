"""How many of an account's tickets are our own fault, for those who read why it is for review."""

from collections.abc import Iterable
from dataclasses import dataclass

from rules.counting.contribution import Counting, counts_nowhere
from rules.facts import Ticket, TicketId


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOff:
    """Tickets whose work is taken off."""

    tickets: int
    problem: TicketId | None
    """The problem ticket that all of them belong to; None where there are several, or where a tag marks them."""


def find_taken_off(tickets: Iterable[Ticket], counting: Counting) -> TakenOff | None:
    """What of these tickets is our own fault; None where nothing is."""
    ours = [one for one in tickets if counting.own_fault.covers(one) and not counts_nowhere(one, counting)]
    if not ours:
        return None
    problems = {one.problem for one in ours} if counting.own_fault.problem_links else set()
    return TakenOff(tickets=len(ours), problem=problems.pop() if len(problems) == 1 else None)
