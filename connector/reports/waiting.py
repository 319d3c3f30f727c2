"""What waits for a person's approval: plans that the guard holds, and writes that the helpdesk refused."""

from collections.abc import Iterator
from dataclasses import dataclass

from connector.store.rows import OutboxRow, OutboxState
from connector.store.store import Store
from rules.facts import Account, HelpdeskName
from rules.planning.change import Hold, Why

REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One thing that waits."""

    helpdesk: HelpdeskName
    name: str
    """What people type after `approve`."""
    hold: Hold | None = None
    """The held plan; None for refused writes."""
    accounts: tuple[Account, ...] = ()
    """Whose alerts are held, by name."""
    writes: tuple[OutboxRow, ...] = ()
    """The refused writes."""

    @property
    def why(self) -> Why:
        """Why it is not simply written."""
        return Why.PARKED if self.hold is None else self.hold.why


def find_waiting(store: Store, helpdesk: HelpdeskName) -> Iterator[Waiting]:
    """Everything that waits there, the oldest hold first, refused writes together at the end."""
    for hold in store.holds(helpdesk):
        if hold.is_waiting and hold.approved_at is None:
            yield Waiting(helpdesk=helpdesk, name=hold.id, hold=hold, accounts=_accounts(store, helpdesk, hold))
    parked = tuple(row for row in store.outbox(helpdesk) if row.state is OutboxState.PARKED)
    if parked:
        yield Waiting(helpdesk=helpdesk, name=REFUSED, writes=parked)


def _accounts(store: Store, helpdesk: HelpdeskName, hold: Hold) -> tuple[Account, ...]:
    held = {account for account, _ in hold.alerts}
    found = [account for account in store.accounts(helpdesk) if account.id in held] if held else []
    return tuple(sorted(found, key=lambda account: account.name))
