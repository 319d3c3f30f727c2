"""Pruning, erasing, and what a helpdesk is bound to."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from facts_desk import (
    ACME,
    AGENT,
    BASIS,
    COUNTING,
    START,
    TODAY,
    absorb,
    account,
    agent,
    event,
    filled,
    page,
    ticket,
    totals,
)
from sqlalchemy import func, select

from connector.helpdesk import EVERYTHING, Capability, HelpdeskError, Identity, Stream, Walk
from connector.store.database import Database
from connector.store.rows import CycleEnd
from connector.store.store import Store
from connector.store.tables import EVENT, METADATA, TICKET
from rules.facts import AccountId, Day, HelpdeskName, UtcSecond

OTHER = HelpdeskName("other")
A_DAY = 86_400
NOW = datetime.fromtimestamp(START, UTC)
ONE = AccountId("1")


def at(days: int) -> UtcSecond:
    return UtcSecond(START + days * A_DAY)


def moment(days: int) -> datetime:
    return NOW + timedelta(days=days)


def count(url: str, *tables: object) -> list[int]:
    database = Database(url)
    with database.read() as connection:
        found = [connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables]
    database.close()
    return found


def long_lived(store: Store) -> None:
    """Ticket 1 rests from its first day on, ticket 2 lives for 20 days; event 9 belongs to a ticket that never came."""
    filled(
        store,
        page(Stream.AGENTS, [agent(AGENT)]),
        page(
            Stream.EVENTS,
            [
                event(1, 1, author=AGENT, at=START, timer=100),
                event(2, 2, author=AGENT, at=START, timer=100),
                event(3, 2, author=AGENT, at=at(20), timer=160),
                event(9, 9, at=START),
            ],
        ),
        page(Stream.TICKETS, [ticket(1, changed=START), ticket(2, changed=at(20))]),
    )


def test_pruning_takes_tickets_at_rest_whole_and_leaves_the_others_whole(store: Store, url: str) -> None:
    long_lived(store)
    store.prune(ACME, moment(10))
    assert count(url, TICKET, EVENT) == [1, 2]
    assert store.standing(ACME).facts_from == at(10)
    assert {key[1] for key in totals(store)} == {Day(TODAY + 20)}
    assert store.doctor(ACME, COUNTING) == ()


def test_pruning_again_and_earlier_changes_nothing(store: Store) -> None:
    long_lived(store)
    store.prune(ACME, moment(10))
    before = totals(store)
    store.prune(ACME, moment(10))
    store.prune(ACME, moment(5))
    assert totals(store) == before
    assert store.standing(ACME).facts_from == at(10)


def test_a_rebuild_after_pruning_counts_what_is_left_as_before(store: Store) -> None:
    long_lived(store)
    store.prune(ACME, moment(10))
    counted = totals(store)
    store.build_totals(ACME, COUNTING)
    assert {key: counts for key, counts in totals(store).items() if key[1] > TODAY} == counted


def test_of_a_pruned_ticket_that_comes_back_the_first_timer_total_is_only_a_base(store: Store) -> None:
    long_lived(store)
    store.prune(ACME, moment(10))
    absorb(store, page(Stream.EVENTS, [event(5, 1, author=AGENT, at=at(30), timer=900)]))
    absorb(store, page(Stream.EVENTS, [event(6, 1, author=AGENT, at=at(31), timer=960)]))
    absorb(store, page(Stream.TICKETS, [ticket(1, changed=at(31))]))
    seconds = {key[1]: counts[1] for key, counts in totals(store).items() if len(key) > 2}
    assert (seconds[Day(TODAY + 30)], seconds[Day(TODAY + 31)]) == (0, 60)
    assert store.doctor(ACME, COUNTING) == ()


def test_a_new_filling_forgets_that_anything_was_pruned(store: Store) -> None:
    long_lived(store)
    store.prune(ACME, moment(10))
    long_lived(store)
    assert store.standing(ACME).facts_from == 0
    assert totals(store)[ONE, TODAY] == (2, 0, 0)
    assert store.doctor(ACME, COUNTING) == ()


def test_nothing_is_pruned_while_filling(store: Store, url: str) -> None:
    long_lived(store)
    store.begin_filling(ACME, BASIS)
    store.prune(ACME, moment(10))
    assert count(url, TICKET, EVENT) == [2, 4]


def test_old_cycles_are_pruned(store: Store) -> None:
    filled(store)
    for days in (0, 20):
        number = store.begin_cycle(ACME, moment(days))
        store.end_cycle(
            number, ended_at=moment(days), as_of=None, end=CycleEnd.FINE, sentence="", counts={"rows": days}
        )
    store.prune(ACME, moment(10))
    assert [cycle.counts for cycle in store.last_cycles(ACME, 5)] == [{"rows": 20}]


def test_erasing_a_helpdesk_leaves_nothing_of_it_and_everything_of_the_others(store: Store, url: str) -> None:
    for name in (ACME, OTHER):
        store.bind(name, identity(name))
        store.open_walk(name, Walk(stream=Stream.EVENTS, start=NOW), filling=True)
        store.begin_cycle(name, NOW)
        for given in (
            page(Stream.ACCOUNTS, [account("1", "one.test")]),
            page(Stream.AGENTS, [agent(AGENT)]),
            page(Stream.EVENTS, [event(1)]),
            page(Stream.TICKETS, [ticket(1)]),
        ):
            store.absorb(name, given, None, COUNTING, BASIS.sources)
        store.build_totals(name, COUNTING)
    tables = [table for table in METADATA.tables.values() if table.name != "setting"]
    both = count(url, *tables)
    store.erase(ACME)
    assert count(url, *tables) == [rows // 2 for rows in both]
    assert store.helpdesks() == (OTHER,)


def identity(account: str, user: str = "admin 7") -> Identity:
    return Identity(kind="zendesk", host="acme.test", account=account, user=user)


def test_a_helpdesk_can_do_what_it_said_at_the_last_contact_and_everything_before_the_first(store: Store) -> None:
    assert store.capabilities(ACME) == EVERYTHING
    for can in (frozenset({Capability.ALERT_TICKETS}), frozenset(), EVERYTHING):
        store.bind(ACME, replace(identity("acme"), capabilities=can))
        assert store.capabilities(ACME) == can


def test_a_name_is_bound_to_one_installation_whoever_signs_in(store: Store) -> None:
    store.bind(ACME, identity("acme"))
    store.bind(ACME, identity("acme", user="admin 8"))
    with pytest.raises(HelpdeskError, match=r"acme: the store holds zendesk acme.test acme .* zendesk acme.test other"):
        store.bind(ACME, identity("other"))
