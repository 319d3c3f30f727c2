"""A helpdesk in memory: what any other helpdesk must do, in a few lines. For tests, and to measure others by."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from connector.helpdesk import (
    EVERYTHING,
    NOTHING,
    AccountMarks,
    AlertTicketMark,
    Capability,
    Finding,
    Hearing,
    Identity,
    MarksRead,
    Need,
    Outcome,
    Page,
    Receipt,
    Stream,
    Walk,
    Write,
    WriteKind,
)
from rules.command import Command, Heard
from rules.facts import Account, AccountId, Agent, Event, PersonKey, Ticket, TicketId, UtcSecond
from rules.planning.commands import first_line, read_command, read_tag

_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryComment:
    """A private comment on an alert ticket."""

    ticket: TicketId
    key: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryUpdate:
    """What a person did on an alert ticket, at most one thing of each kind."""

    ticket: TicketId
    by: PersonKey
    comment: str = ""
    """Private."""
    answer: str = ""
    tag: str = ""


@dataclass(slots=True, kw_only=True)
class MemoryHelpdesk:
    """Everything it holds may be changed from outside, as people do; every write that arrives is counted.

    `lost_answers` of the next writes are applied and then unclear, `lost_writes` unclear and not applied; `refused`
    accounts are refused for good; `asked_to_wait` postpones the next writes, each by its length.
    """

    now: datetime = _BEGINNING
    accounts: dict[AccountId, Account] = field(default_factory=dict)
    agents: tuple[Agent, ...] = ()
    events: list[Event] = field(default_factory=list)
    tickets: list[Ticket] = field(default_factory=list)
    tags: dict[AccountId, set[str]] = field(default_factory=dict)
    fields: dict[AccountId, dict[str, str | None]] = field(default_factory=dict)
    alert_tickets: dict[TicketId, AlertTicketMark] = field(default_factory=dict)
    comments: list[MemoryComment] = field(default_factory=list)
    updates: list[MemoryUpdate] = field(default_factory=list)
    prefix: str = "care_"
    cleared: dict[TicketId, int] = field(default_factory=dict)
    """How many updates there were when the ticket's answer field and command tags were emptied last."""
    own: PersonKey | None = None
    page_size: int = 100
    tagging_on: bool = True
    capabilities: frozenset[Capability] = EVERYTHING
    lost_answers: int = 0
    lost_writes: int = 0
    refused: set[AccountId] = field(default_factory=set)
    asked_to_wait: list[timedelta] = field(default_factory=list)
    writes: int = 0
    reads: int = 0

    def identify(self) -> Identity:
        """Always the same."""
        return Identity(
            kind="memory",
            host="memory",
            account="memory",
            user="admin 1",
            account_page="memory:account/{id}",
            ticket_page="memory:ticket/{id}",
            capabilities=self.capabilities,
        )

    def add(self, account: AccountId, *, name: str = "", fields: Sequence[str] = (), tags: Sequence[str] = ()) -> None:
        """A new account that shows these empty fields of ours, and these tags."""
        self.accounts[account] = Account(
            id=account, name=name or account, external_id=None, domains=(), created=None, deleted=False, fields=()
        )
        self.tags[account] = set(tags)
        self.fields[account] = dict.fromkeys(fields)

    def merge(self, loser: AccountId, winner: AccountId) -> None:
        """The loser is deleted, its tickets are the winner's now; what it showed goes with it."""
        self.accounts[loser] = replace(self.accounts[loser], deleted=True, merged_into=winner)
        second = UtcSecond(int(self.now.timestamp()))
        self.tickets = [
            ticket._replace(organization=winner, changed=second) if ticket.organization == loser else ticket
            for ticket in self.tickets
        ]

    def pull(self, walk: Walk) -> Iterator[Page]:
        """The stream's rows of the walk, oldest first, `page_size` a page."""
        if walk.stream is Stream.ACCOUNTS:
            yield self._page(walk, 0, end=True, accounts=tuple(self.accounts.values()))
        elif walk.stream is Stream.AGENTS:
            yield self._page(walk, 0, end=True, agents=self.agents, own=self.own)
        else:
            yield from self._rows(walk)

    def read_marks(
        self, accounts: Sequence[AccountId], tickets: Sequence[TicketId], heard: Mapping[TicketId, Hearing] = NOTHING
    ) -> MarksRead:
        """What they show now; what is not there is left out."""
        self.reads += 1
        shown = [account for account in accounts if account in self.accounts and not self.accounts[account].deleted]
        return MarksRead(
            read_at=self.now,
            accounts=tuple(
                AccountMarks(
                    account=account,
                    tags=frozenset(self.tags[account]) if self.tagging_on else frozenset(),
                    fields=dict(self.fields[account]),
                )
                for account in shown
            ),
            tickets=tuple(self._shown(number, heard.get(number)) for number in tickets if number in self.alert_tickets),
            tagging_on=self.tagging_on,
        )

    def apply(self, writes: Sequence[Write]) -> Iterator[Receipt]:
        """Applies them in order, one receipt each."""
        for write in writes:
            yield self._apply(write)

    def inspect(self, need: Need) -> Iterator[Finding]:  # noqa: ARG002  There is nothing to find here.
        """Everything is as it should be."""
        yield from ()

    def _shown(self, number: TicketId, heard: Hearing | None) -> AlertTicketMark:
        mine = [(place, one) for place, one in enumerate(self.updates, start=1) if one.ticket == number]
        left = [one for place, one in mine if place > self.cleared.get(number, 0)]
        tags = frozenset(one.tag for one in left if one.tag and read_tag(one.tag, self.prefix) is not None)
        shown = replace(self.alert_tickets[number], command_tags=tags)
        if heard is None:
            return shown
        agents = {agent.key for agent in self.agents}
        fresh = [(place, one) for place, one in mine if place > (heard.update or 0) and one.by in agents]
        return replace(
            shown,
            heard=Hearing(update=mine[-1][0] if mine else heard.update),
            answers=tuple(
                Heard(update=place, by=one.by, command=command)
                for place, one in fresh
                for command in self._commands(one)
            ),
            answer_stands=any(one.answer for one in left),
        )

    def _commands(self, update: MemoryUpdate) -> Iterator[Command | None]:
        line = first_line(update.comment)
        if line is not None:
            yield read_command(line)
        if update.answer:
            yield read_command(update.answer)
        if update.tag and (command := read_tag(update.tag, self.prefix)) is not None:
            yield command

    def _rows(self, walk: Walk) -> Iterator[Page]:
        rows = sorted((row for row in self._stream(walk.stream) if _is_within(_second(row), walk)), key=_second)
        done = int(walk.cursor or 0)
        while True:
            rest = rows[done : done + self.page_size]
            done += len(rest)
            end = done >= len(rows)
            events = tuple(row for row in rest if isinstance(row, Event))
            tickets = tuple(row for row in rest if isinstance(row, Ticket))
            yield self._page(walk, done, end=end, events=events, tickets=tickets)
            if end:
                return

    def _stream(self, stream: Stream) -> Sequence[Event | Ticket]:
        return self.events if stream is Stream.EVENTS else self.tickets

    def _page(self, walk: Walk, done: int, *, end: bool, **rows: object) -> Page:
        over = end and walk.stream in (Stream.EVENTS, Stream.TICKETS)
        reached = min(self.now, walk.end or self.now) if over else None
        return Page(stream=walk.stream, cursor=str(done), reached=reached, end=end, **rows)  # type: ignore[arg-type]

    def _apply(self, write: Write) -> Receipt:
        if self.asked_to_wait:
            return _receipt(write, Outcome.POSTPONED, "asked to wait", wait=self.asked_to_wait.pop(0))
        if self.lost_writes:
            self.lost_writes -= 1
            return _receipt(write, Outcome.UNCLEAR, "no answer")
        if write.account in self.refused:
            return _receipt(write, Outcome.REFUSED, "refused")
        receipt = self._message(write) if write.key else self._mark(write)
        if receipt.outcome is Outcome.APPLIED and self.lost_answers:
            self.lost_answers -= 1
            return _receipt(write, Outcome.UNCLEAR, "no answer")
        return receipt

    def _mark(self, write: Write) -> Receipt:
        if write.account not in self.accounts or self.accounts[write.account].deleted:
            return _receipt(write, Outcome.REFUSED, "there is no such account")
        self.writes += 1
        if write.kind is WriteKind.SET_FIELD:
            self.fields[write.account] |= {
                key: value for key, value in _mapping(write.body["fields"]).items() if key in self.fields[write.account]
            }
        elif write.kind is WriteKind.ADD_TAG:
            self.tags[write.account] |= set(_listed(write.body["tags"]))
        else:
            self.tags[write.account] -= set(_listed(write.body["tags"]))
        return _receipt(write, Outcome.APPLIED)

    def _message(self, write: Write) -> Receipt:
        if write.kind is WriteKind.OPEN_ALERT:
            return self._open(write)
        if write.tried and any(comment.key == write.key for comment in self.comments):
            return _receipt(write, Outcome.APPLIED)
        number = write.body["ticket"]
        ticket = self.alert_tickets.get(TicketId(number)) if isinstance(number, int) else None
        closes = write.kind is WriteKind.CLOSE_ALERT
        if ticket is None or ticket.status == "closed":
            return _receipt(write, Outcome.APPLIED if closes else Outcome.GONE)
        self.writes += 1
        status = "solved" if closes else write.body.get("status") or ticket.status
        self.alert_tickets[ticket.id] = replace(ticket, status=str(status))
        self.comments.append(MemoryComment(ticket=ticket.id, key=write.key, text=str(write.body.get("comment") or "")))
        if write.body.get("clears") or write.body.get("untag"):
            self.cleared[ticket.id] = len(self.updates)
        return _receipt(write, Outcome.APPLIED)

    def _open(self, write: Write) -> Receipt:
        known = [ticket for ticket in self.alert_tickets.values() if ticket.external_id == write.key]
        if known:
            usable = known[0].status != "closed" and (write.tried or known[0].status != "solved")
            return replace(_receipt(write, Outcome.APPLIED if usable else Outcome.GONE), ticket=known[0].id)
        self.writes += 1
        made = TicketId(max(self.alert_tickets, default=0) + 1)
        self.alert_tickets[made] = AlertTicketMark(id=made, external_id=write.key, status="open")
        self.comments.append(MemoryComment(ticket=made, key=write.key, text=str(write.body["comment"])))
        return replace(_receipt(write, Outcome.APPLIED), ticket=made)


def _is_within(second: UtcSecond, walk: Walk) -> bool:
    return walk.start.timestamp() <= second and (walk.end is None or second < walk.end.timestamp())


def _second(row: Event | Ticket) -> UtcSecond:
    return row.at if isinstance(row, Event) else row.changed


def _listed(value: object) -> list[str]:
    return [str(tag) for tag in value] if isinstance(value, list | tuple) else []


def _mapping(value: object) -> dict[str, str | None]:
    return dict(value) if isinstance(value, dict) else {}


def _receipt(write: Write, outcome: Outcome, reason: str = "", wait: timedelta | None = None) -> Receipt:
    return Receipt(writes=(write.id,), outcome=outcome, reason=reason, wait=wait)
