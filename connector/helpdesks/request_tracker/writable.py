"""Looks whether there is all that writing needs: custom fields, the alert queue, rights; and whom it would mail."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from connector.helpdesk import Finding, Severity, Stream
from connector.helpdesks.request_tracker.initial_data import commands
from connector.helpdesks.request_tracker.needed import (
    ON_MESSAGES,
    ON_QUEUES,
    ON_TICKETS,
    ON_USERS,
    TRIED_KEY,
    TRIED_KEYS,
    Field,
    Needed,
)
from connector.helpdesks.request_tracker.people import People
from connector.helpdesks.request_tracker.searches import Search, Searcher
from connector.helpdesks.request_tracker.seeing import ANYTHING, fields_of, links_of
from connector.helpdesks.request_tracker.trial import Trial
from connector.helpdesks.request_tracker.values import custom_fields, custom_values
from connector.helpdesks.request_tracker.wire import NAMED_PAGE, NAMED_ROW, TICKET_PAGE, TICKET_ROW
from connector.http.decode import Layout
from connector.inspecting import fine
from rules.facts import HelpdeskName

_QUEUES = Search(
    path="queues/all",
    layout=Layout(stream=Stream.ACCOUNTS, key="items", page=NAMED_PAGE, row=NAMED_ROW),
    fields=(("fields", "Name,CustomFields"), ("find_disabled_rows", "1")),
)
_TICKETS = Search(
    path="tickets",
    layout=Layout(stream=Stream.TICKETS, key="items", page=TICKET_PAGE, row=TICKET_ROW),
    fields=(("fields", "Status,Created,LastUpdated,CustomFields"),),
)
_TRIED_QUEUES = 5
_REMEDY = "Run `touchcost setup`: it shows the commands that an administrator of Request Tracker runs."
_WORDS = {ON_USERS: "users", ON_QUEUES: "queues", ON_TICKETS: "tickets", ON_MESSAGES: "transactions"}
_OF_ALERT_QUEUE = (ON_TICKETS, ON_MESSAGES)
_FREEFORM = "Freeform"
_Page = dict[str, Any]


class Seen(NamedTuple):
    """What is there of all that, as far as it is seen."""

    fields: Mapping[str, frozenset[str]]
    """The names of custom fields by what they are of."""
    queue: _Page | None
    """The alert queue's own page."""
    ticket: _Page | None
    """The page of the ticket that it is tried on."""
    accounts: tuple[int, ...]
    """Queues that are accounts."""


class Writable:
    """Looks at one Request Tracker; what it finds missing can be made by the commands that it gives."""

    def __init__(self, searcher: Searcher, people: People, helpdesk: HelpdeskName, needed: Needed) -> None:
        self._searcher = searcher
        self._people = people
        self._helpdesk = helpdesk
        self._needed = needed

    def look(self) -> Seen:
        """What is there. Raises HelpdeskError and HelpdeskBusyError."""
        rows = [row for found in self._searcher.listed(_QUEUES, "") for row in found.rows]
        named = {row["Name"]: row for row in rows}
        alert = named.pop(self._needed.queue or "", None)
        queue = None if alert is None else self._page(f"queue/{alert['id']}")
        fields = {
            ON_USERS: frozenset(custom_fields(self._people.me())),
            ON_QUEUES: frozenset(custom_fields(next(iter(named.values()), {}))),
            ON_TICKETS: _named(queue, "TicketCustomFields"),
            ON_MESSAGES: _named(queue, "TicketTransactionCustomFields"),
        }
        ticket = self._ticket(queue) if queue and self._needed.key_field in fields[ON_TICKETS] else None
        return Seen(fields, queue, ticket, tuple(row["id"] for row in named.values()))

    def findings(self, seen: Seen) -> Iterator[Finding]:
        """What is missing, and what is in the way."""
        yield from self._fields(seen)
        yield from self._kinds(seen)
        name = self._needed.queue
        if name is None:
            return
        if seen.queue is None:
            sentence = f"There is no queue {name} for alert tickets, or {self._us()} lacks the right SeeQueue."
            missing = frozenset(field.name for field in self._needed.fields if field.on in _OF_ALERT_QUEUE)
            yield self._missing(sentence, missing, missing)
            return
        yield from self._queue(name, seen.queue)
        yield from self._tickets(name, seen)

    def tried(self, seen: Seen, trial: Trial) -> Iterator[Finding]:
        """What cannot be written of what is seen; else that all of it can."""
        found = (*self._refused(seen, trial),)
        yield from found
        if not found and any(self._needed.named(on) & seen.fields[on] for on in _WORDS):
            yield fine("Writing into our custom fields was tried, and what was tried is taken back.")

    def _refused(self, seen: Seen, trial: Trial) -> Iterator[Finding]:
        unwritable = frozenset[str]().union(*(self._unwritable(seen, trial, on) for on in (ON_USERS, ON_QUEUES)))
        if seen.ticket is not None:
            path = f"ticket/{seen.ticket['id']}"
            keeping = {self._needed.key_field: TRIED_KEY}
            unwritable |= trial.unwritable(path, self._needed.named(ON_TICKETS) & seen.fields[ON_TICKETS], keeping)
            if "lifecycle" not in links_of(seen.ticket) and trial.is_unchangeable(path):
                yield self._lacking(
                    f"Alert tickets in the queue {self._needed.queue} cannot be changed", "ModifyTicket"
                )
        if unwritable:
            names = ", ".join(sorted(unwritable))
            yield self._lacking(f"Nothing can be written in the custom fields {names}", "ModifyCustomField")
        queues = seen.accounts[:_TRIED_QUEUES] if self._needed.named(ON_QUEUES) else ()
        if queues and all(trial.is_refused(f"queue/{number}") for number in queues):
            yield self._lacking("Custom fields of queues cannot be written", "AdminQueue")

    def _unwritable(self, seen: Seen, trial: Trial, on: str) -> frozenset[str]:
        """Tried on ourselves, or on the alert queue, which is no account."""
        names = self._needed.named(on) & seen.fields[on]
        path = f"user/{self._people.me()['id']}" if on == ON_USERS else seen.queue and f"queue/{seen.queue['id']}"
        if not (names and path) or (on == ON_QUEUES and trial.is_refused(path)):
            # Who may change those queues alone that are accounts is not tried on another.
            return frozenset()
        return trial.unwritable(path, names)

    def _fields(self, seen: Seen) -> Iterator[Finding]:
        # Without the queue nothing is seen of fields on its tickets: it alone is what is missing.
        fields = [field for field in self._needed.fields if seen.queue is not None or field.on not in _OF_ALERT_QUEUE]
        looked_for = frozenset(field.name for field in fields)
        missing = [field for field in fields if field.name not in seen.fields[field.on]]
        if missing:
            listed = ", ".join(f"{field.name} of {_WORDS[field.on]}" for field in missing)
            sentence = f"Custom fields are missing, or {self._us()} lacks the right SeeCustomField: {listed}."
            yield self._missing(sentence, looked_for, frozenset(field.name for field in missing))
        elif fields:
            sentence = f"All {len(fields)} custom fields are there."
            yield Finding(severity=Severity.FINE, sentence=sentence, looked_for=looked_for)

    def _kinds(self, seen: Seen) -> Iterator[Finding]:
        wanted = {(field.name, field.on): field for field in self._needed.fields if field.name in seen.fields[field.on]}
        found = fields_of(self._searcher, sorted({name for name, _ in wanted})).rows if wanted else ()
        for row in found:
            field = wanted.get((row["Name"], str(row.get("LookupType"))))
            if field is not None and (row.get("Type"), str(row.get("MaxValues"))) != (_FREEFORM, str(field.most)):
                yield _misfit(field)

    def _queue(self, name: str, queue: _Page) -> Iterator[Finding]:
        if str(queue.get("Disabled")) == "1":
            yield self._missing(f"The queue {name} for alert tickets is disabled.")
            return
        outsiders = self._people.outsiders([*queue.get("Cc", ()), *queue.get("AdminCc", ())])
        if outsiders:
            yield Finding(
                severity=Severity.PROBLEM,
                sentence=f"Alert tickets are mailed to whoever is Cc or AdminCc of the queue {name}, and {outsiders} "
                f"of them {'does' if outsiders == 1 else 'do'} not work here.",
                remedy=f"Take them off it in RT: Admin, Queues, {name}, Watchers.",
            )
        if "create" not in links_of(queue):
            yield self._lacking(f"No tickets can be made in the queue {name}", "CreateTicket")

    def _tickets(self, name: str, seen: Seen) -> Iterator[Finding]:
        if seen.ticket is None:
            if self._needed.key_field in seen.fields[ON_TICKETS]:
                yield Finding(
                    severity=Severity.NOTE,
                    sentence=f"What {self._us()} may do with tickets in the queue {name} cannot be seen: none to try "
                    "it on is there, or may be seen.",
                    remedy=_REMEDY,
                    by_hand=self._commands,
                )
        elif "comment" not in links_of(seen.ticket):
            yield self._lacking(f"Alert tickets in the queue {name} cannot be commented on", "CommentOnTicket")

    def _ticket(self, queue: _Page) -> _Page | None:
        field = self._needed.key_field
        keys = " OR ".join(f"CF.{{{field}}} = '{key}'" for key in TRIED_KEYS)
        rows = self._searcher.first(_TICKETS, f"Queue = {queue['id']} AND ({keys})").rows
        # RT does not tell capitals apart.
        number = next((row["id"] for row in rows if not {*custom_values(row, field)}.isdisjoint(TRIED_KEYS)), None)
        return None if number is None else self._page(f"ticket/{number}")

    def _page(self, path: str) -> _Page:
        return self._searcher.get(path, ANYTHING.validate_json)

    def _lacking(self, lost: str, right: str) -> Finding:
        return self._missing(f"{lost}: {self._us()} lacks the right {right}.")

    def _missing(
        self, sentence: str, looked_for: frozenset[str] = frozenset(), missing: frozenset[str] = frozenset()
    ) -> Finding:
        return Finding(
            severity=Severity.PROBLEM,
            sentence=sentence,
            remedy=_REMEDY,
            looked_for=looked_for,
            missing=missing,
            by_hand=self._commands,
        )

    @property
    def _commands(self) -> str:
        return commands(self._helpdesk, self._people.me()["id"], self._needed)

    def _us(self) -> str:
        return f"user {self._people.me()['id']}"


def _misfit(field: Field) -> Finding:
    many = "one value" if field.most == 1 else "any number of values"
    return Finding(
        severity=Severity.PROBLEM,
        sentence=f"The custom field {field.name} of {_WORDS[field.on]} is of another type than Freeform with {many}.",
        remedy="Give it another name in Admin, Custom Fields, then run `touchcost setup`.",
    )


def _named(page: _Page | None, key: str) -> frozenset[str]:
    """The names of the custom fields that a queue lists under this key."""
    fields = page.get(key) if page else None
    return frozenset(str(field.get("name")) for field in fields or () if isinstance(field, dict))
