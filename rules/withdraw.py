"""The plan that takes away everything we ever wrote in a helpdesk."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from rules.alert import State
from rules.ask import Asked
from rules.change import AlertKey, Cause, Change, Plan, Rank
from rules.desired import alert_tag
from rules.facts import NOBODY, AccountId
from rules.marks import AlertTicket, Mark, MarkKind, WriteKind
from rules.scene import Scene


def everything(scene: Scene) -> Asked:
    """What must be read before: every account and alert ticket of the ledger."""
    accounts = scene.ledger.accounts - {NOBODY}
    tickets = (ticket.ticket for ticket in scene.ledger.tickets if ticket.ended_at is None)
    return Asked(accounts=tuple(sorted(accounts)), tickets=tuple(sorted(t for t in tickets if t is not None)))


def withdraw(scene: Scene) -> Plan:
    """Take off the tags and field values of ours that are shown, and solve the alert tickets that are open.

    The scene's reading must have asked about `everything`. Nothing holds this plan back.
    """
    shown = [mark for mark in scene.ledger.marks if _is_shown(mark, scene)]
    followed = [ticket for ticket in scene.ledger.tickets if ticket.ended_at is None]
    changes = [*_clear(shown), *(_solve(ticket, scene) for ticket in followed if _is_open(ticket, scene))]
    return Plan(
        id="withdraw",
        helpdesk=scene.helpdesk,
        changes=tuple(sorted(changes, key=lambda change: (change.rank, change.account, change.kind))),
        marks=tuple(replace(mark, unwanted_at=mark.unwanted_at or scene.at) for mark in shown),
        dropped=tuple(mark for mark in scene.ledger.marks if mark not in shown),
        tickets=tuple(replace(ticket, ended_at=scene.at) for ticket in followed),
        cancelled=tuple(row.id for row in scene.waiting if not row.underway),
        states=_untold(scene),
    )


def _is_shown(mark: Mark, scene: Scene) -> bool:
    found = scene.shown.get(mark.account)
    if found is None or mark.vetoed_at is not None:
        return False
    return mark.name in found.tags if mark.kind is MarkKind.TAG else bool(found.fields.get(mark.name))


def _is_open(ticket: AlertTicket, scene: Scene) -> bool:
    if ticket.ticket is None:
        return False
    found = scene.reading.shown_tickets().get(ticket.ticket)
    return found is not None and found.status not in ("solved", "closed")


def _clear(shown: list[Mark]) -> Iterator[Change]:
    for account in sorted({mark.account for mark in shown}):
        tags = sorted(mark.name for mark in shown if mark.account == account and mark.kind is MarkKind.TAG)
        keys = sorted(mark.name for mark in shown if mark.account == account and mark.kind is MarkKind.FIELD)
        if tags:
            yield _change(account, WriteKind.REMOVE_TAG, ", ".join(tags), {"tags": tags})
        if keys:
            yield _change(account, WriteKind.SET_FIELD, ", ".join(keys), {"fields": dict.fromkeys(keys)})


def _solve(ticket: AlertTicket, scene: Scene) -> Change:
    body = {"ticket": ticket.ticket, "comment": None, "tags": [alert_tag(scene.writing)]}
    key = f"{ticket.key}:{Cause.WITHDRAWN}"
    return replace(_change(ticket.account, WriteKind.CLOSE_ALERT, ticket.key, body), key=key)


def _change(account: AccountId, kind: WriteKind, what: str, body: Mapping[str, object]) -> Change:
    return Change(account=account, kind=kind, what=what, reason=Cause.WITHDRAWN, rank=Rank.REMOVAL, body=body)


def _untold(scene: Scene) -> dict[AlertKey, State]:
    """After a withdrawal nothing was told: should we write again, it is a first run."""
    return {
        (account, rule): replace(state, told_at=None, told_level=None, held=None)
        for account, case in scene.cases.items()
        for rule, state in case.states.items()
        if state.told_level is not None or state.held is not None
    }
