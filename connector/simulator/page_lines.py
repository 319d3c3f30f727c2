"""What the page shows, picked from the world: accounts, alert tickets, counts, the last cycle's changes."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from connector.simulator.reactions import ALERT_KEY, PREFIX
from connector.simulator.records import Audit, Comment, Organization, Ticket, Value, Written

if TYPE_CHECKING:
    from connector.simulator.world import World

_WINDOW = timedelta(days=90)
_STATE, _WHY, _SINCE = f"{PREFIX}state", f"{PREFIX}why", f"{PREFIX}since"
_MARKED = ("for review", "watched")
_NEWEST_LINES = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLine:
    """An organisation in the list: its state as written into its fields, and its tags."""

    id: int
    name: str
    marks: tuple[str, ...]
    tags: tuple[str, ...]
    state: Value
    why: Value
    since: Value
    tickets: int
    month: Value
    currency: Value

    @property
    def is_marked(self) -> bool:
        """Whether its state or a tag says so."""
        return bool(self.marks) or self.state in _MARKED

    @property
    def rank(self) -> tuple[int, int, str]:
        """For review first, then watched, then those with marks, then by tickets."""
        unnamed = len(_MARKED) + (not self.marks)
        place = _MARKED.index(str(self.state)) if self.state in _MARKED else unnamed
        return (place, -self.tickets, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A comment on the page."""

    at: datetime
    author: str
    public: bool
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketLine:
    """A ticket with its comments, newest last."""

    id: int
    subject: str
    status: str
    created_at: datetime
    requester: str
    group: str
    account: Organization | None
    due_at: str | None
    tags: tuple[str, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """The figures in the page's head."""

    accounts: int
    marked: int
    tickets: int
    alerts: int
    cycle: int
    reads: int
    writes: int
    mails_to_agents: int
    mails_to_customers: int
    violations: int


def account_lines(world: "World") -> list[AccountLine]:
    """Every organisation there is, those for review first."""
    since = world.now() - _WINDOW
    recent = Counter(row.organization_id for row in world.tickets.values() if row.created_at >= since)
    living = [row for row in world.organizations.values() if row.deleted_at is None]
    lines = [_account_line(row, recent[row.id]) for row in living]
    return sorted(lines, key=lambda line: line.rank)


def _account_line(organization: Organization, tickets: int) -> AccountLine:
    fields = organization.fields
    return AccountLine(
        id=organization.id,
        name=organization.name,
        marks=tuple(tag for tag in organization.tags if tag.startswith(PREFIX)),
        tags=tuple(tag for tag in organization.tags if not tag.startswith(PREFIX)),
        state=fields.get(_STATE),
        why=fields.get(_WHY),
        since=fields.get(_SINCE),
        tickets=tickets,
        month=fields.get("mrr"),
        currency=fields.get("currency"),
    )


def written_fields(organization: Organization) -> Mapping[str, Value]:
    """The fields that are written from outside, by key."""
    return {key: value for key, value in organization.fields.items() if key.startswith(PREFIX)}


def own_fields(organization: Organization) -> Mapping[str, Value]:
    """The fields that people keep, by key."""
    return {key: value for key, value in organization.fields.items() if not key.startswith(PREFIX)}


def alert_lines(world: "World") -> list[TicketLine]:
    """Alert tickets, newest first, those that are open before the others."""
    tickets = [world.tickets[number] for number in _alerts(world)]
    living = [ticket for ticket in tickets if not ticket.is_gone]
    newest = sorted(living, key=lambda ticket: ticket.id, reverse=True)
    ordered = sorted(newest, key=lambda ticket: ticket.status in ("solved", "closed"))
    return [ticket_line(world, ticket) for ticket in ordered]


def _alerts(world: "World") -> list[int]:
    return [
        number for key, numbers in world.with_external_id.items() if key.startswith(ALERT_KEY) for number in numbers
    ]


def ticket_line(world: "World", ticket: Ticket) -> TicketLine:
    """A ticket with its comments and the account it belongs to, or is about."""
    group = world.groups.get(ticket.group_id or 0)
    return TicketLine(
        id=ticket.id,
        subject=ticket.subject,
        status=ticket.status,
        created_at=ticket.created_at,
        requester=world.users[ticket.requester_id].name,
        group=group.name if group else "",
        account=_account_of(world, ticket),
        due_at=ticket.due_at,
        tags=ticket.tags,
        notes=tuple(_note(world, audit, audit.comment) for audit in world.audits_of[ticket.id] if audit.comment),
    )


def _account_of(world: "World", ticket: Ticket) -> Organization | None:
    if ticket.organization_id is not None:
        return world.organizations.get(ticket.organization_id)
    # The key of an alert ticket is touchcost:<helpdesk>:<account>:<n>.
    parts = (ticket.external_id or "").split(":")
    named = parts[2] if len(parts) > 2 and parts[2].isdigit() else "0"  # noqa: PLR2004 - see above.
    return world.organizations.get(int(named))


def _note(world: "World", audit: Audit, comment: Comment) -> Note:
    author = world.users.get(comment.author_id)
    return Note(at=audit.at, author=author.name if author else "System", public=comment.public, body=comment.body)


def newest_tickets(world: "World", organization_id: int) -> list[TicketLine]:
    """The newest tickets of an organisation."""
    found = [row for row in world.tickets.values() if row.organization_id == organization_id and not row.is_gone]
    newest = sorted(found, key=lambda row: row.id, reverse=True)[:_NEWEST_LINES]
    return [ticket_line(world, row) for row in newest]


def last_changes(world: "World") -> tuple[int, list[Written]]:
    """The last cycle that wrote anything, and what it wrote."""
    if not world.written:
        return world.cycle, []
    cycle = world.written[-1].cycle
    return cycle, [line for line in world.written if line.cycle == cycle]


def counts(world: "World", accounts: list[AccountLine]) -> Counts:
    """The page's figures."""
    writes = sum(call.is_write for call in world.calls)
    return Counts(
        accounts=len(accounts),
        marked=sum(line.is_marked for line in accounts),
        tickets=sum(not row.is_gone for row in world.tickets.values()),
        alerts=len(_alerts(world)),
        cycle=world.cycle,
        reads=len(world.calls) - writes,
        writes=writes,
        mails_to_agents=sum(m.audience == "agent" and m.caused_by == world.connector for m in world.mails),
        mails_to_customers=len(world.mails_to_customers()),
        violations=len(world.violations),
    )
