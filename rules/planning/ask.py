"""Which marks must be read before a plan can be made."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from rules.facts import NOBODY, AccountId, TicketId
from rules.marks import AccountMarks, AlertTicket, AlertTicketMark, Hearing, MarkKind, MarksRead
from rules.planning.change import Why
from rules.planning.desired import FIELDS
from rules.planning.holds import waits
from rules.planning.plan import plan
from rules.planning.reconcile import Reading
from rules.planning.scene import Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be read."""

    accounts: tuple[AccountId, ...] = ()
    tickets: tuple[TicketId, ...] = ()
    heard: Mapping[TicketId, Hearing] = field(default_factory=dict)
    """The tickets among them of which it is asked what people answered, and how far that was looked at before."""


def ask(scene: Scene, changed: frozenset[AccountId]) -> Asked:
    """The accounts whose desired marks differ from the ledger, with their alert tickets.

    Those too of the ledger that `changed` names, or whose marks no read has shown yet. At the turn of the day, and as
    long as marks are missing, the whole ledger: of a part of it nobody could say that too many are missing. The
    scene's own reading is not looked at.
    """
    ours = scene.ledger.accounts
    whole = scene.day_turned or waits(scene, Why.MISSING)
    accounts = _differing(scene) | (ours if whole else ours & (changed | scene.ledger.unread))
    known = (accounts - {NOBODY}) & {account for account in scene.cases if scene.is_planned(account)}
    followed = {ticket.ticket: ticket.heard for account in known for ticket in _followed(account, scene)}
    heard = {number: hearing for number, hearing in followed.items() if number is not None}
    return Asked(accounts=tuple(sorted(known)), tickets=tickets_of(known, scene), heard=heard)


def tickets_of(accounts: Iterable[AccountId], scene: Scene) -> tuple[TicketId, ...]:
    """The alert tickets of these accounts that are followed."""
    followed = (ticket for account in accounts for ticket in _followed(account, scene))
    return tuple(sorted(ticket.ticket for ticket in followed if ticket.ticket is not None))


def _followed(account: AccountId, scene: Scene) -> Iterator[AlertTicket]:
    return (ticket for ticket in scene.tickets(account) if ticket.ended_at is None)


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
