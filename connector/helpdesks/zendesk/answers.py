"""Reads what people answered on alert tickets: commands alone, the words around them go no further."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NotRequired

from pydantic import TypeAdapter
from typing_extensions import TypedDict

from connector.helpdesk import Hearing
from connector.helpdesks.zendesk.errors import refused
from connector.helpdesks.zendesk.people import People
from connector.helpdesks.zendesk.ticket_field import TicketField
from connector.helpdesks.zendesk.wire import Cursor, Id, Meta, PersonId
from connector.http.transport import Ask, Refusal, Transport
from rules.command import Command, Heard
from rules.facts import PersonKey, TicketId
from rules.planning.commands import first_line, read_command, read_tag

_SIZE, _MOST_PAGES = 100, 20
_STILL_MOVING = timedelta(seconds=60)
"""A ticket that changed within this time may change again within the same second."""


class _Audit(TypedDict):
    id: Id
    author_id: NotRequired[PersonId | None]
    events: NotRequired[list[dict[str, Any]] | None]


class _Audits(TypedDict):
    audits: list[_Audit]
    meta: NotRequired[Meta | None]


_AUDITS = TypeAdapter(_Audits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listened:
    """What was heard on one ticket, and how far it was listened to."""

    hearing: Hearing
    answers: tuple[Heard, ...] = ()


class Answers:
    """Listens on one Zendesk account. Only agents, light ones too, are heard; never a customer, and not ourselves."""

    def __init__(
        self, transport: Transport, people: People, field: TicketField, prefix: str, person: Callable[[int], PersonKey]
    ) -> None:
        """`field` is the ticket field of answers, `prefix` that of command tags."""
        self._transport = transport
        self._people = people
        self._field = field
        self._prefix = prefix
        self._person = person

    def field(self) -> str | None:
        """The id of the ticket field of answers, None while there is none."""
        return self._field.field()

    def listen(self, ticket: TicketId, changed_at: datetime | None, heard: Hearing, now: datetime) -> Listened:
        """What people answered in the updates after `heard`: one request, and none for a ticket that did not change.

        Raises HelpdeskBusyError or HelpdeskError.
        """
        if changed_at is not None and changed_at == heard.changed_at:
            return Listened(hearing=heard)
        last = heard.update or 0
        answers: list[Heard] = []
        for audit in self._audits(ticket):
            if audit["id"] > last:
                last = audit["id"]
                answers += self._answers(audit)
        is_settled = changed_at is not None and now - changed_at > _STILL_MOVING
        hearing = Hearing(update=last or None, changed_at=changed_at if is_settled else heard.changed_at)
        return Listened(hearing=hearing, answers=tuple(answers))

    def _audits(self, ticket: TicketId) -> Iterator[_Audit]:
        """The updates of a ticket, oldest first. Source: Zendesk's page on ticket audits."""
        path = f"/api/v2/tickets/{ticket}/audits"
        params: list[tuple[str, str]] = []
        for _ in range(_MOST_PAGES):
            ask = Ask(path=path, params=params, size=_SIZE, size_key="page[size]")
            found = self._transport.read(ask, _AUDITS.validate_json)
            if isinstance(found, Refusal):
                raise refused(self._transport.wire, path, found)
            yield from found.value["audits"]
            after = _following(found.value.get("meta"))
            if after is None:
                return
            params = [("page[after]", after)]

    def _answers(self, audit: _Audit) -> Iterator[Heard]:
        author = audit.get("author_id")
        if author is None or author == self._people.me()["id"]:
            return
        by = self._person(author)
        if by in self._people.agents():
            for event in audit.get("events") or ():
                for command in self._commands(event):
                    yield Heard(update=audit["id"], by=by, command=command)

    def _commands(self, event: dict[str, Any]) -> Iterator[Command | None]:
        """Commands of one change of one update; None for one that cannot be understood."""
        if event.get("type") == "Comment":
            line = first_line(str(event.get("body") or "")) if event.get("public") is False else None
            if line is not None:
                yield read_command(line)
        elif event.get("field_name") == "tags":
            fresh = _tags(event.get("value")) - _tags(event.get("previous_value"))
            yield from (read for tag in sorted(fresh) if (read := read_tag(tag, self._prefix)) is not None)
        elif event.get("value") and event.get("field_name") == self.field():
            yield read_command(str(event["value"]))


def _tags(value: object) -> frozenset[str]:
    """Tags as an audit shows them: a list, or words."""
    if isinstance(value, str):
        return frozenset(value.split())
    return frozenset(str(tag) for tag in value) if isinstance(value, list) else frozenset()


def _following(meta: Meta | None) -> Cursor | None:
    return meta.get("after_cursor") if meta is not None and meta["has_more"] else None
