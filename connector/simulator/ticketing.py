"""What an update does to a ticket: its changes, the event of it, and the e-mails that triggers send."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from connector.simulator.notify import notify
from connector.simulator.records import (
    SYSTEM,
    Audit,
    Comment,
    FieldChange,
    Organization,
    Ticket,
    User,
    Value,
)

if TYPE_CHECKING:
    from connector.simulator.world import World

STATUSES = ("new", "open", "pending", "hold", "solved", "closed")
# Fields of a ticket that an update may name, in the order in which its event lists them.
FIELDS = (
    "subject",
    "status",
    "priority",
    "type",
    "problem_id",
    "requester_id",
    "assignee_id",
    "group_id",
    "organization_id",
    "external_id",
    "due_at",
    "tags",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewComment:
    """A comment to be written; `public` None takes the visibility that the ticket began with."""

    body: str
    public: bool | None = None
    author_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What somebody wants changed: fields of the ticket by name, custom fields by id, a comment."""

    fields: Mapping[str, object] = field(default_factory=dict)
    custom: Mapping[int, Value] = field(default_factory=dict)
    comment: NewComment | None = None
    metadata: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who makes an update, and through which channel."""

    user_id: int
    channel: str = "web"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTicket:
    """A ticket to be made. Without requester the caller is it."""

    comment: NewComment
    edit: Edit
    requester_id: int
    submitter_id: int
    email_cc_ids: tuple[int, ...] = ()


class ClosedTicketError(Exception):
    """Closed tickets accept nothing."""


def open_ticket(world: "World", new: NewTicket, by: Actor) -> Audit:
    """Make a ticket; it inherits the tags of its requester and organisation. Answers its first event."""
    bare = _bare(world, new, by)
    wanted = _first_fields(world, new)
    ticket, changes = _apply(world, bare, wanted, new.edit.custom)
    comment = _comment(world, new.comment, ticket, new.submitter_id)
    return _finish(world, ticket, _Made(changes=changes, comment=comment, metadata=new.edit.metadata), by)


def _bare(world: "World", new: NewTicket, by: Actor) -> Ticket:
    now = world.now()
    return Ticket(
        id=world.new_ticket_id(),
        created_at=now,
        updated_at=now,
        generated_at=now,
        subject="",
        description=new.comment.body,
        requester_id=new.requester_id,
        submitter_id=new.submitter_id,
        channel=by.channel,
        is_public=new.comment.public is not False,
        email_cc_ids=new.email_cc_ids,
    )


def _first_fields(world: "World", new: NewTicket) -> dict[str, object]:
    requester = world.users[new.requester_id]
    organization_id = new.edit.fields.get("organization_id", requester.organization_id)
    organization = world.organizations.get(_id(organization_id)) if organization_id else None
    assigned = "open" if new.edit.fields.get("assignee_id") else "new"
    return {
        "status": assigned,
        **new.edit.fields,
        "requester_id": new.requester_id,
        "organization_id": organization.id if organization else None,
        "tags": _inherited(new.edit.fields.get("tags"), requester, organization),
    }


def update_ticket(world: "World", ticket: Ticket, edit: Edit, by: Actor) -> Audit | None:
    """Change a ticket. An update that changes nothing makes no event. Raises ClosedTicketError."""
    if ticket.status == "closed" or ticket.is_gone:
        raise ClosedTicketError
    ticket, changes = _apply(world, ticket, _consequent(world, ticket, edit, by), edit.custom)
    comment = None if edit.comment is None else _comment(world, edit.comment, ticket, by.user_id)
    if not changes and comment is None:
        return None
    now = world.now()
    ticket = replace(ticket, updated_at=now, generated_at=now)
    return _finish(world, ticket, _Made(changes=changes, comment=comment, metadata=edit.metadata), by)


def touch_silently(world: "World", ticket: Ticket) -> None:
    """Keep a record that changed without an event: only `generated_at` moves."""
    world.save_ticket(replace(ticket, generated_at=world.now()))


def _id(value: object) -> int:
    return int(str(value))


def _inherited(asked: object, requester: User, organization: Organization | None) -> tuple[str, ...]:
    own = tuple(asked) if isinstance(asked, list | tuple) else ()
    of_organization = organization.tags if organization else ()
    return tuple(dict.fromkeys([*own, *requester.tags, *of_organization]))


def _consequent(world: "World", ticket: Ticket, edit: Edit, by: Actor) -> dict[str, object]:
    wanted = dict(edit.fields)
    if "status" in wanted:
        return wanted
    author = world.users.get(by.user_id)
    is_answer = edit.comment is not None and author is not None and not author.is_agent
    if is_answer and ticket.status in ("pending", "hold", "solved"):
        wanted["status"] = "open"
    if ticket.status == "new" and wanted.get("assignee_id"):
        wanted["status"] = "open"
    return wanted


def _apply(
    world: "World",
    ticket: Ticket,
    wanted: Mapping[str, object],
    custom: Mapping[int, Value],
) -> tuple[Ticket, tuple[FieldChange, ...]]:
    creates = ticket.id not in world.tickets
    new: dict[str, Any] = {}
    changes: list[FieldChange] = []
    for name in FIELDS:
        if name not in wanted:
            continue
        previous, value = getattr(ticket, name), _normal(name, wanted[name])
        if value != previous or (creates and name == "status"):
            new[name] = value
            shown_before = None if creates else _shown(previous)
            changes.append(_change(world, name, _shown(value), shown_before))
    fields = dict(ticket.custom_fields)
    for key, setting in custom.items():
        if fields.get(key) != setting:
            changes.append(_change(world, str(key), setting, fields.get(key)))
            fields[key] = setting
    return replace(ticket, custom_fields=fields, **new), tuple(changes)


def _change(world: "World", name: str, value: Value, previous: Value) -> FieldChange:
    return FieldChange(id=world.new_id(), name=name, value=value, previous=previous)


def _normal(name: str, value: object) -> object:
    if name == "tags":
        return tuple(dict.fromkeys(str(tag) for tag in value)) if isinstance(value, list | tuple) else ()
    if name.endswith("_id") and name != "external_id" and value is not None:
        return _id(value)
    return value


def _shown(value: object) -> Value:
    if isinstance(value, tuple):
        return list(value)
    return value if isinstance(value, str | int | float | bool) else None


def _comment(world: "World", new: NewComment, ticket: Ticket, author_id: int) -> Comment:
    public = ticket.is_public if new.public is None else new.public
    return Comment(id=world.new_id(), body=new.body, public=public, author_id=new.author_id or author_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """What an update made of a ticket."""

    changes: tuple[FieldChange, ...]
    comment: Comment | None
    metadata: Mapping[str, object]


def _finish(world: "World", ticket: Ticket, made: _Made, by: Actor) -> Audit:
    audit = notify(world, ticket, _audit(world, ticket, made, by), by.user_id)
    world.save_ticket(ticket)
    world.save_audit(audit)
    if any(change.name == "status" and change.value == "solved" for change in audit.changes):
        _close_later(world, ticket.id, audit.at)
    return audit


def _audit(world: "World", ticket: Ticket, made: _Made, by: Actor) -> Audit:
    return Audit(
        id=world.new_id(),
        ticket_id=ticket.id,
        at=world.now(),
        author_id=by.user_id if made.comment is None else made.comment.author_id,
        channel=by.channel,
        creates=ticket.id not in world.tickets,
        comment=made.comment,
        changes=made.changes,
        metadata=made.metadata,
    )


def _close_later(world: "World", ticket_id: int, solved_at: datetime) -> None:
    wait = world.settings.closes_solved_after
    if wait is not None:
        world.schedule(solved_at + wait, lambda: _close(world, ticket_id, solved_at))


def _close(world: "World", ticket_id: int, solved_at: datetime) -> None:
    ticket = world.tickets[ticket_id]
    if ticket.status != "solved":
        return
    solved = [
        audit.at
        for audit in world.audits_of[ticket_id]
        if any(change.name == "status" and change.value == "solved" for change in audit.changes)
    ]
    if solved[-1] == solved_at:
        update_ticket(world, ticket, Edit(fields={"status": "closed"}), Actor(user_id=SYSTEM, channel="rule"))
