"""Alert tickets in a running Request Tracker: what is believed, what is missing, and who never hears of them."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from loopback_way import Reply
from request_tracker_place import ALERTS, RequestTrackerPlace, seen_by, two_in_one_account
from request_tracker_server import RequestTracker

from connector.helpdesk import Hearing, HelpdeskError, Outcome, Receipt, Write
from connector.http.wire import TIMEOUT
from connector.settings import WriteSettings
from connector.testing.writing import TEXT, Sender
from rules.command import Command, Verb
from rules.facts import AccountId, TicketId

ACME = AccountId("Acme")
LEFT = "Alert ticket {} keeps its status: somebody outside would be mailed."

_APPLY = """
    my $field = RT::CustomField->new(RT->SystemUser);
    my $queue = RT::Queue->new(RT->SystemUser);
    $field->LoadByCols( Name => $ARGV[0] );
    $queue->Load('Support');
    my ( $done, $message ) = $field->AddToObject($queue);
    die $message unless $done;
"""


@pytest.fixture
def place(request_tracker_server: RequestTracker) -> Iterator[RequestTrackerPlace]:
    """With the account Acme, in which there are two people."""
    with two_in_one_account(request_tracker_server, ACME) as opened:
        yield opened
        assert opened.mails_to_customers() == 0


@pytest.fixture
def sender(place: RequestTrackerPlace) -> Sender:
    return Sender(place)


def received(sender: Sender, one: Write) -> Receipt:
    return sender.send(one)[one.id]


def made_at_once(place: RequestTrackerPlace, sender: Sender) -> tuple[Receipt, TicketId]:
    """A ticket is made while an earlier try of ours makes it too; what became of it, and the other one."""
    one, older = sender.opening(ACME, tried=True), list[int]()
    fields = {"care_key": one.key}
    place.way.do_meanwhile(lambda: older.append(place.desk.open(place.user, ALERTS, CustomFields=fields)))
    return received(sender, one), TicketId(older[0])


def silent(one: Write) -> Write:
    """A message that changes the status alone."""
    return replace(one, body={**one.body, "comment": None})


def added(place: RequestTrackerPlace, ticket: TicketId, role: str) -> None:
    """A colleague adds a customer to a ticket."""
    assert place.desk.put(place.agent, f"/ticket/{ticket}", {role: ["acme01"]}).status_code == 200


def shown_in_support(place: RequestTrackerPlace, field: str) -> None:
    """An administrator applies a custom field to another queue too, in which the customer is AdminCc."""
    place.desk.server.administrate("perl", "-I/usr/share/request-tracker5/lib", "-MRT=-init", "-e", _APPLY, field)
    place.desk.put("root", "/queue/Support", {"AdminCc": ["acme01"]})


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
        silent(sender.closing(ACME, ticket)),
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
        assert found.left == LEFT.format(ticket)
    assert sender.status(ticket) == "new"


def test_no_status_is_set_that_cannot_be_guarded(place: RequestTrackerPlace, sender: Sender) -> None:
    ticket = sender.opened(ACME)
    place.way.withheld = frozenset({"ETag"})
    found = received(sender, silent(sender.closing(ACME, ticket)))
    assert (found.outcome, sender.status(ticket)) == (Outcome.REFUSED, "new")
    assert found.reason == f"the status of ticket {ticket} cannot be guarded: what stands before RT must pass ETags on"


@pytest.mark.parametrize("role", ["Requestor", "Cc", "AdminCc"])
def test_nobody_is_mailed_who_is_added_just_before_the_status_is_changed(
    place: RequestTrackerPlace, sender: Sender, role: str
) -> None:
    ticket = sender.opened(ACME)
    place.way.do_meanwhile(lambda: None)
    place.way.do_meanwhile(lambda: added(place, ticket, role))
    found = received(sender, sender.closing(ACME, ticket))
    assert found.left == LEFT.format(ticket)
    assert sender.status(ticket) == "new"


def test_the_customers_ticket_keeps_its_status_into_which_ours_is_merged_just_before(
    place: RequestTrackerPlace, sender: Sender
) -> None:
    ticket, asked = sender.opened(ACME), place.customer_asks(ACME)
    place.way.do_meanwhile(lambda: None)
    place.way.do_meanwhile(lambda: place.merges(ticket, asked))
    found = received(sender, sender.closing(ACME, ticket))
    why = f"Alert ticket {ticket} keeps its status: it was deleted or merged into another."
    assert (found.outcome, found.left) == (Outcome.APPLIED, why)
    assert place.desk.get("root", f"/ticket/{asked}")["Status"] == "new"


def test_a_ticket_that_others_keep_changing_is_solved_later(place: RequestTrackerPlace, sender: Sender) -> None:
    ticket = sender.opened(ACME)
    quiet = silent(sender.closing(ACME, ticket))
    for _ in range(3):
        place.way.do_meanwhile(lambda: place.agent_notes(ticket))
    found = received(sender, quiet)
    assert (found.outcome, found.reason) == (Outcome.POSTPONED, "somebody else keeps changing the ticket")
    assert (sender.outcome(quiet), sender.status(ticket)) == (Outcome.APPLIED, "solved")


@pytest.mark.parametrize("role", ["Cc", "AdminCc"])
def test_a_queue_that_somebody_outside_watches_by_now_mails_nobody(
    place: RequestTrackerPlace, sender: Sender, role: str
) -> None:
    ticket = sender.opened(ACME)
    place.desk.put("root", f"/queue/{ALERTS}", {role: ["acme01"]})
    told = received(sender, sender.update(ACME, ticket))
    if role == "AdminCc":
        assert (told.outcome, "or its queue would mail an AdminCc" in told.reason) == (Outcome.REFUSED, True)
    else:
        assert told.outcome is Outcome.APPLIED
    assert received(sender, silent(sender.closing(ACME, ticket))).left == LEFT.format(ticket)
    assert sender.status(ticket) == "new"


def test_a_ticket_in_another_queue_by_now_mails_none_of_its_watchers(
    place: RequestTrackerPlace, sender: Sender
) -> None:
    ticket = sender.opened(ACME)
    shown_in_support(place, "care_key")
    assert place.desk.put(place.agent, f"/ticket/{ticket}", {"Queue": "Support"}).status_code == 200
    told = received(sender, sender.update(ACME, ticket))
    assert (told.outcome, "or its queue would mail an AdminCc" in told.reason) == (Outcome.REFUSED, True)
    assert received(sender, silent(sender.closing(ACME, ticket))).left == LEFT.format(ticket)
    assert place.comments(ticket) == [TEXT]


@pytest.mark.parametrize(("right", "why"), [("SeeQueue", "give SeeQueue on it"), ("SeeGroup", "the right SeeGroup")])
def test_nothing_is_written_on_a_ticket_whose_watchers_cannot_be_seen(
    place: RequestTrackerPlace, sender: Sender, right: str, why: str
) -> None:
    ticket, blind = sender.opened(ACME), seen_by(place, f"without-{right}")
    group = place.desk.value("SELECT id FROM Groups WHERE Name = 'Tier 1'")
    place.desk.put("root", f"/ticket/{ticket}", {"AdminCc": [str(group)]})
    told = [received(blind, one) for one in (blind.update(ACME, ticket), silent(blind.closing(ACME, ticket)))]
    assert {one.outcome for one in told} == {Outcome.REFUSED}
    assert [why in one.reason for one in told] == [True, True]
    assert sender.outcome(sender.closing(ACME, ticket)) is Outcome.APPLIED


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


def test_what_may_still_be_under_way_is_looked_up_after_the_longest_time_that_we_wait_for_an_answer(
    place: RequestTrackerPlace, sender: Sender
) -> None:
    ticket = sender.opened(ACME)
    for one in (sender.opening(ACME, 2), sender.update(ACME, ticket)):
        place.lose_answers(1)
        told = received(sender, one)
        assert (told.outcome, told.wait) == (Outcome.UNCLEAR, timedelta(seconds=sum(TIMEOUT)))
    place.way.reply_instead(Reply(503, {"Retry-After": "900"}))
    assert received(sender, sender.opening(ACME, 3)).wait == timedelta(seconds=900)


def test_of_two_tickets_that_were_made_at_once_the_older_one_serves_and_ours_is_solved(
    place: RequestTrackerPlace, sender: Sender
) -> None:
    told, older = made_at_once(place, sender)
    assert (told.outcome, told.ticket, told.left) == (Outcome.APPLIED, older, "")
    assert place.desk.rows("SELECT id, Status FROM Tickets ORDER BY id") == [(older, "new"), (older + 1, "resolved")]


def test_of_two_tickets_that_were_made_at_once_the_one_that_stays_open_besides_is_named(
    place: RequestTrackerPlace, sender: Sender
) -> None:
    place.way.withheld = frozenset({"ETag"})
    told, older = made_at_once(place, sender)
    assert (told.outcome, told.ticket) == (Outcome.APPLIED, older)
    assert told.left.startswith(f"Alert ticket {older + 1} keeps its status: the status of ticket {older + 1} cannot ")


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


def test_a_text_file_with_a_comment_is_not_the_comment(place: RequestTrackerPlace, sender: Sender) -> None:
    ticket = sender.opened(ACME)
    attached = base64.b64encode(b"#wrong").decode()
    files = [{"FileName": "notes.txt", "FileType": "text/plain", "FileContent": attached}]
    more = {"Content": "<p>#take</p>", "ContentType": "text/html", "Attachments": files}
    assert place.desk.write(place.agent, ticket, "comment", **more).status_code == 201
    [shown] = place.helpdesk.read_marks([], [ticket], {ticket: Hearing()}).tickets
    assert [answer.command for answer in shown.answers] == [Command(verb=Verb.TAKE)]


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


def test_the_only_ticket_that_is_followed_is_gone_when_it_is_moved_out_of_sight(
    place: RequestTrackerPlace, sender: Sender
) -> None:
    moved, _ = sender.opened(ACME), place.desk.open("root", ALERTS)
    half_blind = seen_by(place, "outsider").place.helpdesk
    assert [shown.id for shown in half_blind.read_marks([], [moved]).tickets] == [moved]
    place.desk.put("root", f"/ticket/{moved}", {"Queue": "Support"})
    assert place.desk.ask("GET", "outsider", f"/ticket/{moved}").status_code == 403
    assert half_blind.read_marks([], [moved]).tickets == ()


def test_without_a_queue_no_alert_ticket_is_made(place: RequestTrackerPlace) -> None:
    sender = seen_by(place, "connector", write=WriteSettings())
    found = received(sender, sender.opening(ACME))
    assert (found.outcome, found.reason) == (Outcome.REFUSED, "write.group names no queue")


def test_a_ticket_that_is_nowhere_is_left_out(sender: Sender) -> None:
    assert sender.place.helpdesk.read_marks([], [TicketId(4711)]).tickets == ()
    assert sender.outcome(sender.update(ACME, TicketId(4711))) is Outcome.GONE
