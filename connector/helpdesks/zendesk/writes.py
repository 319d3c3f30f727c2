"""Sends the outbox to a Zendesk account, one request a write, fields in jobs."""

from collections.abc import Generator, Iterator, Sequence
from itertools import groupby

import requests
from zenpy import Zenpy

from connector.helpdesk import Outcome, Outside, Receipt, Write, WriteKind
from connector.helpdesks.zendesk.forms import MAKES, Forms
from connector.helpdesks.zendesk.jobs import Jobs
from connector.helpdesks.zendesk.people import People
from connector.helpdesks.zendesk.sending import Ended, try_once
from connector.helpdesks.zendesk.ticket_field import TicketField
from connector.helpdesks.zendesk.tickets import Ours, Tickets
from connector.http.session import PLACE, open_session
from connector.http.transport import Transport

_TIMEOUT = 60.0
"""What zenpy hands to the session, which has timeouts of its own."""


class Writes:
    """Writes to one Zendesk account through zenpy, on our session: it neither waits nor repeats."""

    def __init__(self, transport: Transport, people: People, answer: TicketField, outside: Outside) -> None:
        """`answer` is the ticket field in which people answer."""
        self._outside = outside
        self._people = people
        self._client = open_client(open_session(transport))
        self._groups: dict[str, int | None] = {}
        self._jobs = Jobs(self._client, transport, outside)
        self._forms = Forms(self._client, answer)
        self._tickets = Tickets(self._client, transport, Ours(own=self._own, group=self._group, answer=answer.field))

    def apply(self, writes: Sequence[Write]) -> Iterator[Receipt]:
        """Send them in order; neighbours that set fields go together.

        When the whole account is asked to wait, the rest is postponed without being sent.
        """
        wait: Ended | None = None
        for fields, group in groupby(writes, key=lambda write: write.kind is WriteKind.SET_FIELD):
            if wait is not None:
                yield from (wait.receipt(write) for write in group)
            elif fields:
                yield from self._jobs.apply(tuple(group))
            else:
                wait = yield from self._one_by_one(group)

    def _one_by_one(self, writes: Iterator[Write]) -> Generator[Receipt, None, Ended | None]:
        """Answers with what asks the rest to wait, if anything does."""
        wait: Ended | None = None
        for write in writes:
            if wait is not None:
                yield wait.receipt(write)
                continue
            receipt, result = self._one(write)
            yield receipt
            wait = result if result.stops_all else None
        return wait

    def _one(self, write: Write) -> tuple[Receipt, Ended]:
        if write.kind in (WriteKind.OPEN_ALERT, WriteKind.UPDATE_ALERT, WriteKind.CLOSE_ALERT):
            return self._tickets.apply(write)
        result = self._forms.make(write) if write.kind in MAKES else self._tag(write)
        return result.receipt(write), result

    def _tag(self, write: Write) -> Ended:
        """PUT adds, DELETE removes. Source: Zendesk's page on tags; any other way replaces the whole list."""
        tags = write.body["tags"]
        if not write.account.isdecimal() or not isinstance(tags, list):
            return Ended(outcome=Outcome.REFUSED, reason="no organisation has such an id")
        number = int(write.account)
        if write.kind is WriteKind.ADD_TAG:
            return try_once(lambda: self._client.organizations.add_tags(number, tags))
        return try_once(lambda: self._client.organizations.delete_tags(number, tags))

    def _own(self) -> int:
        return self._people.me()["id"] or 0

    def _group(self, name: str) -> int | None:
        if name not in self._groups:
            found = (group.id for group in self._client.groups() if group.name == name)
            self._groups[name] = next(found, None)
            if self._groups[name] is None:
                self._outside.log("group_is_missing", group=name)
        return self._groups[name]


def open_client(session: requests.Session) -> Zenpy:
    """zenpy on our session: no sign-in, no cache, no waiting of its own."""
    subdomain, domain = PLACE
    return Zenpy(subdomain=subdomain, domain=domain, session=session, disable_cache=True, timeout=_TIMEOUT)
