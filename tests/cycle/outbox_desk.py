"""A store with writes in its outbox beside a helpdesk in memory."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Event

from connector.clock import Clock
from connector.deliver import Delivered, Delivery
from connector.helpdesk import Outcome, Receipt, Write, WriteKind
from connector.helpdesks.memory import MemoryHelpdesk
from connector.progress import Silent
from connector.settings import HelpdeskSettings
from connector.store.rows import NewWrite, PlanRows
from connector.store.store import Store, open_store
from rules.facts import AccountId, HelpdeskName
from rules.marks import AlertTicket, Mark, MarkKind, Message
from rules.rule import Policy

NAME = HelpdeskName("acme")
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
SETTINGS = HelpdeskSettings(
    name=NAME, kind="memory", url="memory:", auth={}, since=date(2026, 1, 1), policy=Policy(rules=())
)
FIELDS = ("care_state", "care_alert")


class KilledError(BaseException):
    """The process ends here: nothing after it is done, nothing catches it."""


class MortalHelpdesk(MemoryHelpdesk):
    """A helpdesk whose caller may die between an answer and its saving; `dies_after` counts the answers.

    What nobody heard of may be under way for as long as `under_way` says.
    """

    dies_after: int | None = None
    under_way: timedelta | None = None

    def apply(self, writes: Sequence[Write]) -> Iterator[Receipt]:
        for write in writes:
            receipt = self._apply(write)
            if self.dies_after is not None:
                self.dies_after -= 1
                if self.dies_after < 0:
                    self.dies_after = None
                    raise KilledError
            yield replace(receipt, wait=self.under_way) if receipt.outcome is Outcome.UNCLEAR else receipt


@dataclass
class OutboxDesk:
    """Plans go in by `put`, deliveries run by `deliver`."""

    store: Store
    helpdesk: MortalHelpdesk
    stop: Event = field(default_factory=Event)
    passed: float = 0.0

    def deliver(self, patience: timedelta | None = None) -> Delivered:
        return self._delivery().run(Silent(), patience)

    def resolve(self) -> None:
        """Finds out about everything that waits."""
        self._delivery().resolve(frozenset(row.id for row in self.store.outbox(NAME)), Silent())

    def _delivery(self) -> Delivery:
        clock = Clock(now=lambda: self.helpdesk.now, monotonic=self._monotonic)
        return Delivery(self.helpdesk, self.store, SETTINGS, clock, self.stop)

    def _monotonic(self) -> float:
        self.passed += 1.0
        return self.passed

    def later(self, **length: int) -> None:
        self.helpdesk.now += timedelta(**(length or {"minutes": 15}))

    def add(self, account: str) -> AccountId:
        known = AccountId(account)
        self.helpdesk.add(known, fields=FIELDS)
        return known

    def put(self, *writes: NewWrite, marks: Sequence[Mark] = ()) -> None:
        """Saves writes with their lines of the ledger, as a plan does."""
        opened = [write for write in writes if write.kind is WriteKind.OPEN_ALERT]
        messages = [write for write in writes if write.key]
        rows = PlanRows(
            made_at=self.helpdesk.now,
            writes=writes,
            marks=tuple(marks),
            tickets=tuple(
                AlertTicket(account=write.account, number=1, key=write.key, wanted_at=self.helpdesk.now)
                for write in opened
            ),
            messages=tuple(
                Message(account=write.account, number=1, key=write.key, reason=write.reason, rules=(), wanted_at=NOW)
                for write in messages
            ),
        )
        self.store.save_plan(NAME, rows)

    def ticket(self, account: AccountId) -> AlertTicket:
        return next(ticket for ticket in self.store.ledger(NAME).tickets if ticket.account == account)


def open_outbox(folder: Path) -> OutboxDesk:
    return OutboxDesk(open_store(f"sqlite:///{folder / 'store.db'}"), MortalHelpdesk(now=NOW))


def tag(account: AccountId, name: str = "care_review", rank: int = 1) -> NewWrite:
    return _write(account, WriteKind.ADD_TAG, {"tags": [name]}, what=name, rank=rank)


def tag_mark(account: AccountId) -> Mark:
    return Mark(account=account, kind=MarkKind.TAG, name="care_review", wanted_at=NOW)


def fields(account: AccountId, **values: str | None) -> NewWrite:
    return _write(account, WriteKind.SET_FIELD, {"fields": values}, what=", ".join(values), rank=4)


def field_mark(account: AccountId, name: str, value: str) -> Mark:
    return Mark(account=account, kind=MarkKind.FIELD, name=name, value=value, wanted_at=NOW)


def opening(account: AccountId, rank: int = 1) -> NewWrite:
    body = {
        "subject": "For review",
        "comment": "First.",
        "priority": "high",
        "due_at": "2026-11-27T09:00:00+00:00",
        "tags": ["care_alert"],
        "group": None,
    }
    key = ticket_key(account)
    return replace(_write(account, WriteKind.OPEN_ALERT, body, what=key, rank=rank), key=key)


def update(account: AccountId, text: str, rank: int = 1) -> NewWrite:
    body = {"ticket": None, "comment": text, "status": None}
    row = _write(account, WriteKind.UPDATE_ALERT, body, what=ticket_key(account), rank=rank)
    return replace(row, key=f"{ticket_key(account)}:raised:{text}")


def closing(account: AccountId) -> NewWrite:
    body = {"ticket": None, "comment": "Back under the line.", "tags": []}
    row = _write(account, WriteKind.CLOSE_ALERT, body, what=ticket_key(account), rank=5)
    return replace(row, key=f"{ticket_key(account)}:all_clear:0")


def ticket_key(account: AccountId) -> str:
    return f"touchcost:{NAME}:{account}:1"


def _write(account: AccountId, kind: WriteKind, body: Mapping[str, object], *, what: str, rank: int) -> NewWrite:
    return NewWrite(account=account, kind=kind, key="", rank=rank, what=what, reason="wanted", body=body)
