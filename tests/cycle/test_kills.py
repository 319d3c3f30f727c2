"""kill -9 at any moment of a cycle, two hundred times: the end is that of a run that nobody disturbed."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest
from cycle_config import COSTLY, FICKLE
from cycle_desk import NAME, Desk, open_desk
from cycle_nursery import Nursery, open_nursery
from cycle_worlds import busy_world

from connector.simulator import serve

SINCE = "2026-10-01"
KILLS = 200
AT_ONCE = 10
"""Kills at the same moment of the data; then a cycle runs to its end, and days pass."""
READS, WRITES = 12, 3
"""At most so many calls, or calls that write, before a kill."""
LONGEST_DELAY = 0.02
"""Seconds: a little longer than a call and what the store does with its answer."""


@contextmanager
def _open(folder: Path) -> Iterator[Desk]:
    world = busy_world(accounts=30, days=35, page=60, future=120)
    write = {"tags": "each", "alert_from": "watch"}
    with serve(world) as server, open_desk(world, server, folder, SINCE, FICKLE + COSTLY, write=write) as desk:
        yield desk


def _kill(desk: Desk, nursery: Nursery, chance: Random) -> str | None:
    """Kill a cycle after some calls, or after some that write; what it was doing, None when it got through."""
    before, reads = len(desk.world.calls), chance.random() < 0.4
    enough = chance.randrange(READS if reads else WRITES) + (not reads)
    calls = desk.world.calls

    def is_time() -> bool:
        return sum(reads or call.is_write for call in calls[before:]) >= enough

    if not nursery.kill(desk.path, desk.world.now(), is_time, chance.random() * LONGEST_DELAY):
        return None
    return "delivering" if any(call.is_write for call in calls[before:]) else "pulling"


def _kill_some(desk: Desk, nursery: Nursery, chance: Random) -> Counter[str]:
    """Until a cycle gets through, or there were enough."""
    killed: Counter[str] = Counter()
    while killed.total() < AT_ONCE and (doing := _kill(desk, nursery, chance)) is not None:
        killed[doing] += 1
    return killed


@pytest.mark.timeout(600)
def test_two_hundred_kills_change_nothing_in_the_end(tmp_path: Path) -> None:
    chance = Random(20261118)  # noqa: S311 - a test, not a secret.
    killed: Counter[str] = Counter()
    with (
        open_nursery() as nursery,
        _open(tmp_path / "killed") as desk,
        _open(tmp_path / "undisturbed") as undisturbed,
    ):
        while killed.total() < KILLS:
            killed += _kill_some(desk, nursery, chance)
            for each in (desk, undisturbed):
                each.good()
            assert desk.end().unlike(undisturbed.end()) == []
            for each in (desk, undisturbed):
                each.world.advance(days=3)
        assert desk.store.outbox(NAME) == ()
        assert desk.touchcost("doctor").status == 0
    assert min(killed["pulling"], killed["delivering"]) > KILLS // 8, killed
