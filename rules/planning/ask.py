"""Which marks must be read before a plan can be made."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from rules.facts import NOBODY, AccountId, TicketId
from rules.marks import AccountMarks, AlertTicketMark, MarkKind, MarksRead
from rules.planning.change import Why
from rules.planning.desired import FIELDS
from rules.planning.plan import plan
from rules.planning.reconcile import Reading
from rules.planning.scene import Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be read."""

    accounts: tuple[AccountId, ...] = ()
    tickets: tuple[TicketId, ...] = ()


def ask(scene: Scene, changed: frozenset[AccountId]) -> Asked:
    """The accounts whose desired marks differ from the ledger, with their alert tickets.

    Those too of the ledger that `changed` names, or whose marks no read has shown yet; at the turn of the day the
    whole ledger. The scene's own reading is not looked at.
    """
    ours = scene.ledger.accounts
    accounts = _differing(scene) | (ours if scene.day_turned else ours & (changed | scene.ledger.unread))
    known = (accounts - {NOBODY}) & {account for account in scene.cases if scene.is_planned(account)}
    return Asked(accounts=tuple(sorted(known)), tickets=tickets_of(known, scene))


def tickets_of(accounts: Iterable[AccountId], scene: Scene) -> tuple[TicketId, ...]:
    """The alert tickets of these accounts that are followed."""
    followed = (ticket for account in accounts for ticket in scene.tickets(account) if ticket.ended_at is None)
    return tuple(sorted(ticket.ticket for ticket in followed if ticket.ticket is not None))


def _differing(scene: Scene) -> set[AccountId]:
    """The accounts of which something would be written if the helpdesk showed what the ledger says."""
    imagined = plan(replace(scene, reading=_imagined(scene)))
    # What is refused or on its way is not looked at again until something else asks for it.
    withheld = (held.change for held in imagined.withheld if held.why not in (Why.PARKED, Why.UNDERWAY))
    changes = (*imagined.changes, *withheld)
    lines = {mark.account for mark in imagined.dropped} | {ticket.account for ticket in imagined.tickets}
    return {change.account for change in changes} | lines


def _imagined(scene: Scene) -> Reading:
    """What the helpdesk shows if every write arrived and nobody touched anything."""
    existing = [account for account, case in scene.cases.items() if case.exists]
    tickets = tuple(
        AlertTicketMark(id=ticket.ticket, external_id=ticket.key, status=ticket.status or "open")
        for ticket in scene.ledger.tickets
        if ticket.ticket is not None
    )
    return Reading(
        marks=MarksRead(
            read_at=scene.at, accounts=tuple(_shown(account, scene) for account in existing), tickets=tickets
        ),
        accounts=frozenset(scene.cases),
        tickets=frozenset(ticket.id for ticket in tickets),
    )


def _shown(account: AccountId, scene: Scene) -> AccountMarks:
    marks = [mark for mark in scene.marks(account) if mark.unwanted_at is None and mark.vetoed_at is None]
    written = {mark.name: mark.value for mark in marks if mark.kind is MarkKind.FIELD}
    empty = {f"{scene.writing.prefix}{name}": None for name in FIELDS}
    return AccountMarks(
        account=account,
        tags=frozenset(mark.name for mark in marks if mark.kind is MarkKind.TAG),
        fields={**empty, **written},
    )
