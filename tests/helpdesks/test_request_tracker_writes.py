"""Writing into a running Request Tracker: who carries marks, what is believed, and who never hears of it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from loopback_way import Reply
from request_tracker_account import settings
from request_tracker_place import ALERTS, RequestTrackerPlace, request_tracker_place
from request_tracker_server import RequestTracker

from connector.helpdesk import Hearing, HelpdeskError, Outcome, Receipt, Write, WriteKind
from connector.helpdesks.request_tracker.helpdesk import open_request_tracker
from connector.settings import AccountSource, SourceKind, WriteSettings
from connector.testing.writing import TEXT, Sender
from rules.command import Command, Verb
from rules.facts import AccountId, TicketId

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
    with request_tracker_place(request_tracker_server) as opened:
        assert isinstance(opened, RequestTrackerPlace)
        opened.add_account(ACME)
        opened.desk.add_customer("acme02", ACME)
        yield opened
        assert opened.mails_to_customers() == 0


@pytest.fixture
def sender(place: RequestTrackerPlace) -> Sender:
    return Sender(place)


def seen_by(place: RequestTrackerPlace, who: str, **changed: object) -> Sender:
    """What another of RT's users could do with the same configuration."""
    wanted: dict[str, Any] = {"write": WriteSettings(group=ALERTS), **changed}
    account = settings(place.way.url, place.desk.server.tokens[who], **wanted)
    return Sender(replace(place, helpdesk=open_request_tracker(account, place.time.outside())))


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
    assert sender.shown(ACME).tags == {"care_review"}
    set_tags(place, "acme02", "gold")
    assert sender.shown(ACME).tags == {"gold"}


def test_a_field_counts_only_where_all_agree_and_who_joins_gets_it_with_the_next_write(
    place: RequestTrackerPlace, sender: Sender
) -> None:
    sender.send(sender.fields(ACME, care_state="watched"))
    place.desk.add_customer("acme03", ACME)
    assert sender.shown(ACME).fields["care_state"] is None
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


def test_nothing_is_believed_that_agrees_to_everything(place: RequestTrackerPlace, sender: Sender) -> None:
    ticket = sender.opened(ACME)
    place.fills(ticket, "snooze 30d")
    place.way.agreed = b"[]"
    for one in (
        sender.tags(ACME, "care_review"),
        sender.fields(ACME, care_state="watched"),
        sender.opening(ACME, 2),
        sender.update(ACME, ticket),
        sender.confirming(ACME, ticket),
        replace(sender.closing(ACME, ticket), body={"ticket": ticket, "comment": None}),
    ):
        assert sender.outcome(one) in (Outcome.REFUSED, Outcome.UNCLEAR), one.kind
    assert place.comments(ticket) == [TEXT]


def test_a_right_that_is_missing_is_named(place: RequestTrackerPlace, sender: Sender) -> None:
    ticket, reader = sender.opened(ACME), seen_by(place, "reader")
    told = [
        received(reader, one)
        for one in (
            reader.tags(ACME, "care_review"),
            reader.fields(ACME, care_state="watched"),
            reader.opening(ACME, 2),
            reader.closing(ACME, ticket),
        )
    ]
    assert {one.outcome for one in told} == {Outcome.REFUSED}
    assert told[0].reason == "custom field care_tags was not written: give ModifyCustomField on it"
    assert told[1].reason == "custom field care_state was not written: give ModifyCustomField on it"
    assert told[2].reason == "ticket 2 was made without its key: give ModifyCustomField on care_key"
    assert told[3].reason.startswith("status 400")
    assert place.comments(ticket) == [TEXT]


def test_a_field_that_is_missing_is_named(place: RequestTrackerPlace, sender: Sender) -> None:
    number = place.desk.value("SELECT id FROM CustomFields WHERE Name = 'care_state' AND LookupType = 'RT::User'")
    place.desk.put("root", f"/customfield/{number}", {"Disabled": 1})
    found = received(sender, sender.fields(ACME, care_state="watched"))
    assert found.outcome is Outcome.REFUSED
    assert found.reason == "no custom field care_state of a user is seen: apply it, and give SeeCustomField"
    assert "care_state" not in sender.shown(ACME).fields


@pytest.mark.parametrize("field", ["care_key", "care_message"])
def test_no_alert_ticket_is_made_where_it_or_its_comments_could_not_be_found_again(
    place: RequestTrackerPlace, sender: Sender, field: str
) -> None:
    number = place.desk.value("SELECT id FROM CustomFields WHERE Name = ?", field)
    place.desk.put("root", f"/customfield/{number}", {"Disabled": 1})
    found = received(sender, sender.opening(ACME))
    assert found.outcome is Outcome.REFUSED
    assert found.reason.startswith(f"custom field {field} of queue Customer Success is not seen")
    assert place.desk.value("SELECT count(*) FROM Tickets") == 0


def test_a_queue_that_would_mail_an_outsider_takes_no_alert_ticket(place: RequestTrackerPlace, sender: Sender) -> None:
    for role in ("Cc", "AdminCc"):
        place.desk.put("root", f"/queue/{ALERTS}", {role: ["acme01"]})
        found = received(sender, sender.opening(ACME))
        assert (found.outcome, "would mail" in found.reason) == (Outcome.REFUSED, True)
        place.desk.put("root", f"/queue/{ALERTS}", {role: ["agent01"]})
    assert sender.outcome(sender.opening(ACME)) is Outcome.APPLIED
    assert set(place.desk.server.recipients()) == {"agent01@rt.example"}


@pytest.mark.parametrize("role", ["Requestor", "Cc", "AdminCc"])
def test_a_ticket_to_which_somebody_added_an_outsider_keeps_its_status(
    place: RequestTrackerPlace, sender: Sender, role: str
) -> None:
    ticket = sender.opened(ACME)
    place.desk.put(place.agent, f"/ticket/{ticket}", {role: ["acme01"]})
    found = received(sender, sender.closing(ACME, ticket))
    if role == "AdminCc":
        assert (found.outcome, "would mail an AdminCc" in found.reason) == (Outcome.REFUSED, True)
    else:
        assert found.reason == "its status was left: somebody outside would be mailed"
    assert sender.status(ticket) == "new"


def test_people_who_work_there_may_be_copied(place: RequestTrackerPlace, sender: Sender) -> None:
    ticket = sender.opened(ACME)
    place.desk.put(place.agent, f"/ticket/{ticket}", {"Cc": ["agent01"], "AdminCc": ["agent02"]})
    assert sender.outcome(sender.closing(ACME, ticket)) is Outcome.APPLIED
    assert sender.status(ticket) == "solved"


@pytest.mark.parametrize("name", ["O'Neill \\ Sons", '"Q" {x} $y %20', "Größe ☃ 日本", "a" * 250])
def test_an_alert_ticket_is_found_by_whatever_its_account_is_called(
    place: RequestTrackerPlace, sender: Sender, name: str
) -> None:
    account = AccountId(name)
    place.lose_answers(1)
    assert sender.outcome(sender.opening(account)) is Outcome.UNCLEAR
    ticket = received(sender, sender.opening(account, tried=True)).ticket
    assert ticket is not None
    place.lose_answers(1)
    assert sender.outcome(sender.update(account, ticket)) is Outcome.UNCLEAR
    assert sender.outcome(sender.update(account, ticket, tried=True)) is Outcome.APPLIED
    assert place.comments(ticket) == [TEXT, "Raised."]
    assert place.desk.value("SELECT count(*) FROM Tickets") == 1


def test_accounts_that_differ_by_capitals_alone_have_a_ticket_each(sender: Sender) -> None:
    tickets = {sender.opened(ACME), sender.opened(AccountId("ACME"))}
    assert len(tickets) == 2
    assert received(sender, sender.opening(ACME, tried=True)).ticket == min(tickets)


def test_the_key_of_a_ticket_that_was_merged_away_serves_no_more(place: RequestTrackerPlace, sender: Sender) -> None:
    ticket = sender.opened(ACME)
    place.merges(ticket, place.customer_asks(ACME))
    found = received(sender, sender.opening(ACME, tried=True))
    assert (found.outcome, found.ticket) == (Outcome.GONE, ticket)


def test_a_solved_ticket_of_an_older_store_is_not_taken_for_a_new_one(
    place: RequestTrackerPlace, sender: Sender
) -> None:
    ticket = sender.opened(ACME)
    place.sets_status(ticket, "solved")
    assert sender.outcome(sender.opening(ACME)) is Outcome.GONE
    assert sender.outcome(sender.opening(ACME, tried=True)) is Outcome.APPLIED


def test_a_number_that_means_a_customers_ticket_is_never_written_on(place: RequestTrackerPlace, sender: Sender) -> None:
    ticket = place.customer_asks(ACME)
    before = place.desk.rows("SELECT id FROM Transactions")
    assert sender.outcome(sender.update(ACME, ticket, status="open")) is Outcome.GONE
    assert sender.outcome(sender.closing(ACME, ticket)) is Outcome.APPLIED
    assert place.desk.rows("SELECT id FROM Transactions") == before


def test_an_alert_ticket_holds_what_it_should_and_nobody_but_us(place: RequestTrackerPlace, sender: Sender) -> None:
    page = place.desk.get("root", f"/ticket/{sender.opened(ACME)}")
    assert (page["Subject"], page["Priority"], page["Due"]) == ("For review: Acme", "100", "2026-11-27T09:00:00Z")
    assert (page["Requestor"], page["Cc"], page["AdminCc"], page["Owner"]["id"]) == ([], [], [], "Nobody")
    assert place.desk.get("root", f"/queue/{page['Queue']['id']}")["Name"] == ALERTS


def test_a_comment_from_rts_own_page_is_heard(place: RequestTrackerPlace, sender: Sender) -> None:
    ticket = sender.opened(ACME)
    html = "<style>p {}</style>\n<p>#snooze&nbsp;<b>30d</b>\n because</p><p>of the holiday</p>"
    place.desk.write(place.agent, ticket, "comment", Content=html, ContentType="text/html")
    [shown] = place.helpdesk.read_marks([], [ticket], {ticket: Hearing()}).tickets
    assert [answer.command for answer in shown.answers] == [Command(verb=Verb.SNOOZE, days=30)]


def test_who_owns_the_ticket_is_told(place: RequestTrackerPlace, sender: Sender) -> None:
    ticket = sender.opened(ACME)
    assert place.helpdesk.read_marks([], [ticket]).tickets[0].assignee is None
    place.desk.put(place.agent, f"/ticket/{ticket}", {"Owner": place.agent})
    number = place.desk.value("SELECT id FROM Users WHERE Name = ?", place.agent)
    assert place.helpdesk.read_marks([], [ticket]).tickets[0].assignee == -number


def test_tickets_that_a_right_hides_are_not_gone(place: RequestTrackerPlace, sender: Sender) -> None:
    ticket, blind = sender.opened(ACME), seen_by(place, "without-ShowTicket")
    with pytest.raises(HelpdeskError, match=rf"refused /REST/2\.0/ticket/{ticket} with status 403"):
        blind.place.helpdesk.read_marks([], [ticket])
    found = received(blind, blind.update(ACME, ticket))
    assert (found.outcome, "cannot be seen any more" in found.reason) == (Outcome.REFUSED, True)


def test_accounts_that_tickets_alone_name_have_no_marks(place: RequestTrackerPlace) -> None:
    sender = seen_by(place, "connector", account=(AccountSource(kind=SourceKind.FIELD, field="Customer"),))
    assert sender.place.helpdesk.read_marks([ACME], []).accounts == ()
    assert sender.outcome(sender.tags(ACME, "care_review")) is Outcome.REFUSED
    assert sender.outcome(sender.opening(ACME)) is Outcome.APPLIED


def test_without_a_queue_no_alert_ticket_is_made(place: RequestTrackerPlace) -> None:
    sender = seen_by(place, "connector", write=WriteSettings())
    found = received(sender, sender.opening(ACME))
    assert (found.outcome, found.reason) == (Outcome.REFUSED, "write.group names no queue")


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


def test_a_ticket_that_is_nowhere_is_left_out(sender: Sender) -> None:
    assert sender.place.helpdesk.read_marks([], [TicketId(4711)]).tickets == ()
    assert sender.outcome(sender.update(ACME, TicketId(4711))) is Outcome.GONE
