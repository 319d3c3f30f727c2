"""Looks whether the user behind the token sees what reading needs: RT leaves out without a word what it may not see.

Whoever may see all custom fields, queues or groups is told how many are found, nobody else. Of transactions nobody is:
there, rows are cut from the page that they are on, so that one on a page of its own is seen to be hidden. Each case is
shown in tests/request_tracker.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from pydantic import TypeAdapter

from connector.helpdesk import Finding, Severity, Stream
from connector.helpdesks.request_tracker.events import OF_TICKETS
from connector.helpdesks.request_tracker.needed import EVERYWHERE, ON_QUEUES, ON_TICKETS, ON_USERS
from connector.helpdesks.request_tracker.people import People
from connector.helpdesks.request_tracker.searches import Found, Search, Searcher, quoted, written
from connector.helpdesks.request_tracker.values import name_of, second
from connector.helpdesks.request_tracker.wire import (
    FIELD_PAGE,
    FIELD_ROW,
    TICKET_PAGE,
    TICKET_ROW,
    TRANSACTION_PAGE,
    TRANSACTION_ROW,
    FieldRow,
    TicketPage,
    TicketRow,
    TransactionPage,
    TransactionRow,
)
from connector.http.decode import Layout
from connector.settings import HelpdeskSettings, SourceKind

_NEWEST: Search[TicketPage, TicketRow] = Search(
    path="tickets",
    layout=Layout(stream=Stream.TICKETS, key="items", page=TICKET_PAGE, row=TICKET_ROW),
    fields=(("fields", "Status,Created,LastUpdated,Queue"), ("fields[Queue]", "Name")),
)
_UPDATES: Search[TransactionPage, TransactionRow] = Search(
    path="transactions",
    layout=Layout(stream=Stream.EVENTS, key="items", page=TRANSACTION_PAGE, row=TRANSACTION_ROW),
    fields=(("fields", "ObjectId,Type,Created"),),
)
FIELDS = Search(
    path="customfields",
    layout=Layout(stream=Stream.ACCOUNTS, key="items", page=FIELD_PAGE, row=FIELD_ROW),
    fields=(("fields", "Name,LookupType,Type,MaxValues"),),
)
_COMMENT = "Comment"
_EVERY = json.dumps([{"field": "id", "operator": ">", "value": 0}])
_SOMEBODY = "user/RT_System"
_BY_PERSON = frozenset({SourceKind.ORGANIZATION, SourceKind.EMAIL_DOMAIN})
ANYTHING = TypeAdapter(dict[str, Any])


class _Field(NamedTuple):
    """A custom field that the configuration names."""

    name: str
    key: str
    """Where it stands there."""
    on: frozenset[str]


class Sight:
    """What is seen of one Request Tracker."""

    def __init__(self, searcher: Searcher, people: People, settings: HelpdeskSettings) -> None:
        self._searcher = searcher
        self._people = people
        self._settings = settings
        self._kinds = frozenset(source.kind for source in settings.account)

    def tickets(self) -> Sequence[TicketRow]:
        """The newest that are seen, without those of the alert queue; a hundred at most."""
        query = f"id > 0{self._apart('Queue')}"
        found = self._searcher.ask(_NEWEST, query, newest=True)
        return (self._searcher.first(_NEWEST, query) if _is_hidden(found) else found).rows

    def reads_utc(self, ticket: TicketRow) -> bool:
        """Whether a search by date takes a date as we mean it: from its last change on a ticket is found, later not."""
        at = written_second(ticket)
        found = [
            not self._searcher.ask(_NEWEST, f"id = {ticket['id']} AND LastUpdated {sign} '{at}'").is_empty
            for sign in (">=", ">")
        ]
        if found == [True, False]:
            return True
        now = self._searcher.ask(_NEWEST, f"id = {ticket['id']}").rows
        # Somebody may have changed it meanwhile.
        return not now or written_second(now[0]) != at

    def findings(self, tickets: Sequence[TicketRow]) -> Iterator[Finding]:
        """What is not seen and is needed. Raises HelpdeskError and HelpdeskBusyError."""
        if not tickets and self._are_tickets_hidden():
            yield self._lacking("No ticket can be seen", "ShowTicket")
        elif not tickets:
            yield Finding(severity=Severity.NOTE, sentence="No ticket that would count is there yet.")
        elif self._are_comments_hidden(tickets):
            yield self._lacking("Comments cannot be seen, and would be no touches", "ShowTicketComments")
        if SourceKind.QUEUE in self._kinds and tickets and not any(name_of(row.get("Queue")) for row in tickets):
            yield self._lacking("Names of queues cannot be seen, and would be no accounts", "SeeQueue")
        yield from self._fields()
        if self._kinds & _BY_PERSON and not self._is_history_seen():
            lost = "What is changed of users cannot be seen: a new organisation would not take old tickets along"
            yield self._lacking(lost, "ShowUserHistory")

    def _are_comments_hidden(self, tickets: Sequence[TicketRow]) -> bool:
        """Whether these tickets have comments, and none of them is seen."""
        numbers = " OR ".join(f"ObjectId = {row['id']}" for row in tickets)
        theirs = f"{OF_TICKETS} AND ({numbers})"
        newest = self._searcher.ask(_UPDATES, theirs, newest=True)
        if newest.is_empty or any(row["Type"] == _COMMENT for row in newest.rows):
            return False
        comments = f"{theirs} AND Type = '{_COMMENT}' AND id < {newest.last}"
        return self._is_hidden_beside(newest.last, comments) and self._searcher.ask(_UPDATES, comments).is_empty

    def _are_tickets_hidden(self) -> bool:
        """Whether there are tickets, though none is seen: told by what made them, older or newer than our own user."""
        ours = f"ObjectType = 'RT::User' AND ObjectId = {self._people.me()['id']} AND Type = 'Create'"
        seen = self._searcher.ask(_UPDATES, ours).last
        if not seen:
            # That one was taken out of the database: it cannot be told.
            return False
        made = f"{OF_TICKETS} AND Type = 'Create'{self._apart('TicketQueue')}"
        return self._is_hidden_beside(seen, f"{made} AND id < {seen}") or self._is_hidden_beside(
            seen, f"{made} AND id > {seen}", newest=True
        )

    def _is_hidden_beside(self, seen: int, others: str, *, newest: bool = False) -> bool:
        """Whether the first of other updates is hidden, where one that is seen would be the last of them."""
        return self._searcher.ask(_UPDATES, f"({others}) OR id = {seen}", size=1, newest=newest).is_empty

    def _apart(self, queue: str) -> str:
        """The condition that leaves out the alert queue."""
        group = self._settings.write.group
        return "" if group is None else f" AND {queue} != '{quoted(group)}'"

    def _is_history_seen(self) -> bool:
        page = self._searcher.get(_SOMEBODY, ANYTHING.validate_json)
        return "history" in links_of(page)

    def _fields(self) -> Iterator[Finding]:
        if _is_hidden(fields_of(self._searcher, ())):
            lost = "Custom fields cannot be seen: they would be empty, and changes of them would not count"
            yield self._lacking(lost, "SeeCustomField")
            return
        named = tuple(self._named())
        rows = fields_of(self._searcher, [field.name for field in named]).rows if named else ()
        for field in named:
            if not any(row["Name"] == field.name and row.get("LookupType") in field.on for row in rows):
                yield Finding(
                    severity=Severity.PROBLEM,
                    sentence=f"`{field.key}` names the custom field {field.name} of {_words(field.on)}, which is not "
                    "there or cannot be seen.",
                    remedy=f"Make the field, correct `{field.key}`, or give {self._us()} the right SeeCustomField.",
                )

    def _named(self) -> Iterator[_Field]:
        for source in self._settings.account:
            if source.field is not None:
                yield _Field(source.field, "account", frozenset({ON_TICKETS}))
        carriers = [ON_USERS] * bool(self._kinds & _BY_PERSON) + [ON_QUEUES] * (SourceKind.QUEUE in self._kinds)
        for word, name in sorted(self._settings.fields.items()):
            yield _Field(name, f"fields.{word}", frozenset(carriers))

    def _lacking(self, lost: str, right: str) -> Finding:
        where = "globally" if right in EVERYWHERE else "globally or on the queues that count"
        return Finding(
            severity=Severity.PROBLEM,
            sentence=f"{lost}: {self._us()} lacks the right {right}.",
            remedy=f"Give {self._us()} the right {right}, {where}.",
        )

    def _us(self) -> str:
        return f"user {self._people.me()['id']}"


def fields_of(searcher: Searcher, names: Sequence[str]) -> Found[FieldRow]:
    """The custom fields of these names that are seen, of anything; all of them where no name is given."""
    limits = [{"field": "Name", "value": name, "entry_aggregator": "OR"} for name in names]
    return searcher.ask(FIELDS, json.dumps(limits) if names else _EVERY)


def links_of(page: dict[str, Any]) -> frozenset[str]:
    """What a thing's own page offers to do next."""
    links = page.get("_hyperlinks")
    return frozenset(str(link.get("ref")) for link in links or () if isinstance(link, dict))


def written_second(ticket: TicketRow) -> str:
    """The second of a ticket's last change, as searches take it."""
    return written(datetime.fromtimestamp(second(ticket["LastUpdated"]), UTC))


def _is_hidden(found: Found[Any]) -> bool:
    return found.is_empty and found.total is None


def _words(on: frozenset[str]) -> str:
    words = {ON_TICKETS: "tickets", ON_USERS: "users", ON_QUEUES: "queues"}
    return " or ".join(word for kind, word in words.items() if kind in on)
