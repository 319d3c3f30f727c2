"""A real log replayed: what happens, when, and by whom. The log itself is read where it is present."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from simulator_client import NOW, START, Client

from connector.simulator import StreamRow, World, read_stream, serve

BEGIN = datetime(2013, 1, 7, 9, 0, tzinfo=UTC)
ITALIAN = Path(__file__).parents[3] / "shared" / "streams" / "italian_helpdesk.csv.gz"


def _row(case: str, activity: str, resource: str, hours: float) -> StreamRow:
    return StreamRow(
        case=case,
        activity=activity,
        resource=resource,
        at=BEGIN + timedelta(hours=hours),
        customer="Value 7",
        workgroup="Value 1",
    )


LOG = [
    _row("Case 1", "Assign seriousness", "Value 1", 0),
    _row("Case 1", "Take in charge ticket", "Value 2", 1),
    _row("Case 1", "Wait", "Value 2", 2),
    _row("Case 1", "Require upgrade", "Value 2", 3),
    _row("Case 1", "Resolve ticket", "Value 2", 4),
    _row("Case 1", "Closed", "Value 3", 100),
]


def _statuses(world: World) -> list[object]:
    return [change.value for audit in world.audits.values() for change in audit.changes if change.name == "status"]


def test_each_row_but_closed_is_a_private_comment_by_its_agent() -> None:
    world = World.from_stream(LOG, now=NOW)
    comments = [audit.comment for audit in world.audits.values()]
    authors = [world.users[comment.author_id].is_agent for comment in comments if comment]
    assert [comment is not None and not comment.public for comment in comments] == [True] * 5 + [False]
    assert authors == [True] * 5
    assert _statuses(world) == ["new", "open", "pending", "hold", "solved", "closed"]
    assert list(world.audits.values())[-1].author_id == -1


def test_the_last_event_happens_now() -> None:
    world = World.from_stream(LOG, now=NOW)
    assert list(world.audits.values())[-1].at == NOW == world.now()
    assert world.tickets[1].created_at == NOW - timedelta(hours=100)
    assert [row.name for row in world.organizations.values()] == ["Client 7"]


def test_a_case_that_goes_on_after_it_was_closed_loses_no_row() -> None:
    log = [*LOG, _row("Case 1", "Take in charge ticket", "Value 2", 101)]
    world = World.from_stream(log, now=NOW)
    assert _statuses(world)[-1] == "open"
    assert sum(audit.comment is not None for audit in world.audits.values()) == 6


def test_withheld_events_happen_as_the_clock_moves() -> None:
    world = World.from_stream(LOG, now=NOW, withhold_after=NOW - timedelta(hours=97, minutes=30))
    with serve(world) as server:
        client = Client(server)
        world.advance(seconds=90)
        path = "incremental/ticket_events"
        assert client.get(path, start_time=START).json()["count"] == 3
        client.control("clock", {"advance": 86_400})
        assert client.get(path, start_time=START).json()["count"] == 5
        client.session.close()


@pytest.mark.skipif(not ITALIAN.exists(), reason=f"the Italian helpdesk's log is not at {ITALIAN}")
def test_the_italian_log_has_every_touch_of_the_file() -> None:
    rows = read_stream(ITALIAN)
    world = World.from_stream(rows, now=NOW)
    expected: dict[str, int] = defaultdict(int)
    for row in rows:
        expected[row.case] += row.activity != "Closed"
    found: dict[str, int] = defaultdict(int)
    for audit in world.audits.values():
        found[world.tickets[audit.ticket_id].subject] += audit.comment is not None
    assert len(world.tickets) == 4580
    assert found == expected
