"""A backtest beside nights under `sync` in which nobody answers: what expires there expires in both."""

from datetime import timedelta
from pathlib import Path

from cycle_desk import open_desk
from cycle_replay import HIDDEN, again, lived_through, replayed
from cycle_worlds import NOW, busy_world

from connector.simulator import serve
from rules.alert import Reason, Step

FIRST = NOW.replace(hour=0)
NIGHTS = 40
RULES = """\
version: 1
defaults: {grace: 0d, min_history: 0d, hold: 1d, clear_after: 2d, expires: 10d}
guard: {max_new_per_week: 1000, max_new_per_run: 1000, max_new_share: 100%, max_open_share: 100%}
rules:
  - id: month
    title: Many tickets in four weeks
    signal: tickets_28d
    levels: {watch: {enter: 2, exit: 1}, amber: {enter: 4, exit: 3}, red: {enter: 8, exit: 6}}
  - id: week
    title: Many tickets in a week
    signal: tickets_7d
    levels: {amber: {enter: 2, exit: 1}}
    muted_by: [month]
"""


def test_what_expires_under_sync_expires_in_a_backtest_on_the_same_night(tmp_path: Path) -> None:
    world = busy_world(accounts=12, days=0, future=NIGHTS)
    with (
        serve(world) as server,
        open_desk(world, server, tmp_path, FIRST.date().isoformat(), RULES) as desk,
    ):
        speakers = set()
        for night in range(1, NIGHTS + 1):
            world.move_to(FIRST + timedelta(days=night) + HIDDEN)
            desk.good()
            speakers |= {state.muted_by for rules in desk.states().values() for state in rules.values()}
        lived, found = lived_through(desk, FIRST), again(desk, FIRST)
        assert found - lived == lived - found == {}
        ends = [moved[6][0] for moved in lived if moved[3] is Step.RESOLVED]
        assert ends.count(Reason.EXPIRED) > 3
        assert Reason.VALUE in ends
        assert speakers == {None, "month"}
        assert any(passed.state.quiet_level is not None for _, passed in replayed(desk))
