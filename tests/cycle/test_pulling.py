"""Pulls as they are lived through: rows that come late, a first pull in pieces, an edit of what is counted."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from cycle_config import COSTLY, FICKLE, helpdesk, write_config
from cycle_desk import NAME, Desk, open_desk, open_installed
from cycle_dump import FACTS, Rows
from cycle_worlds import Office, busy_world, make_office

from connector.helpdesk import Stream
from connector.progress import Silent
from connector.simulator import Fault, serve
from connector.store.rows import CycleEnd
from rules.facts import HelpdeskName

SINCE = "2026-09-15"
LONG_AGO = "2026-02-01"


# Rows that come late.


def _tickets(desk: Desk) -> int:
    return len(desk.dump("ticket")["ticket"])


def _late(office: Office, account: int, days: float) -> None:
    """A ticket that the exports do not show for so long."""
    made = office.world.people.create_ticket(office.requesters[account])
    office.world.people.show_late(made, days * 86_400)


def test_rows_that_become_visible_days_late_come_with_the_first_pull_of_a_week(desk: Desk, office: Office) -> None:
    """The office stands on a Wednesday; on Sunday the row is there, on Monday it is seen."""
    account = office.account("Acme")
    office.tickets(account, 1)
    desk.night()
    _late(office, account, days=2.5)
    found = []
    for _ in range(5):
        office.tickets(account, 1)
        desk.night()
        found.append(_tickets(desk) - len(found))
    assert found == [2, 2, 2, 3, 3]
    assert desk.touchcost("accounts", "--json").json["accounts"][0]["tickets_28d"] == 7


def test_rows_that_become_visible_minutes_late_come_with_the_next_pull(desk: Desk, office: Office) -> None:
    account = office.account("Acme")
    office.tickets(account, 1)
    desk.night()
    _late(office, account, days=0.005)
    office.world.advance(seconds=200)
    office.tickets(account, 1)
    office.world.advance(seconds=90)
    desk.good()
    assert _tickets(desk) == 2
    office.world.advance(seconds=400)
    desk.good()
    assert _tickets(desk) == 3


class Scissors(Silent):
    """Cuts a cycle after so many pages of some streams, and notes the walks of a first pull."""

    def __init__(self, stop: Event, pages: int, *streams: Stream) -> None:
        self._stop = stop
        self._left = pages
        self._streams = streams or (Stream.EVENTS, Stream.TICKETS)
        self.walks: list[tuple[int, int, datetime]] = []

    def pulled(self, helpdesk: HelpdeskName, stream: Stream, rows: int, reached: datetime | None) -> None:  # noqa: ARG002 - a Progress takes them.
        self._left -= stream in self._streams
        if self._left <= 0:
            self._stop.set()

    def filling(self, helpdesk: HelpdeskName, walk: int, walks: int, start: datetime) -> None:  # noqa: ARG002 - as above.
        self.walks.append((walk, walks, start))


def _cut(desk: Desk, pages: int, *streams: Stream) -> None:
    """A cycle that is asked to stop after so many pages."""
    report = desk.cycle.run_once(Scissors(desk.stop, pages, *streams))
    desk.stop.clear()
    assert report.end is CycleEnd.CUT, report


@pytest.mark.parametrize("stream", [Stream.EVENTS, Stream.TICKETS])
def test_pull_that_was_cut_in_the_old_week_leaves_the_new_week_its_look_back(
    desk: Desk, office: Office, stream: Stream
) -> None:
    account = office.account("Acme")
    office.tickets(account, 1)
    desk.night()
    _late(office, account, days=2.5)
    office.world.settings.largest_page = 1
    for _ in range(3):
        office.tickets(account, 2)
        office.world.advance(days=1)
        desk.good()
    office.tickets(account, 2)
    office.world.advance(seconds=120)
    _cut(desk, 1, stream)
    desk.night()
    assert _tickets(desk) == 10


# A first pull in pieces.


@contextmanager
def _busy(folder: Path, page: int = 30, **keys: Any) -> Iterator[Desk]:  # noqa: ANN401 - keys of a helpdesk.
    world = busy_world(accounts=12, days=200, page=page)
    with serve(world) as server, open_desk(world, server, folder, LONG_AGO, FICKLE + COSTLY, **keys) as desk:
        yield desk


@pytest.mark.parametrize("pages", [1, 3, 8])
def test_first_pull_in_pieces_over_days_ends_like_one_that_nobody_cut(tmp_path: Path, pages: int) -> None:
    with _busy(tmp_path / "pieces") as desk, _busy(tmp_path / "whole") as whole:
        cuts = _pull_in_pieces(desk, pages)
        assert cuts >= 6
        whole.world.move_to(desk.world.now())
        for each in (whole, desk):
            each.good()
        assert desk.end().unlike(whole.end()) == []
        assert desk.touchcost("doctor").status == 0


def _pull_in_pieces(desk: Desk, pages: int) -> int:
    """Cycles that are cut after so many pages, an hour and a half apart, until the first pull is over."""
    for cuts in range(1000):
        ended = desk.cycle.run_once(Scissors(desk.stop, pages))
        desk.stop.clear()
        if not desk.store.standing(NAME).filling:
            return cuts
        assert ended.end is CycleEnd.CUT
        assert desk.world.written == []
        desk.world.advance(seconds=5000)
    raise AssertionError("a first pull that never ends")


def test_first_pull_goes_newest_first_in_three_walks_and_writes_after_the_last(tmp_path: Path) -> None:
    with _busy(tmp_path) as desk:
        begun = desk.world.now()
        scissors = Scissors(desk.stop, 1000)
        assert desk.cycle.run_once(scissors).end is CycleEnd.FINE
        days = [(begun - start).days for _, _, start in scissors.walks]
        assert [(walk, walks) for walk, walks, _ in scissors.walks] == [(1, 3), (2, 3), (3, 3)]
        assert days == [28, 90, (begun.date() - datetime.fromisoformat(LONG_AGO).date()).days]
        assert desk.world.written != []


def test_accounts_answers_after_the_first_walk_and_says_how_far_back_it_reaches(tmp_path: Path) -> None:
    with _busy(tmp_path) as desk:
        desk.world.faults.put(Fault(endpoint="ticket_events", kind="500", after=_pages_of_28_days(desk), times=6))
        assert desk.once().end is CycleEnd.BUSY
        assert desk.store.standing(NAME).filling
        told = desk.touchcost("accounts", "--json")
        numbers = told.json["accounts"]
        assert any(row["tickets_28d"] for row in numbers)
        assert {row["tickets_90d"] for row in numbers} == {None}
        assert "22 Oct 2026" in desk.touchcost("accounts").out
        assert desk.world.written == []
        assert desk.states() == {}


def _pages_of_28_days(desk: Desk) -> int:
    """How many pages of events the first walk has, and one more."""
    since = desk.world.now().timestamp() - 28 * 86_400
    recent = sum(audit.at.timestamp() >= since for audit in desk.world.audits.values())
    return recent // desk.world.settings.largest_page + 2


# An edit of what is counted.


def _customer(office: Office, name: str, domain: str) -> int:
    """A customer with tickets of its own, one of somebody at its domain, one with a tag and one by another timer."""
    people, world = office.world.people, office.world
    made = people.add_organization(name, {"mrr": 50_000.0, "currency": "EUR"}, domain_names=[domain])
    office.requesters[made] = people.add_customer(made, email=f"robot@{domain}")
    office.tickets(made, 3)
    outside = people.create_ticket(people.add_customer(email=f"visitor@{domain}"))
    people.answer(outside, office.agent, status="solved", seconds=900)
    tagged = people.create_ticket(office.requesters[made], fields={"tags": ["printer"]})
    people.answer(tagged, office.agent, status="solved", seconds=600)
    people.answer(tagged, office.agent, public=False, seconds=60)
    world.advance(seconds=90)
    return made


@pytest.fixture
def settled(desk: Desk, office: Office) -> Desk:
    """An installation that has lived through a quarter of a year, with alerts open, and stands at ten past eleven."""
    for number in range(10):
        for name in ("Alpha", "Beta"):
            _customer(office, f"{name} {number}", f"{name.lower()}{number}.test")
        office.tickets(min(office.requesters), 3)
        desk.night(4.6)
    office.world.advance(seconds=1200)
    desk.good()
    assert desk.open() != frozenset()
    return desk


def _edited(desk: Desk, folder: Path, keys: Mapping[str, object]) -> Path:
    given = dict(keys)
    return write_config(folder, helpdesk(desk.server.url, str(given.pop("since", SINCE)), **given))


REBUILDS: Mapping[str, Mapping[str, object]] = {
    "time_zone": {"time_zone": "Pacific/Auckland"},
    "ignored tags": {"ignore": {"tags": ["printer"]}},
    "ignored requesters": {"ignore": {"requesters": ["robot@alpha0.test"]}},
}
REFILLS: Mapping[str, Mapping[str, object]] = {
    "account": {"account": ["organization", "email_domain"]},
    "account by domain alone": {"account": ["email_domain"]},
    "earlier since": {"since": "2026-01-01"},
    "timer_field": {"timer_field": 0},
}


def _keys(desk: Desk, keys: Mapping[str, object]) -> Mapping[str, object]:
    return {**keys, "timer_field": desk.world.fields.last} if "timer_field" in keys else keys


def _fresh(desk: Desk, folder: Path, keys: Mapping[str, object]) -> Mapping[str, Rows]:
    """The facts of an installation that meets the helpdesk today and was never configured otherwise."""
    path = _edited(desk, folder, {**keys, "write": {"policy": "report-only"}})
    with open_installed(desk.world, desk.server, path) as fresh:
        fresh.good()
        return fresh.dump(*FACTS)


@pytest.mark.parametrize("keys", [*REBUILDS.values(), *REFILLS.values()], ids=[*REBUILDS, *REFILLS])
def test_facts_after_an_edit_are_those_of_an_installation_that_was_never_configured_otherwise(
    settled: Desk, tmp_path: Path, keys: Mapping[str, object]
) -> None:
    keys = _keys(settled, keys)
    before, alerts = settled.dump(*FACTS), len(settled.world.with_external_id)
    with open_installed(settled.world, settled.server, _edited(settled, settled.path.parent, keys)) as edited:
        edited.good()
        # What was written into an organisation a moment ago is hidden from every export for a minute.
        settled.world.advance(seconds=120)
        edited.good()
        assert edited.dump(*FACTS) == _fresh(settled, tmp_path / "fresh", keys)
        assert edited.dump(*FACTS) != before or "since" in keys
        assert len(settled.world.with_external_id) == alerts
        assert edited.touchcost("doctor").status == 0


def test_since_that_was_moved_on_in_the_middle_of_a_first_pull_and_back_later_brings_the_past(tmp_path: Path) -> None:
    """What a cut filling was to bring is not taken for what it brought."""
    office = make_office(datetime(2026, 2, 1, tzinfo=UTC))
    _customer(office, "Alpha", "alpha.test")
    office.world.advance(days=150)
    _customer(office, "Beta", "beta.test")
    earlier, later = "2026-01-01", "2026-06-01"
    with serve(office.world) as server:
        with open_desk(office.world, server, tmp_path, earlier) as desk:
            _cut(desk, 1)
        for since, tickets in ((later, 5), (earlier, 10)):
            path = write_config(tmp_path, helpdesk(server.url, since))
            with open_installed(office.world, server, path) as desk:
                desk.good()
                assert _tickets(desk) == tickets
