"""A running Request Tracker with a past: the right accounts are marked, people are obeyed, and weeks go by."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from loopback_way import Way, open_way
from plain_count import count_accounts
from request_tracker_desk import Desk
from request_tracker_house import AGENT, House, open_installed
from request_tracker_server import NOW, RequestTracker

MANY = 4
GUARD = (
    "guard: {max_new_per_week: 1000, max_new_per_run: 1000, max_new_share: 100%, max_open_share: 100%, "
    "first_run: alert}\n"
)
BUSY = f"""\
version: 1
defaults: {{grace: 0d, min_history: 0d, hold: 0d, clear_after: 0d}}
{GUARD}rules:
  - id: busy
    title: Many tickets in four weeks
    signal: tickets_28d
    levels: {{amber: {{enter: {MANY}, exit: {MANY}}}}}
"""
WEEKS = f"""\
version: 1
defaults: {{grace: 0d, min_history: 0d, hold: 3d, clear_after: 3d}}
{GUARD}rules:
  - id: week
    title: Many tickets in a week
    signal: tickets_7d
    levels:
      amber: {{enter: 6, exit: 4}}
      red: {{enter: 12, exit: 8}}
"""
TICKETS = {**dict.fromkeys(range(1, 10), 1), **dict.fromkeys(range(10, 13), 3)}
"""How many the account asks on each day; none on the others."""
_CARRIERS = """
    SELECT Users.Name, Users.Organization, held.Content FROM ObjectCustomFieldValues AS held
    JOIN CustomFields ON CustomFields.id = held.CustomField JOIN Users ON Users.id = held.ObjectId
    WHERE held.ObjectType = 'RT::User' AND held.Disabled = 0 AND CustomFields.Name = ?
"""
_PEOPLE = "SELECT Users.Name FROM Users WHERE Users.Organization = ?"


@pytest.fixture
def way(request_tracker: RequestTracker) -> Iterator[Way]:
    with open_way(request_tracker.url) as opened:
        yield opened


@pytest.fixture
def desk(request_tracker: RequestTracker) -> Desk:
    return Desk(request_tracker)


def tagged(desk: Desk) -> set[str]:
    """The organisations of everybody who carries our tag."""
    return {organization for _, organization, tag in desk.rows(_CARRIERS, "care_tags") if tag == "care_review"}


def people_of(desk: Desk, accounts: set[str]) -> set[str]:
    """Everybody in these organisations."""
    return {name for account in accounts for (name,) in desk.rows(_PEOPLE, account)}


def state_of(desk: Desk, account: str) -> set[str]:
    """What `care_state` says on the people of an account."""
    return {text for _, name, text in desk.rows(_CARRIERS, "care_state") if name == account and text}


def changes(desk: Desk) -> tuple[object, ...]:
    """What grows whenever anything is written there."""
    tables = ("Transactions", "ObjectCustomFieldValues", "Tickets")
    return tuple(desk.value(f"SELECT max(id) FROM {table}") for table in tables)  # noqa: S608 - names of our own.


def test_exactly_the_accounts_over_their_line_are_marked_and_what_people_do_with_that_is_followed(
    desk: Desk, way: Way, tmp_path: Path
) -> None:
    midnight = NOW.replace(hour=0) + timedelta(days=1)
    lines = count_accounts(desk, midnight - timedelta(seconds=1), {})
    expected = {name for name, line in lines.items() if name and line.tickets_28d >= MANY}
    assert 3 <= len(expected) < 40
    with open_installed(desk, way, tmp_path, BUSY) as house:
        house.pass_by(hours=15, minutes=10)
        house.good()
        assert tagged(desk) == expected
        assert {name for name, _, tag in desk.rows(_CARRIERS, "care_tags")} == people_of(desk, expected)
        assert house.alerts.keys() == {f"touchcost:acme:{name}:1" for name in expected}
        _assert_nothing_is_left_to_write(house)
        freed, merged, deleted = sorted(expected)[:3]
        _people_act(desk, freed, *(house.alerts[f"touchcost:acme:{name}:1"] for name in (merged, deleted)))
        house.pass_by(minutes=5)
        house.good()
        _assert_nothing_is_left_to_write(house)
        assert tagged(desk) == expected - {freed}
        assert {tag for _, name, tag in desk.rows(_CARRIERS, "care_tags") if name == freed} == {"gold"}
        assert house.alerts.keys() <= {f"touchcost:acme:{name}:1" for name in expected}
        assert house.mailed_outside() == []


def _assert_nothing_is_left_to_write(house: House) -> None:
    """The next cycle reads back, and like the one after it has nothing to write."""
    before = changes(house.desk)
    for minutes in (2, 15):
        house.pass_by(minutes=minutes)
        house.good()
        assert changes(house.desk) == before


def _people_act(desk: Desk, freed: str, merged: int, deleted: int) -> None:
    """Our tag gives way to another one, one alert ticket is merged into a customer's and one is deleted."""
    for (name,) in desk.rows(_PEOPLE, freed):
        desk.put("root", f"/user/{name}", {"CustomFields": {"care_tags": ["gold"]}})
    desk.put(AGENT, f"/ticket/{merged}", {"MergeInto": 1})
    assert desk.ask("DELETE", AGENT, f"/ticket/{deleted}").status_code == 204


def test_three_weeks_of_hold_open_answer_raise_calm_and_clear(desk: Desk, way: Way, tmp_path: Path) -> None:
    desk.server.clear()
    desk.add_customer("alfa0", "Alfa")
    desk.add_customer("bravo0", "Bravo")
    seen = {}
    with open_installed(desk, way, tmp_path, WEEKS, {"digest": "off"}) as house:
        for day in range(1, 23):
            _live(house, day)
            house.good()
            if day == 10:
                desk.put(AGENT, f"/ticket/{house.alerts['touchcost:acme:Alfa:1']}", {"Status": "resolved"})
            seen[day] = _shown(house, "Alfa")
        assert house.mailed_outside() == []
        assert (state_of(desk, "Bravo"), house.alerts.keys()) == ({"in order"}, {"touchcost:acme:Alfa:1"})
    assert {day: shown for day, shown in seen.items() if shown != seen.get(day - 1)} == {
        1: "in order",
        # Over its line with the sixth ticket on day 6; the days of `hold` are those between midnights.
        10: "for review; care_review; resolved 1",
        12: "for review; care_review; open 2",
        # Under its lowest line from the end of day 18.
        22: "in order; resolved 3",
    }


def _live(house: House, day: int) -> None:
    house.pass_by(hours=20)
    for _ in range(TICKETS.get(day, 0)):
        house.pass_by(minutes=10)
        house.desk.asks("alfa0")
    if day == 1:
        house.desk.asks("bravo0")
    house.pass_by(minutes=240 - 10 * TICKETS.get(day, 0))


def _shown(house: House, account: str) -> str:
    """State, tag, and status and texts of the alert ticket."""
    ticket = house.alerts.get(f"touchcost:acme:{account}:1")
    said = [] if ticket is None else [f"{_status(house, ticket)} {_comments(house, ticket)}"]
    tag = ["care_review"] if account in tagged(house.desk) else []
    return "; ".join([*state_of(house.desk, account), *tag, *said])


def _status(house: House, ticket: int) -> object:
    return house.desk.value("SELECT Status FROM Tickets WHERE id = ?", ticket)


def _comments(house: House, ticket: int) -> object:
    texts = "SELECT count(*) FROM Transactions WHERE ObjectType = 'RT::Ticket' AND ObjectId = ? AND Type IN (?, ?)"
    return house.desk.value(texts, ticket, "Create", "Comment")
