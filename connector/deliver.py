"""Delivers the outbox of one helpdesk: in order, each answer saved, the unclear looked up, the written read back."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import groupby
from threading import Event

from connector import log
from connector.clock import Clock
from connector.helpdesk import Helpdesk, Outcome, Receipt, Write, WriteKind
from connector.progress import Progress
from connector.settings import HelpdeskSettings
from connector.store.rows import OutboxRow, OutboxState, PlanRows
from connector.store.store import Store
from rules.facts import NOBODY, AccountId
from rules.marks import Mark, MarkKind
from rules.planning.reconcile import Reading, settle
from rules.planning.scene import Pages

ROUNDS = 3
"""How often a write whose answer is unclear is tried within a cycle, each time after a look."""

_FIELDS_AT_ONCE, _OTHERS_AT_ONCE = 500, 20
_ACCOUNTS_AT_ONCE = 1000
_ABOUT_TICKETS = (WriteKind.UPDATE_ALERT, WriteKind.CLOSE_ALERT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """How a delivery went."""

    counts: Mapping[str, int] = field(default_factory=dict)
    """Writes by what became of them in the end."""
    problems: tuple[str, ...] = ()
    """Writes that were newly refused or are left unclear: the cycle did not end well."""
    notes: tuple[str, ...] = ()
    """What waits from earlier cycles, and tickets that were left as they are on purpose."""


class Delivery:
    """Sends what is due in the outbox and reads back what was written. One account never holds up another."""

    def __init__(self, helpdesk: Helpdesk, store: Store, settings: HelpdeskSettings, clock: Clock, stop: Event) -> None:
        self._helpdesk = helpdesk
        self._store = store
        self._name = settings.name
        self._clock = clock
        self._stop = stop
        self._deadline: float | None = None
        self._only: frozenset[int] | None = None
        self._ends: dict[int, Receipt] = {}
        self._rows: dict[int, OutboxRow] = {}
        self._tickets = {ticket.key: ticket for ticket in store.ledger(self._name).tickets}

    def run(self, progress: Progress, patience: timedelta | None = None) -> Delivered:
        """Deliver, for so long at most; None: to the end.

        Raises HelpdeskBusyError and HelpdeskError as the helpdesk does; everything answered by then is saved.
        """
        if patience is not None:
            self._deadline = self._clock.monotonic() + patience.total_seconds()
        parked = sum(row.state is OutboxState.PARKED for row in self._store.outbox(self._name))
        self._send(progress)
        if not self._stop.is_set():
            self._read_back()
        return self._report(parked)

    def resolve(self, rows: frozenset[int], progress: Progress) -> None:
        """Find out what became of these rows alone, and send those that never arrived. Raises as `run` does."""
        self._only = rows
        self._send(progress)

    def _send(self, progress: Progress) -> None:
        for _ in range(ROUNDS):
            due = [row for row in self._due() if self._is_to_do(row)]
            if not due:
                return
            for chunk in _chunks(due):
                if self._is_over():
                    return
                self._send_chunk(chunk)
                progress.delivering(self._name, len(self._ends), len(due))

    def _due(self) -> Iterator[OutboxRow]:
        """What waits and may be sent now. A row that was asked for alone is due whatever it was to wait for."""
        if self._only is None:
            yield from self._store.due(self._name, self._clock.now())
            return
        for row in self._store.outbox(self._name):
            if row.id in self._only and row.state is OutboxState.WAITING:
                yield row

    def _is_to_do(self, row: OutboxRow) -> bool:
        """Not yet tried in this run, or left unclear by it; a wait counts also for a row that was asked for alone."""
        end = self._ends.get(row.id)
        if end is None:
            return True
        return end.outcome is Outcome.UNCLEAR and (self._only is None or end.wait is None)

    def _is_over(self) -> bool:
        return self._stop.is_set() or (self._deadline is not None and self._clock.monotonic() >= self._deadline)

    def _send_chunk(self, rows: Sequence[OutboxRow]) -> None:
        writes = [write for row in rows if (write := self._write(row)) is not None]
        self._rows.update({row.id: row for row in rows})
        self._store.sending(self._name, [write.id for write in writes])
        answers = self._helpdesk.apply(writes)
        for receipt in answers:
            self._note(receipt)
            if self._stop.is_set() and receipt.outcome is not Outcome.JOB_STARTED:
                break
        close = getattr(answers, "close", None)
        if close is not None:
            close()

    def _write(self, row: OutboxRow) -> Write | None:
        """The row as it is sent now; None for one that waits for its ticket to be made."""
        body = row.write.body
        if row.write.kind in _ABOUT_TICKETS and body.get("ticket") is None:
            ticket = self._tickets.get(row.write.what)
            if ticket is None or ticket.ticket is None:
                return None
            body = {**body, "ticket": ticket.ticket}
        if row.write.kind is WriteKind.SET_FIELD:
            body = {"fields": self._linked(body["fields"])}
        return Write(
            id=row.id,
            account=row.write.account,
            kind=row.write.kind,
            key=row.write.key,
            body=body,
            job=row.job,
            tried=row.attempts > 0 or row.id in self._ends,
        )

    def _linked(self, fields: object) -> Mapping[str, str | None]:
        """Fields in which the key of a ticket that has a number by now is its link; without one it is left out."""
        found: dict[str, str | None] = dict(fields) if isinstance(fields, Mapping) else {}
        for key, value in tuple(found.items()):
            ticket = self._tickets.get(value or "")
            if ticket is not None and ticket.ticket is not None:
                found[key] = self._pages().ticket_link(ticket.ticket)
            elif ticket is not None:
                del found[key]
        return found

    def _pages(self) -> Pages:
        identity = self._helpdesk.identify()
        return Pages(account=identity.account_page, ticket=identity.ticket_page)

    def _note(self, receipt: Receipt) -> None:
        self._store.received(self._name, receipt, self._clock.now())
        if receipt.outcome is Outcome.JOB_STARTED:
            return
        for number in receipt.writes:
            self._ends[number] = receipt
            row = self._rows[number]
            self._note_ticket(row, receipt)
            _log(self._name, row, receipt)

    def _note_ticket(self, row: OutboxRow, receipt: Receipt) -> None:
        if receipt.outcome is Outcome.APPLIED and receipt.ticket is not None:
            self._tickets[row.write.key] = replace(self._tickets[row.write.key], ticket=receipt.ticket)
        if receipt.outcome is Outcome.GONE:
            self._end_ticket(row)

    def _end_ticket(self, row: OutboxRow) -> None:
        """A ticket that will never take a message is not followed; the next plan tells it on another."""
        ticket = self._tickets.get(row.write.what)
        if ticket is not None:
            ended = replace(ticket, ended_at=self._clock.now())
            self._tickets[ticket.key] = ended
            self._store.save_plan(self._name, PlanRows(made_at=self._clock.now(), tickets=(ended,)))

    def _read_back(self) -> None:
        written = {self._rows[number].write.account for number in self._ends if self._is_applied(number)} - {NOBODY}
        ordered = sorted(written)
        for start in range(0, len(ordered), _ACCOUNTS_AT_ONCE):
            self._settle(frozenset(ordered[start : start + _ACCOUNTS_AT_ONCE]))

    def _is_applied(self, number: int) -> bool:
        return self._ends[number].outcome is Outcome.APPLIED

    def _settle(self, accounts: frozenset[AccountId]) -> None:
        ledger = self._store.ledger(self._name)
        followed = (ticket for ticket in ledger.tickets if ticket.account in accounts and ticket.ended_at is None)
        tickets = frozenset(ticket.ticket for ticket in followed if ticket.ticket is not None)
        read = self._helpdesk.read_marks(sorted(accounts), sorted(tickets))
        mine = tuple(self._with_link(mark) for mark in ledger.marks if mark.account in accounts)
        reading = Reading(marks=read, accounts=accounts, tickets=tickets)
        found = settle(replace(ledger, marks=mine), reading)
        rows = PlanRows(made_at=self._clock.now(), marks=found.marks, dropped=found.dropped, tickets=found.tickets)
        self._store.save_plan(self._name, rows)

    def _with_link(self, mark: Mark) -> Mark:
        if mark.kind is not MarkKind.FIELD or mark.value is None:
            return mark
        return replace(mark, value=self._linked({mark.name: mark.value}).get(mark.name, mark.value))

    def _report(self, parked: int) -> Delivered:
        counts = Counter(str(receipt.outcome) for receipt in self._ends.values())
        return Delivered(counts=dict(counts), problems=tuple(self._problems()), notes=tuple(self._notes(parked)))

    def _notes(self, parked: int) -> Iterator[str]:
        if parked:
            yield f"{parked} writes that the helpdesk refused earlier are parked."
        yield from (receipt.left for receipt in self._ends.values() if receipt.left)

    def _problems(self) -> Iterator[str]:
        for number, receipt in self._ends.items():
            row = self._rows[number].write
            about = f"{row.kind} {row.what} of account {row.account or '(none)'}"
            if receipt.outcome is Outcome.REFUSED:
                yield f"{about} was refused: {receipt.reason}."
            elif receipt.outcome is Outcome.UNCLEAR:
                yield f"{about} is unclear ({receipt.reason}); the next cycle looks before it writes again."


def _chunks(rows: Sequence[OutboxRow]) -> Iterator[Sequence[OutboxRow]]:
    """Neighbours of a kind: fields go in jobs together, the others a few at a time, to stop soon when asked."""
    for fields, group in groupby(rows, key=lambda row: row.write.kind is WriteKind.SET_FIELD):
        same = list(group)
        size = _FIELDS_AT_ONCE if fields else _OTHERS_AT_ONCE
        yield from (same[start : start + size] for start in range(0, len(same), size))


def _log(helpdesk: str, row: OutboxRow, receipt: Receipt) -> None:
    write = row.write
    line = {"helpdesk": helpdesk, "account": write.account, "kind": write.kind, "what": write.what}
    if receipt.outcome is Outcome.APPLIED:
        log.info("written", **line)
    else:
        log.warning("not_written", **line, outcome=receipt.outcome, reason=receipt.reason)
