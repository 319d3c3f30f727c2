"""Organisations that go: deleted, or merged into another one, with what becomes of their tickets and users."""

from dataclasses import replace
from typing import TYPE_CHECKING

from connector.simulator.records import SYSTEM, Organization, OrganizationMerge, Ticket
from connector.simulator.ticketing import Actor, Edit, touch_silently, update_ticket

if TYPE_CHECKING:
    from connector.simulator.world import World


def delete(world: "World", organization_id: int) -> None:
    """Delete an organisation; its tickets and users lose it without an event."""
    world.save_organization(replace(world.organizations[organization_id], deleted_at=world.now()))
    for ticket in _tickets(world, organization_id):
        touch_silently(world, replace(ticket, organization_id=None))
    _move_users(world, organization_id, None)


def begin(world: "World", loser_id: int, winner_id: int) -> OrganizationMerge:
    """A merge that was asked for and did nothing yet."""
    made = OrganizationMerge(id=len(world.merges) + 1, loser_id=loser_id, winner_id=winner_id)
    world.merges[made.id] = made
    return made


def complete(world: "World", merge: OrganizationMerge) -> None:
    """Move tickets, users and domains to the winner, then delete the loser.

    An open ticket shows the change as an event, a closed one takes none. Tags, notes and fields are left behind.
    """
    for ticket in _tickets(world, merge.loser_id):
        _move_ticket(world, ticket, merge.winner_id)
    _move_users(world, merge.loser_id, merge.winner_id)
    loser, winner = world.organizations[merge.loser_id], world.organizations[merge.winner_id]
    world.save_organization(_with_domains(winner, loser))
    world.save_organization(replace(loser, deleted_at=world.now()))
    world.merges[merge.id] = replace(merge, status="complete")


def _tickets(world: "World", organization_id: int) -> list[Ticket]:
    return [ticket for ticket in world.tickets.values() if ticket.organization_id == organization_id]


def _move_ticket(world: "World", ticket: Ticket, organization_id: int) -> None:
    if ticket.status == "closed" or ticket.is_gone:
        touch_silently(world, replace(ticket, organization_id=organization_id))
    else:
        edit = Edit(fields={"organization_id": organization_id})
        update_ticket(world, ticket, edit, Actor(user_id=SYSTEM, channel="rule"))


def _move_users(world: "World", organization_id: int, to: int | None) -> None:
    for user in list(world.users.values()):
        if user.organization_id == organization_id:
            world.save_user(replace(user, organization_id=to))


def _with_domains(winner: Organization, loser: Organization) -> Organization:
    domains = dict.fromkeys((*winner.domain_names, *loser.domain_names))
    return replace(winner, domain_names=tuple(domains))
