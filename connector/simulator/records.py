"""What a helpdesk keeps: frozen records; a change makes a new record in the place of the old one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Value = str | int | float | bool | list[str] | None
Role = Literal["end-user", "agent", "admin"]
SYSTEM = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group of agents."""

    id: int
    name: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """An end user, agent or administrator; `organization_id` is the default organisation."""

    id: int
    name: str
    email: str | None
    role: Role
    created_at: datetime
    updated_at: datetime
    organization_id: int | None = None
    default_group_id: int | None = None
    tags: tuple[str, ...] = ()
    active: bool = True

    @property
    def is_agent(self) -> bool:
        """Agents and administrators; both answer tickets."""
        return self.role != "end-user"


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """A customer; deleted ones stay, for the export shows them once more."""

    id: int
    name: str
    created_at: datetime
    updated_at: datetime
    external_id: str | None = None
    domain_names: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    fields: Mapping[str, Value] = field(default_factory=dict)
    notes: str | None = None
    details: str | None = None
    deleted_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationMerge:
    """One organisation that went, or goes, into another."""

    id: int
    loser_id: int
    winner_id: int
    status: Literal["new", "in_progress", "error", "complete"] = "new"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A custom field of tickets (known by id) or of organisations (known by key)."""

    id: int
    key: str
    title: str
    type: str
    created_at: datetime
    description: str = ""
    target: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Macro:
    """What an agent applies to a ticket in one go; `actions` are (field, value) as the API writes them."""

    id: int
    title: str
    actions: tuple[tuple[str, Value], ...]
    created_at: datetime
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """One ticket as it is now; `generated_at` moves with every change, also those without an event."""

    id: int
    created_at: datetime
    updated_at: datetime
    generated_at: datetime
    subject: str
    description: str
    requester_id: int
    submitter_id: int
    channel: str
    is_public: bool
    status: str = "new"
    external_id: str | None = None
    type: str | None = None
    problem_id: int | None = None
    priority: str | None = None
    assignee_id: int | None = None
    group_id: int | None = None
    organization_id: int | None = None
    due_at: str | None = None
    email_cc_ids: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()
    custom_fields: Mapping[int, Value] = field(default_factory=dict)

    @property
    def is_gone(self) -> bool:
        """Deleted or scrubbed: only the export still shows it."""
        return self.status == "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A message on a ticket, public or private."""

    id: int
    body: str
    public: bool
    author_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field of one update; custom fields are named by their numeric id."""

    id: int
    name: str
    value: Value
    previous: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """One update of one ticket: what the event export and the audits of a ticket show."""

    id: int
    ticket_id: int
    at: datetime
    author_id: int
    channel: str
    creates: bool
    comment: Comment | None
    changes: tuple[FieldChange, ...]
    metadata: Mapping[str, object]
    notified_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """An e-mail that a trigger would have sent; `caused_by` is the user whose call or act set it off."""

    at: datetime
    audience: Literal["agent", "customer"]
    recipients: tuple[int, ...]
    trigger: str
    ticket_id: int | None
    caused_by: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request as it was answered; `status` is None when the connection was cut."""

    at: datetime
    method: str
    path: str
    endpoint: str
    status: int | None
    user_id: int | None

    @property
    def is_write(self) -> bool:
        """Whether it asked for a change; signing in is none."""
        return self.method != "GET" and self.endpoint != "token"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A change that was applied by the API, in words for the page."""

    at: datetime
    cycle: int
    what: str
    text: str
    organization_id: int | None = None
    ticket_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """A creation under an Idempotency-Key: what was asked, and what was answered."""

    asked: Mapping[str, object]
    at: datetime
    answered: Mapping[str, object]
    location: str
