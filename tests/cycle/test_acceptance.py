"""Whole lives of alerts, by the day, looking at the helpdesk alone."""

from collections.abc import Mapping

import pytest
from cycle_desk import Desk, open_installed
from cycle_worlds import Office

LINES = """\
version: 1
defaults: {grace: 0d, min_history: 0d, hold: 7d, clear_after: 14d, remind: 30d}
guard: {max_new_per_week: 1000, max_new_per_run: 1000, max_new_share: 100%, max_open_share: 100%}
rules:
  - id: busy
    title: Many tickets in a week
    signal: tickets_7d
    levels:
      amber: {enter: 7, exit: 5}
      red: {enter: 21, exit: 14}
"""
TAG = "care_review"


def _rules(desk: Desk, text: str) -> None:
    """Somebody edits the rule file; the next command reads it anew."""
    (desk.path.parent / "rules.yaml").write_text(text)


def _tags(office: Office, account: int) -> tuple[str, ...]:
    return office.world.organizations[account].tags


def _state(office: Office, account: int) -> object:
    return office.world.organizations[account].fields.get("care_state")


def _once(desk: Desk) -> None:
    """As a timer would run it: the configuration read and the store opened anew."""
    with open_installed(desk.world, desk.server, desk.path) as anew:
        anew.good()


def _live(desk: Desk, office: Office, account: int, per_day: Mapping[range, int], days: range) -> dict[int, str]:
    """Days with their tickets, a cycle in each night; what the helpdesk shows of the account in the mornings."""
    seen = {}
    for day in days:
        number = next((tickets for stretch, tickets in per_day.items() if day in stretch), 0)
        office.tickets(account, number)
        desk.world.advance(days=1, seconds=-90 * number)
        _once(desk)
        alerts = [ticket.status for ticket in office.alerts(account)]
        seen[day] = f"{_state(office, account)}; {','.join(alerts)}"
    return seen


def test_an_edit_of_a_line_neither_resolves_nor_opens(desk: Desk, office: Office) -> None:
    _rules(desk, LINES)
    account = office.account("Acme")
    _once(desk)
    _live(desk, office, account, {range(1, 2): 8, range(2, 14): 1}, range(1, 14))
    [alert] = office.alerts(account)
    for text in (LINES.replace("enter: 7", "enter: 9"), LINES.replace("enter: 7", "enter: 6"), LINES):
        _rules(desk, text)
        _live(desk, office, account, {range(14, 15): 1}, range(14, 15))
    assert [ticket.status for ticket in office.alerts(account)] == [alert.status]
    assert len(office.comments(alert.id)) == 1
    assert _tags(office, account) == (TAG,)


def test_an_edit_of_the_texts_of_a_rule_is_seen_in_the_field_and_told_nobody(desk: Desk, office: Office) -> None:
    lines = LINES.replace("hold: 7d", "hold: 0d")
    _rules(desk, lines)
    account = office.account("Acme")
    _once(desk)
    _live(desk, office, account, {range(1, 2): 8}, range(1, 2))
    [alert] = office.alerts(account)
    _rules(desk, lines.replace("title: Many tickets in a week", "title: A week full of tickets"))
    desk.world.advance(seconds=900)
    _once(desk)
    assert str(office.world.organizations[account].fields["care_why"]).startswith("A week full of tickets")
    [same] = office.alerts(account)
    assert (same.id, same.status, len(office.comments(alert.id))) == (alert.id, alert.status, 1)


def test_a_renamed_rule_goes_on_without_a_word(desk: Desk, office: Office) -> None:
    _rules(desk, LINES)
    account = office.account("Acme")
    _once(desk)
    _live(desk, office, account, {range(1, 2): 8, range(2, 14): 1}, range(1, 12))
    [alert] = office.alerts(account)
    _rules(desk, LINES.replace("- id: busy", "- id: week\n    previously: [busy]"))
    _live(desk, office, account, {range(12, 15): 1}, range(12, 15))
    assert [ticket.status for ticket in office.alerts(account)] == [alert.status]
    assert len(office.comments(alert.id)) == 1
    assert _tags(office, account) == (TAG,)


def test_what_opens_or_waits_while_a_rule_is_renamed_gets_its_own_ticket(desk: Desk, office: Office) -> None:
    lines = LINES.replace("hold: 7d", "hold: 0d")
    _rules(desk, lines.replace("max_new_per_week: 1000", "max_new_per_week: 1"))
    first, waiting, fresh = (office.account(name) for name in ("Acme", "Beta", "Gamma"))
    _once(desk)
    for account in (first, waiting):
        office.tickets(account, 8)
    desk.world.advance(days=1)
    _once(desk)
    assert sorted(len(office.alerts(account)) for account in (first, waiting, fresh)) == [0, 0, 1]

    office.tickets(fresh, 8)
    desk.world.advance(days=1)
    _rules(desk, lines.replace("- id: busy", "- id: week\n    previously: [busy]"))
    for _ in range(2):
        _once(desk)
        assert [len(office.alerts(account)) for account in (first, waiting, fresh)] == [1, 1, 1]
    assert not [key for key in desk.world.with_external_id if "first-run" in key]


def test_a_removed_rule_ends_its_reviews_without_a_recovery(desk: Desk, office: Office) -> None:
    _rules(desk, LINES)
    account = office.account("Acme")
    _once(desk)
    _live(desk, office, account, {range(1, 2): 8, range(2, 14): 1}, range(1, 12))
    _rules(desk, LINES.replace("- id: busy", "- id: busy\n    enabled: false"))
    _live(desk, office, account, {}, range(12, 14))
    [alert] = office.alerts(account)
    assert alert.status in ("solved", "closed")
    assert "the rule behind it is no longer used" in office.comments(alert.id)[-1]
    assert _tags(office, account) == ()


@pytest.mark.parametrize("gap", [7, 40])
def test_a_machine_that_was_off_sends_a_reminder_that_was_due_once(desk: Desk, office: Office, gap: int) -> None:
    _rules(desk, LINES)
    account = office.account("Acme")
    _once(desk)
    _live(desk, office, account, {range(1, 2): 8, range(2, 40): 1}, range(1, 30))
    [alert] = office.alerts(account)
    before = len(office.comments(alert.id))
    for _ in range(gap):
        office.tickets(account, 1)
        desk.world.advance(days=1, seconds=-90)
    _once(desk)
    _once(desk)
    [alert] = office.alerts(account)
    assert len(office.comments(alert.id)) - before == (gap == 40)
    if gap == 40:
        assert "nobody has answered yet" in office.comments(alert.id)[-1]
