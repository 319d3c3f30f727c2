"""Every fault of the matrix, on reads and on writes: nothing lost, nothing doubled, no other helpdesk harmed."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cycle_config import COSTLY, FICKLE, helpdesk, write_config
from cycle_desk import NAME, Desk, open_desk, open_installed
from cycle_dump import End
from cycle_worlds import busy_world

from connector.helpdesk import WriteKind
from connector.simulator import Fault, World, serve
from connector.store.rows import CycleEnd

SINCE = "2026-09-20"
EXPORTS = ("organizations", "ticket_events", "tickets_cursor")
MATRIX: Mapping[str, Mapping[str, Any]] = {
    "429-in-seconds": {"kind": "429", "retry_after": 7},
    "429-without-a-wait": {"kind": "429"},
    "429-until-a-date": {"kind": "429", "retry_after": 9, "date": True},
    "503-in-seconds": {"kind": "503", "retry_after": 5},
    "504-as-html": {"kind": "504"},
    "500": {"kind": "500"},
    "409": {"kind": "409"},
    "401-once": {"kind": "401"},
    "truncated": {"kind": "truncated"},
    "200-as-html": {"kind": "html"},
}


@contextmanager
def _open(folder: Path, *, page: int = 40, days: int = 60) -> Iterator[Desk]:
    world = busy_world(page=page, days=days)
    with serve(world) as server, open_desk(world, server, folder, SINCE, FICKLE + COSTLY) as desk:
        yield desk


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> End:
    """The same helpdesk after one cycle in which nothing goes wrong."""
    with _open(tmp_path_factory.mktemp("undisturbed")) as desk:
        desk.good()
        return desk.end()


@pytest.mark.parametrize("fault", MATRIX.values(), ids=MATRIX)
def test_a_fault_on_the_first_and_on_a_later_page_of_each_export_leaves_no_trace(
    undisturbed: End, tmp_path: Path, fault: Mapping[str, Any]
) -> None:
    with _open(tmp_path) as desk:
        for export in EXPORTS:
            desk.world.faults.put(Fault(endpoint=export, **fault))
            desk.world.faults.put(Fault(endpoint=export, after=2, **fault))
        desk.good()
        assert len(desk.world.faults) == 0
        assert desk.end().unlike(undisturbed) == []


def test_all_ten_faults_on_page_after_page_of_each_export_in_one_cycle_leave_no_trace(tmp_path: Path) -> None:
    # Two rows a page are eleven pages of the shortest export: one for each fault, and one more.
    with _open(tmp_path / "undisturbed", page=2, days=14) as desk:
        desk.good()
        undisturbed = desk.end()
    with _open(tmp_path / "disturbed", page=2, days=14) as desk:
        for export in EXPORTS:
            for number, fault in enumerate(MATRIX.values()):
                desk.world.faults.put(Fault(endpoint=export, after=1 + bool(number), **fault))
        desk.good()
        assert len(desk.world.faults) == 0
        assert desk.end().unlike(undisturbed) == []


def test_waits_are_those_that_were_asked_for(tmp_path: Path) -> None:
    with _open(tmp_path) as desk:
        for name in ("429-in-seconds", "429-until-a-date", "503-in-seconds"):
            desk.world.faults.put(Fault(endpoint="ticket_events", **MATRIX[name]))
        desk.good()
        assert {7.0, 9.0, 5.0} <= set(desk.stop.waits)


def test_a_page_that_is_too_much_for_the_helpdesk_is_asked_for_in_halves(undisturbed: End, tmp_path: Path) -> None:
    with _open(tmp_path) as desk:
        for export in EXPORTS:
            desk.world.faults.put(Fault(endpoint=export, kind="504", over=250, times=None))
        desk.good()
        assert desk.end().unlike(undisturbed) == []


def test_a_cycle_that_ended_busy_goes_on_where_it_was(undisturbed: End, tmp_path: Path) -> None:
    with _open(tmp_path) as desk:
        for export in EXPORTS:
            desk.world.faults.put(Fault(endpoint=export, kind="500", after=4, times=6))
        ends = [desk.once().end for _ in EXPORTS]
        assert ends == [CycleEnd.BUSY] * 3
        desk.good()
        assert desk.end().unlike(undisturbed) == []


WRITES = {
    "tags added": ("tags", "PUT"),
    "tags removed": ("tags", "DELETE"),
    "fields": ("update_many", "PUT"),
    "job": ("job", "GET"),
    "new tickets": ("create_ticket", "POST"),
    "comments": ("update_ticket", "PUT"),
}


def _run_days(desk: Desk, strike: Callable[[World], None]) -> int:
    """Days on which alerts open, rise, calm down and are told; how many faults struck."""
    struck = 0
    for _ in range(6):
        strike(desk.world)
        put = len(desk.world.faults)
        _until_good(desk)
        struck += put - len(desk.world.faults)
        desk.world.faults.clear()
        desk.world.advance(days=3)
    desk.good()
    return struck


def _until_good(desk: Desk) -> None:
    """Cycles at the same moment until one is good: what a write left unclear is looked up in the next."""
    for _ in range(6):
        if desk.once().end is CycleEnd.FINE:
            return
    desk.good()


@pytest.fixture(scope="module")
def undisturbed_days(tmp_path_factory: pytest.TempPathFactory) -> End:
    with _open(tmp_path_factory.mktemp("days"), page=1000, days=35) as desk:
        _run_days(desk, lambda _: None)
        assert {line.what for line in desk.world.written} == {"tag", "fields", "ticket"}
        assert {len(alert[3]) for alert in desk.shown().alerts} >= {1, 2}
        return desk.end()


def _striking(times: int, **fault: Any) -> Callable[[World], None]:  # noqa: ANN401 - a fault's attributes.
    def strike(world: World) -> None:
        for endpoint, method in WRITES.values():
            world.faults.put(Fault(endpoint=endpoint, method=method, times=times, **fault))

    return strike


@pytest.mark.parametrize("times", [1, 2, 7])
def test_answers_lost_after_the_write_was_applied_lose_nothing_and_double_nothing(
    undisturbed_days: End, tmp_path: Path, times: int
) -> None:
    with _open(tmp_path, page=1000, days=35) as desk:
        struck = _run_days(desk, _striking(times, kind="lost_answer"))
        assert desk.end().unlike(undisturbed_days) == []
        assert struck > 3


@pytest.mark.parametrize("kind", ["cut", "503", "409", "html", "truncated", "failed_job", "killed_job"])
def test_writes_that_fail_in_any_other_way_arrive_once_in_the_end(
    undisturbed_days: End, tmp_path: Path, kind: str
) -> None:
    with _open(tmp_path, page=1000, days=35) as desk:
        struck = _run_days(desk, _striking(2, kind=kind))
        assert desk.end().unlike(undisturbed_days) == []
        assert struck > 3


def test_a_write_that_is_to_wait_waits_and_everything_else_goes_out(undisturbed: End, tmp_path: Path) -> None:
    with _open(tmp_path) as desk:
        desk.world.faults.put(Fault(endpoint="tags", method="PUT", kind="429", retry_after=300))
        desk.once()
        waiting = desk.store.outbox(NAME)
        assert {row.write.kind for row in waiting} == {WriteKind.ADD_TAG}
        assert {row.not_before for row in waiting} == {desk.world.now() + timedelta(seconds=300)}
        assert {line.what for line in desk.world.written} == {"fields", "ticket"}
        desk.world.advance(seconds=301)
        desk.good()
        assert desk.shown() == undisturbed.helpdesk


def test_a_credential_that_is_refused_for_good_stops_that_helpdesk_and_no_other(tmp_path: Path) -> None:
    refused, other = busy_world(accounts=5, days=30), busy_world(accounts=12)
    refused.faults.put(Fault(endpoint="*", kind="401", times=None))
    with serve(refused) as first, serve(other) as second:
        path = write_config(tmp_path, helpdesk(first.url, SINCE, "first"), helpdesk(second.url, SINCE, "second"))
        with open_installed(other, second, path) as desk:
            said = desk.touchcost("once")
    assert said.status == 1
    assert "first" in said.err
    assert "401" in said.err
    assert [call.status for call in refused.calls] == [401] * len(refused.calls)
    assert len(refused.calls) < 5
    assert other.written != []
    assert refused.written == []


@pytest.mark.parametrize("endpoint", ["ticket_events", "tickets_cursor", "show_many", "tags", "create_ticket"])
def test_a_credential_that_is_withdrawn_in_mid_run_ends_the_cycle_and_the_next_one_loses_nothing(
    undisturbed: End, tmp_path: Path, endpoint: str
) -> None:
    with _open(tmp_path) as desk:
        desk.world.faults.put(Fault(endpoint=endpoint, kind="401", after=1, times=None))
        report = desk.once()
        assert report.end is CycleEnd.FAILED
        assert "does not accept our credentials (status 401)" in report.sentence
        refused = [call for call in desk.world.calls if call.status == 401]
        assert len(refused) == 2
        assert desk.world.calls[-1].status == 401
        desk.world.faults.clear()
        desk.good()
        assert desk.shown() == undisturbed.helpdesk
