"""Records as the API writes them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from connector.simulator.clock import iso, unix
from connector.simulator.fields import Fields
from connector.simulator.records import (
    Field,
    Group,
    Macro,
    Organization,
    Ticket,
    User,
    Value,
)
from connector.simulator.triggers import Trigger

if TYPE_CHECKING:
    from connector.simulator.world import World

Row = dict[str, object]


def via(channel: str) -> Row:
    """How something came in, as every object but exported events says it."""
    return {"channel": channel, "source": {"from": {}, "to": {}, "rel": None}}


def overlaid(world: "World", kind: str, row_id: int, row: Row) -> Row:
    """The row with what a test wants hostile laid over it."""
    patch = world.patches.get((kind, row_id))
    return {**row, **patch} if patch else row


def user_row(user: User, base: str) -> Row:
    """A user with the keys that are recorded of one."""
    return {
        "id": user.id,
        "url": f"{base}/api/v2/users/{user.id}.json",
        "name": user.name,
        "email": user.email,
        "created_at": iso(user.created_at),
        "updated_at": iso(user.updated_at),
        "time_zone": "Rome",
        "organization_id": user.organization_id,
        "role": user.role,
        "verified": True,
        "external_id": None,
        "tags": list(user.tags),
        "active": user.active,
        "custom_role_id": None,
        "restricted_agent": not user.is_agent,
        "suspended": False,
        "default_group_id": user.default_group_id,
        "user_fields": {},
    }


def anonymous_row() -> Row:
    """What stands in the place of a user when nobody signed in."""
    return {
        "id": None,
        "name": "Anonymous user",
        "email": "invalid@example.com",
        "role": "end-user",
        "verified": False,
        "active": False,
    }


def group_row(group: Group, base: str) -> Row:
    """A group of agents."""
    return {
        "id": group.id,
        "url": f"{base}/api/v2/groups/{group.id}.json",
        "name": group.name,
        "description": "",
        "default": False,
        "deleted": False,
        "is_public": True,
        "created_at": iso(group.created_at),
        "updated_at": iso(group.created_at),
    }


def organization_row(world: "World", organization: Organization, base: str) -> Row:
    """An organisation; its tags are empty while tagging is switched off."""
    row: Row = {
        "id": organization.id,
        "url": f"{base}/api/v2/organizations/{organization.id}.json",
        "name": organization.name,
        "shared_tickets": False,
        "shared_comments": False,
        "external_id": organization.external_id,
        "created_at": iso(organization.created_at),
        "updated_at": iso(organization.updated_at),
        "domain_names": list(organization.domain_names),
        "details": organization.details,
        "notes": organization.notes,
        "group_id": None,
        "tags": list(organization.tags) if world.settings.tags_enabled else [],
        "organization_fields": _organization_fields(world, organization),
    }
    if organization.deleted_at is not None:
        row["deleted_at"] = iso(organization.deleted_at)
    return overlaid(world, "organization", organization.id, row)


def _organization_fields(world: "World", organization: Organization) -> Row:
    timed = world.settings.dates_carry_time
    return {
        key: _with_time(organization.fields.get(key))
        if timed and field.type == "date"
        else organization.fields.get(key)
        for key, field in world.fields.of_organizations.items()
    }


def _with_time(value: Value) -> Value:
    return None if value is None else f"{value}T00:00:00+00:00"


# Keys of a ticket that hold the same for every ticket here.
_SAME_FOR_ALL: Row = {
    "recipient": None,
    "follower_ids": [],
    "forum_topic_id": None,
    "satisfaction_rating": None,
    "sharing_agreement_ids": [],
    "custom_status_id": None,
    "followup_ids": [],
    "ticket_form_id": None,
    "brand_id": 1_500_000_000_001,
    "allow_channelback": False,
    "allow_attachments": True,
    "from_messaging_channel": False,
}


def ticket_row(world: "World", ticket: Ticket, base: str) -> Row:
    """A ticket with the keys that are recorded of one, but for `generated_timestamp`."""
    custom = _custom_fields(world.fields, ticket.custom_fields)
    row: Row = {
        **_SAME_FOR_ALL,
        **_texts_and_times(ticket, has_incidents=world.has_incidents(ticket)),
        "url": f"{base}/api/v2/tickets/{ticket.id}.json",
        "via": via(ticket.channel),
        "requester_id": ticket.requester_id,
        "submitter_id": ticket.submitter_id,
        "assignee_id": ticket.assignee_id,
        "organization_id": ticket.organization_id,
        "group_id": ticket.group_id,
        "collaborator_ids": list(ticket.email_cc_ids),
        "email_cc_ids": list(ticket.email_cc_ids),
        "tags": list(ticket.tags),
        "custom_fields": custom,
        "fields": custom,
    }
    return overlaid(world, "ticket", ticket.id, row)


def _texts_and_times(ticket: Ticket, *, has_incidents: bool) -> Row:
    return {
        "id": ticket.id,
        "external_id": ticket.external_id,
        "created_at": iso(ticket.created_at),
        "updated_at": iso(ticket.updated_at),
        "type": ticket.type,
        "problem_id": ticket.problem_id,
        "has_incidents": has_incidents,
        "subject": ticket.subject,
        "raw_subject": ticket.subject,
        "description": ticket.description,
        "priority": ticket.priority,
        "status": ticket.status,
        "is_public": ticket.is_public,
        "due_at": ticket.due_at,
    }


def exported_ticket(world: "World", ticket: Ticket, base: str) -> Row:
    """A ticket as the incremental export shows it."""
    return {"generated_timestamp": unix(ticket.generated_at), **ticket_row(world, ticket, base)}


def _custom_fields(fields: Fields, values: Mapping[int, Value]) -> list[Row]:
    return [{"id": key, "value": values.get(key)} for key in fields.of_tickets]


def field_row(field: Field, position: int) -> Row:
    """A custom field of tickets or of organisations."""
    return {
        "id": field.id,
        "key": field.key,
        "title": field.title,
        "raw_title": field.title,
        "type": field.type,
        "description": field.description,
        "position": position,
        "active": True,
        "system": False,
        "relationship_target_type": field.target,
        "created_at": iso(field.created_at),
        "updated_at": iso(field.created_at),
    }


def rule_row(trigger: Trigger, position: int) -> Row:
    """A trigger or automation."""
    return {
        "id": trigger.id,
        "title": trigger.title,
        "raw_title": trigger.title,
        "active": trigger.active,
        "position": position,
        "conditions": {"all": list(trigger.all), "any": list(trigger.any)},
        "actions": list(trigger.actions),
    }


def macro_row(macro: Macro, position: int) -> Row:
    """A macro."""
    return {
        "id": macro.id,
        "title": macro.title,
        "raw_title": macro.title,
        "active": True,
        "position": position,
        "description": macro.description,
        "restriction": None,
        "default": False,
        "actions": [{"field": field, "value": value} for field, value in macro.actions],
        "created_at": iso(macro.created_at),
        "updated_at": iso(macro.created_at),
    }
