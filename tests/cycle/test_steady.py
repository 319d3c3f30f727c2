"""A helpdesk in its ordinary days: what is written once is not written again, and a cycle asks for little."""

from pathlib import Path

from cycle_config import COSTLY, FICKLE
from cycle_desk import Desk, open_desk
from cycle_worlds import Office, busy_world

from connector.progress import Silent
from connector.simulator import World, serve
from connector.store.rows import CycleEnd

SINCE = "2026-09-20"


def _reads(world: World, since: int) -> list[str]:
    """What was asked for, signing in apart."""
    return [call.endpoint for call in world.calls[since:] if not call.is_write and call.endpoint != "token"]


def test_a_second_cycle_writes_nothing(tmp_path: Path) -> None:
    world = busy_world(page=1000)
    with serve(world) as server, open_desk(world, server, tmp_path, SINCE, FICKLE + COSTLY) as desk:
        for _ in range(5):
            desk.good()
            written, shown = len(world.written), desk.shown()
            assert written > 0
            for minutes in (0, 15, 15):
                world.advance(seconds=60 * minutes)
                desk.good()
            assert world.written[written:] == []
            assert desk.shown().tags == shown.tags
            world.advance(days=2)


def test_a_second_cycle_by_the_command_line_writes_nothing(tmp_path: Path) -> None:
    world = busy_world(page=1000)
    with serve(world) as server, open_desk(world, server, tmp_path, SINCE, FICKLE + COSTLY) as desk:
        assert desk.touchcost("once").status == 0
        written = len(world.written)
        assert written > 0
        assert desk.touchcost("plan", "--json").json["changes"] == []
        assert desk.touchcost("once").status == 0
        assert len(world.written) == written


def _work(office: Office, accounts: list[int]) -> None:
    """A quarter of an hour: a thousand tickets, each made by a customer and answered once."""
    for number in range(1000):
        made = office.world.people.create_ticket(office.requesters[accounts[number % len(accounts)]])
        office.world.people.answer(made, office.agent, seconds=200)
        if number % 10 == 9:
            office.world.advance(seconds=9)


def test_a_steady_cycle_of_a_thousand_tickets_and_two_thousand_events_takes_at_most_eight_reads(
    desk: Desk, office: Office
) -> None:
    accounts = [office.account(f"Client {number}") for number in range(200)]
    office.world.advance(seconds=120)
    # A daemon goes on with the helpdesk that it opened.
    cycle = desk.cycle
    cycle.run_once(Silent())
    for _ in range(3):
        events, begun = len(desk.dump("event")["event"]), len(office.world.calls)
        _work(office, accounts)
        report = cycle.run_once(Silent())
        reads = _reads(office.world, begun)
        assert report.end is CycleEnd.FINE
        assert len(desk.dump("event")["event"]) - events >= 1800
        assert len(reads) <= 8, reads


def test_a_steady_cycle_beside_open_alerts_takes_at_most_eight_reads(desk: Desk, office: Office) -> None:
    """Alerts that stand and are not moved by the day's work cost no read of their own."""
    accounts = [office.account(f"Client {number}") for number in range(100)]
    for account in accounts[:40]:
        office.tickets(account, 10)
    cycle = desk.cycle
    for _ in range(4):
        office.world.advance(days=1)
        cycle.run_once(Silent())
    assert len(desk.open()) == 40
    for _ in range(3):
        begun, written = len(office.world.calls), len(office.world.written)
        _work(office, accounts[40:])
        assert cycle.run_once(Silent()).end is CycleEnd.FINE
        assert office.world.written[written:] == []
        assert len(_reads(office.world, begun)) <= 8, _reads(office.world, begun)


def test_no_cycle_asks_for_one_ticket_or_one_account_at_a_time(desk: Desk, office: Office) -> None:
    accounts = [office.account(f"Client {number}") for number in range(30)]
    office.world.advance(seconds=120)
    desk.good()
    for account in accounts:
        office.tickets(account, 3)
    begun = len(office.world.calls)
    for _ in range(3):
        desk.night()
    assert len(_reads(office.world, begun)) <= 3 * 12
