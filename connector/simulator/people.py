"""What people do in the helpdesk with their own hands, beside the API."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from connector.simulator.departures import begin, complete, delete
from connector.simulator.fields import BadValueError
from connector.simulator.records import SYSTEM, Group, Organization, Role, Ticket, User, Value
from connector.simulator.ticketing import (
    Actor,
    ClosedTicketError,
    Edit,
    NewComment,
    NewTicket,
    open_ticket,
    touch_silently,
    update_ticket,
)

if TYPE_CHECKING:
    from connector.simulator.world import World

SCRUBBED = "SCRUBBED"
MERGED_TAG = "closed_by_merge"


class People:
    """Acts of agents, customers and administrators; each returns the id of what it made, where it makes one.

    Ids are the helpdesk's integers. Texts are placeholders unless given.
    """

    def __init__(self, world: "World") -> None:
        self._world = world

    def add_group(self, name: str) -> int:
        """The group of this name, made when there is none."""
        for group in self._world.groups.values():
            if group.name == name:
                return group.id
        made = Group(id=self._world.new_id(), name=name, created_at=self._world.now())
        self._world.groups[made.id] = made
        return made.id

    def add_agent(self, group: str | None = None, role: Role = "agent", name: str | None = None) -> int:
        """A new agent or administrator."""
        group_id = None if group is None else self.add_group(group)
        return self._add_user(role, None, name, None, group_id)

    def add_customer(
        self, organization_id: int | None = None, email: str | None = None, tags: Iterable[str] = ()
    ) -> int:
        """A new end user."""
        return self._add_user("end-user", email, None, organization_id, None, tuple(tags))

    def _add_user(
        self,
        role: Role,
        email: str | None,
        name: str | None,
        organization_id: int | None,
        group_id: int | None,
        tags: tuple[str, ...] = (),
    ) -> int:
        world, now = self._world, self._world.now()
        number = len(world.users)
        word = "User" if role == "end-user" else "Agent"
        made = User(
            id=world.new_id(),
            name=name or f"{word} {number}",
            email=email or f"{word.lower()}-{number}@helpdesk.test",
            role=role,
            created_at=now,
            updated_at=now,
            organization_id=organization_id,
            default_group_id=group_id,
            tags=tags,
        )
        world.save_user(made)
        return made.id

    def add_organization(
        self,
        name: str,
        fields: Mapping[str, Value] | None = None,
        domain_names: Iterable[str] = (),
        tags: Iterable[str] = (),
        external_id: str | None = None,
    ) -> int:
        """A new customer; fields that do not exist yet are made, numbers as decimal, others as text."""
        world, now = self._world, self._world.now()
        for key, value in (fields or {}).items():
            world.fields.need_in_organizations(key, value, now)
        made = Organization(
            id=world.new_id(),
            name=name,
            created_at=now,
            updated_at=now,
            external_id=external_id,
            domain_names=tuple(domain_names),
            tags=tuple(tags),
            fields=world.fields.known(fields or {}),
        )
        world.save_organization(made)
        return made.id

    def create_ticket(
        self,
        requester_id: int,
        subject: str = "Question",
        channel: str = "email",
        *,
        agent_id: int | None = None,
        public: bool = True,
        fields: Mapping[str, object] | None = None,
    ) -> int:
        """A ticket by a customer, or by an agent for one; the new ticket's number.

        `fields` may hold status, tags, group_id, assignee_id, organization_id and what else a ticket has.
        """
        author = agent_id or requester_id
        new = NewTicket(
            comment=NewComment(body="A question.", public=public),
            edit=Edit(fields={"subject": subject, **(fields or {})}),
            requester_id=requester_id,
            submitter_id=author,
        )
        return open_ticket(self._world, new, Actor(user_id=author, channel=channel)).ticket_id

    def answer(
        self,
        ticket_id: int,
        agent_id: int,
        *,
        public: bool = True,
        status: str | None = None,
        seconds: int | None = None,
        body: str = "An answer.",
    ) -> None:
        """An agent comments, perhaps sets a status, and `seconds` run on the timer. Takes a ticket nobody has."""
        ticket = self._world.tickets[ticket_id]
        fields: dict[str, object] = {} if status is None else {"status": status}
        if ticket.assignee_id is None:
            fields |= {"assignee_id": agent_id, **self._group_of(agent_id)}
        edit = Edit(
            fields=fields,
            custom=self._timer(ticket, seconds),
            comment=NewComment(body=body, public=public),
        )
        self._edit(ticket_id, edit, Actor(user_id=agent_id))

    def _group_of(self, agent_id: int) -> dict[str, object]:
        group = self._world.users[agent_id].default_group_id
        return {} if group is None else {"group_id": group}

    def _timer(self, ticket: Ticket, seconds: int | None) -> dict[int, Value]:
        if seconds is None:
            return {}
        fields = self._world.fields
        total = int(str(ticket.custom_fields.get(fields.total) or 0)) + seconds
        return {fields.total: str(total), fields.last: str(seconds)}

    def _edit(self, ticket_id: int, edit: Edit, by: Actor) -> None:
        update_ticket(self._world, self._world.tickets[ticket_id], edit, by)

    def write(self, ticket_id: int, body: str = "A message.", channel: str = "email") -> int:
        """The requester writes; to a closed ticket this opens a follow-up. The ticket it landed on."""
        ticket = self._world.tickets[ticket_id]
        by = Actor(user_id=ticket.requester_id, channel=channel)
        try:
            self._edit(ticket_id, Edit(comment=NewComment(body=body, public=True)), by)
        except ClosedTicketError:
            return self.create_ticket(ticket.requester_id, f"Re: {ticket.subject}", channel)
        return ticket_id

    def change_ticket(self, ticket_id: int, agent_id: int, fields: Mapping[str, object]) -> None:
        """An agent changes fields without a word: status, assignee_id, group_id, organization_id, priority, …"""
        self._edit(ticket_id, Edit(fields=fields), Actor(user_id=agent_id))

    def link(self, ticket_id: int, problem_id: int | None, agent_id: int) -> None:
        """An agent says that the ticket is an incident of a problem, or of none; the problem is not touched by that."""
        kind = "question" if problem_id is None else "incident"
        self.change_ticket(ticket_id, agent_id, {"type": kind, "problem_id": problem_id})

    def solve(self, ticket_id: int, agent_id: int) -> None:
        """An agent solves it without a word."""
        self.change_ticket(ticket_id, agent_id, {"status": "solved"})

    def move_ticket(self, ticket_id: int, organization_id: int | None, agent_id: int) -> None:
        """An agent gives the ticket to another organisation, or to none."""
        self.change_ticket(ticket_id, agent_id, {"organization_id": organization_id})

    def close_by_system(self, ticket_id: int) -> None:
        """The automation closes it."""
        by = Actor(user_id=SYSTEM, channel="rule")
        self._edit(ticket_id, Edit(fields={"status": "closed"}), by)

    def merge(self, source_id: int, target_id: int, agent_id: int) -> None:
        """Merge one ticket into another: a private comment on both, the source tagged and closed."""
        source, by = self._world.tickets[source_id], Actor(user_id=agent_id)
        into = f"This request was closed and merged into request #{target_id}."
        fields = {"status": "closed", "tags": (*source.tags, MERGED_TAG)}
        comment = NewComment(body=into, public=False)
        self._edit(source_id, Edit(fields=fields, comment=comment), by)
        came = f"Request #{source_id} was closed and merged into this request."
        self._edit(target_id, Edit(comment=NewComment(body=came, public=False)), by)

    def delete(self, ticket_id: int) -> None:
        """Delete a ticket: only the export still shows it, without an event."""
        touch_silently(self._world, replace(self._world.tickets[ticket_id], status="deleted"))

    def restore(self, ticket_id: int) -> None:
        """Take a ticket out of the deleted ones."""
        touch_silently(self._world, replace(self._world.tickets[ticket_id], status="open"))

    def scrub(self, ticket_id: int) -> None:
        """Delete a ticket for good: its texts are replaced, its people are kept by number alone."""
        gone = replace(
            self._world.tickets[ticket_id],
            status="deleted",
            subject=SCRUBBED,
            description=SCRUBBED,
            tags=(),
            custom_fields={},
        )
        touch_silently(self._world, gone)

    def change_silently(self, ticket_id: int) -> None:
        """The system touches a ticket: it comes again in the export, with its old `updated_at`."""
        touch_silently(self._world, self._world.tickets[ticket_id])

    def show_late(self, ticket_id: int, seconds: float) -> None:
        """Keep the ticket and its newest event out of the exports for `seconds` from now."""
        world = self._world
        until = world.now() + timedelta(seconds=seconds)
        world.hidden_until["ticket", ticket_id] = until
        world.hidden_until["audit", world.audits_of[ticket_id][-1].id] = until

    def add_tag(self, organization_id: int, tag: str) -> None:
        """A person tags an organisation."""
        tags = self._world.organizations[organization_id].tags
        self._set_tags(organization_id, tuple(dict.fromkeys((*tags, tag))))

    def remove_tag(self, organization_id: int, tag: str) -> None:
        """A person takes a tag off an organisation."""
        tags = self._world.organizations[organization_id].tags
        self._set_tags(organization_id, tuple(kept for kept in tags if kept != tag))

    def _set_tags(self, organization_id: int, tags: tuple[str, ...]) -> None:
        world = self._world
        changed = replace(world.organizations[organization_id], tags=tags)
        world.save_organization(changed, moves=world.settings.tag_edits_move_updates)

    def tag_ticket(self, ticket_id: int, agent_id: int, tag: str) -> None:
        """An agent tags a ticket."""
        tags = (*self._world.tickets[ticket_id].tags, tag)
        self.change_ticket(ticket_id, agent_id, {"tags": tags})

    def set_field(self, organization_id: int, key: str, value: Value) -> None:
        """A person edits an organisation's field. Raises BadValueError when the type is another."""
        world = self._world
        kept = world.fields.known({key: value})
        if not kept:
            raise BadValueError(f"no such field: {key}")
        organization = world.organizations[organization_id]
        world.save_organization(replace(organization, fields={**organization.fields, **kept}))

    def rename(self, organization_id: int, name: str) -> None:
        """A person gives an organisation another name."""
        self._world.save_organization(replace(self._world.organizations[organization_id], name=name))

    def delete_organization(self, organization_id: int) -> None:
        """Delete an organisation; its tickets and users lose it without an event."""
        delete(self._world, organization_id)

    def merge_organizations(self, loser_id: int, winner_id: int) -> None:
        """Merge one organisation into another: tickets, users and domains move, the loser is deleted."""
        complete(self._world, begin(self._world, loser_id, winner_id))

    def deactivate(self, user_id: int) -> None:
        """Delete a user: it stays, inactive and an end user."""
        user = self._world.users[user_id]
        self._world.save_user(replace(user, active=False, role="end-user"))

    def set_role(self, user_id: int, role: Role) -> None:
        """Make an end user an agent, or the other way round."""
        self._world.save_user(replace(self._world.users[user_id], role=role))

    def switch_tagging(self, *, enabled: bool) -> None:
        """Switch "Tags on users and organizations" on or off."""
        self._world.settings.tags_enabled = enabled
