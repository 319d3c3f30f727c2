"""Facts: pages in, accounts and daily totals out."""

from collections.abc import Iterable, Iterator, Mapping

from connector.helpdesk import Page
from connector.settings import AccountSource
from connector.store.absorb import absorb, place
from connector.store.accounts import every_account, merged_accounts
from connector.store.billed_rows import read_billed, replace_billed
from connector.store.changes import read_changed
from connector.store.counted import known_agents
from connector.store.database import Database
from connector.store.desk_number import find_desk, make_desk
from connector.store.doctor import examine
from connector.store.facts_rows import FactRows
from connector.store.reading import (
    active_accounts,
    day_rows,
    effort_of_all,
    first_tickets,
    latest_tickets,
    marked_tickets,
    orphan_domains,
)
from connector.store.rows import Absorbed, WalkState
from connector.store.totals import build_totals
from rules.counting.contribution import Counting
from rules.counting.history import DayRow
from rules.facts import Account, AccountId, Agent, Billed, Day, HelpdeskName, Ticket, TicketId, UtcSecond


class Facts:
    """Tickets, events, accounts, agents and daily totals of every helpdesk."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rows = FactRows(database.dialect)

    def absorb(
        self,
        helpdesk: HelpdeskName,
        page: Page,
        walk: WalkState | None,
        counting: Counting,
        sources: tuple[AccountSource, ...],
    ) -> Absorbed:
        """Saves a page, its totals and the walk after it, in one transaction. While filling, totals wait.

        Pages may come late, twice, in any order and overlapping. Raises FencedError, and saves nothing, when `walk` is
        not where the walk stands.
        """
        with self._database.write() as connection:
            desk = make_desk(connection, helpdesk)
            return absorb(place(connection, desk, sources, counting, self._rows), page, walk)

    def changed(self, helpdesk: HelpdeskName) -> frozenset[AccountId]:
        """Accounts that pages changed, and of which no judgement was saved since. A filling leaves them out."""
        with self._database.read() as connection:
            return read_changed(connection, find_desk(connection, helpdesk))

    def build_totals(self, helpdesk: HelpdeskName, counting: Counting) -> None:
        """Counts every ticket anew: at the end of a filling's walks, and when what totals depend on was edited.

        Readers see each account's totals whole, either old or new. Cut short it is to be begun again: `facts_from` of
        the standing is None until it ends.
        """
        with self._database.read() as connection:
            desk = find_desk(connection, helpdesk)
        build_totals(self._database, desk, counting)

    def accounts(self, helpdesk: HelpdeskName) -> Iterator[Account]:
        """Every account in the order of their ids, deleted ones too."""
        with self._database.read() as connection:
            yield from every_account(connection, find_desk(connection, helpdesk))

    def merged(self, helpdesk: HelpdeskName) -> Mapping[AccountId, AccountId]:
        """Which account each of those that were merged went into; that one may be merged or deleted since."""
        with self._database.read() as connection:
            return merged_accounts(connection, find_desk(connection, helpdesk))

    def agents(self, helpdesk: HelpdeskName) -> tuple[Agent, ...]:
        """Everybody who ever counted as an agent."""
        with self._database.read() as connection:
            return tuple(known_agents(connection, find_desk(connection, helpdesk)).values())

    def rows(
        self, helpdesk: HelpdeskName, accounts: Iterable[AccountId] | None, first: Day, last: Day
    ) -> Iterator[tuple[AccountId, list[DayRow]]]:
        """The totals of these days, account by account in the order of their ids and day by day.

        None: of every account and of NOBODY. One account is held at a time; one without totals is left out.
        """
        with self._database.read() as connection:
            yield from day_rows(connection, find_desk(connection, helpdesk), first, last, accounts)

    def effort_of_all(self, helpdesk: HelpdeskName, first: Day, last: Day) -> tuple[DayRow, ...]:
        """The work of all accounts and of NOBODY together on these days, deleted and ignored accounts too."""
        with self._database.read() as connection:
            return tuple(effort_of_all(connection, find_desk(connection, helpdesk), first, last))

    def first_tickets(self, helpdesk: HelpdeskName) -> Mapping[AccountId, UtcSecond]:
        """When each account's first ticket was made."""
        with self._database.read() as connection:
            return first_tickets(connection, find_desk(connection, helpdesk))

    def latest_tickets(self, helpdesk: HelpdeskName, account: AccountId, limit: int) -> tuple[TicketId, ...]:
        """The account's newest tickets, newest first."""
        with self._database.read() as connection:
            return latest_tickets(connection, find_desk(connection, helpdesk), account, limit)

    def marked_tickets(self, helpdesk: HelpdeskName, account: AccountId, since: UtcSecond) -> tuple[Ticket, ...]:
        """The account's tickets with a tag or a problem, on which anything happened since then."""
        with self._database.read() as connection:
            return tuple(marked_tickets(connection, find_desk(connection, helpdesk), account, since))

    def domains_without_account(
        self, helpdesk: HelpdeskName, since: UtcSecond, limit: int = 10
    ) -> list[tuple[str, int]]:
        """Mail domains of tickets without account made since then with their number, the most frequent first."""
        with self._database.read() as connection:
            return orphan_domains(connection, find_desk(connection, helpdesk), since, limit)

    def active_accounts(self, helpdesk: HelpdeskName, since: Day) -> int:
        """How many accounts have a ticket made on that day or later."""
        with self._database.read() as connection:
            return active_accounts(connection, find_desk(connection, helpdesk), since)

    def billed(self, helpdesk: HelpdeskName) -> Billed:
        """What is known of the accounts' revenue and invoices."""
        with self._database.read() as connection:
            return read_billed(connection, find_desk(connection, helpdesk))

    def replace_billed(self, helpdesk: HelpdeskName, billed: Billed) -> None:
        """These lines from now on, and no others."""
        with self._database.write() as connection:
            replace_billed(connection, make_desk(connection, helpdesk), billed)

    def doctor(self, helpdesk: HelpdeskName, counting: Counting) -> tuple[str, ...]:
        """What is wrong with the store, in sentences: damaged pages, totals that are not the sum of their tickets."""
        with self._database.read() as connection:
            desk = find_desk(connection, helpdesk)
        return examine(self._database, desk, counting)
