"""The state of one simulated helpdesk: records, their indices, its log books, and time."""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Self

from connector.simulator.agenda import Act, Agenda
from connector.simulator.agents import Agents
from connector.simulator.clock import Clock, Monotonic, running_seconds, wall_time
from connector.simulator.faults import FaultQueue
from connector.simulator.fields import Fields
from connector.simulator.jobs import Jobs
from connector.simulator.limits import Limits, no_limits
from connector.simulator.oauth import Vault
from connector.simulator.people import People
from connector.simulator.population import populate
from connector.simulator.records import (
    Audit,
    Call,
    Group,
    Macro,
    Mail,
    Organization,
    OrganizationMerge,
    Remembered,
    Ticket,
    User,
    Written,
)
from connector.simulator.settings import Settings
from connector.simulator.stream import StreamRow, read_stream, replay
from connector.simulator.timeline import Timeline
from connector.simulator.triggers import Trigger, standard_automations, standard_triggers


class World:
    """A helpdesk in memory. Hold `lock` to read or change more than one thing at once.

    `mails`, `calls`, `written` and `violations` are log books: every e-mail that triggers would have
    sent, every request answered, every change made by the API, and every request that would have
    replaced a tag list. `patches` overlays rows on the wire, by (kind, id), with hostile values;
    `refused_rows` makes jobs refuse an organisation's row with that sentence.
    """

    def __init__(
        self,
        now: datetime | None = None,
        limits: Limits | None = None,
        settings: Settings | None = None,
        monotonic: Monotonic = running_seconds,
    ) -> None:
        self.lock = threading.RLock()
        self.clock = Clock(now or wall_time(), monotonic)
        self.settings = settings or Settings()
        self.limits = limits or no_limits()
        self.agenda = Agenda()
        self.faults = FaultQueue()
        self.monotonic = monotonic
        self._acting_at: datetime | None = None
        self._big_ids = count(1_500_000_000_019, 97)
        self._ticket_ids = count(1)
        self._make_records()
        self._make_books()
        self.people = People(self)
        self.agents = Agents(self)
        self.connector = self.people.add_agent(role="admin", name="touchcost")
        self.vault = Vault(monotonic, owner_id=self.connector)

    def _make_records(self) -> None:
        self.groups: dict[int, Group] = {}
        self.users: dict[int, User] = {}
        self.addresses: dict[str, int] = {}
        self.organizations: dict[int, Organization] = {}
        self.tickets: dict[int, Ticket] = {}
        self.audits: dict[int, Audit] = {}
        self.audits_of: dict[int, list[Audit]] = {}
        self.with_external_id: dict[str, list[int]] = {}
        self.incidents: dict[int, set[int]] = {}
        self.ticket_line, self.audit_line = Timeline(), Timeline()
        self.organization_line = Timeline()
        self.merges: dict[int, OrganizationMerge] = {}
        self.fields = Fields(self.new_id, self.now())
        self.triggers: list[Trigger] = standard_triggers(self.new_id)
        self.automations: list[Trigger] = standard_automations(self.new_id)
        self.macros: dict[int, Macro] = {}
        self.jobs = Jobs()

    def _make_books(self) -> None:
        self.mails: list[Mail] = []
        self.calls: list[Call] = []
        self.written: list[Written] = []
        self.violations: list[str] = []
        self.patches: dict[tuple[str, int], Mapping[str, object]] = {}
        self.hidden_until: dict[tuple[str, int], datetime] = {}
        self.remembered: dict[str, Remembered] = {}
        self.refused_rows: dict[int, str] = {}
        self.kinds: dict[int, str] = {}
        self.cycle = 0
        self._last_endpoint = ""

    @classmethod
    def empty(
        cls,
        now: datetime | None = None,
        limits: Limits | None = None,
        settings: Settings | None = None,
        monotonic: Monotonic = running_seconds,
    ) -> Self:
        """A fresh account: the connector's own administrator, standard triggers and the timer's fields."""
        return cls(now, limits, settings, monotonic)

    @classmethod
    def lively(
        cls,
        seed: int = 1,
        accounts: int = 60,
        days: int = 120,
        now: datetime | None = None,
        limits: Limits | None = None,
    ) -> Self:
        """`days` of history of `accounts` customers up to `now`; life goes on when time moves."""
        end = now or wall_time()
        world = cls(end - timedelta(days=days), limits)
        populate(world, seed=seed, accounts=accounts, turn=end)
        world.move_to(end)
        return world

    @classmethod
    def from_stream(
        cls,
        rows: Iterable[StreamRow] | Path,
        now: datetime | None = None,
        withhold_after: datetime | None = None,
        seed: int = 1,
        limits: Limits | None = None,
    ) -> Self:
        """A real log, shifted so that its last event happens at `now`.

        With `withhold_after` the clock stands there, and later events happen as it moves.
        """
        end = now or wall_time()
        log = read_stream(rows) if isinstance(rows, Path) else list(rows)
        world = cls(end, limits, Settings(closes_solved_after=None))
        replay(world, log, last_event_at=end, seed=seed)
        world.clock.set(withhold_after or end)
        world.catch_up()
        return world

    def now(self) -> datetime:
        """The helpdesk's time; while something from the agenda happens, the time of that."""
        return self._acting_at or self.clock.now()

    def new_id(self) -> int:
        """A 13-digit id, as Zendesk's are."""
        return next(self._big_ids)

    def new_ticket_id(self) -> int:
        """A small, sequential ticket number."""
        return next(self._ticket_ids)

    def schedule(self, moment: datetime, act: Act) -> None:
        """Have `act` happen when the clock reaches `moment`."""
        self.agenda.put(moment, act)

    def advance(self, days: float = 0, seconds: float = 0) -> None:
        """Let time pass, and happen what happens in it."""
        self.move_to(self.clock.now() + timedelta(days=days, seconds=seconds))

    def move_to(self, moment: datetime) -> None:
        """Set the clock, and let everything happen that is due by then."""
        with self.lock:
            self.clock.set(moment)
            self.catch_up()

    def catch_up(self) -> None:
        """Let everything happen that is due."""
        with self.lock:
            until = self.clock.now()
            while due := self.agenda.next_until(until):
                self._happen(*due)

    def _happen(self, moment: datetime, act: Callable[[], None]) -> None:
        self._acting_at = moment
        try:
            act()
        finally:
            self._acting_at = None

    def save_user(self, user: User) -> None:
        """Keep the record, and its address for signing in."""
        kept = replace(user, updated_at=self.now())
        self.users[kept.id] = kept
        if kept.email is not None:
            self.addresses[kept.email] = kept.id

    def save_organization(self, organization: Organization, *, moves: bool = True) -> None:
        """Keep the record; `moves` says whether `updated_at` moves to now."""
        kept = replace(organization, updated_at=self.now()) if moves else organization
        self.organizations[kept.id] = kept
        self.organization_line.put(kept.id, kept.updated_at)

    def save_ticket(self, ticket: Ticket) -> None:
        """Keep the record and its place in the export."""
        if ticket.id not in self.tickets:
            self.audits_of[ticket.id] = []
            if ticket.external_id is not None:
                self.with_external_id.setdefault(ticket.external_id, []).append(ticket.id)
        self._link(self.tickets.get(ticket.id, ticket).problem_id, ticket)
        self.tickets[ticket.id] = ticket
        self.ticket_line.put(ticket.id, ticket.generated_at)

    def _link(self, former: int | None, ticket: Ticket) -> None:
        if former is not None and former != ticket.problem_id:
            self.incidents[former].discard(ticket.id)
        if ticket.problem_id is not None:
            self.incidents.setdefault(ticket.problem_id, set()).add(ticket.id)

    def has_incidents(self, ticket: Ticket) -> bool:
        """Whether it is a problem to which other tickets are linked."""
        return ticket.type == "problem" and bool(self.incidents.get(ticket.id))

    def save_audit(self, audit: Audit) -> None:
        """Append an update to its ticket's history and to the event export."""
        self.audits[audit.id] = audit
        self.audits_of[audit.ticket_id].append(audit)
        self.audit_line.put(audit.id, audit.at)

    def begin_call(self, endpoint: str) -> None:
        """Move jobs on, and count a cycle when a pull begins: with the export of organisations."""
        self.jobs.step()
        if endpoint == "organizations" and self._last_endpoint != endpoint:
            self.cycle += 1
        if endpoint != "token":
            self._last_endpoint = endpoint

    def write_down(
        self,
        what: str,
        text: str,
        organization_id: int | None = None,
        ticket_id: int | None = None,
    ) -> None:
        """Note a change made by the API, for the page."""
        line = Written(
            at=self.now(),
            cycle=self.cycle,
            what=what,
            text=text,
            organization_id=organization_id,
            ticket_id=ticket_id,
        )
        self.written.append(line)

    def is_hidden(self, kind: str, row: int) -> bool:
        """Whether exports keep this row back for now, as they do with rows that become visible late."""
        until = self.hidden_until.get((kind, row))
        return until is not None and self.now() < until

    def mails_to_customers(self) -> list[Mail]:
        """E-mails to customers that calls of the connector's own user set off."""
        return [mail for mail in self.mails if mail.audience == "customer" and mail.caused_by == self.connector]
