"""Power cuts: whatever moment a worker dies at, the pages can be absorbed from where its walk stands."""

import os
import signal
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from random import Random

import pytest
from facts_desk import (
    ACME,
    AGENT,
    BASIS,
    COLLEAGUE,
    COUNTING,
    CUSTOMER,
    START,
    absorb,
    agent,
    event,
    page,
    ticket,
    totals,
)
from sqlalchemy import Engine
from sqlalchemy.event import listen

from connector.helpdesk import Page, Stream, Walk
from connector.store.rows import Recount
from connector.store.store import Store, open_store
from rules.facts import Comment, UtcSecond

KILLS = 20


def pages(random: Random) -> list[Page]:
    rows = [
        event(
            number,
            random.randrange(1, 30),
            author=random.choice((AGENT, COLLEAGUE, CUSTOMER)),
            comment=random.choice((None, *Comment)),
            timer=random.choice((None, 60 * number)),
        )
        for number in range(600)
    ]
    tickets = [
        ticket(number, organization=str(random.randrange(4)), changed=UtcSecond(START + again))
        for again in range(5)
        for number in range(30)
    ]
    parts = [page(Stream.EVENTS, rows[start : start + 60], cursor=str(start)) for start in range(0, 600, 60)]
    parts += [page(Stream.TICKETS, tickets[start : start + 15], cursor=str(start)) for start in range(0, 150, 15)]
    random.shuffle(parts)
    return parts


def go_on(store: Store, given: list[Page]) -> None:
    """Absorbs every page that the two walks have not seen yet."""
    places = {walk.stream: walk for walk in store.walks(ACME)}
    for one in given:
        walk = places[one.stream]
        if walk.cursor is None or _place(given, one.stream, one.cursor) > _place(given, one.stream, walk.cursor):
            absorbed = absorb(store, one, walk)
            assert absorbed.walk is not None
            places[one.stream] = absorbed.walk


def _place(given: list[Page], stream: Stream, cursor: str) -> int:
    return next(place for place, one in enumerate(given) if (one.stream, one.cursor) == (stream, cursor))


def begin(url: str) -> Store:
    store = open_store(url)
    store.begin_filling(ACME, BASIS)
    absorb(store, page(Stream.AGENTS, [agent(AGENT), agent(COLLEAGUE)]))
    store.build_totals(ACME, COUNTING)
    store.end_filling(ACME)
    for stream in (Stream.EVENTS, Stream.TICKETS):
        store.open_walk(ACME, Walk(stream=stream, start=datetime(2026, 1, 1, tzinfo=UTC)), filling=False)
    return store


def die_after(statements: int) -> None:
    left = iter(range(statements))

    def kill(*_: object) -> None:
        if next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    listen(Engine, "before_cursor_execute", kill)


def work_until_killed(url: str, given: list[Page], statements: int) -> None:
    """In a child process: absorbs, and dies by SIGKILL at that statement, as if the power had failed."""
    store = open_store(url)
    die_after(statements)
    go_on(store, given)


def test_whenever_a_worker_is_killed_the_next_ones_end_where_an_undisturbed_one_does(url: str, tmp_path: Path) -> None:
    random = Random(6)  # noqa: S311 - moments to die at, no secret.
    given = pages(random)
    undisturbed = begin(f"sqlite:///{tmp_path / 'undisturbed.db'}")
    go_on(undisturbed, given)
    begin(url).close()
    for _ in range(KILLS):
        child = get_context("fork").Process(
            target=work_until_killed, args=(url, given, random.randrange(1, 40)), daemon=True
        )
        child.start()
        child.join()
        assert child.exitcode in (0, -signal.SIGKILL)
    store = open_store(url)
    go_on(store, given)
    assert totals(store) == totals(undisturbed)
    assert store.doctor(ACME, COUNTING) == ()
    store.close()
    undisturbed.close()


@pytest.mark.parametrize(("statements", "asked"), [(1, Recount.NOTHING), (9, Recount.REBUILD)])
def test_totals_that_were_being_built_are_due_until_they_are(url: str, statements: int, asked: Recount) -> None:
    store = begin(url)
    go_on(store, pages(Random(7)))  # noqa: S311 - pages, no secret.
    before = totals(store)
    store.close()
    child = get_context("fork").Process(target=build_until_killed, args=(url, statements), daemon=True)
    child.start()
    child.join()
    store = open_store(url)
    assert child.exitcode == -signal.SIGKILL
    assert store.recount(ACME, BASIS) is asked
    store.build_totals(ACME, COUNTING)
    assert store.recount(ACME, BASIS) is Recount.NOTHING
    assert totals(store) == before
    store.close()


def build_until_killed(url: str, statements: int) -> None:
    """In a child process: builds the totals, and dies at that statement."""
    store = open_store(url)
    die_after(statements)
    store.build_totals(ACME, COUNTING)
