"""What a helpdesk promises of what people answer on alert tickets."""

from connector.helpdesk import AlertTicketMark, Capability, Hearing, Outcome
from connector.testing.place import Place
from connector.testing.promise import promises
from connector.testing.writing import Sender
from rules.command import Command, Verb
from rules.facts import AccountId, TicketId

_SNOOZE = Command(verb=Verb.SNOOZE, days=30)
_TAKE = Command(verb=Verb.TAKE)


def nothing_is_read_of_what_people_wrote_unless_it_is_asked_for(place: Place) -> None:
    _, _, ticket = _told(place)
    place.agent_notes(ticket, "#take")
    [shown] = place.helpdesk.read_marks([], [ticket]).tickets
    assert (shown.heard, shown.answers) == (None, ())


def our_own_text_is_no_answer(place: Place) -> None:
    sender, acme, ticket = _told(place)
    sender.send(sender.update(acme, ticket, "#take is what you may write."))
    assert _commands(_listen(place, ticket)) == []


def private_comments_are_answers_in_their_order(place: Place) -> None:
    _, _, ticket = _told(place)
    place.agent_notes(ticket, "#take\nI call them tomorrow.")
    place.agent_notes(ticket, "Nothing for you here.")
    place.agent_notes(ticket, "#snooze 30d")
    shown = _listen(place, ticket)
    assert _commands(shown) == [_TAKE, _SNOOZE]
    assert len({answer.by for answer in shown.answers}) == 1


def what_stands_in_the_answer_field_is_an_answer(place: Place) -> None:
    _, _, ticket = _told(place)
    place.fills(ticket, "snooze 30d")
    shown = _listen(place, ticket)
    assert (_commands(shown), shown.answer_stands) == ([_SNOOZE], True)


def a_command_tag_is_an_answer(place: Place) -> None:
    _, _, ticket = _told(place)
    place.tags_ticket(ticket, "care_ack")
    shown = _listen(place, ticket)
    assert (_commands(shown), shown.command_tags) == ([_TAKE], frozenset({"care_ack"}))


def an_answer_that_cannot_be_understood_is_brought_without_its_words(place: Place) -> None:
    _, _, ticket = _told(place)
    place.agent_notes(ticket, "#snooze when pigs fly")
    [answer] = _listen(place, ticket).answers
    assert answer.command is None
    assert "pigs" not in repr(answer)


def what_was_heard_is_not_heard_again(place: Place) -> None:
    _, _, ticket = _told(place)
    place.agent_notes(ticket, "#take")
    first = _listen(place, ticket)
    assert _commands(_listen(place, ticket, first.heard)) == []
    place.agent_notes(ticket, "#snooze 30d")
    assert _commands(_listen(place, ticket, first.heard)) == [_SNOOZE]


def a_customer_is_never_heard(place: Place) -> None:
    _, _, ticket = _told(place)
    place.customer_notes(ticket, "#wrong not a customer")
    assert _commands(_listen(place, ticket)) == []


def a_confirmation_empties_the_field(place: Place) -> None:
    sender, acme, ticket = _told(place)
    place.fills(ticket, "snooze 30d")
    heard = _listen(place, ticket).heard
    assert sender.outcome(sender.confirming(acme, ticket)) is Outcome.APPLIED
    after = _listen(place, ticket, heard)
    assert (after.answer_stands, after.answers) == (False, ())


def a_confirmation_takes_command_tags_off(place: Place) -> None:
    sender, acme, ticket = _told(place)
    place.tags_ticket(ticket, "care_ack")
    heard = _listen(place, ticket).heard
    assert sender.outcome(sender.confirming(acme, ticket, "care_ack")) is Outcome.APPLIED
    after = _listen(place, ticket, heard)
    assert (after.command_tags, after.answers) == (frozenset(), ())


def a_confirmation_whose_answer_was_lost_is_written_once(place: Place) -> None:
    sender, acme, ticket = _told(place)
    place.agent_notes(ticket, "#snooze 30d")
    place.lose_answers(1)
    assert sender.outcome(sender.confirming(acme, ticket)) is Outcome.UNCLEAR
    assert sender.outcome(sender.confirming(acme, ticket, tried=True)) is Outcome.APPLIED
    assert place.comments(ticket).count("Snoozed.") == 1


def _told(place: Place) -> tuple[Sender, AccountId, TicketId]:
    sender, acme = Sender(place), place.add_account("Acme")
    return sender, acme, sender.opened(acme)


def _listen(place: Place, ticket: TicketId, heard: Hearing | None = None) -> AlertTicketMark:
    [shown] = place.helpdesk.read_marks([], [ticket], {ticket: heard or Hearing()}).tickets
    return shown


def _commands(shown: AlertTicketMark) -> list[Command | None]:
    return [answer.command for answer in shown.answers]


PROMISES = promises(
    nothing_is_read_of_what_people_wrote_unless_it_is_asked_for,
    our_own_text_is_no_answer,
    private_comments_are_answers_in_their_order,
    what_stands_in_the_answer_field_is_an_answer,
    a_command_tag_is_an_answer,
    an_answer_that_cannot_be_understood_is_brought_without_its_words,
    what_was_heard_is_not_heard_again,
    a_customer_is_never_heard,
    a_confirmation_empties_the_field,
    a_confirmation_takes_command_tags_off,
    a_confirmation_whose_answer_was_lost_is_written_once,
    needs=Capability.ALERT_TICKETS,
)
"""In this order."""
