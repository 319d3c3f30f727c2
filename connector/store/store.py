"""The store as everybody else sees it: one value, opened once."""

from contextlib import AbstractContextManager

from sqlalchemy.exc import DatabaseError

from connector.store.alerts import Alerts
from connector.store.cycles import Cycles
from connector.store.database import Database
from connector.store.desks import Desks
from connector.store.facts import Facts
from connector.store.fingerprint import Fingerprint, open_fingerprint
from connector.store.locks import lock
from connector.store.migrate import migrate
from connector.store.rows import StoreError
from connector.store.upkeep import Upkeep
from connector.store.walks import Walks
from connector.store.writes import Writes
from rules.facts import HelpdeskName

_DAEMON = "daemon"


class Store:
    """Everything that is remembered. Safe to use from several threads, readable while another process writes.

    What it offers stands where it is done, each method with its promises: helpdesks in `Desks`, `Walks` and `Upkeep`,
    pages and totals in `Facts`, states in `Alerts`, ledger and outbox in `Writes`, the log in `Cycles`.
    """

    def __init__(self, database: Database, fingerprint: Fingerprint) -> None:
        """Of a database that is at this version."""
        self._database = database
        self.person_key = fingerprint
        self._offer_helpdesks(Desks(database), Walks(database), Upkeep(database))
        self._offer_facts(Facts(database))
        self._offer_alerts(Alerts(database))
        self._offer_cycles(Cycles(database))

    def _offer_helpdesks(self, desks: Desks, walks: Walks, upkeep: Upkeep) -> None:
        self.helpdesks = desks.helpdesks
        self.bind = desks.bind
        self.capabilities = desks.capabilities
        self.standing = desks.standing
        self.keep_fields = desks.keep_fields
        self.recount = desks.recount
        self.foresee = desks.foresee
        self.begin_filling = desks.begin_filling
        self.end_filling = desks.end_filling
        self.open_walk = walks.open
        self.walks = walks.all
        self.newest = walks.newest
        self.absorbed_until = walks.absorbed_until
        self.prune = upkeep.prune
        self.erase = upkeep.erase

    def _offer_facts(self, facts: Facts) -> None:
        self.absorb = facts.absorb
        self.changed = facts.changed
        self.build_totals = facts.build_totals
        self.accounts = facts.accounts
        self.merged = facts.merged
        self.agents = facts.agents
        self.rows = facts.rows
        self.effort_of_all = facts.effort_of_all
        self.first_tickets = facts.first_tickets
        self.latest_tickets = facts.latest_tickets
        self.marked_tickets = facts.marked_tickets
        self.domains_without_account = facts.domains_without_account
        self.active_accounts = facts.active_accounts
        self.billed = facts.billed
        self.replace_billed = facts.replace_billed
        self.doctor = facts.doctor

    def _offer_alerts(self, alerts: Alerts) -> None:
        self.states = alerts.states
        self.traced = alerts.traced
        self.rules = alerts.rules
        self.transitions = alerts.transitions
        self.log = alerts.log
        self.verdict_days = alerts.verdict_days
        self.save_judgement = alerts.save_judgement
        writes = Writes(self._database, alerts)
        self.ledger = writes.ledger
        self.answers = writes.answers
        self.save_plan = writes.save_plan
        self.outbox = writes.outbox
        self.due = writes.due
        self.sending = writes.sending
        self.received = writes.received
        self.release = writes.release
        self.holds = writes.holds
        self.weeks = writes.weeks
        self.approve = writes.approve

    def _offer_cycles(self, cycles: Cycles) -> None:
        self.begin_cycle = cycles.begin_cycle
        self.end_cycle = cycles.end_cycle
        self.last_cycles = cycles.last_cycles
        self.note_refused = cycles.note_refused
        self.refused = cycles.refused

    def lock(self, helpdesk: HelpdeskName) -> AbstractContextManager[None]:
        """Held by whoever works on a helpdesk. Raises LockedError, which names the holder."""
        return lock(self._database, f"helpdesk.{helpdesk}", f"helpdesk {helpdesk}")

    def daemon_lock(self) -> AbstractContextManager[None]:
        """Held by the one daemon of this store. Raises LockedError, which names the holder."""
        return lock(self._database, _DAEMON, "the store's daemon")

    def close(self) -> None:
        """Closes the connections."""
        self._database.close()


def open_store(url: str) -> Store:
    """Opens the store at an SQLAlchemy URL, and brings it to this version first.

    Raises StoreError when the URL, the file or the server cannot be used, or when the store is of a newer version.
    """
    database = Database(url)
    try:
        migrate(database)
        return Store(database, open_fingerprint(database))
    except DatabaseError as problem:
        database.close()
        where = database.url.render_as_string(hide_password=True)
        raise StoreError(f"store: cannot open {where}: {problem.orig}") from problem
    except StoreError:
        database.close()
        raise
