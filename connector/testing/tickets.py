"""What a helpdesk promises of alert tickets: one under each key, no message twice, nobody outside hears of them."""

from connector.helpdesk import Capability, Outcome
from connector.testing.place import Place
from connector.testing.promise import promises
from connector.testing.writing import TEXT, Sender, key_of


def an_alert_ticket_is_made_once_under_its_key(place: Place) -> None:
    sender, acme = Sender(place), place.add_account("Acme")
    ticket = sender.opened(acme)
    again = sender.opening(acme, tried=True)
    assert sender.send(again)[again.id].ticket == ticket
    assert place.tickets_under(key_of(acme)) == 1
    assert place.comments(ticket) == [TEXT]
    found = place.helpdesk.read_marks([], [ticket]).tickets[0]
    assert (found.external_id, found.status in ("new", "open"), found.merged) == (key_of(acme), True, False)


def one_lost_answer_makes_no_second_ticket(place: Place) -> None:
    _lose_and_open(place, losses=1)


def two_lost_answers_make_no_second_ticket(place: Place) -> None:
    _lose_and_open(place, losses=2)


def _lose_and_open(place: Place, losses: int) -> None:
    sender, acme = Sender(place), place.add_account("Acme")
    place.lose_answers(losses)
    assert sender.outcome(sender.opening(acme)) is Outcome.UNCLEAR
    assert sender.outcome(sender.opening(acme, tried=True)) in (Outcome.APPLIED, Outcome.UNCLEAR)
    last = sender.opening(acme, tried=True)
    assert sender.send(last)[last.id].ticket is not None
    assert place.tickets_under(key_of(acme)) == 1


def a_lost_answer_makes_no_second_comment(place: Place) -> None:
    sender, acme = Sender(place), place.add_account("Acme")
    ticket = sender.opened(acme)
    place.lose_answers(1)
    assert sender.outcome(sender.update(acme, ticket)) is Outcome.UNCLEAR
    assert sender.outcome(sender.update(acme, ticket, tried=True)) is Outcome.APPLIED
    assert place.comments(ticket) == [TEXT, "Raised."]


def a_comment_that_never_arrived_is_sent_after_a_look(place: Place) -> None:
    sender, acme = Sender(place), place.add_account("Acme")
    ticket = sender.opened(acme)
    assert sender.outcome(sender.update(acme, ticket, tried=True)) is Outcome.APPLIED
    assert place.comments(ticket) == [TEXT, "Raised."]


def an_update_opens_a_solved_ticket_again_only_when_asked(place: Place) -> None:
    sender, acme = Sender(place), place.add_account("Acme")
    ticket = sender.opened(acme)
    place.sets_status(ticket, "solved")
    sender.send(sender.update(acme, ticket, "One."))
    assert sender.status(ticket) == "solved"
    sender.send(sender.update(acme, ticket, "Two.", "open"))
    assert sender.status(ticket) == "open"


def an_all_clear_solves_the_ticket(place: Place) -> None:
    sender, acme = Sender(place), place.add_account("Acme")
    ticket = sender.opened(acme)
    assert sender.outcome(sender.closing(acme, ticket)) is Outcome.APPLIED
    assert (sender.status(ticket), place.comments(ticket)[-1]) == ("solved", "Back under the line.")


def a_closed_ticket_takes_nothing_more(place: Place) -> None:
    sender, acme = Sender(place), place.add_account("Acme")
    ticket = sender.opened(acme)
    place.sets_status(ticket, "closed")
    assert sender.outcome(sender.update(acme, ticket)) is Outcome.GONE
    assert sender.outcome(sender.closing(acme, ticket, "care_alert")) is Outcome.APPLIED
    [read] = place.helpdesk.read_marks([], [ticket]).tickets
    assert (read.status, read.merged) == ("closed", False)


def a_deleted_ticket_takes_nothing_more_and_is_left_out_of_a_read(place: Place) -> None:
    sender, acme = Sender(place), place.add_account("Acme")
    ticket = sender.opened(acme)
    place.deletes(ticket)
    assert sender.outcome(sender.update(acme, ticket)) is Outcome.GONE
    assert sender.outcome(sender.closing(acme, ticket, "care_alert")) is Outcome.APPLIED
    assert place.helpdesk.read_marks([], [ticket]).tickets == ()


def a_merged_ticket_takes_nothing_more_and_says_so(place: Place) -> None:
    sender, acme = Sender(place), place.add_account("Acme")
    ticket = sender.opened(acme)
    place.merges(ticket, place.customer_asks(acme))
    assert sender.outcome(sender.update(acme, ticket)) is Outcome.GONE
    assert sender.outcome(sender.closing(acme, ticket, "care_alert")) is Outcome.APPLIED
    [read] = place.helpdesk.read_marks([], [ticket]).tickets
    assert (read.id, read.merged) == (ticket, True)


def the_key_of_an_old_ticket_that_is_over_serves_no_more(place: Place) -> None:
    sender, acme = Sender(place), place.add_account("Acme")
    ticket = sender.opened(acme)
    place.sets_status(ticket, "closed")
    assert sender.outcome(sender.opening(acme)) is Outcome.GONE


PROMISES = promises(
    an_alert_ticket_is_made_once_under_its_key,
    one_lost_answer_makes_no_second_ticket,
    two_lost_answers_make_no_second_ticket,
    a_lost_answer_makes_no_second_comment,
    a_comment_that_never_arrived_is_sent_after_a_look,
    an_update_opens_a_solved_ticket_again_only_when_asked,
    an_all_clear_solves_the_ticket,
    a_closed_ticket_takes_nothing_more,
    a_deleted_ticket_takes_nothing_more_and_is_left_out_of_a_read,
    a_merged_ticket_takes_nothing_more_and_says_so,
    the_key_of_an_old_ticket_that_is_over_serves_no_more,
    needs=Capability.ALERT_TICKETS,
)
"""In this order."""
