"""A daemon, a nightly run and a machine that was off for a week come to the same, in the store and in the helpdesk."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from cycle_config import COSTLY, FICKLE
from cycle_desk import Desk, open_desk
from cycle_dump import Rows
from cycle_worlds import busy_world

from connector.measuring import make_calendar
from connector.simulator import serve
from rules.facts import AccountId

SINCE = "2026-09-01"
DAYS = 24
EVERY = {
    "daemon": timedelta(hours=5),
    "nightly": timedelta(days=1),
    "off for a week": timedelta(days=7),
}
TOTALS = ("account_day", "effort_day")


class Lived:
    """What a rhythm came to."""

    def __init__(self, desk: Desk) -> None:
        self.totals: Mapping[str, Rows] = desk.dump(*TOTALS)
        self.alerts = _alerts(desk)
        shown = desk.shown()
        self.tags = shown.tags
        self.fields = {account: _said(fields) for account, fields in shown.fields.items()}
        self.told = desk.touchcost("accounts", "--json").json


def _said(fields: Mapping[str, object]) -> Mapping[str, object]:
    """Without the link and the day of the last write, and without the numbers of who has no alert: they go weekly."""
    kept = ("care_state", "care_why", "care_since")
    numbers = ("care_tickets_90d", "care_minutes_90d") if fields.get("care_since") else ()
    return {key: fields.get(key) for key in (*kept, *numbers)}


def _alerts(desk: Desk) -> Mapping[tuple[AccountId, str], tuple[object, ...]]:
    """Everything that is open, with the dates that people see."""
    shown = make_calendar(desk.installation.settings.helpdesks[0]).shown
    return {
        (account, rule): (state.phase, state.level, shown(state.since), shown(state.opened_at))
        for account, rules in desk.states().items()
        for rule, state in rules.items()
        if state.level is not None and state.since is not None and state.opened_at is not None
    }


def _moments(begin: datetime, every: timedelta) -> Sequence[datetime]:
    """When cycles run: from the first on in this rhythm, and all of them once at the end."""
    end = begin + timedelta(days=DAYS)
    inner = [begin + every * number for number in range(DAYS * 24) if begin + every * number < end]
    return [*inner, end]


def _live(folder: Path, every: timedelta) -> Lived:
    world = busy_world(accounts=16, days=70, page=1000, seed=3)
    write = {"tags": "each", "alert_from": "watch"}
    with serve(world) as server, open_desk(world, server, folder, SINCE, FICKLE + COSTLY, write=write) as desk:
        for moment in _moments(world.now(), every):
            world.move_to(moment)
            desk.good()
        return Lived(desk)


def test_a_daemon_a_nightly_run_and_a_machine_that_was_off_end_alike(tmp_path: Path) -> None:
    daemon, *others = [_live(tmp_path / name.replace(" ", "-"), every) for name, every in EVERY.items()]
    assert daemon.alerts
    for other in others:
        assert other.totals == daemon.totals
        assert other.alerts == daemon.alerts
        assert other.tags == daemon.tags
        assert other.fields == daemon.fields
        assert other.told == daemon.told
