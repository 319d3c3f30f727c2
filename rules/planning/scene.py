"""Everything a plan is made from."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TypeVar

from rules.counting.own_fault import OwnFault
from rules.days import Calendar
from rules.facts import NOBODY, AccountId, HelpdeskName, TicketId
from rules.marks import AccountMarks, AlertTicket, Mark, Message, WriteKind
from rules.planning.case import Alert, Case
from rules.planning.change import Hold, Waiting
from rules.planning.guard import is_new
from rules.planning.lately import Lately
from rules.planning.reconcile import Ledger, Reading
from rules.planning.writing import WriteSettings
from rules.rule import FirstRun, Policy, Rule

_T = TypeVar("_T", Mark, AlertTicket, Message, Waiting)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """Addresses of pages for agents, with {id} in the place of the id; '' where there are none."""

    account: str = ""
    ticket: str = ""

    def account_link(self, account: AccountId) -> str:
        """The account's page, '' where there is none."""
        return self.account.replace("{id}", account)

    def ticket_link(self, ticket: TicketId) -> str:
        """The ticket's page, its number where there is none."""
        return self.ticket.replace("{id}", str(ticket)) if self.ticket else f"#{ticket}"


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One helpdesk at one moment. Without slots, for what is looked up often is sorted once."""

    helpdesk: HelpdeskName
    at: datetime
    """When the plan is made."""
    as_of: datetime
    """The time of the facts."""
    calendar: Calendar
    policy: Policy
    writing: WriteSettings
    pages: Pages = field(default_factory=Pages)
    own_fault: OwnFault = field(default_factory=OwnFault)
    cases: Mapping[AccountId, Case]
    """Every account that was judged in this cycle, and every account with an alert that is open or held."""
    reading: Reading
    """What the accounts concerned show now. An account that was not asked about keeps what it shows."""
    ledger: Ledger = field(default_factory=Ledger)
    waiting: tuple[Waiting, ...] = ()
    holds: tuple[Hold, ...] = ()
    """Every hold that waits, and every other one of today: their letters are taken."""
    planned: Mapping[str, datetime] = field(default_factory=dict)
    """Rules by the time of their first plan."""
    active_accounts: int = 0
    """Accounts with a ticket in 90 days."""
    owners: int = 0
    """Persons who own an account."""
    day_turned: bool = False
    """True in the first plan of a day."""
    lately: Lately | None = None
    """What happened since the last digest; None while none is due. Then `cases` holds every account."""

    @cached_property
    def rules(self) -> Mapping[str, Rule]:
        """The rules by id."""
        return {rule.id: rule for rule in self.policy.rules}

    @cached_property
    def shown(self) -> Mapping[AccountId, AccountMarks]:
        """What each account shows."""
        return self.reading.shown()

    @cached_property
    def _losers(self) -> Mapping[AccountId, tuple[AccountId, ...]]:
        found: dict[AccountId, list[AccountId]] = defaultdict(list)
        for account, case in self.cases.items():
            if case.merged_into is not None:
                found[case.merged_into].append(account)
        return {survivor: tuple(losers) for survivor, losers in found.items()}

    @cached_property
    def _marks(self) -> Mapping[AccountId, tuple[Mark, ...]]:
        return _by_account(self.ledger.marks)

    @cached_property
    def _tickets(self) -> Mapping[AccountId, tuple[AlertTicket, ...]]:
        return _by_account(self.ledger.tickets)

    @cached_property
    def _messages(self) -> Mapping[AccountId, tuple[Message, ...]]:
        return _by_account(self.ledger.messages)

    @cached_property
    def _waiting(self) -> Mapping[AccountId, tuple[Waiting, ...]]:
        return _by_account(self.waiting)

    @property
    def is_first(self) -> bool:
        """Whether nothing was ever planned or written here."""
        return self.ledger.is_empty and not self.planned

    def marks(self, account: AccountId) -> tuple[Mark, ...]:
        """Our marks on an account."""
        return self._marks.get(account, ())

    def tickets(self, account: AccountId) -> tuple[AlertTicket, ...]:
        """The account's alert tickets, by number."""
        return tuple(sorted(self._tickets.get(account, ()), key=lambda ticket: ticket.number))

    def messages(self, account: AccountId) -> tuple[Message, ...]:
        """What was written to the account's alert tickets."""
        return self._messages.get(account, ())

    def losers(self, account: AccountId) -> tuple[AccountId, ...]:
        """The accounts that were merged into this one."""
        return self._losers.get(account, ())

    def waits(self, account: AccountId, *kinds: WriteKind) -> tuple[Waiting, ...]:
        """Writes of these kinds that are still in the outbox."""
        return tuple(row for row in self._waiting.get(account, ()) if row.kind in kinds)

    def is_planned(self, account: AccountId) -> bool:
        """Whether anything may be written for this account."""
        return not self.writing.only or account in self.writing.only

    def is_adopted(self, alert: Alert) -> bool:
        """Whether a new alert is told in one list with others: it was open before its rule's first plan."""
        if self.policy.guard.first_run is not FirstRun.ADOPT or alert.state.told_level is not None:
            return False
        planned = self.planned.get(alert.rule.id)
        return planned is None or alert.state.opened_at is None or alert.state.opened_at <= planned

    def is_new(self, alert: Alert) -> bool:
        """Whether an alert was never told at a level that is told."""
        return is_new(alert.state, alert.level, self.writing.alert_from)


def ticket_key(helpdesk: HelpdeskName, account: AccountId, number: int) -> str:
    """external_id and Idempotency-Key of an account's alert ticket."""
    return f"touchcost:{helpdesk}:{account}:{number}"


def notice_key(helpdesk: HelpdeskName, about: str, number: int) -> str:
    """The same for tickets that belong to no account: `first-run`, `held` or `digest`."""
    return f"touchcost:{helpdesk}:{about}:{number}"


def next_number(tickets: Iterable[AlertTicket]) -> int:
    """Numbers are never used twice."""
    return 1 + max((ticket.number for ticket in tickets), default=0)


def live_ticket(tickets: Iterable[AlertTicket]) -> AlertTicket | None:
    """The ticket that is followed; an account has at most one."""
    return next((ticket for ticket in tickets if ticket.ended_at is None and ticket.account != NOBODY), None)


def _by_account(rows: Iterable[_T]) -> Mapping[AccountId, tuple[_T, ...]]:
    found: dict[AccountId, list[_T]] = defaultdict(list)
    for row in rows:
        found[row.account].append(row)
    return {account: tuple(mine) for account, mine in found.items()}
