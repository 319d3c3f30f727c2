"""kill -9 and lost answers beside a running Request Tracker, fifty times: the end is that of an undisturbed run."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest
from cycle_desk import NAME
from cycle_nursery import Nursery, open_nursery
from loopback_way import open_way
from request_tracker_desk import Desk
from request_tracker_house import End, House, open_house, unlike
from request_tracker_server import RequestTracker

KILLS = 50
AT_ONCE = 10
"""Kills at the same moment of the data; then a cycle runs to its end, and days pass."""
READS, WRITES = 20, 6
"""At most so many calls, or calls that write, before a kill; two of these only try what may be written."""
LONGEST_DELAY = 0.1
"""Seconds: a little longer than a call and what the store does with its answer."""


@contextmanager
def _open(server: RequestTracker, folder: Path) -> Iterator[House]:
    with open_way(server.url) as way, open_house(Desk(server), way, folder) as house:
        yield house


def _kill(house: House, nursery: Nursery, chance: Random) -> str | None:
    """Kill a cycle that may lose an answer before; what it was doing, None when it got through."""
    calls, before, reads = house.way.calls, len(house.way.calls), chance.random() < 0.3
    enough = chance.randrange(READS if reads else WRITES) + (not reads)
    house.way.lose_answers(chance.choice((0, 0, 1)))

    def is_time() -> bool:
        return sum(reads or call.is_write for call in calls[before:]) >= enough

    killed = nursery.kill(house.path, house.now, is_time, chance.random() * LONGEST_DELAY)
    house.way.lose_answers(0)
    # What it asked for last is done before a process is started again, which takes longer than a request.
    house.way.settle()
    if not killed:
        return None
    return "delivering" if any(call.is_write for call in calls[before:]) else "pulling"


def _kill_some(house: House, nursery: Nursery, chance: Random) -> Counter[str]:
    """Until a cycle gets through, or there were enough."""
    killed: Counter[str] = Counter()
    while killed.total() < AT_ONCE and (doing := _kill(house, nursery, chance)) is not None:
        killed[doing] += 1
    return killed


def _disturbed(house: House, nursery: Nursery) -> tuple[list[End], Counter[str]]:
    chance, ends = Random(20261122), list[End]()  # noqa: S311  Not a secret.
    killed: Counter[str] = Counter()
    while killed.total() < KILLS:
        house.live(len(ends))
        killed += _kill_some(house, nursery, chance)
        _settle(house)
        ends.append(house.end())
        house.pass_by(days=2)
    assert house.store.outbox(NAME) == ()
    assert house.touchcost("doctor").status == 0
    return ends, killed


def _settle(house: House) -> None:
    """A cycle to its end, and another that sees what the first one left behind."""
    house.good()
    house.pass_by(minutes=20)
    house.good()


@pytest.mark.timeout(2400)
def test_fifty_kills_and_lost_answers_change_nothing_in_the_end(
    request_tracker_server: RequestTracker, tmp_path: Path
) -> None:
    with open_nursery() as nursery, _open(request_tracker_server, tmp_path / "killed") as house:
        ends, killed = _disturbed(house, nursery)
        assert not house.mailed_outside()
        assert house.way.lost > KILLS // 10
    with _open(request_tracker_server, tmp_path / "undisturbed") as house:
        for step, end in enumerate(ends):
            house.live(step)
            _settle(house)
            assert unlike(end, house.end()) == []
            house.pass_by(days=2)
        assert not house.mailed_outside()
    assert min(killed["pulling"], killed["delivering"]) > KILLS // 8, killed
