"""Marks of accounts in a running Request Tracker: who carries them, and what people do meanwhile."""

from collections.abc import Iterator

import pytest
from loopback_way import Reply
from request_tracker_place import RequestTrackerPlace, seen_by, two_in_one_account
from request_tracker_server import RequestTracker

from connector.helpdesk import HelpdeskError, Outcome, Receipt, Write, WriteKind
from connector.settings import AccountSource, SourceKind
from connector.testing.writing import Sender
from rules.facts import AccountId

CARRIED = """
    SELECT Users.Name FROM ObjectCustomFieldValues AS held
    JOIN CustomFields ON CustomFields.id = held.CustomField JOIN Users ON Users.id = held.ObjectId
    WHERE held.ObjectType = 'RT::User' AND held.Disabled = 0 AND CustomFields.Name = ? AND held.Content = ?
    ORDER BY Users.Name
"""
ACME = AccountId("Acme")


@pytest.fixture
def place(request_tracker_server: RequestTracker) -> Iterator[RequestTrackerPlace]:
    """With the account Acme, in which there are two people."""
    with two_in_one_account(request_tracker_server, ACME) as opened:
        yield opened
        assert opened.mails_to_customers() == 0


@pytest.fixture
def sender(place: RequestTrackerPlace) -> Sender:
    return Sender(place)


def carriers(place: RequestTrackerPlace, field: str, text: str) -> list[str]:
    return [name for (name,) in place.desk.rows(CARRIED, field, text)]


def set_tags(place: RequestTrackerPlace, user: str, *tags: str) -> None:
    place.desk.put("root", f"/user/{user}", {"CustomFields": {"care_tags": list(tags)}})


def received(sender: Sender, one: Write) -> Receipt:
    return sender.send(one)[one.id]


def test_marks_stand_on_every_customer_of_an_account_and_on_nobody_else(
    place: RequestTrackerPlace, sender: Sender
) -> None:
    for name in ("acme03", "other"):
        place.desk.add_customer(name, ACME if name == "acme03" else "Other")
    place.desk.put("root", "/user/acme03", {"Disabled": 1})
    place.desk.put("root", "/user/agent08", {"Organization": ACME})
    sender.send(sender.tags(ACME, "care_review"), sender.fields(ACME, care_state="watched"))
    assert carriers(place, "care_tags", "care_review") == ["acme01", "acme02"]
    assert carriers(place, "care_state", "watched") == ["acme01", "acme02"]


def test_a_tag_is_shown_until_nobody_carries_it(place: RequestTrackerPlace, sender: Sender) -> None:
    sender.send(sender.tags(ACME, "care_review"))
    set_tags(place, "acme01")
    assert (sender.shown(ACME).tags, sender.shown(ACME).partly) == ({"care_review"}, {"care_review"})
    set_tags(place, "acme02", "gold")
    assert (sender.shown(ACME).tags, sender.shown(ACME).partly) == ({"gold"}, {"gold"})
    set_tags(place, "acme01", "gold")
    assert (sender.shown(ACME).tags, sender.shown(ACME).partly) == ({"gold"}, set())


def test_a_field_in_which_people_differ_shows_it_and_who_joins_gets_it_with_the_next_write(
    place: RequestTrackerPlace, sender: Sender
) -> None:
    sender.send(sender.fields(ACME, care_state="watched"))
    place.desk.add_customer("acme03", ACME)
    assert sender.shown(ACME).fields["care_state"] == "- | watched"
    sender.send(sender.fields(ACME, care_state="watched"))
    assert sender.shown(ACME).fields["care_state"] == "watched"
    assert carriers(place, "care_state", "watched") == ["acme01", "acme02", "acme03"]


def test_a_number_that_was_zero_can_be_emptied_and_filled_again(sender: Sender) -> None:
    for text in ("0", None, "7", None, "0"):
        assert sender.outcome(sender.fields(ACME, care_tickets_90d=text)) is Outcome.APPLIED
        assert sender.shown(ACME).fields["care_tickets_90d"] == text


def test_what_shows_already_is_not_written_again(place: RequestTrackerPlace, sender: Sender) -> None:
    def writes() -> int:
        return sum(call.is_write for call in place.way.calls)

    sender.send(sender.tags(ACME, "care_review"), sender.fields(ACME, care_state="watched"))
    before = writes()
    sender.send(sender.tags(ACME, "care_review"), sender.fields(ACME, care_state="watched"))
    sender.send(sender.untags(ACME, "care_other"))
    assert writes() == before == 4


def test_what_somebody_sets_between_our_read_and_our_write_stays(place: RequestTrackerPlace, sender: Sender) -> None:
    place.way.do_meanwhile(lambda: set_tags(place, "acme01", "gold"))
    assert sender.outcome(sender.tags(ACME, "care_review")) is Outcome.APPLIED
    assert sender.shown(ACME).tags == {"gold", "care_review"}
    assert carriers(place, "care_tags", "care_review") == ["acme01", "acme02"]


def test_tags_that_somebody_keeps_changing_are_left_for_later(place: RequestTrackerPlace, sender: Sender) -> None:
    for number in range(20):
        place.way.do_meanwhile(lambda number=number: set_tags(place, "acme01", f"gold{number}"))  # type: ignore[misc]
    found = received(sender, sender.tags(ACME, "care_review"))
    assert (found.outcome, found.reason) == (Outcome.POSTPONED, "somebody else keeps changing the tags")


def test_an_unclear_write_is_looked_at_again_by_the_next_one_of_the_same_delivery(
    place: RequestTrackerPlace, sender: Sender
) -> None:
    place.lose_answers(1)
    added, removed = sender.tags(ACME, "care_review"), sender.untags(ACME, "care_review")
    found = sender.send(added, removed)
    assert [found[one.id].outcome for one in (added, removed)] == [Outcome.UNCLEAR, Outcome.APPLIED]
    assert sender.shown(ACME).tags == set()


def test_a_field_that_is_missing_is_named(place: RequestTrackerPlace, sender: Sender) -> None:
    number = place.desk.value("SELECT id FROM CustomFields WHERE Name = 'care_state' AND LookupType = 'RT::User'")
    place.desk.put("root", f"/customfield/{number}", {"Disabled": 1})
    found = received(sender, sender.fields(ACME, care_state="watched"))
    assert found.outcome is Outcome.REFUSED
    assert found.reason == "no custom field care_state of a user is seen: apply it, and give SeeCustomField"
    assert "care_state" not in sender.shown(ACME).fields


def test_accounts_that_tickets_alone_name_have_no_marks(place: RequestTrackerPlace) -> None:
    sender = seen_by(place, "connector", account=(AccountSource(kind=SourceKind.FIELD, field="Customer"),))
    assert sender.place.helpdesk.read_marks([ACME], []).accounts == ()
    assert sender.outcome(sender.tags(ACME, "care_review")) is Outcome.REFUSED
    assert sender.outcome(sender.opening(ACME)) is Outcome.APPLIED


def test_one_that_asks_to_wait_is_left_alone(place: RequestTrackerPlace, sender: Sender) -> None:
    place.ask_to_wait(30)
    writes = [sender.tags(ACME, "care_review"), sender.fields(ACME, care_state="watched"), sender.opening(ACME)]
    found = sender.send(*writes)
    assert {(found[one.id].outcome, found[one.id].wait.total_seconds()) for one in writes} == {  # type: ignore[union-attr]
        (Outcome.POSTPONED, 30.0)
    }
    assert sum(call.is_write for call in place.way.calls) == 1


def test_a_server_that_is_down_leaves_it_unclear_and_a_wrong_token_ends_the_delivery(
    place: RequestTrackerPlace, sender: Sender
) -> None:
    place.way.reply_instead(Reply(503, {"Retry-After": "30"}))
    assert sender.outcome(sender.tags(ACME, "care_review")) is Outcome.UNCLEAR
    place.way.reply_instead(Reply(401), times=2)
    with pytest.raises(HelpdeskError, match="does not accept our credentials"):
        sender.outcome(sender.tags(ACME, "care_review"))


def test_what_an_administrator_makes_is_not_made_by_us(sender: Sender) -> None:
    made = sender.write(WriteKind.MAKE_FIELD, ACME, {"key": "care_state"})
    assert sender.outcome(made) is Outcome.REFUSED
