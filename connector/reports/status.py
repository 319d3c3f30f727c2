"""How every helpdesk stands, read from the store while others may write to it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from connector.settings import HelpdeskSettings
from connector.store.rows import CycleEnd, CycleRow, OutboxRow, OutboxState, Standing, WalkState
from connector.store.store import Store
from rules.alert import State
from rules.facts import AccountId, HelpdeskName
from rules.planning.change import Hold
from rules.planning.reconcile import Ledger
from rules.rule import Level

_CYCLES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskStatus:
    """One helpdesk."""

    helpdesk: HelpdeskName
    configured: bool
    """False: it is out of the configuration; nothing is pulled or written, and its marks stay."""
    standing: Standing
    cycles: tuple[CycleRow, ...]
    """The newest first."""
    walks: tuple[WalkState, ...]
    as_of: datetime | None
    """Up to when every stream is absorbed."""
    alerts: tuple[State, ...]
    """Every state that stands open."""
    accounts: int
    """How many accounts have an alert that stands open."""
    held_accounts: tuple[AccountId, ...]
    """Those with an alert that the guard holds back."""
    names: Mapping[AccountId, str]
    """What the accounts with refused writes and held alerts are called."""
    outbox: tuple[OutboxRow, ...]
    holds: tuple[Hold, ...]
    """Those that wait for somebody."""
    ledger: Ledger

    @property
    def parked(self) -> tuple[OutboxRow, ...]:
        """Writes that the helpdesk refused."""
        return tuple(row for row in self.outbox if row.state is OutboxState.PARKED)

    @property
    def on_their_way(self) -> int:
        """Writes that were not refused and are still to be made."""
        return len(self.outbox) - len(self.parked)

    @property
    def acknowledged(self) -> int:
        """How many open alerts a person answered."""
        return sum(state.acknowledged is not None for state in self.alerts)

    @property
    def held(self) -> int:
        """How many alerts the guard holds back."""
        return sum(state.held is not None for state in self.alerts)

    @property
    def followed(self) -> int:
        """Alert tickets that may still be written on."""
        return sum(ticket.ended_at is None for ticket in self.ledger.tickets)

    @property
    def is_shown(self) -> bool:
        """Whether anything of ours stands in the helpdesk, as far as we know."""
        return bool(self.ledger.marks) or self.followed > 0

    @property
    def last_good(self) -> datetime | None:
        """When the last good cycle ended."""
        ended = (cycle.ended_at for cycle in self.cycles if cycle.end is CycleEnd.FINE)
        return next(ended, None)

    def lag(self, now: datetime) -> timedelta | None:
        """How far the facts are behind."""
        return None if self.as_of is None else now - self.as_of

    def count(self, level: Level) -> int:
        """How many alerts stand open at a level."""
        return sum(state.level is level for state in self.alerts)


def read_status(store: Store, configured: Sequence[HelpdeskSettings]) -> Iterator[DeskStatus]:
    """Every helpdesk of the configuration, then those of which the store alone knows."""
    names = [helpdesk.name for helpdesk in configured]
    for name in names:
        yield _status(store, name, configured=True)
    for name in store.helpdesks():
        if name not in names:
            yield _status(store, name, configured=False)


def is_fresh(status: DeskStatus, now: datetime, max_age: timedelta) -> bool:
    """Whether the last good cycle ended within that time."""
    return status.last_good is not None and now - status.last_good <= max_age


def _status(store: Store, name: HelpdeskName, *, configured: bool) -> DeskStatus:
    states = store.states(name)
    outbox = store.outbox(name)
    refused = {row.write.account for row in outbox if row.state is OutboxState.PARKED}
    held = sorted(name for name, by_rule in states.items() if any(state.held is not None for state in by_rule.values()))
    return DeskStatus(
        helpdesk=name,
        configured=configured,
        standing=store.standing(name),
        cycles=store.last_cycles(name, _CYCLES),
        walks=store.walks(name),
        as_of=store.absorbed_until(name),
        alerts=tuple(state for by_rule in states.values() for state in by_rule.values() if state.level is not None),
        accounts=sum(any(state.level is not None for state in by_rule.values()) for by_rule in states.values()),
        held_accounts=tuple(held),
        names=_names(store, name, refused.union(held)),
        outbox=outbox,
        holds=tuple(hold for hold in store.holds(name) if hold.is_waiting),
        ledger=store.ledger(name),
    )


def _names(store: Store, helpdesk: HelpdeskName, accounts: Collection[AccountId]) -> Mapping[AccountId, str]:
    if not accounts:
        return {}
    return {account.id: account.name for account in store.accounts(helpdesk) if account.id in accounts}
