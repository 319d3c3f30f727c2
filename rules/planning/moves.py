"""What one account, or one notice, adds to a plan."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rules.alert import State
from rules.facts import AccountId
from rules.marks import AlertTicket, Mark, Message
from rules.planning.change import AlertKey, Change, Withheld


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """What one account, or one notice, adds to a plan."""

    changes: tuple[Change, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    marks: tuple[Mark, ...] = ()
    dropped: tuple[Mark, ...] = ()
    tickets: tuple[AlertTicket, ...] = ()
    messages: tuple[Message, ...] = ()
    cancelled: tuple[int, ...] = ()
    states: Mapping[AlertKey, State] = field(default_factory=dict)
    foreign: tuple[tuple[AccountId, str], ...] = ()
    absent_fields: frozenset[str] = frozenset()


def merge(parts: Iterable[Moves]) -> Moves:
    """Everything together; of a ledger line that changed twice the later."""
    found = list(parts)
    marks = {(mark.account, mark.kind, mark.name): mark for part in found for mark in part.marks}
    dropped = {(mark.account, mark.kind, mark.name): mark for part in found for mark in part.dropped}
    states: dict[AlertKey, State] = {}
    for part in found:
        states.update(part.states)
    return Moves(
        changes=tuple(change for part in found for change in part.changes),
        withheld=tuple(held for part in found for held in part.withheld),
        marks=tuple(mark for key, mark in marks.items() if key not in dropped),
        dropped=tuple(dropped.values()),
        tickets=tuple({ticket.key: ticket for part in found for ticket in part.tickets}.values()),
        messages=tuple(message for part in found for message in part.messages),
        cancelled=tuple(row for part in found for row in part.cancelled),
        states=states,
        foreign=tuple(tag for part in found for tag in part.foreign),
        absent_fields=frozenset().union(*(part.absent_fields for part in found)),
    )
