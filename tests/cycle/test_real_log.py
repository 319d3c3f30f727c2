"""The Italian helpdesk's real log through the simulator: every number and every flag as counted from its file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import Any

import pytest
from cycle_desk import Desk, open_desk
from italian_log import ZONE, Counted, count_log, find_log

from connector.simulator import World, serve

LAST_EVENT = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
# Summer of 2012 in the log: its busiest months. Then two months later, in one jump.
MOMENTS = (LAST_EVENT - timedelta(days=700), LAST_EVENT - timedelta(days=640))
SINCE = "2022-12-01"
NOTE_MINUTES = 4
USUAL, RATES = Decimal("60.00"), {"Workgroup 2": Decimal("85.50"), "Workgroup 4": Decimal("41.25")}
COST = {
    "currency": "EUR",
    "per_hour": str(USUAL),
    "rates": [{"group": group, "per_hour": str(rate)} for group, rate in RATES.items()],
    "minutes": {"note": NOTE_MINUTES},
}
RULES = """\
version: 1
defaults: {grace: 0d, min_history: 0d, clear_after: 0d}
guard: {max_new_per_week: 1000, max_new_per_run: 1000, max_new_share: 100%, max_open_share: 100%}
rules:
  - {id: touches, title: Many touches, signal: touches_90d, levels: {watch: {enter: 10}, red: {enter: 25}}, hold: 5d}
  - {id: tickets, title: Many tickets, signal: tickets_28d, levels: {amber: {enter: 4}}, hold: 3d}
  - id: share
    title: A large share
    signal: touch_cost_90d / revenue_90d
    only_if: touches_90d >= 8
    levels: {watch: {enter: 4%}, amber: {enter: 8%}}
    hold: 7d
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A rule as this test knows it."""

    levels: tuple[tuple[str, Decimal], ...]
    hold: int
    window: int


LINES = {
    "touches": Line(levels=(("watch", Decimal(10)), ("red", Decimal(25))), hold=5, window=90),
    "tickets": Line(levels=(("amber", Decimal(4)),), hold=3, window=28),
    "share": Line(levels=(("watch", Decimal("0.04")), ("amber", Decimal("0.08"))), hold=7, window=90),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What must be found at a moment."""

    counted: Mapping[str, Counted]
    month: Mapping[str, Decimal]
    """What each account pays a month."""
    today: date

    def cost(self, name: str, last: date) -> Decimal:
        return self.counted[name].cost_in(last, 90, NOTE_MINUTES, RATES, USUAL)

    def value(self, rule: str, name: str, last: date) -> Decimal:
        """The rule's number on the windows that end with `last`; 0 where the rule's condition is not met."""
        account = self.counted[name]
        if rule == "tickets":
            return Decimal(account.tickets_in(last, 28))
        touches = account.touches_in(last, 90)
        if rule == "touches":
            return Decimal(touches)
        return self.cost(name, last) / (self.month[name] * 12 * 90 / 365) if touches >= 8 else Decimal()

    def level(self, rule: str, name: str, last: date) -> int:
        """How many of the rule's lines are reached."""
        value = self.value(rule, name, last)
        return sum(value >= enter for _, enter in LINES[rule].levels)

    def flag(self, rule: str, name: str) -> dict[str, Any] | None:
        """The alert that must be open: at or over the line on the last midnight, and so for `hold`."""
        line, finished = LINES[rule], self.today - timedelta(days=1)
        level = self.level(rule, name, finished)
        since, known = finished, date.fromisoformat(SINCE) + timedelta(days=line.window - 1)
        while since > known and self.level(rule, name, since - timedelta(days=1)):
            since -= timedelta(days=1)
        if not level or (finished - since).days < line.hold:
            return None
        # What today brought may raise it, and nothing else.
        highest = max(level, self.level(rule, name, self.today))
        word = line.levels[highest - 1][0]
        return {"rule": rule, "level": word, "since": since.isoformat(), "acknowledged": False}


@pytest.fixture(scope="module")
def log() -> Path:
    return find_log()


@pytest.fixture(scope="module")
def desk(log: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    world = World.from_stream(log, now=LAST_EVENT, withhold_after=MOMENTS[0])
    keys = {"cost": COST, "time_zone": str(ZONE), "retention_days": 1200, "write": {"policy": "report-only"}}
    with (
        serve(world) as server,
        open_desk(world, server, tmp_path_factory.mktemp("italian"), SINCE, RULES, **keys) as desk,
    ):
        yield desk


def _truth(desk: Desk, log: Path, moment: datetime) -> Truth:
    months = {row.name: Decimal(str(row.fields["mrr"])) for row in desk.world.organizations.values()}
    # The newest minute is hidden from everybody.
    seen = moment - timedelta(seconds=60)
    return Truth(counted=count_log(log, LAST_EVENT, seen), month=months, today=seen.astimezone(ZONE).date())


def _expected(truth: Truth, name: str) -> dict[str, Any]:
    account, today = truth.counted[name], truth.today
    touches = account.touches_in(today, 90)
    return {
        "tickets_28d": account.tickets_in(today, 28),
        "tickets_90d": account.tickets_in(today, 90),
        "touches_90d": touches,
        "contacts_90d": 0,
        "touch_minutes_90d": touches * NOTE_MINUTES,
        "touch_cost_90d": str(truth.cost(name, today).quantize(Decimal("0.01"), ROUND_HALF_EVEN)),
        "currency": "EUR",
        "method": {"measured": 0, "inferred": 0, "assumed": 1} if touches else dict.fromkeys(_METHODS),
    }


_METHODS = ("measured", "inferred", "assumed")


@pytest.mark.parametrize("moment", MOMENTS, ids=["first-pull", "two-months-later"])
def test_numbers_and_flags_are_those_counted_from_the_file(desk: Desk, log: Path, moment: datetime) -> None:
    desk.world.move_to(moment)
    once = desk.touchcost("once")
    assert (once.status, once.err) == (0, "")
    told = {row["name"]: row for row in desk.touchcost("accounts", "--json").json["accounts"]}
    truth = _truth(desk, log, moment)
    assert told.keys() == truth.counted.keys()
    expected = {name: _expected(truth, name) for name in told}
    assert {name: {key: row[key] for key in expected[name]} for name, row in told.items()} == expected
    flags = {name: [flag for rule in LINES if (flag := truth.flag(rule, name)) is not None] for name in told}
    assert {name: sorted(row["alerts"], key=_by_rule) for name, row in told.items()} == {
        name: sorted(found, key=_by_rule) for name, found in flags.items()
    }
    assert sum(map(bool, flags.values())) > 10


def _by_rule(alert: Mapping[str, Any]) -> str:
    return str(alert["rule"])
