"""What is in the way of reading or writing is said by `check`, and `once` stops for it in the same words.

Each case is one that an administrator of Request Tracker can bring about.
"""

from pathlib import Path

import pytest
from other_server import serve_other
from request_tracker_desk import Desk
from request_tracker_server import NOW, RequestTracker
from setup_house import QUEUE, House

SETUP = "Run `touchcost setup`: it shows the commands that an administrator of Request Tracker runs."


@pytest.fixture
def empty_house(
    request_tracker: RequestTracker, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> House:
    """Somebody who begins, and only reads so far."""
    made = House(desk=Desk(request_tracker), folder=tmp_path, capture=capsys, patch=monkeypatch)
    made.at(NOW)
    made.write(policy="report-only")
    return made


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the database of a Request Tracker is kept that everything was made in."""
    return tmp_path_factory.mktemp("prepared") / "rt.db"


@pytest.fixture
def house(empty_house: House, prepared: Path) -> House:
    """Somebody who writes, with all that is needed."""
    empty_house.write()
    if not prepared.exists():
        empty_house.administrate()
        empty_house.desk.server.keep(prepared)
    empty_house.desk.server.reset_to(prepared)
    return empty_house


def says(house: House, *sentences: str) -> None:
    """Check and once say it, both end with 1, and once writes nothing."""
    checked = house.run("check")
    before = house.written()
    ended = house.run("once")
    assert (checked.status, ended.status) == (1, 1), checked.out
    for sentence in sentences:
        assert sentence in checked.line
        assert sentence in " ".join(ended.err.split())
    assert ended.err.startswith("acme: ")
    assert "Traceback" not in checked.err + ended.err
    assert house.written() == before


@pytest.mark.parametrize(
    ("right", "lost"),
    [
        ("ShowTicket", "No ticket can be seen: "),
        ("ShowTicketComments", "Comments cannot be seen, and would be no touches: "),
        ("SeeCustomField", "Custom fields cannot be seen: they would be empty, and changes of them would not count: "),
        ("ShowUserHistory", "What is changed of users cannot be seen: a new organisation would not take old tickets "),
        ("SeeGroup", "the group of privileged users cannot be seen"),
    ],
)
def test_a_right_that_reading_needs_is_named(empty_house: House, right: str, lost: str) -> None:
    empty_house.write(f"without-{right}", policy="report-only")
    says(empty_house, lost, f"the right {right}")


def test_a_right_that_is_given_globally_alone_is_asked_for_so(empty_house: House) -> None:
    empty_house.write("without-ShowUserHistory", policy="report-only")
    says(empty_house, "the right ShowUserHistory, globally.")


def test_names_of_queues_are_needed_where_these_are_the_accounts_alone(empty_house: House) -> None:
    empty_house.write("without-SeeQueue", policy="report-only", account="queue")
    says(empty_house, "Names of queues cannot be seen, and would be no accounts", "the right SeeQueue")
    empty_house.write("without-SeeQueue", policy="report-only")
    assert "SeeQueue" not in empty_house.run("check").out


def test_a_field_that_the_configuration_names_must_be_there(empty_house: House) -> None:
    empty_house.write(policy="report-only", account="organization, field:Custmer")
    says(empty_house, "`account` names the custom field Custmer of tickets, which is not there or cannot be seen.")
    empty_house.write(policy="report-only", account="organization, field:Customer")
    assert empty_house.run("check").status == 0


def test_another_time_zone_is_named(empty_house: House) -> None:
    empty_house.write("roman", policy="report-only")
    says(empty_house, "has the time zone Europe/Rome, and searches by date would lose hours.")


def test_a_token_that_was_revoked_is_named(empty_house: House) -> None:
    empty_house.take("token", "reader")
    says(empty_house, "does not accept our credentials (status 401). Check `auth`")


@pytest.mark.parametrize(
    ("status", "kind", "body", "sentence"),
    [
        (
            200,
            "text/html",
            "<html>Sign in</html>",
            "answers, but not as Request Tracker's REST2 does: with a page for people.",
        ),
        (
            200,
            "application/json",
            "{}",
            "not as Request Tracker's REST2 does: with something else than it says of itself.",
        ),
        (200, "text/plain", "OK", "not as Request Tracker's REST2 does: with something else than it says of itself."),
        (404, "text/html", "<html>Not found</html>", "There is no REST2 here: check `url`, with the path below which"),
    ],
)
def test_what_is_no_request_tracker_is_named(
    empty_house: House, status: int, kind: str, body: str, sentence: str
) -> None:
    with serve_other(status, kind, body) as url:
        empty_house.write(policy="report-only", url=url)
        says(empty_house, sentence)


def test_a_path_without_rest2_is_named(empty_house: House) -> None:
    empty_house.write(policy="report-only", url=f"{empty_house.desk.server.url}/support")
    says(empty_house, "There is no REST2 here: check `url`, with the path below which Request Tracker answers.")


def test_with_everything_there_check_is_content_and_says_what_it_tried(house: House) -> None:
    checked = house.run("check")
    assert checked.status == 0, checked.out
    assert "All 11 custom fields are there." in checked.out
    assert "Writing into our custom fields was tried, and what was tried is taken back." in checked.line


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        (
            ("right", "CreateTicket", "queue", QUEUE),
            "No tickets can be made in the queue Key accounts: {us} lacks the right CreateTicket.",
        ),
        (
            ("right", "CommentOnTicket", "queue", QUEUE),
            "Alert tickets in the queue Key accounts cannot be commented on: {us} lacks the right CommentOnTicket.",
        ),
        (
            ("right", "ModifyTicket", "queue", QUEUE),
            "Alert tickets in the queue Key accounts cannot be changed: {us} lacks the right ModifyTicket.",
        ),
        (
            ("right", "ModifyCustomField", "field", "desk_state", "RT::User"),
            "Nothing can be written in the custom fields desk_state: {us} lacks the right ModifyCustomField.",
        ),
        (
            ("right", "ModifyCustomField", "field", "desk_answer", "RT::Queue-RT::Ticket"),
            "Nothing can be written in the custom fields desk_answer: {us} lacks the right ModifyCustomField.",
        ),
        (("field", "desk_state", "RT::User"), "lacks the right SeeCustomField: desk_state of users."),
        (("field", "desk_key", "RT::Queue-RT::Ticket"), "lacks the right SeeCustomField: desk_key of tickets."),
        (
            ("field", "desk_message", "RT::Queue-RT::Ticket-RT::Transaction"),
            "lacks the right SeeCustomField: desk_message of transactions.",
        ),
    ],
)
def test_a_right_or_field_that_writing_needs_is_named(house: House, what: tuple[str, ...], sentence: str) -> None:
    house.take(*what)
    number = house.desk.value("SELECT id FROM Users WHERE Name = 'reader'")
    says(house, sentence.format(us=f"user {number}"), SETUP)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"Disabled": 1}, "The queue Key accounts for alert tickets is disabled."),
        (
            {"Cc": ["user0001@company01.example", "agent01@rt.example"]},
            "Alert tickets are mailed to whoever is Cc or AdminCc of the queue Key accounts, and 1 of them does not",
        ),
    ],
)
def test_an_alert_queue_that_cannot_be_used_is_named(house: House, body: dict[str, object], sentence: str) -> None:
    house.desk.put("root", f"/queue/{house.queue()}", body)
    says(house, sentence)


def test_an_alert_queue_that_is_not_there_is_named_and_none_at_all_is_noted(house: House) -> None:
    house.write(group="No such queue")
    says(house, "There is no queue No such queue for alert tickets", SETUP)
    assert "Custom fields are missing" not in house.run("check").line
    house.write(group="")
    assert "No queue is named for alert tickets, and so there are none." in house.run("check").out


def test_colleagues_may_watch_the_alert_queue_also_as_a_group(house: House) -> None:
    group = house.desk.value("SELECT id FROM Groups WHERE Name = 'Tier 1'")
    house.desk.put("root", f"/queue/{house.queue()}", {"AdminCc": ["agent06", str(group)]})
    assert house.run("check").status == 0


def test_where_there_is_no_ticket_yet_no_right_is_missing(empty_house: House) -> None:
    empty_house.desk.server.clear()
    assert empty_house.run("check").status == 0
    empty_house.desk.open("agent01", "Support")
    assert empty_house.run("check").status == 0
    empty_house.write("without-ShowTicket", policy="report-only")
    assert "No ticket can be seen: " in empty_house.run("check").out


def test_tickets_on_which_nobody_commented_yet_say_nothing_of_a_right(empty_house: House) -> None:
    desk = empty_house.desk
    for _ in range(100):
        made = desk.open("user0001", "Support", Requestor="user0001")
    assert empty_house.run("check").status == 0
    desk.write("agent01", made, "comment")
    desk.write("agent01", made, "correspond")
    assert empty_house.run("check").status == 0
    empty_house.write("without-ShowTicketComments", policy="report-only")
    assert "Comments cannot be seen" in empty_house.run("check").out
