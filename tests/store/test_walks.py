"""Walks: cursors, and workers that wake up late."""

from datetime import UTC, datetime, timedelta

import pytest
from facts_desk import ACME, BASIS, START, absorb, event, filled, page, ticket, totals

from connector.helpdesk import Page, Stream, Walk
from connector.store.rows import FencedError, WalkState
from connector.store.store import Store
from rules.facts import UtcSecond

BEGIN = datetime(2026, 11, 1, tzinfo=UTC)


def open_walk(store: Store, stream: Stream = Stream.EVENTS, *, filling: bool = False, days: int = 0) -> WalkState:
    return store.open_walk(ACME, Walk(stream=stream, start=BEGIN + timedelta(days=days)), filling=filling)


def reaching(stream: Stream, moment: datetime, *, end: bool = False) -> Page:
    return Page(stream=stream, cursor=moment.isoformat(), reached=moment, end=end)


def test_a_walk_goes_on_from_page_to_page(store: Store) -> None:
    walk = open_walk(store)
    first = absorb(store, page(Stream.EVENTS, [event(1)], cursor="a"), walk).walk
    last = absorb(store, page(Stream.EVENTS, [event(2)], cursor="b", end=True), first).walk
    assert last is not None
    assert (last.cursor, last.done, last.version, last.newest) == ("b", True, 2, START + 2000)
    assert store.walks(ACME) == (last,)
    assert store.newest(ACME, Stream.EVENTS) == START + 2000


def test_a_worker_that_woke_up_late_is_refused_and_saves_nothing(store: Store) -> None:
    filled(store, page(Stream.TICKETS, [ticket(1)]))
    late = open_walk(store)
    absorb(store, page(Stream.EVENTS, [event(1)], cursor="a"), late)
    before = (store.walks(ACME), totals(store))
    with pytest.raises(FencedError):
        absorb(store, page(Stream.EVENTS, [event(5)], cursor="z"), late)
    assert (store.walks(ACME), totals(store)) == before


def test_a_new_filling_fences_whoever_still_walks(store: Store) -> None:
    walk = open_walk(store)
    store.begin_filling(ACME, BASIS)
    with pytest.raises(FencedError):
        absorb(store, page(Stream.EVENTS, [event(1)]), walk)


def test_a_walk_that_begins_anew_takes_the_place_of_one_that_was_cut(store: Store) -> None:
    filled(store)
    cut, other = open_walk(store, days=3), open_walk(store, Stream.TICKETS)
    earlier = open_walk(store)
    assert store.walks(ACME) == (other, earlier)
    with pytest.raises(FencedError):
        absorb(store, page(Stream.EVENTS, [event(1)]), cut)


def test_the_last_finished_walk_of_a_stream_stays(store: Store) -> None:
    filled(store)
    for day in range(3):
        walk = open_walk(store, days=day)
        absorb(store, reaching(Stream.EVENTS, walk.start, end=True), walk)
    latest = open_walk(store, days=3)
    assert [walk.start for walk in store.walks(ACME)] == [BEGIN + timedelta(days=2), latest.start]


def test_walks_of_a_filling_stay_as_long_as_it_lasts(store: Store) -> None:
    store.begin_filling(ACME, BASIS)
    for day in range(3):
        walk = open_walk(store, filling=True, days=day)
        absorb(store, reaching(Stream.EVENTS, walk.start, end=True), walk)
    assert len(store.walks(ACME)) == 3


def test_absorbed_until_is_what_both_streams_have_reached(store: Store) -> None:
    assert store.absorbed_until(ACME) is None
    events, tickets = open_walk(store, Stream.EVENTS), open_walk(store, Stream.TICKETS)
    absorb(store, reaching(Stream.EVENTS, BEGIN + timedelta(days=2)), events)
    assert store.absorbed_until(ACME) is None
    absorb(store, reaching(Stream.TICKETS, BEGIN + timedelta(days=1)), tickets)
    assert store.absorbed_until(ACME) == BEGIN + timedelta(days=1)


def test_the_newest_row_is_counted_from_its_own_time_and_never_goes_back(store: Store) -> None:
    absorb(store, page(Stream.TICKETS, [ticket(1, changed=UtcSecond(START + 9))]))
    absorb(store, page(Stream.TICKETS, [ticket(2, changed=UtcSecond(START + 3))]))
    absorb(store, page(Stream.TICKETS))
    assert store.newest(ACME, Stream.TICKETS) == START + 9
    assert store.newest(ACME, Stream.EVENTS) is None
