"""One life of an alert whose number has no window, so that every day of it is known: from day 3 over its line,
solved by a person on day 12, raised on day 20, calm from day 30."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cycle_desk import Desk, open_desk, open_installed
from cycle_worlds import Office

from connector.simulator import Server
from rules.alert import Held, Phase
from rules.facts import AccountId

LINES = """\
version: 1
defaults: {grace: 0d, min_history: 0d, hold: 7d, clear_after: 14d}
guard: {max_new_share: 100%, max_open_share: 100%}
rules:
  - id: crowded
    title: Many people for its contract
    signal: seats
    levels:
      amber: {enter: 20, exit: 15}
      red: {enter: 40, exit: 30}
"""
OVERLAYS = """\
version: 1
defaults: {grace: 0d, min_history: 0d, hold: 0d, clear_after: 14d}
guard: {max_new_per_week: 1, max_open_share: 100%}
rules:
  - id: crowded
    title: Many people for its contract
    signal: seats
    levels:
      amber: {enter: 20, exit: 15}
  - id: packed
    title: More people than most
    signal: seats
    levels:
      amber: {enter: 18, exit: 15}
    muted_by: [crowded]
"""
SEATS = {1: 10, 3: 22, 20: 45, 30: 5}
"""From which day on an account has how many."""
TAG = "care_review"


@pytest.fixture(autouse=True)
def _seats(office: Office) -> None:
    office.world.fields.add_to_organizations("seats", "Seats", "integer", office.world.now())


@pytest.fixture
def desk(office: Office, server: Server, tmp_path: Path) -> Iterator[Desk]:
    with open_desk(office.world, server, tmp_path, "2026-09-15", LINES, fields={"seats": "seats"}) as opened:
        yield opened


def _live_through(desk: Desk, office: Office, account: int, days: range) -> dict[int, str]:
    """Each day's cycle, and what the helpdesk shows after it: state, tag, status and comments of the alert ticket."""
    seen = {}
    for day in days:
        if day in SEATS:
            office.world.people.set_field(account, "seats", SEATS[day])
        desk.world.advance(days=1)
        desk.good()
        if day == 12:
            office.world.people.solve(office.alerts(account)[0].id, office.person)
        seen[day] = _shown(office, account)
    return seen


def _shown(office: Office, account: int) -> str:
    organization = office.world.organizations[account]
    state, tags = organization.fields.get("care_state") or "", " ".join(organization.tags)
    tickets = [f"{ticket.status} {len(office.comments(ticket.id))}" for ticket in office.alerts(account)]
    return "; ".join(part for part in (str(state), tags, *tickets) if part)


def test_every_day_shows_what_it_should(desk: Desk, office: Office) -> None:
    account = office.account("Acme")
    desk.good()
    seen = _live_through(desk, office, account, range(1, 50))
    changes = {day: shown for day, shown in seen.items() if shown != seen.get(day - 1)}
    assert changes == {
        1: "",
        10: f"for review; {TAG}; new 1",
        12: f"for review; {TAG}; solved 1",
        # The helpdesk closes what is solved after four days: what rises then is told on the next ticket.
        16: f"for review; {TAG}; closed 1",
        20: f"for review; {TAG}; closed 1; new 1",
        44: "in order; closed 1; solved 2",
        48: "in order; closed 1; closed 2",
    }
    texts = office.comments(office.alerts(account)[1].id)
    assert texts[0].startswith("Many people for its contract: 45 (your line is 40).")
    assert texts[1] == "Back under the line since 17 Dec: 5. Open for 34 days."


def test_a_restart_in_any_phase_changes_nothing(desk: Desk, office: Office) -> None:
    account = office.account("Acme")
    desk.good()
    phases = set()
    for day in range(1, 46):
        _live_through(desk, office, account, range(day, day + 1))
        _assert_restarts_change_nothing(desk)
        phases |= {state.phase for rules in desk.states().values() for state in rules.values()}
    assert phases == set(Phase)


def _assert_restarts_change_nothing(desk: Desk) -> None:
    before, written = desk.states(), len(desk.world.written)
    for _ in range(2):
        with open_installed(desk.world, desk.server, desk.path) as again:
            again.good()
    assert desk.states() == before
    assert len(desk.world.written) == written


def test_a_restart_changes_nothing_of_what_is_on_hold_held_or_muted(
    office: Office, server: Server, tmp_path: Path
) -> None:
    with open_desk(office.world, server, tmp_path, "2026-09-15", OVERLAYS, fields={"seats": "seats"}) as desk:
        quiet, late = office.account("Acme"), office.account("Beta")
        desk.good()
        office.world.people.set_field(quiet, "seats", 22)
        desk.night()
        office.world.people.set_field(late, "seats", 25)
        office.world.people.add_tag(quiet, "care_snooze_5d")
        for _ in range(3):
            desk.night()
            states = desk.states()
            assert states[AccountId(str(quiet))]["crowded"].snoozed_until is not None
            assert states[AccountId(str(late))]["crowded"].held is Held.BUDGET
            assert {rules["packed"].muted_by for rules in states.values()} == {"crowded"}
            _assert_restarts_change_nothing(desk)
