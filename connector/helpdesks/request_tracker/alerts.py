"""Writes alert tickets: made once under their key, told by comments, solved; nobody outside ever hears of them.

A reply, a requester or a copy would be a mail to whoever is named: none of them is ever written. A new status mails
requesters and copies, whom somebody may have added to a ticket of ours.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType

from pydantic import TypeAdapter, ValidationError
from typing_extensions import TypedDict

from connector.helpdesk import Outcome, Receipt, Write, WriteKind
from connector.helpdesks.request_tracker.alert_queue import AlertQueue
from connector.helpdesks.request_tracker.alert_tickets import AlertTickets, OwnPage
from connector.helpdesks.request_tracker.errors import UnseenError
from connector.helpdesks.request_tracker.names import Names
from connector.helpdesks.request_tracker.searches import written
from connector.helpdesks.request_tracker.sending import APPLIED, Ended, Sending, refused
from connector.helpdesks.request_tracker.statuses import OPEN, RESOLVED, Statuses
from connector.helpdesks.request_tracker.values import custom_values
from connector.helpdesks.request_tracker.wire import Id, TicketRow
from connector.http.transport import Refusal, Reply
from rules.facts import TicketId

_PRIORITIES: Mapping[str, int] = MappingProxyType({"low": 0, "normal": 50, "high": 100, "urgent": 100})
"""As RT's own words for them are numbered."""

_PLAIN = "text/plain"
_SOLVED = "solved"
_CREATED = 201

_ROUNDS = 3
"""How often a ticket that others change meanwhile is looked at and written on again."""

_BUSY = Ended(outcome=Outcome.POSTPONED, reason="somebody else keeps changing the ticket")


class _Made(TypedDict):
    id: Id


_MADE = TypeAdapter(_Made)


class Alerts:
    """Writes those of one Request Tracker, for one delivery."""

    def __init__(
        self, alerts: AlertTickets, queue: AlertQueue, sending: Sending, statuses: Statuses, names: Names
    ) -> None:
        self._alerts = alerts
        self._queue = queue
        self._sending = sending
        self._statuses = statuses
        self._names = names

    def apply(self, write: Write) -> tuple[Receipt, Ended]:
        """Send one message. One that may have been sent before is looked for first."""
        try:
            return self._open(write) if write.kind is WriteKind.OPEN_ALERT else self._told(write)
        except UnseenError as unseen:
            ended = refused(str(unseen))
            return ended.receipt(write), ended

    def _told(self, write: Write) -> tuple[Receipt, Ended]:
        ended = self._tell(write)
        if write.kind is WriteKind.CLOSE_ALERT and ended.outcome is Outcome.GONE:
            # As good as solved.
            ended = Ended(outcome=Outcome.APPLIED, left=_left(_number(write), ended.reason))
        return ended.receipt(write), ended

    def _open(self, write: Write) -> tuple[Receipt, Ended]:
        """Look for the key always: a ticket that was made while its answer was lost is found by nothing else."""
        found = self._alerts.under(write.key)
        ended, ticket = self._create(write) if found is None else self._found(found, write)
        return replace(ended.receipt(write), ticket=ticket), ended

    def _found(self, row: TicketRow, write: Write) -> tuple[Ended, TicketId]:
        """One that we have not tried to make is another's, or an old one: while it is open it serves as well."""
        is_merged = row.get("EffectiveId") != row["id"]
        is_old = self._statuses.is_over(row["Status"]) and not write.tried
        outcome = Outcome.GONE if is_merged or is_old else Outcome.APPLIED
        return Ended(outcome=outcome), TicketId(row["id"])

    def _create(self, write: Write) -> tuple[Ended, TicketId | None]:
        queue = self._queue.find()
        if isinstance(queue, str):
            return refused(queue), None
        ended = self._sending.post("ticket", self._rendered(write, queue))
        if not ended.is_applied:
            return ended, None
        try:
            made = _MADE.validate_json(ended.body)["id"]
        except ValidationError:
            return Ended(outcome=Outcome.UNCLEAR, reason="an answer without a ticket"), None
        return self._oldest(made, write)

    def _oldest(self, made: int, write: Write) -> tuple[Ended, TicketId | None]:
        """The ticket that we made; or an older one that was still being made when we looked: then ours is solved."""
        oldest = self._alerts.under(write.key)
        if oldest is None:
            key = self._names.key
            return refused(f"ticket {made} was made without its key: give ModifyCustomField on {key}"), None
        if oldest["id"] == made:
            return APPLIED, TicketId(made)
        solved = self._change_status(made, is_solving=True)
        ended, ticket = self._found(oldest, write)
        left = solved.left if solved.is_applied else _left(made, solved.reason)
        return replace(ended, left=left), ticket

    def _rendered(self, write: Write, queue: int) -> Mapping[str, object]:
        body = write.body
        due = datetime.fromisoformat(str(body["due_at"])).astimezone(UTC)
        return {
            "Queue": queue,
            "Subject": body["subject"],
            "Content": body["comment"],
            "ContentType": _PLAIN,
            "Priority": _PRIORITIES[str(body["priority"])],
            "Due": written(due),
            "CustomFields": {self._names.key: write.key},
        }

    def _tell(self, write: Write) -> Ended:
        """Empty the answer field, comment, then change the status: the comment says that what is before it was done.

        Each looks at the ticket directly before it writes: it may have been merged, or somebody added, since.
        """
        number = _number(write)
        if not (write.tried and self._alerts.is_told(number, write.key)):
            for step in (self._clear, self._comment):
                ended = step(write, number)
                if not ended.is_applied:
                    return ended
        wanted = _SOLVED if write.kind is WriteKind.CLOSE_ALERT else write.body.get("status")
        return APPLIED if wanted is None else self._change_status(number, is_solving=wanted == _SOLVED)

    def _look(self, number: int) -> Reply[OwnPage] | Ended:
        """A ticket of ours as it is now, or why nothing may be written on it."""
        found = self._alerts.page(number)
        if found is None:
            return Ended(outcome=Outcome.GONE, reason="it was deleted or merged into another")
        if isinstance(found, Refusal):
            return refused(f"ticket {number} cannot be seen any more (status {found.status})")
        if not self._alerts.is_ours(found.value):
            return Ended(outcome=Outcome.GONE, reason="it holds no key of an alert ticket")
        return found

    def _clear(self, write: Write, number: int) -> Ended:
        if not write.body.get("clears"):
            return APPLIED
        found, field = self._look(number), self._names.answer
        if isinstance(found, Ended):
            return found
        if not custom_values(found.value, field):
            return APPLIED
        ended = self._sending.put(f"ticket/{number}", {"CustomFields": {field: None}}, found.etag)
        if not ended.is_applied:
            return _BUSY if ended.is_stale else ended
        after = self._alerts.page(number)
        if after is None or isinstance(after, Refusal) or not custom_values(after.value, field):
            return ended
        return refused(f"custom field {field} was not emptied: give ModifyCustomField on it")

    def _comment(self, write: Write, number: int) -> Ended:
        text, found = write.body.get("comment"), self._look(number)
        if isinstance(found, Ended):
            return found
        if not text:
            return APPLIED
        if self._alerts.shows_outside(found.value, self._queue.of(found.value)):
            return refused(f"ticket {number} or its queue would mail an AdminCc who does not work here: take them out")
        field = self._names.message
        body = {"Content": text, "ContentType": _PLAIN, "TxnCustomFields": {field: write.key}}
        ended = self._sending.post(f"ticket/{number}/comment", body)
        if not ended.is_applied or self._alerts.is_told(number, write.key):
            return ended
        if ended.status != _CREATED:
            return Ended(outcome=Outcome.UNCLEAR, reason="an answer without a comment")
        return refused(f"a comment was made without its key: give ModifyCustomField on {field}")

    def _change_status(self, number: int, *, is_solving: bool) -> Ended:
        """Solve or open a ticket, as it was when it was looked at and not otherwise."""
        for _ in range(_ROUNDS):
            found = self._look(number)
            if isinstance(found, Ended):
                return found
            ended = self._try_status(found, is_solving=is_solving)
            if not ended.is_stale:
                return ended
        return _BUSY

    def _try_status(self, found: Reply[OwnPage], *, is_solving: bool) -> Ended:
        page = found.value
        if self._statuses.is_over(str(page.get("Status"))) == is_solving:
            return APPLIED
        if self._alerts.mails_outside(page, self._queue.of(page)):
            return Ended(outcome=Outcome.APPLIED, left=_left(page["id"], "somebody outside would be mailed"))
        if found.etag is None:
            return refused(
                f"the status of ticket {page['id']} cannot be guarded: what stands before RT must pass ETags on"
            )
        word = self._word(page, is_solving=is_solving)
        ended = self._sending.put(f"ticket/{page['id']}", {"Status": word}, found.etag)
        return self._read_back(ended, page, word, is_solving=is_solving) if ended.is_applied else ended

    def _word(self, page: OwnPage, *, is_solving: bool) -> str:
        """The status to set: RT's own word, or in a lifecycle without it another that is known to mean the same."""
        offered = [str(link.get("to")) for link in page.get("_hyperlinks") or () if link.get("ref") == "lifecycle"]
        usual, fits = (RESOLVED, self._statuses.is_over) if is_solving else (OPEN, self._statuses.is_active)
        return usual if usual in offered else next(filter(fits, offered), usual)

    def _read_back(self, ended: Ended, page: OwnPage, word: str, *, is_solving: bool) -> Ended:
        after = self._alerts.page(page["id"])
        if after is None or isinstance(after, Refusal):
            return ended
        if self._statuses.is_over(str(after.value.get("Status"))) == is_solving:
            return ended
        return refused(f"ticket {page['id']} did not take the status {word}: give ModifyTicket, or RT's own lifecycle")


def _left(number: int, why: str) -> str:
    return f"Alert ticket {number} keeps its status: {why}."


def _number(write: Write) -> int:
    number = write.body.get("ticket")
    if not isinstance(number, int):
        raise TypeError("a message for a ticket without a number")
    return number
