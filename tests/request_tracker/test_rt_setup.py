"""What `touchcost setup` shows for a Request Tracker is run as it stands, and then nothing is missing."""

from dataclasses import replace
from pathlib import Path

import pytest
from request_tracker_desk import Desk
from request_tracker_server import NOW, RequestTracker
from setup_house import QUEUE, House

MARKED = """
    SELECT count(DISTINCT ObjectId) FROM ObjectCustomFieldValues JOIN CustomFields ON CustomFields.id = CustomField
    WHERE Name = 'desk_tags' AND LookupType = 'RT::User' AND Content = 'desk_review'
    AND ObjectCustomFieldValues.Disabled = 0
"""
WRITTEN_ON = "SELECT count(*) FROM Transactions WHERE ObjectType = 'RT::Ticket' AND ObjectId = ?"
FIELDS = "SELECT Name, LookupType, MaxValues FROM CustomFields WHERE Name LIKE 'desk%' AND Disabled = 0"


@pytest.fixture
def house(
    request_tracker: RequestTracker, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> House:
    made = House(desk=Desk(request_tracker), folder=tmp_path, capture=capsys, patch=monkeypatch)
    made.at(NOW)
    made.write()
    return made


def test_what_setup_shows_makes_everything_that_check_misses_and_mails_nobody(house: House) -> None:
    before = house.run("check")
    assert before.status == 1
    assert "Custom fields are missing" in before.out
    assert f"There is no queue {QUEUE} for alert tickets" in before.out
    house.administrate()
    after = house.run("check")
    assert after.status == 0, after.out
    assert "All 11 custom fields are there." in after.out
    assert "problem" not in after.out
    ended = house.run("once")
    assert ended.status == 0, ended.err
    marked = house.desk.value(MARKED)
    assert marked > 10
    assert len(house.desk.numbers("root", f"Queue = '{QUEUE}' AND CF.{{desk_key}} STARTSWITH 'touchcost:acme:'")) > 3
    assert house.desk.server.recipients() == []
    assert house.run("check").status == 0
    assert house.desk.value(MARKED) == marked
    assert house.desk.server.recipients() == []


def test_it_is_shown_whatever_the_policy_is_and_nothing_is_tried_or_made(house: House) -> None:
    house.write(policy="report-only")
    for arguments, status in ((("setup",), 0), (("setup", "--yes"), 1)):
        shown = house.run(*arguments)
        assert shown.status == status
        assert "Nothing was made. Have these commands run" in shown.out
    assert house.desk.rows(FIELDS) == []
    assert house.written() == 0


def test_run_again_the_commands_change_nothing(house: House) -> None:
    commands = house.commands()
    said = house.desk.server.administrate("sh", "-euc", commands)
    assert "made custom field desk_tags of RT::User" in said
    assert f"made queue {QUEUE}" in said
    assert f"granted ModifyTicket on queue {QUEUE}" in said
    made = house.desk.rows(FIELDS)
    assert len(made) == 11
    again = house.desk.server.administrate("sh", "-euc", commands)
    assert "made " not in again
    assert "granted " not in again
    assert house.desk.rows(FIELDS) == made


def test_an_alert_ticket_is_never_tried_on_whatever_the_helpdesk_is_called(house: House) -> None:
    house = replace(house, name="check")
    house.write()
    commands, desk = house.commands(), house.desk
    desk.server.administrate("sh", "-euc", commands)
    (tried,) = desk.numbers("root", f"Queue = '{QUEUE}'")
    assert desk.ask("DELETE", "root", f"/ticket/{tried}").status_code == 204
    alert = desk.open("root", QUEUE, CustomFields={"desk_key": "touchcost:check:Company 01:1"})
    before = desk.value(WRITTEN_ON, alert)
    assert "made ticket" in desk.server.administrate("sh", "-euc", commands)
    checked = house.run("check")
    assert checked.status == 0, checked.out
    assert desk.value(WRITTEN_ON, alert) == before


def test_a_check_that_was_cut_off_leaves_a_ticket_that_is_tried_on_again(house: House) -> None:
    commands, desk = house.commands(), house.desk
    desk.server.administrate("sh", "-euc", commands)
    (tried,) = desk.numbers("root", f"Queue = '{QUEUE}'")
    desk.put("root", f"/ticket/{tried}", {"CustomFields": {"desk_key": "touchcost:(check)(tried)"}})
    assert "made ticket" not in desk.server.administrate("sh", "-euc", commands)
    checked = house.run("check")
    assert "none to try it on" not in checked.out
    assert checked.status == 0, checked.out
    assert desk.numbers("root", f"Queue = '{QUEUE}' AND CF.{{desk_key}} = 'touchcost:(check)'") == [tried]


def test_with_everything_there_setup_says_so_and_shows_no_commands(house: House) -> None:
    house.administrate()
    shown = house.run("setup")
    assert shown.status == 0
    assert "desk_state  is there already and is used" in shown.out
    assert "rt-setup-database" not in shown.out


def test_what_was_disabled_is_used_again_and_what_is_of_another_type_is_named(house: House) -> None:
    house.administrate()
    house.take("field", "desk_why", "RT::User")
    house.desk.put("root", f"/queue/{house.queue()}", {"Disabled": 1})
    shown = house.run("check").out
    assert "Custom fields are missing, or user" in shown
    assert "desk_why of users." in shown
    assert f"The queue {QUEUE} for alert tickets is disabled." in shown
    house.administrate()
    assert house.run("check").status == 0
    number = house.desk.value("SELECT id FROM CustomFields WHERE Name = 'desk_tags'")
    house.desk.put("root", f"/customfield/{number}", {"MaxValues": 1})
    assert "desk_tags of users is of another type than Freeform with any number of values." in house.run("check").out
    house.take("right", "ModifyTicket", "queue", QUEUE)
    with pytest.raises(RuntimeError, match="custom field desk_tags of RT::User is of another type"):
        house.administrate()


def test_somebody_with_no_rights_at_all_gets_those_that_reading_needs_too(house: House) -> None:
    house.write("stranger")
    assert "No ticket can be seen" in house.run("check").out
    house.administrate()
    checked = house.run("check")
    assert checked.status == 0, checked.out


def test_queues_that_are_accounts_get_their_fields_and_the_right_to_change_them(house: House) -> None:
    house.write(account="queue")
    said = house.administrate()
    assert "made custom field desk_tags of RT::Queue" in said
    assert "granted AdminQueue on everything" in said
    checked = house.run("check")
    assert checked.status == 0, checked.out
    house.take("right", "AdminQueue", "everywhere")
    assert "lacks the right AdminQueue" in house.run("check").out
