"""What every helpdesk brings of people's answers on alert tickets: one suite over memory and Zendesk over HTTP."""

from collections.abc import Iterator

import pytest
from places import Place, memory_place, simulated_place

from connector.helpdesk import AlertTicketMark, Hearing, Outcome, Write, WriteKind
from rules.command import Command, Verb
from rules.facts import AccountId, TicketId

KEY = "touchcost:acme:101:1"
SNOOZE = Command(verb=Verb.SNOOZE, days=30)
TAKE = Command(verb=Verb.TAKE)


@pytest.fixture(params=[memory_place, simulated_place], ids=["memory", "zendesk"])
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    with request.param() as made:
        yield made
        assert made.mails_to_customers() == 0


@pytest.fixture
def ticket(place: Place) -> TicketId:
    account = place.add_account("Acme")
    body: dict[str, object] = {
        "subject": "For review: Acme",
        "comment": "#take is what you may write.",
        "priority": "high",
        "due_at": "2026-11-27T09:00:00+00:00",
        "tags": ["care_alert"],
        "group": "Customer Success",
    }
    [receipt] = place.helpdesk.apply([_write(account, WriteKind.OPEN_ALERT, KEY, body)])
    assert receipt.ticket is not None
    return receipt.ticket


def _write(account: AccountId, kind: WriteKind, key: str, body: dict[str, object], *, tried: bool = False) -> Write:
    return Write(id=1, account=account, kind=kind, key=key, body=body, tried=tried)


def listen(place: Place, ticket: TicketId, heard: Hearing | None = None) -> AlertTicketMark:
    [shown] = place.helpdesk.read_marks([], [ticket], {ticket: heard or Hearing()}).tickets
    return shown


def commands(shown: AlertTicketMark) -> list[Command | None]:
    return [answer.command for answer in shown.answers]


def confirm(place: Place, ticket: TicketId, *tags: str, tried: bool = False) -> Outcome:
    body = {"ticket": ticket, "comment": "Snoozed.", "status": None, "clears": True, "untag": list(tags)}
    written = _write(AccountId("101"), WriteKind.UPDATE_ALERT, f"{KEY}:answer:1", body, tried=tried)
    [receipt] = place.helpdesk.apply([written])
    return receipt.outcome


def test_nothing_is_read_of_what_people_wrote_unless_it_is_asked_for(place: Place, ticket: TicketId) -> None:
    place.notes(ticket, "#take")
    [shown] = place.helpdesk.read_marks([], [ticket]).tickets
    assert (shown.heard, shown.answers) == (None, ())


def test_our_own_text_is_no_answer(place: Place, ticket: TicketId) -> None:
    assert commands(listen(place, ticket)) == []


def test_private_comment_field_and_tag_are_answers_in_their_order(place: Place, ticket: TicketId) -> None:
    place.notes(ticket, "#take\nI call them tomorrow.")
    place.fills(ticket, "snooze 30d")
    place.tags_ticket(ticket, "care_ack")
    place.notes(ticket, "Nothing for you here.")
    shown = listen(place, ticket)
    assert commands(shown) == [TAKE, SNOOZE, TAKE]
    assert len({answer.by for answer in shown.answers}) == 1
    assert (shown.answer_stands, shown.command_tags) == (True, frozenset({"care_ack"}))


def test_answer_that_cannot_be_understood_is_brought_without_its_words(place: Place, ticket: TicketId) -> None:
    place.notes(ticket, "#snooze when pigs fly")
    [answer] = listen(place, ticket).answers
    assert answer.command is None
    assert "pigs" not in repr(answer)


def test_what_was_heard_is_not_heard_again(place: Place, ticket: TicketId) -> None:
    place.notes(ticket, "#take")
    first = listen(place, ticket)
    assert commands(listen(place, ticket, first.heard)) == []
    place.notes(ticket, "#snooze 30d")
    assert commands(listen(place, ticket, first.heard)) == [SNOOZE]


def test_customer_is_never_heard(place: Place, ticket: TicketId) -> None:
    place.customer_notes(ticket, "#wrong not a customer")
    assert commands(listen(place, ticket)) == []


def test_confirmation_empties_the_field_and_takes_the_command_tags_off(place: Place, ticket: TicketId) -> None:
    place.fills(ticket, "snooze 30d")
    place.tags_ticket(ticket, "care_ack")
    heard = listen(place, ticket).heard
    assert confirm(place, ticket, "care_ack") is Outcome.APPLIED
    after = listen(place, ticket, heard)
    assert (after.answer_stands, after.command_tags, after.answers) == (False, frozenset(), ())


def test_confirmation_whose_answer_was_lost_is_written_once(place: Place, ticket: TicketId) -> None:
    place.fills(ticket, "snooze 30d")
    place.lose_answers(1)
    assert confirm(place, ticket) is Outcome.UNCLEAR
    assert confirm(place, ticket, tried=True) is Outcome.APPLIED
    assert place.comments(ticket)[1:] == ["Snoozed."]
