"""What a direct read says of the ledger: what is confirmed, and what people answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation

from rules.facts import NOBODY, AccountId, TicketId
from rules.marks import AccountMarks, AlertTicket, AlertTicketMark, Mark, MarkKind, MarksRead, Message

_MOST_MISSING = 3
_MISSING_SHARE = Decimal("0.30")
_OVER = ("solved", "closed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What is ours in one helpdesk."""

    marks: tuple[Mark, ...] = ()
    tickets: tuple[AlertTicket, ...] = ()
    messages: tuple[Message, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever written."""
        return not self.marks and not self.tickets

    @property
    def accounts(self) -> frozenset[AccountId]:
        """Every account with something of ours; NOBODY for tickets that belong to none."""
        return frozenset(mark.account for mark in self.marks) | {ticket.account for ticket in self.tickets}

    @property
    def unread(self) -> frozenset[AccountId]:
        """Accounts with something that was written or taken away, and that no read has shown since."""
        marks = {mark.account for mark in self.marks if mark.seen_at is None and mark.vetoed_at is None}
        leaving = {mark.account for mark in self.marks if mark.unwanted_at is not None}
        followed = (ticket for ticket in self.tickets if ticket.ended_at is None and ticket.status is None)
        return frozenset(marks | leaving | {ticket.account for ticket in followed})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A read with what was asked for: what was asked for and is not shown is gone."""

    marks: MarksRead
    accounts: frozenset[AccountId]
    tickets: frozenset[TicketId]

    def shown(self) -> Mapping[AccountId, AccountMarks]:
        """What each account shows."""
        return {marks.account: marks for marks in self.marks.accounts}

    def shown_tickets(self) -> Mapping[TicketId, AlertTicketMark]:
        """What each alert ticket shows."""
        return {ticket.id: ticket for ticket in self.marks.tickets}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """Lines of the ledger that a read confirmed."""

    marks: tuple[Mark, ...] = ()
    dropped: tuple[Mark, ...] = ()
    """Marks that were taken away and are no longer shown."""
    tickets: tuple[AlertTicket, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What people did, and what is missing."""

    taken_off: tuple[Mark, ...] = ()
    """Tags that a read showed once and a later one does not."""
    tickets: tuple[AlertTicket, ...] = ()
    """Alert tickets that changed without us, as they are now."""
    accounts: frozenset[AccountId] = frozenset()
    """Whose alerts are acknowledged by that."""
    too_many: bool = False
    """More are missing than people take off: nothing is to be believed of it."""


def settle(ledger: Ledger, reading: Reading) -> Settled:
    """What a read confirms. Says nothing of what people did, so that it may be saved at any time."""
    shown = reading.shown()
    marks, dropped = [], []
    for mark in ledger.marks:
        found = shown.get(mark.account)
        if found is None or _is_hidden(mark, reading):
            continue
        if mark.unwanted_at is not None and not _shows(found, mark) and mark.unwanted_at <= reading.marks.read_at:
            dropped.append(mark)
        elif mark.unwanted_at is None and mark.seen_at is None and _confirms(found, mark, reading.marks.read_at):
            marks.append(replace(mark, seen_at=reading.marks.read_at, vetoed_at=None))
    return Settled(marks=tuple(marks), dropped=tuple(dropped), tickets=_settled_tickets(ledger.tickets, reading))


def find_answers(ledger: Ledger, reading: Reading, existing: frozenset[AccountId]) -> Answers:
    """What people did since the read before. `existing` are the accounts that were not deleted.

    More than max(3, 30 %) of the helpdesk's marks missing in one read is no person's doing.
    """
    gone = [mark for mark in ledger.marks if _is_missing(mark, reading)]
    changed = [after for ticket in ledger.tickets if (after := _changed(ticket, reading)) is not None]
    deleted = [ticket for ticket in changed if ticket.status is None]
    missing = sum(mark.account in existing for mark in gone) + len(deleted)
    all_marks = sum(_is_seen(mark) for mark in ledger.marks) + sum(_is_followed(ticket) for ticket in ledger.tickets)
    present = reading.shown().keys()
    taken_off = tuple(mark for mark in gone if mark.account in present)
    answered = {mark.account for mark in taken_off} | {ticket.account for ticket in changed if ticket.answered}
    return Answers(
        taken_off=taken_off,
        tickets=tuple(ticket.after for ticket in changed),
        accounts=frozenset(answered),
        too_many=missing > max(Decimal(_MOST_MISSING), _MISSING_SHARE * all_marks),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Changed:
    after: AlertTicket
    status: str | None
    """None: it is gone."""
    answered: bool

    @property
    def account(self) -> AccountId:
        return self.after.account


def _is_seen(mark: Mark) -> bool:
    written = mark.seen_at is not None and mark.unwanted_at is None and mark.vetoed_at is None
    return written and mark.kind is MarkKind.TAG


def _is_missing(mark: Mark, reading: Reading) -> bool:
    if not _is_seen(mark) or mark.account not in reading.accounts or not reading.marks.tagging_on:
        return False
    later = mark.seen_at is not None and reading.marks.read_at > mark.seen_at
    found = reading.shown().get(mark.account)
    return later and (found is None or mark.name not in found.tags)


def _is_followed(ticket: AlertTicket) -> bool:
    return ticket.account != NOBODY and ticket.ticket is not None and ticket.ended_at is None


def _changed(ticket: AlertTicket, reading: Reading) -> _Changed | None:
    """What became of a followed ticket without us, None when nothing did.

    One that was not read since we last opened it says nothing of what a person answered.
    """
    if ticket.ticket is None or ticket.ticket not in reading.tickets or not _is_followed(ticket):
        return None
    if ticket.seen_at is not None and reading.marks.read_at <= ticket.seen_at:
        return None
    was_open = ticket.status is not None and ticket.status not in _OVER
    found = reading.shown_tickets().get(ticket.ticket)
    if found is None:
        return _Changed(after=_ended(ticket, reading), status=None, answered=was_open)
    if found.merged or found.status == "closed":
        return _Changed(after=_ended(ticket, reading), status=found.status, answered=found.merged and was_open)
    if found.status == ticket.status:
        return None
    after = replace(ticket, status=found.status, seen_at=reading.marks.read_at)
    return _Changed(after=after, status=found.status, answered=found.status in _OVER and was_open)


def _ended(ticket: AlertTicket, reading: Reading) -> AlertTicket:
    return replace(ticket, ended_at=reading.marks.read_at)


def _settled_tickets(tickets: Sequence[AlertTicket], reading: Reading) -> tuple[AlertTicket, ...]:
    """Tickets that are read for the first time since we last opened them, and are open."""
    unread = (ticket for ticket in tickets if ticket.status is None)
    found = (_changed(ticket, reading) for ticket in unread)
    return tuple(changed.after for changed in found if changed is not None and changed.status not in (None, *_OVER))


def _is_hidden(mark: Mark, reading: Reading) -> bool:
    return mark.kind is MarkKind.TAG and not reading.marks.tagging_on


def _shows(found: AccountMarks, mark: Mark) -> bool:
    if mark.kind is MarkKind.TAG:
        return mark.name in found.tags
    return bool(found.fields.get(mark.name))


def _confirms(found: AccountMarks, mark: Mark, read_at: datetime) -> bool:
    if read_at < mark.wanted_at:
        return False
    if mark.kind is MarkKind.TAG:
        return mark.name in found.tags - found.partly
    return mark.name in found.fields and same(found.fields[mark.name], mark.value)


def same(shown: str | None, wanted: str | None) -> bool:
    """Whether a field shows what we want: 0.5 and 0.50 are the same, and so are empty and None."""
    if (shown or None) == (wanted or None):
        return True
    try:
        return Decimal(shown or "-") == Decimal(wanted or "-")
    except InvalidOperation:
        return False
