"""Alert tickets: made once under their key, told by private comments, solved; nobody outside ever hears of them."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NotRequired

import requests
from pydantic import TypeAdapter, ValidationError
from typing_extensions import TypedDict
from zenpy import Zenpy
from zenpy.lib.api_objects import Comment
from zenpy.lib.api_objects import Ticket as ZenpyTicket

from connector.helpdesk import Outcome, Receipt, Write, WriteKind
from connector.helpdesks.zendesk.sending import Ended, ended, try_once
from connector.helpdesks.zendesk.wire import Id
from connector.http.transport import Ask, Refusal, Transport
from rules.facts import TicketId

_KEY = "touchcost"
"""The name under which a message's key stands in an update's metadata."""

_SIZE = 100
_MOST_PAGES = 20


class _Made(TypedDict):
    id: Id
    external_id: NotRequired[str | None]
    status: str


class _Created(TypedDict):
    ticket: _Made


class _Found(TypedDict):
    tickets: list[_Made]


class _Metadata(TypedDict):
    custom: NotRequired[dict[str, Any] | None]


class _Audit(TypedDict):
    metadata: NotRequired[_Metadata | None]
    events: NotRequired[list[dict[str, Any]] | None]


class _More(TypedDict):
    has_more: bool
    after_cursor: NotRequired[str | None]


class _Audits(TypedDict):
    audits: list[_Audit]
    meta: NotRequired[_More | None]


_CREATED = TypeAdapter(_Created)
_FOUND = TypeAdapter(_Found)
_AUDITS = TypeAdapter(_Audits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """What an alert ticket names by its id, asked for when it is needed."""

    own: Callable[[], int]
    """Our own user."""
    group: Callable[[str], int | None]
    """A group by its name."""
    answer: Callable[[], str | None]
    """The ticket field in which people answer."""


class Tickets:
    """Writes alert tickets of one Zendesk account."""

    def __init__(self, client: Zenpy, transport: Transport, ours: Ours) -> None:
        self._client = client
        self._transport = transport
        self._ours = ours

    def apply(self, write: Write) -> tuple[Receipt, Ended]:
        """Send one message. One that may have been sent before is looked for first."""
        if write.kind is WriteKind.OPEN_ALERT:
            return self._open(write)
        if write.tried and self._is_told(write):
            done = Ended(outcome=Outcome.APPLIED)
            return done.receipt(write), done
        result = self._update(write) if write.kind is WriteKind.UPDATE_ALERT else self._close(write)
        return result.receipt(write), result

    def _open(self, write: Write) -> tuple[Receipt, Ended]:
        """Look for the key, then create under it. Source: Zendesk's page on idempotency; it keeps a key two hours."""
        found = self._find(write.key)
        if found is None:
            result, ticket = self._create(write)
        else:
            # One that we have not tried to make is another's, or an old one: while it is open it serves as well.
            usable = found["status"] != "closed" and (write.tried or found["status"] != "solved")
            result, ticket = Ended(outcome=Outcome.APPLIED if usable else Outcome.GONE), TicketId(found["id"])
        receipt = Receipt(
            writes=(write.id,), outcome=result.outcome, reason=result.reason, wait=result.wait, ticket=ticket
        )
        return receipt, result

    def _create(self, write: Write) -> tuple[Ended, TicketId | None]:
        url = f"{self._transport.wire.origin}/api/v2/tickets"
        headers = {"Idempotency-Key": write.key, "Content-Type": "application/json"}
        request = requests.Request("POST", url, data=self._rendered(write), headers=headers).prepare()
        sent = self._transport.send(request)
        result = ended(sent)
        if result.error == "IdempotentRequestError":
            found = self._find(write.key)
            if found is not None:
                return Ended(outcome=Outcome.APPLIED), TicketId(found["id"])
            return Ended(outcome=Outcome.UNCLEAR, reason=result.reason), None
        if result.outcome is not Outcome.APPLIED:
            return result, None
        try:
            return result, TicketId(_CREATED.validate_json(sent.body)["ticket"]["id"])
        except ValidationError:
            return Ended(outcome=Outcome.UNCLEAR, reason="an answer without a ticket"), None

    def _rendered(self, write: Write) -> bytes:
        """The creation, the same bytes for the same outbox row."""
        body, own = write.body, self._ours.own()
        group = self._ours.group(str(body["group"])) if body.get("group") else None
        ticket = {
            "subject": body["subject"],
            # Left out, `public` takes the visibility that the ticket begins with, which is nearly always public.
            "comment": {"body": body["comment"], "public": False},
            "external_id": write.key,
            "requester_id": own,
            "submitter_id": own,
            "type": "task",
            "priority": body["priority"],
            "due_at": body["due_at"],
            "tags": body["tags"],
            **({"group_id": group} if group is not None else {}),
        }
        return json.dumps({"ticket": ticket}, sort_keys=True).encode()

    def _find(self, key: str) -> _Made | None:
        """The ticket that stands under a key: by the list's filter, for search lags behind. The oldest of several."""
        found = self._transport.read(Ask(path="/api/v2/tickets", params=[("external_id", key)]), _FOUND.validate_json)
        if isinstance(found, Refusal):
            return None
        rows = [row for row in found.value["tickets"] if row.get("external_id") == key and row["status"] != "deleted"]
        return min(rows, key=lambda row: row["id"], default=None)

    def _update(self, write: Write) -> Ended:
        """Tags that were answered go first: the comment that says so is what is looked for when this comes again."""
        untagged = self._untag(write, write.body.get("untag"))
        if untagged.outcome is not Outcome.APPLIED:
            return untagged
        status = write.body.get("status")
        fields: dict[str, object] = {"status": status} if status else {}
        field = self._ours.answer() if write.body.get("clears") else None
        return self._comment(write, fields if field is None else {**fields, "custom_fields": [_emptied(field)]})

    def _close(self, write: Write) -> Ended:
        """Take our tag off where that is asked, then solve. What is closed or gone already is as good as solved."""
        untagged = self._untag(write, write.body.get("tags"))
        if untagged.outcome is not Outcome.APPLIED:
            return _as_solved(untagged)
        return _as_solved(self._comment(write, {"status": "solved"}))

    def _untag(self, write: Write, tags: object) -> Ended:
        if not isinstance(tags, list) or not tags:
            return Ended(outcome=Outcome.APPLIED)
        number = _number(write)
        return _as_gone(try_once(lambda: self._client.tickets.delete_tags(number, tags)))

    def _comment(self, write: Write, fields: Mapping[str, object]) -> Ended:
        text = write.body.get("comment")
        comment = {"comment": Comment(body=text, public=False)} if text else {}
        ticket = ZenpyTicket(id=_number(write), metadata={_KEY: write.key}, **comment, **fields)
        return _as_gone(try_once(lambda: self._client.tickets.update(ticket)))

    def _is_told(self, write: Write) -> bool:
        """Whether an update of the ticket carries the message's key, or its very words."""
        ask: Ask | None = Ask(path=f"/api/v2/tickets/{_number(write)}/audits", size=_SIZE, size_key="page[size]")
        for _ in range(_MOST_PAGES):
            if ask is None:
                return False
            found = self._transport.read(ask, _AUDITS.validate_json)
            if isinstance(found, Refusal):
                return False
            if any(_tells(audit, write) for audit in found.value["audits"]):
                return True
            ask = _following(ask, found.value.get("meta"))
        return False


def _number(write: Write) -> int:
    number = write.body.get("ticket")
    if not isinstance(number, int):
        raise TypeError("a message for a ticket without a number")
    return number


def _emptied(field: str) -> dict[str, object]:
    return {"id": int(field), "value": None}


def _as_gone(result: Ended) -> Ended:
    """A refusal because the ticket is closed or deleted, as what it is."""
    return Ended(outcome=Outcome.GONE, reason=result.reason, status=result.status) if result.is_gone else result


def _as_solved(result: Ended) -> Ended:
    if result.outcome is Outcome.GONE:
        return Ended(outcome=Outcome.APPLIED)
    return result


def _tells(audit: _Audit, write: Write) -> bool:
    custom = (audit.get("metadata") or {}).get("custom") or {}
    if custom.get(_KEY) == write.key:
        return True
    # Whether metadata always comes back is not verified on a live account; the words are ours alone.
    text = write.body.get("comment")
    events = audit.get("events") or ()
    return bool(text) and any(event.get("type") == "Comment" and event.get("body") == text for event in events)


def _following(ask: Ask, meta: _More | None) -> Ask | None:
    if meta is None or not meta["has_more"] or not meta.get("after_cursor"):
        return None
    after = meta["after_cursor"] or ""
    return Ask(path=ask.path, params=[("page[after]", after)], size=_SIZE, size_key="page[size]")
