"""The answers of Zendesk that are read in bulk: only the keys we need are built, straight from the bytes.

Shapes: Zendesk's pages on incremental exports and pagination, and recorded answers.
"""

from typing import Annotated, Any, NotRequired

from pydantic import Field, TypeAdapter
from typing_extensions import TypedDict

# Strict: `true` would pass for the number 1, and so for the first ticket there is.
Id = Annotated[int, Field(strict=True, ge=1, lt=2**63)]
PersonId = Annotated[int, Field(strict=True, ge=-(2**63), lt=2**63)]
Second = Annotated[int, Field(strict=True, ge=0, lt=2**32)]
"""Unix seconds until 2106."""
Cursor = Annotated[str, Field(max_length=4000, pattern=r"^\P{C}*$")]
"""Opaque; printable, for it goes back in a URL."""


class Meta(TypedDict):
    """What a list by cursor says of its pages; `links.next` is given on the last one too, and says nothing."""

    has_more: bool
    after_cursor: NotRequired[Cursor | None]


class Frame(TypedDict):
    """What stands around the rows of an export or a list; which keys there are depends on the endpoint."""

    end_of_stream: NotRequired[bool | None]
    end_time: NotRequired[Second | None]
    next_page: NotRequired[str | None]
    after_cursor: NotRequired[Cursor | None]
    after_url: NotRequired[str | None]
    meta: NotRequired[Meta | None]


class Via(TypedDict):
    """How something came in."""

    channel: NotRequired[str | None]


class TicketRow(TypedDict):
    """A ticket of the export, where `generated_timestamp` moves on every change."""

    id: Id
    external_id: NotRequired[str | None]
    via: NotRequired[Via | None]
    subject: NotRequired[str | None]
    created_at: str
    generated_timestamp: Second
    status: str
    requester_id: PersonId | None
    assignee_id: NotRequired[PersonId | None]
    organization_id: Id | None
    tags: list[str]
    problem_id: NotRequired[Id | None]
    """The problem that an incident is linked to."""
    has_incidents: NotRequired[bool | None]
    """True for a problem with at least one incident."""


class RequesterRow(TypedDict):
    """A user beside the tickets, for the domain of the address alone."""

    id: Any
    email: NotRequired[Any]


class TicketPage(Frame):
    """A page of `/incremental/tickets/cursor`."""

    tickets: list[TicketRow]
    users: NotRequired[list[RequesterRow]]


class EventRow(TypedDict):
    """One update of a ticket; each child is one changed field, keyed by the field itself, or a comment."""

    id: Id
    ticket_id: Id
    timestamp: Second
    updater_id: NotRequired[PersonId | None]
    via: NotRequired[Any]
    child_events: list[dict[str, Any]]


class EventPage(Frame):
    """A page of `/incremental/ticket_events`."""

    ticket_events: list[EventRow]


class OrganizationRow(TypedDict):
    """An organisation; a deleted one carries `deleted_at`."""

    id: Id
    name: str
    external_id: NotRequired[str | None]
    created_at: NotRequired[str | None]
    deleted_at: NotRequired[str | None]
    domain_names: NotRequired[list[str] | None]
    organization_fields: NotRequired[dict[str, Any] | None]


class OrganizationPage(Frame):
    """A page of `/incremental/organizations`."""

    organizations: list[OrganizationRow]


class MergeRow(TypedDict):
    """A merge of two organisations: `status` is new, in_progress, error or complete."""

    loser_id: Id
    winner_id: Id
    status: NotRequired[str | None]


class MergePage(Frame):
    """A page of `/organizations/{id}/merges`."""

    organization_merges: list[MergeRow]


class UserRow(TypedDict):
    """A person, without name and address."""

    id: Id
    role: NotRequired[str | None]
    default_group_id: NotRequired[PersonId | None]


class UserPage(Frame):
    """A page of `/users`."""

    users: list[UserRow]


class FoundRow(TypedDict):
    """A person found by address; the address is compared and forgotten."""

    id: Id
    email: NotRequired[str | None]


class FoundPage(Frame):
    """A page of `/users/search`."""

    users: list[FoundRow]


class GroupRow(TypedDict):
    """A group of agents."""

    id: Id
    name: str


class GroupPage(Frame):
    """A page of `/groups`."""

    groups: list[GroupRow]


class FieldRow(TypedDict):
    """A custom field of tickets or organisations."""

    id: Id
    type: str
    title: NotRequired[str | None]
    key: NotRequired[str | None]
    active: NotRequired[bool | None]


class TicketFieldPage(Frame):
    """A page of `/ticket_fields`."""

    ticket_fields: list[FieldRow]


class MacroRow(TypedDict):
    """A macro, for its title."""

    title: str
    active: NotRequired[bool | None]


class MacroPage(Frame):
    """A page of `/macros`."""

    macros: list[MacroRow]


class OrganizationFieldPage(Frame):
    """A page of `/organization_fields`."""

    organization_fields: list[FieldRow]


TICKET_PAGE = TypeAdapter(TicketPage)
TICKET_ROW = TypeAdapter(TicketRow)
EVENT_PAGE = TypeAdapter(EventPage)
EVENT_ROW = TypeAdapter(EventRow)
ORGANIZATION_PAGE = TypeAdapter(OrganizationPage)
ORGANIZATION_ROW = TypeAdapter(OrganizationRow)
MERGE_PAGE = TypeAdapter(MergePage)
MERGE_ROW = TypeAdapter(MergeRow)
USER_PAGE = TypeAdapter(UserPage)
USER_ROW = TypeAdapter(UserRow)
FOUND_PAGE = TypeAdapter(FoundPage)
FOUND_ROW = TypeAdapter(FoundRow)
GROUP_PAGE = TypeAdapter(GroupPage)
GROUP_ROW = TypeAdapter(GroupRow)
TICKET_FIELD_PAGE = TypeAdapter(TicketFieldPage)
ORGANIZATION_FIELD_PAGE = TypeAdapter(OrganizationFieldPage)
FIELD_ROW = TypeAdapter(FieldRow)
MACRO_PAGE = TypeAdapter(MacroPage)
MACRO_ROW = TypeAdapter(MacroRow)
