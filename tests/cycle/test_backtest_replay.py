"""A backtest over the Italian helpdesk's log beside the same days lived through, one cycle at each midnight."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from cycle_desk import Desk, open_desk
from cycle_replay import HIDDEN, Moved, again, lived_through, replayed
from italian_log import ZONE, find_log

from connector.progress import Silent
from connector.reports.backtesting import Request, backtest
from connector.simulator import World, serve
from rules.alert import Step

LAST_EVENT = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
FIRST, NIGHTS = date(2024, 12, 20), 60
SINCE = "2024-06-01"
# Where nothing is written nothing is told, and what was not told does not expire.
RULES = """\
version: 1
defaults: {grace: 30d, min_history: 2w, clear_after: 5d, hold: 2d, expires: 0d}
guard: {max_new_per_week: 1000, max_new_per_run: 1000, max_new_share: 100%, max_open_share: 100%}
rules:
  - id: touches
    title: Many touches
    signal: touches_28d
    levels: {watch: {enter: 6, exit: 4}, amber: {enter: 10, exit: 8}, red: {enter: 20, exit: 15}}
  - id: tickets
    title: Many tickets
    signal: tickets_7d
    levels: {amber: {enter: 2, exit: 2}}
    hold: 0d
    muted_by: [loud]
  - id: share
    title: A large share
    signal: touch_cost_28d / revenue_28d
    only_if: touches_28d >= 4
    levels: {watch: {enter: 2%, exit: 1%}, amber: {enter: 6%, exit: 4%}}
    hold: 3d
  - id: long
    title: More work a ticket
    signal: touch_minutes_28d / tickets_28d
    only_if: tickets_28d >= 2
    levels: {watch: {enter: 30, exit: 25}}
    muted_by: [share]
  - id: loud
    title: Any ticket at all
    signal: tickets_28d
    levels: {amber: {enter: 1, exit: 1}}
    shadow: true
"""
KEYS = {
    "cost": {"currency": "EUR", "per_hour": "60.00", "minutes": {"note": 9}},
    "time_zone": str(ZONE),
    "retention_days": 1200,
    "write": {"policy": "report-only"},
}


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Sixty nights with a cycle at each midnight."""
    world = World.from_stream(find_log(), now=LAST_EVENT, withhold_after=_midnight(0) + HIDDEN)
    folder = tmp_path_factory.mktemp("nights")
    with serve(world) as server, open_desk(world, server, folder, SINCE, RULES, **KEYS) as desk:
        for night in range(NIGHTS + 1):
            desk.world.move_to(_midnight(night) + HIDDEN)
            assert desk.good().as_of == _midnight(night)
        yield desk


def _midnight(night: int) -> datetime:
    day = FIRST + timedelta(days=night)
    return datetime(day.year, day.month, day.day, tzinfo=ZONE).astimezone(UTC)


def _again(desk: Desk) -> Counter[Moved]:
    return again(desk, after=_midnight(0))


def _lived(desk: Desk) -> Counter[Moved]:
    return lived_through(desk, after=_midnight(0))


def test_backtest_takes_every_step_that_was_lived(lived: Desk) -> None:
    there, again = _lived(lived), _again(lived)
    assert again - there == Counter()
    assert there - again == Counter()
    steps = Counter(moved[3] for moved in there)
    assert min(steps[step] for step in (Step.OPENED, Step.RAISED, Step.LOWERED, Step.RETURNED, Step.RESOLVED)) > 0
    assert steps[Step.OPENED] > 50


def test_backtest_mutes_what_was_muted_and_nothing_else(lived: Desk) -> None:
    states = {(account, rule): state for account, rules in lived.states().items() for rule, state in rules.items()}
    muted = {key: state.muted_by for key, state in states.items() if state.level}
    states = {(account, passed.rule.id): passed.state for account, passed in replayed(lived)}
    assert {key: state.muted_by for key, state in states.items() if state.level} == muted
    assert set(muted.values()) == {None, "share"}
    assert any(rule == "tickets" and (account, "loud") in muted for account, rule in muted)


def test_backtest_counts_the_alerts_that_were_lived(lived: Desk) -> None:
    settings = lived.installation.settings.helpdesks[0]
    request = Request(first=FIRST, last=FIRST + timedelta(days=NIGHTS - 1))
    found = backtest(lived.store, settings, request, Silent())
    opened = Counter(moved[1] for moved in _lived(lived) if moved[3] is Step.OPENED)
    assert {one.rule.id: one.tally.alerts + one.tally.muted for one in found.rules} == opened
    standing = Counter(rule for states in lived.states().values() for rule, state in states.items() if state.level)
    assert sum(one.tally.open_after for one in found.rules if one.rule.id != "long") == sum(
        number for rule, number in standing.items() if rule != "long"
    )


def test_what_comes_later_changes_no_night_before_it(lived: Desk) -> None:
    before = _again(lived)
    last = max(moved[2] for moved in before)
    busy = next(account for account, _, _, step, *_ in before if step is Step.OPENED)
    lived.world.advance(days=3)
    people = lived.world.people
    requester = people.add_customer(int(busy))
    for _ in range(50):
        people.create_ticket(requester)
    lived.world.advance(days=5)
    lived.good()
    after = _again(lived)
    assert max(moved[2] for moved in after) > last
    assert Counter({moved: count for moved, count in after.items() if moved[2] <= last}) == before
