"""How agents answer on a ticket: by a macro, in a field, by a tag, or in a private comment alone."""

from typing import TYPE_CHECKING

from connector.simulator.records import Macro, Value
from connector.simulator.ticketing import Actor, Edit, NewComment, update_ticket

if TYPE_CHECKING:
    from connector.simulator.world import World

CUSTOM = "custom_fields_"
"""How a macro names a custom field: with its id behind this."""


class Agents:
    """Acts of agents on one ticket; none of them takes a ticket over. Raises ClosedTicketError for a closed one."""

    def __init__(self, world: "World") -> None:
        self._world = world

    def anybody(self) -> int:
        """An agent who is not the connector's own user. Raises KeyError where there is none."""
        for user in self._world.users.values():
            if user.is_agent and user.active and user.id != self._world.connector:
                return user.id
        raise KeyError("agent")

    def note(self, ticket_id: int, user_id: int, body: str) -> None:
        """A private comment and nothing else: all that a light agent can do; a stray mail of a customer makes one."""
        self._edit(ticket_id, user_id, Edit(comment=NewComment(body=body, public=False)))

    def fill(self, ticket_id: int, agent_id: int, title: str, value: Value) -> None:
        """Write into the ticket field of this title. Raises KeyError when there is none."""
        self._edit(ticket_id, agent_id, Edit(custom={self._world.fields.titled(title): value}))

    def untag(self, ticket_id: int, agent_id: int, tag: str) -> None:
        """Take a tag off a ticket."""
        tags = tuple(kept for kept in self._world.tickets[ticket_id].tags if kept != tag)
        self._edit(ticket_id, agent_id, Edit(fields={"tags": tags}))

    def apply_macro(self, ticket_id: int, agent_id: int, title: str, **filled: Value) -> None:
        """Apply the macro of this title and submit; `filled` replaces words of its values. Raises KeyError for none."""
        macro = self._macro(title)
        custom: dict[int, Value] = {}
        fields: dict[str, object] = {}
        for name, value in macro.actions:
            if name.startswith(CUSTOM):
                custom[int(name.removeprefix(CUSTOM))] = _filled(value, filled)
            elif name == "current_tags":
                fields["tags"] = (*self._world.tickets[ticket_id].tags, *str(value).split())
            else:
                fields[name] = value
        self._edit(ticket_id, agent_id, Edit(fields=fields, custom=custom))

    def _macro(self, title: str) -> Macro:
        for macro in self._world.macros.values():
            if macro.title == title:
                return macro
        raise KeyError(title)

    def _edit(self, ticket_id: int, user_id: int, edit: Edit) -> None:
        update_ticket(self._world, self._world.tickets[ticket_id], edit, Actor(user_id=user_id))


def _filled(value: Value, words: dict[str, Value]) -> Value:
    """What an agent makes of a value that a macro left open: `because` replaces the three dots behind that word."""
    if "because" in words and isinstance(value, str):
        return value.replace("because …", f"because {words['because']}")
    return value
