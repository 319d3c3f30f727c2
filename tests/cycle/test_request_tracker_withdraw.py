"""Taking everything of ours out of a running Request Tracker."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cycle_desk import NAME
from loopback_way import open_way
from request_tracker_desk import Desk
from request_tracker_house import House, open_house
from request_tracker_server import RequestTracker


@pytest.fixture
def house(request_tracker_server: RequestTracker, tmp_path: Path) -> Iterator[House]:
    """After some days in which marks and alert tickets were written."""
    desk = Desk(request_tracker_server)
    with open_way(request_tracker_server.url) as way, open_house(desk, way, tmp_path) as opened:
        desk.put("root", "/user/alfa0", {"CustomFields": {"care_tags": ["gold"], "Segment": "large"}})
        for step in range(3):
            opened.live(step)
            opened.good()
            opened.pass_by(days=2)
        yield opened


@pytest.mark.timeout(600)
def test_withdrawal_leaves_what_others_wrote_and_solved_tickets(house: House) -> None:
    shown = house.end()
    assert {key for _, key, _ in shown["carried"]} > {"care_tags", "care_state", "care_since", "care_as_of"}
    assert "new" in {status for _, status, *_ in shown["alert tickets"]}
    said = house.touchcost("withdraw", "--yes")
    assert (said.status, said.err) == (0, "")
    after = house.end()
    assert after["carried"] == (("alfa0", "Segment", "large"), ("alfa0", "care_tags", "gold"))
    assert {status for _, status, *_ in after["alert tickets"]} == {"resolved"}
    assert [key for key, *_ in after["alert tickets"]] == [key for key, *_ in shown["alert tickets"]]
    assert house.store.outbox(NAME) == ()
    assert house.store.ledger(NAME).marks == ()
    assert "our marks: 0, alert tickets followed: 0" in house.touchcost("status").out
    assert not house.mailed_outside()
    house.touchcost("withdraw", "--yes")
    assert house.end() == after
    shown_last = house.touchcost("withdraw").out
    assert "nothing of ours is shown there" in shown_last
    assert "withdraw --yes" not in shown_last


@pytest.mark.timeout(600)
def test_alert_tickets_that_are_left_open_are_named(house: House) -> None:
    watched, moved, *_ = (ticket for ticket in house.alerts.values() if _status(house, ticket) == "new")
    house.desk.put("root", f"/ticket/{watched}", {"Requestor": ["alfa0"]})
    house.desk.put("root", f"/ticket/{moved}", {"Queue": "Billing"})
    said = house.touchcost("withdraw", "--yes")
    assert said.status == 0, said.err
    assert f"Alert ticket {watched} keeps its status: somebody outside would be mailed." in said.err
    assert f"Alert ticket {moved} keeps its status: it holds no key of an alert ticket." in said.err
    assert (_status(house, watched), _status(house, moved)) == ("new", "new")
    assert not house.mailed_outside()


def _status(house: House, ticket: int) -> str:
    return str(house.desk.get("root", f"/ticket/{ticket}")["Status"])
