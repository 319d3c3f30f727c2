"""Facts: pages in, accounts and daily totals out."""

from connector.helpdesk import Page
from connector.settings import AccountSource
from connector.store.absorb import absorb, place
from connector.store.database import Database
from connector.store.desk_number import find_desk, make_desk
from connector.store.facts_rows import FactRows
from connector.store.rows import Absorbed, WalkState
from connector.store.totals import build_totals
from rules.contribution import Counting
from rules.facts import HelpdeskName


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

    def build_totals(self, helpdesk: HelpdeskName, counting: Counting) -> None:
        """Counts every ticket anew: at the end of a filling's walks, and when what totals depend on was edited.

        Readers see each account's totals whole, either old or new. Cut short it is to be begun again: `facts_from` of
        the standing is None until it ends.
        """
        with self._database.read() as connection:
            desk = find_desk(connection, helpdesk)
        build_totals(self._database, desk, counting)
