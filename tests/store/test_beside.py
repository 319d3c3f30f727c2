"""Several at once: locks, and readers beside a writer."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess as Process

import pytest
from facts_desk import ACME, EVER, absorb, event, filled, page, ticket, totals

from connector.helpdesk import Stream
from connector.store.rows import LockedError
from connector.store.store import Store, open_store
from rules.facts import HelpdeskName


def hold_until_told(url: str, name: HelpdeskName | None, told: Connection) -> None:
    """In a child process: holds a helpdesk's lock, or the daemon's."""
    store = open_store(url)
    with store.daemon_lock() if name is None else store.lock(name):
        told.send(os.getpid())
        told.recv()


@pytest.fixture
def holder(url: str, request: pytest.FixtureRequest) -> Iterator[Process]:
    """Another process that holds the lock named by the test's parameter."""
    ours, theirs = get_context("fork").Pipe()
    child = get_context("fork").Process(target=hold_until_told, args=(url, request.param, theirs), daemon=True)
    child.start()
    assert ours.recv() == child.pid
    yield child
    child.kill()
    child.join()


def lock_of(store: Store, name: HelpdeskName | None) -> AbstractContextManager[None]:
    return store.daemon_lock() if name is None else store.lock(name)


@pytest.mark.parametrize(("holder", "name"), [(ACME, ACME), (None, None)], indirect=["holder"])
def test_a_lock_names_its_holder_and_falls_with_the_process(
    store: Store, url: str, holder: Process, name: HelpdeskName | None
) -> None:
    who = str(holder.pid) if url.startswith("sqlite") else r"\d+"
    with pytest.raises(LockedError, match=rf"is in use by .*process {who}"), lock_of(store, name):
        pass
    holder.kill()
    holder.join()
    with lock_of(store, name):
        pass


def test_locks_of_different_helpdesks_do_not_meet(store: Store) -> None:
    with store.lock(ACME), store.lock(HelpdeskName("../other one")), store.daemon_lock():
        pass
    with store.lock(ACME):
        pass


def test_one_process_cannot_hold_a_lock_twice(store: Store) -> None:
    with store.lock(ACME), pytest.raises(LockedError), store.lock(ACME):
        pass


def test_readers_see_one_whole_state_while_another_writes(store: Store, url: str) -> None:
    filled(store, page(Stream.TICKETS, [ticket(1), ticket(2, organization="2")]))
    reader = open_store(url)
    rows = reader.rows(ACME, None, *EVER)
    first = next(rows)
    absorb(store, page(Stream.EVENTS, [event(1), event(2, of=2)]))
    rest = list(rows)
    assert [(name, len(lines)) for name, lines in (first, *rest)] == [("1", 1), ("2", 1)]
    assert len(totals(reader)) == 4
    reader.close()


def test_two_readers_work_beside_a_writer(store: Store, url: str) -> None:
    filled(store, page(Stream.TICKETS, [ticket(number) for number in range(20)]))
    readers = [open_store(url) for _ in range(2)]

    def write() -> None:
        for number in range(40):
            absorb(store, page(Stream.EVENTS, [event(number, number % 20)]))

    def read(reader: Store) -> list[int]:
        return [sum(counts[0] for counts in totals(reader).values()) for _ in range(20)]

    with ThreadPoolExecutor(3) as pool:
        seen = [pool.submit(read, reader) for reader in readers]
        pool.submit(write).result()
        counts = [one.result() for one in seen]
    assert all(found == sorted(found) for found in counts)
    assert sum(numbers[0] for numbers in totals(readers[0]).values()) == 60
    for reader in readers:
        reader.close()
