"""Plaindesk for touchcost: fields and alert tickets, but no tags on accounts and no measured time."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Required, TypeVar

import requests
from pydantic import TypeAdapter
from typing_extensions import TypedDict

from connector.helpdesk import (
    EVERYTHING,
    NOTHING,
    AccountMarks,
    AlertTicketMark,
    Capability,
    Finding,
    Hearing,
    HelpdeskError,
    Identity,
    MarksRead,
    Need,
    Outcome,
    Outside,
    Page,
    Receipt,
    Severity,
    Stream,
    Walk,
    Write,
    WriteKind,
)
from connector.http.budget import Budget
from connector.http.transport import Ask, Refusal, Sent, Transport
from connector.http.wire import Wire
from connector.settings import HelpdeskSettings, Secret
from rules.command import Heard
from rules.facts import Account, AccountId, Agent, Comment, Event, Ticket, TicketId, TicketStatus, UtcSecond
from rules.planning.commands import first_line, read_command

_T = TypeVar("_T")
_ROWS = 100
_GONE = (404, 410)
_COMMENTS = {"asked": Comment.PUBLIC, "replied": Comment.PUBLIC, "noted": Comment.PRIVATE, "changed": None}


class _Person(TypedDict):
    id: int


class _Named(TypedDict):
    id: int
    name: str


class _Fields(TypedDict):
    id: int
    fields: dict[str, str | None]


class _Who(TypedDict):
    desk: str
    user: int


class _Entry(TypedDict):
    number: int
    ticket: int
    by: int
    kind: str
    status: TicketStatus | None
    at: datetime


class _Note(TypedDict):
    number: int
    by: int
    text: str


class _Ticket(TypedDict, total=False):
    id: Required[int]
    account: Required[int | None]
    by: Required[int]
    key: Required[str | None]
    at: Required[datetime]
    status: Required[TicketStatus]
    changed: int
    changed_at: datetime
    notes: list[_Note]


class _Log(TypedDict):
    rows: list[_Entry]
    more: bool


class _Tickets(TypedDict):
    rows: list[_Ticket]
    more: bool


class _Made(TypedDict):
    id: int
    status: str


class _Bearer:
    """Signs in with a token."""

    def __init__(self, token: str) -> None:
        self._token = token

    def authorization(self, *, writing: bool) -> str:  # noqa: ARG002 - there is one token for everything.
        return f"Bearer {self._token}"

    def renew(self) -> None:
        """A token that is not accepted stays what it is."""


class Plaindesk:
    """One Plaindesk."""

    def __init__(self, settings: HelpdeskSettings, transport: Transport, outside: Outside) -> None:
        self._settings = settings
        self._transport = transport
        self._clock = outside.clock
        self._person = outside.person_key
        self._who: _Who | None = None

    def identify(self) -> Identity:
        if self._who is None:
            self._who = self._read("/who", _Who)
        return Identity(
            kind="plaindesk",
            host=self._transport.wire.origin.netloc,
            account=self._who["desk"],
            user=f"user {self._who['user']}",
            capabilities=EVERYTHING - {Capability.ACCOUNT_TAGS, Capability.MEASURED_TIME},
        )

    def pull(self, walk: Walk) -> Iterator[Page]:
        if walk.stream is Stream.ACCOUNTS:
            rows = self._read("/accounts", list[_Named])
            yield Page(stream=walk.stream, cursor="", reached=None, end=True, accounts=tuple(map(_account, rows)))
        elif walk.stream is Stream.AGENTS:
            own = self._person(int(self.identify().user.removeprefix("user ")))
            people = self._read("/people", list[_Person])
            agents = tuple(Agent(key=self._person(row["id"]), since=UtcSecond(0), group=None) for row in people)
            yield Page(stream=walk.stream, cursor="", reached=None, end=True, agents=agents, own=own)
        else:
            yield from self._pages(walk)

    def read_marks(
        self, accounts: Sequence[AccountId], tickets: Sequence[TicketId], heard: Mapping[TicketId, Hearing] = NOTHING
    ) -> MarksRead:
        read_at = self._clock.now()
        fields = self._chosen("/fields", [int(account) for account in accounts], list[_Fields])
        shown = self._chosen("/alerts", tickets, list[_Ticket])
        return MarksRead(
            read_at=read_at,
            accounts=tuple(
                AccountMarks(account=AccountId(str(row["id"])), tags=frozenset(), fields=row["fields"])
                for row in fields
            ),
            tickets=tuple(
                self._alert(row, heard.get(TicketId(row["id"]))) for row in shown if row["status"] != "deleted"
            ),
        )

    def apply(self, writes: Sequence[Write]) -> Iterator[Receipt]:
        for write in writes:
            yield self._apply(write)

    def inspect(self, need: Need) -> Iterable[Finding]:
        try:
            yield Finding(severity=Severity.FINE, sentence=f"Signed in as {self.identify().user}.")
        except HelpdeskError as nobody:
            yield Finding(severity=Severity.PROBLEM, sentence=str(nobody))
            return
        missing = frozenset(need.fields) - frozenset(self._read("/known", list[str]))
        yield Finding(
            severity=Severity.PROBLEM if missing else Severity.FINE,
            sentence=f"Fields that are missing: {', '.join(sorted(missing)) or 'none'}.",
            remedy="Make them with: touchcost setup --yes" if missing else "",
            looked_for=frozenset(need.fields) | need.macros | frozenset(filter(None, [need.answer_field])),
            missing=missing,
        )

    def _pages(self, walk: Walk) -> Iterator[Page]:
        after, more = int(walk.cursor or 0), True
        while more:
            asked_at = self._clock.now()
            params = {"from": walk.start.isoformat(), "after": str(after), "limit": str(_ROWS)}
            events: list[Event] = []
            tickets: list[Ticket] = []
            if walk.stream is Stream.EVENTS:
                log = self._read("/log", _Log, params)
                more, after = log["more"], max((row["number"] for row in log["rows"]), default=after)
                events = [self._event(row) for row in log["rows"]]
            else:
                page = self._read("/tickets", _Tickets, params)
                more, after = page["more"], max((row["changed"] for row in page["rows"]), default=after)
                tickets = [self._ticket(row) for row in page["rows"]]
            reached = None if more else asked_at
            yield Page(
                stream=walk.stream, cursor=str(after), reached=reached, end=not more, events=events, tickets=tickets
            )

    def _event(self, row: _Entry) -> Event:
        return Event(
            ticket=TicketId(row["ticket"]),
            id=row["number"],
            at=_second(row["at"]),
            author=self._person(row["by"]),
            group=None,
            comment=_COMMENTS[row["kind"]],
            status=row["status"],
            timer=None,
            merge=False,
        )

    def _ticket(self, row: _Ticket) -> Ticket:
        return Ticket(
            id=TicketId(row["id"]),
            organization=None if row["account"] is None else str(row["account"]),
            domain=None,
            requester=self._person(row["by"]),
            assignee=None,
            channel="web",
            created=_second(row["at"]),
            changed=_second(row["changed_at"]),
            status=row["status"],
            own=row["key"] is not None,
            tags=(),
        )

    def _alert(self, row: _Ticket, heard: Hearing | None) -> AlertTicketMark:
        mark = AlertTicketMark(id=TicketId(row["id"]), external_id=row["key"] or "", status=row["status"])
        if heard is None:
            return mark
        own = int(self.identify().user.removeprefix("user "))
        agents = {person["id"] for person in self._read("/people", list[_Person])}
        notes = [note for note in row["notes"] if note["number"] > (heard.update or 0)]
        said = [note for note in notes if note["by"] != own and note["by"] in agents and first_line(note["text"])]
        return AlertTicketMark(
            id=mark.id,
            external_id=mark.external_id,
            status=mark.status,
            heard=Hearing(update=max((note["number"] for note in notes), default=heard.update)),
            answers=tuple(
                Heard(
                    update=note["number"],
                    by=self._person(note["by"]),
                    command=read_command(first_line(note["text"]) or ""),
                )
                for note in said
            ),
        )

    def _apply(self, write: Write) -> Receipt:
        body = write.body
        if write.kind is WriteKind.MAKE_FIELD:
            return _receipt(write, self._put(f"/known/{body['key']}", {}))
        if write.kind is WriteKind.SET_FIELD:
            return _receipt(write, self._put(f"/accounts/{write.account}/fields", body["fields"]))
        if write.kind is WriteKind.OPEN_ALERT:
            sent = self._put(f"/alerts/{write.key}", {"text": body["comment"]})
            return self._opened(write, sent)
        status = "solved" if write.kind is WriteKind.CLOSE_ALERT else body.get("status")
        sent = self._put(f"/tickets/{body['ticket']}/notes/{write.key}", {"text": body["comment"], "status": status})
        if sent.outcome is Outcome.REFUSED and sent.status in _GONE:
            over = Outcome.APPLIED if write.kind is WriteKind.CLOSE_ALERT else Outcome.GONE
            return Receipt(writes=(write.id,), outcome=over, reason="it takes nothing more")
        return _receipt(write, sent)

    def _opened(self, write: Write, sent: Sent) -> Receipt:
        if sent.outcome is not Outcome.APPLIED:
            return _receipt(write, sent)
        made = TypeAdapter(_Made).validate_json(sent.body)
        over = made["status"] == "closed" or (made["status"] == "solved" and not write.tried)
        outcome = Outcome.GONE if over else Outcome.APPLIED
        return Receipt(writes=(write.id,), outcome=outcome, ticket=TicketId(made["id"]))

    def _put(self, path: str, body: object) -> Sent:
        url = f"{self._transport.wire.origin}{path}"
        return self._transport.send(requests.Request("PUT", url, json=body).prepare())

    def _chosen(self, path: str, ids: Sequence[int], kind: type[list[_T]]) -> list[_T]:
        found: list[_T] = []
        for start in range(0, len(ids), _ROWS):
            found += self._read(path, kind, {"ids": ",".join(map(str, ids[start : start + _ROWS]))})
        return found

    def _read(self, path: str, kind: type[_T], params: Mapping[str, str] = {}) -> _T:
        reply = self._transport.read(Ask(path=path, params=list(params.items())), TypeAdapter(kind).validate_json)
        if isinstance(reply, Refusal):
            raise HelpdeskError(f"{self._settings.name}: {path} was refused with status {reply.status}.")
        return reply.value


def _account(row: _Named) -> Account:
    return Account(
        id=AccountId(str(row["id"])),
        name=row["name"],
        external_id=None,
        domains=(),
        created=None,
        deleted=False,
        fields=(),
    )


def _second(at: datetime) -> UtcSecond:
    return UtcSecond(int(at.timestamp()))


def _receipt(write: Write, sent: Sent) -> Receipt:
    return Receipt(writes=(write.id,), outcome=sent.outcome, reason=sent.what, wait=sent.wait)


def open_plaindesk(settings: HelpdeskSettings, outside: Outside) -> Plaindesk:
    """What the entry point names: a helpdesk that has sent nothing yet."""
    token: Any = settings.auth.get("token")
    if not isinstance(token, Secret):
        raise HelpdeskError(f"{settings.place}: Plaindesk signs in with auth: {{token: …}}.")
    budget = Budget(settings.requests_per_minute, settings.exports_per_minute, outside.clock.monotonic)
    transport = Transport(Wire(settings.name, settings.url), budget, _Bearer(outside.resolve(token)), outside)
    return Plaindesk(settings, transport, outside)
