"""Any duplication, order and overlap of pages gives what a plain model gives: the contributions of all final rows."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp
from zoneinfo import ZoneInfo

from facts_desk import ACME, BASIS, BOTH, COUNTING, OURS, START, absorb, account, added_up, agent, event, page, ticket
from facts_desk import totals as stored
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from connector.helpdesk import Page, Stream
from connector.store.store import open_store
from rules.counting.contribution import Contribution, contribution
from rules.counting.own_fault import OwnFault
from rules.days import Calendar
from rules.facts import (
    NOBODY,
    SYSTEM,
    Account,
    AccountId,
    Agent,
    Comment,
    Event,
    PersonKey,
    Ticket,
    TicketId,
    TicketStatus,
    UtcSecond,
)

PEOPLE = st.sampled_from([PersonKey(key) for key in (11, 12, 21, 22)])
AUTHORS = st.one_of(PEOPLE, st.sampled_from([SYSTEM, OURS]))
GROUPS = st.sampled_from([None, "Tier 1", "Tier 2"])
SECONDS = st.integers(0, 12).map(lambda step: UtcSecond(START + 9000 * step))
TICKETS = st.builds(
    ticket,
    st.integers(1, 4),
    organization=st.sampled_from([None, "1", "2"]),
    domain=st.sampled_from([None, "a.test", "b.test"]),
    requester=PEOPLE,
    assignee=st.sampled_from([None, None, None, *map(PersonKey, (11, 21))]),
    created=st.just(START),
    changed=SECONDS,
    status=st.sampled_from([*TicketStatus, *[TicketStatus.OPEN] * 4]),
    tags=st.sampled_from([(), (), ("printer",), ("spam", "printer"), ("our_bug",)]),
    problem=st.sampled_from([None, None, None, TicketId(3)]),
)
EVENTS = st.builds(
    event,
    st.integers(1, 5),
    st.integers(1, 5),
    at=SECONDS,
    author=AUTHORS,
    group=GROUPS,
    comment=st.sampled_from([None, *Comment]),
    status=st.one_of(st.none(), st.sampled_from(TicketStatus)),
    timer=st.one_of(st.none(), st.integers(0, 900)),
    spent=st.one_of(st.none(), st.integers(-300, 900)),
    merge=st.sampled_from([False, False, True]),
)
NONE: frozenset[str] = frozenset()
DOMAINS = st.sets(st.sampled_from(["a.test", "b.test"]))
ACCOUNTS = st.builds(
    lambda number, domains, gone: account(number, *sorted(domains), deleted=gone),
    st.sampled_from(["1", "2", "10"]),
    DOMAINS,
    st.booleans(),
)
AGENTS = st.builds(agent, PEOPLE, GROUPS)
PAGES = st.one_of(
    st.lists(TICKETS, min_size=1, max_size=5).map(lambda rows: page(Stream.TICKETS, rows)),
    st.lists(EVENTS, min_size=2, max_size=12).map(lambda rows: page(Stream.EVENTS, rows)),
    st.lists(ACCOUNTS, min_size=1, max_size=3).map(lambda rows: page(Stream.ACCOUNTS, rows)),
    st.lists(AGENTS, min_size=1, max_size=3, unique_by=lambda one: one.key).map(lambda rows: page(Stream.AGENTS, rows)),
)


class Model:
    """The rows of a helpdesk in dictionaries, and nothing added up."""

    def __init__(self) -> None:
        self.tickets: dict[TicketId, Ticket] = {}
        self.events: dict[tuple[TicketId, int], Event] = {}
        self.accounts: dict[AccountId, Account] = {}
        self.agents: dict[PersonKey, Agent] = {}
        self.newest: UtcSecond | None = None

    def take(self, given: Page, *, filling: bool) -> None:
        for one in given.accounts:
            self.accounts[one.id] = one
        self._list(given.agents, filling=filling)
        for one in given.events:
            before = self.events.get((one.ticket, one.id))
            group = one.group if before is None or before.group is None else before.group
            self.events[one.ticket, one.id] = one._replace(group=group)
            self.newest = max(one.at, self.newest or one.at)
        for one in given.tickets:
            if one.id not in self.tickets or one.changed >= self.tickets[one.id].changed:
                self.tickets[one.id] = one
            if one.assignee is not None:
                known = self.agents.get(one.assignee, agent(one.assignee, None))
                self.agents[one.assignee] = replace(known, since=UtcSecond(0))

    def _list(self, agents: Sequence[Agent], *, filling: bool) -> None:
        always = filling or self.newest is None
        for one in agents:
            known = self.agents.get(one.key)
            since = known.since if known else UtcSecond(0) if always else UtcSecond((self.newest or 0) + 1)
            self.agents[one.key] = replace(one, since=since)

    def contributions(self, counting: object) -> Iterator[Contribution]:
        for one in self.tickets.values():
            events = [found for found in self.events.values() if found.ticket == one.id]
            yield contribution(one, self._owner(one), events, self.agents, counting)

    def _owner(self, one: Ticket) -> AccountId:
        if one.organization is not None:
            return AccountId(one.organization)
        holders = [found.id for found in self.accounts.values() if one.domain in found.domains and not found.deleted]
        return min(holders, key=int, default=NOBODY)


class AbsorbMachine(RuleBasedStateMachine):
    """Pages, in any order and as often as you like, between fillings and rebuilds."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp())
        self.store = open_store(f"sqlite:///{self.folder / 'store.db'}")
        self.model = Model()
        self.past: list[Page] = []
        self.counting = COUNTING
        self.filling = False

    @initialize(pages=st.lists(PAGES, max_size=4))
    def fill(self, pages: list[Page]) -> None:
        self.fill_again()
        for given in pages:
            self.absorb_a_page(given)
        self.end_the_filling()

    @rule(given=PAGES)
    def absorb_a_page(self, given: Page) -> None:
        self.past.append(given)
        self._absorb(given)

    @rule(place=st.integers(0, 10_000))
    def absorb_an_old_page_again(self, place: int) -> None:
        if self.past:
            self._absorb(self.past[place % len(self.past)])

    @precondition(lambda self: self.filling)
    @rule()
    def end_the_filling(self) -> None:
        self.store.build_totals(ACME, self.counting)
        self.store.end_filling(ACME)
        self.filling = False

    @precondition(lambda self: not self.filling)
    @rule()
    def fill_again(self) -> None:
        self.store.begin_filling(ACME, BASIS)
        self.filling = True

    @precondition(lambda self: not self.filling)
    @rule(
        zone=st.sampled_from(["UTC", "Pacific/Auckland"]),
        ignored=st.sampled_from(["spam", "printer"]),
        own_fault=st.builds(
            OwnFault, tags=st.sampled_from([NONE, frozenset({"our_bug"})]), problem_links=st.booleans()
        ),
    )
    def count_otherwise(self, zone: str, ignored: str, own_fault: OwnFault) -> None:
        self.counting = replace(
            COUNTING,
            calendar=Calendar(ZoneInfo(zone)),
            ignored_tags=frozenset({ignored}),
            own_fault=own_fault,
        )
        self.store.build_totals(ACME, self.counting)

    @precondition(lambda self: not self.filling)
    @invariant()
    def totals_are_the_contributions_of_all_rows(self) -> None:
        assert stored(self.store) == added_up(self.model.contributions(self.counting))
        assert self.store.doctor(ACME, self.counting) == ()

    def _absorb(self, given: Page) -> None:
        before = {} if self.filling else stored(self.store)
        absorbed = absorb(self.store, given, counting=self.counting, sources=BOTH)
        self.model.take(given, filling=self.filling)
        if not self.filling:
            after = stored(self.store)
            moved = {key[0] for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
            assert moved <= absorbed.changed

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder)


TestAbsorb = AbsorbMachine.TestCase
TestAbsorb.settings = settings(max_examples=60, stateful_step_count=20)
