"""The plan that takes away everything we ever wrote in a helpdesk."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from rules.alert import State
from rules.facts import NOBODY, AccountId, HelpdeskName
from rules.marks import AlertTicket, Mark, MarkKind, WriteKind
from rules.planning.ask import Asked
from rules.planning.change import AlertKey, Cause, Change, Plan, Rank, Waiting, Why, Withheld
from rules.planning.desired import alert_tag
from rules.planning.reconcile import Ledger, Reading
from rules.planning.writing import WriteSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Belongings:
    """What is ours in a helpdesk, whatever the rules say and whichever facts are known."""

    helpdesk: HelpdeskName
    at: datetime
    """When the plan is made."""
    writing: WriteSettings
    ledger: Ledger
    waiting: tuple[Waiting, ...] = ()
    states: Mapping[AccountId, Mapping[str, State]] = field(default_factory=dict)

    @property
    def followed(self) -> tuple[AlertTicket, ...]:
        """Alert tickets that are not solved by us: an all-clear that is in the outbox did not solve its ticket yet."""
        closing = {row.what for row in self.waiting if row.kind is WriteKind.CLOSE_ALERT}
        return tuple(one for one in self.ledger.tickets if one.ended_at is None or one.key in closing)


def unclear(waiting: Iterable[Waiting]) -> frozenset[int]:
    """Writes whose fate must be known first: tickets that may have been made, and what the helpdesk works on."""
    return frozenset(row.id for row in waiting if _is_unclear(row))


def everything(ours: Belongings) -> Asked:
    """What must be read before: every account and alert ticket of the ledger."""
    accounts = ours.ledger.accounts - {NOBODY}
    tickets = (ticket.ticket for ticket in ours.followed)
    return Asked(accounts=tuple(sorted(accounts)), tickets=tuple(sorted(t for t in tickets if t is not None)))


def withdraw(ours: Belongings, reading: Reading) -> Plan:
    """Take off the tags and field values of ours that are shown, and solve the alert tickets that are open.

    The reading must have asked about `everything`. No guard holds this plan back. It takes every row out of the outbox
    but the unclear ones, whose marks and tickets stay ours. So do tags while tagging is off: their removal is withheld.
    """
    kept = [row for row in ours.waiting if _is_unclear(row)]
    marks = [mark for mark in ours.ledger.marks if not _is_written_by(mark, kept)]
    hidden = [mark for mark in marks if _is_hidden(mark, ours, reading)]
    shown = [mark for mark in marks if mark not in hidden and _is_shown(mark, ours, reading)]
    opening = {row.key for row in kept}
    tickets = [ticket for ticket in ours.followed if ticket.key not in opening]
    changes = [*_clear(shown), *(_solve(ticket, ours) for ticket in tickets if _is_open(ticket, reading))]
    return Plan(
        id="withdraw",
        helpdesk=ours.helpdesk,
        changes=tuple(sorted(changes, key=lambda change: (change.rank, change.account, change.kind))),
        withheld=tuple(Withheld(change=change, why=Why.TAGGING_OFF) for change in _clear(hidden)),
        marks=tuple(replace(mark, unwanted_at=mark.unwanted_at or ours.at) for mark in shown),
        dropped=tuple(mark for mark in marks if mark not in (*shown, *hidden)),
        tickets=tuple(replace(ticket, ended_at=ticket.ended_at or ours.at) for ticket in tickets),
        cancelled=tuple(row.id for row in ours.waiting if row not in kept),
        states=_untold(ours.states),
    )


def _is_unclear(row: Waiting) -> bool:
    return row.tried and not row.parked and (row.in_job or row.kind is WriteKind.OPEN_ALERT)


def _is_written_by(mark: Mark, rows: Iterable[Waiting]) -> bool:
    part = "tags" if mark.kind is MarkKind.TAG else "fields"
    return any(row.account == mark.account and mark.name in _names(row.body.get(part)) for row in rows)


def _names(part: object) -> frozenset[str]:
    return frozenset(part) if isinstance(part, list | tuple | Mapping) else frozenset()


def _is_shown(mark: Mark, ours: Belongings, reading: Reading) -> bool:
    """Whether it is there, or may come: a write that was sent and never answered may still arrive."""
    found = reading.shown().get(mark.account)
    if found is None or mark.vetoed_at is not None:
        return False
    if _is_written_by(mark, (row for row in ours.waiting if row.tried and not row.parked)):
        return True
    return mark.name in found.tags if mark.kind is MarkKind.TAG else bool(found.fields.get(mark.name))


def _is_hidden(mark: Mark, ours: Belongings, reading: Reading) -> bool:
    """Whether it may be there though nobody can see it: a tag while tagging is off, unless it never arrived."""
    if mark.kind is not MarkKind.TAG or reading.marks.tagging_on:
        return False
    if mark.account not in reading.shown() or mark.vetoed_at is not None:
        return False
    adding = (row for row in ours.waiting if row.kind is WriteKind.ADD_TAG and (row.parked or not row.tried))
    return mark.seen_at is not None or not _is_written_by(mark, adding)


def _is_open(ticket: AlertTicket, reading: Reading) -> bool:
    if ticket.ticket is None:
        return False
    found = reading.shown_tickets().get(ticket.ticket)
    return found is not None and found.status not in ("solved", "closed")


def _clear(shown: list[Mark]) -> Iterator[Change]:
    for account in sorted({mark.account for mark in shown}):
        tags = sorted(mark.name for mark in shown if mark.account == account and mark.kind is MarkKind.TAG)
        keys = sorted(mark.name for mark in shown if mark.account == account and mark.kind is MarkKind.FIELD)
        if tags:
            yield _change(account, WriteKind.REMOVE_TAG, ", ".join(tags), {"tags": tags})
        if keys:
            yield _change(account, WriteKind.SET_FIELD, ", ".join(keys), {"fields": dict.fromkeys(keys)})


def _solve(ticket: AlertTicket, ours: Belongings) -> Change:
    body = {"ticket": ticket.ticket, "comment": None, "tags": [alert_tag(ours.writing)]}
    key = f"{ticket.key}:{Cause.WITHDRAWN}"
    return replace(_change(ticket.account, WriteKind.CLOSE_ALERT, ticket.key, body), key=key)


def _change(account: AccountId, kind: WriteKind, what: str, body: Mapping[str, object]) -> Change:
    return Change(account=account, kind=kind, what=what, reason=Cause.WITHDRAWN, rank=Rank.REMOVAL, body=body)


def _untold(states: Mapping[AccountId, Mapping[str, State]]) -> dict[AlertKey, State]:
    """After a withdrawal nothing was told: should we write again, it is a first run."""
    return {
        (account, rule): replace(state, told_at=None, told_level=None, held=None)
        for account, by_rule in states.items()
        for rule, state in by_rule.items()
        if (state.told_at, state.told_level, state.held) != (None, None, None)
    }
