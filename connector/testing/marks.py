"""What a helpdesk promises of the tags and fields on accounts."""

from datetime import timedelta

from connector.helpdesk import Capability, Outcome
from connector.testing.place import Place
from connector.testing.promise import promises
from connector.testing.writing import Sender
from rules.facts import AccountId, TicketId


def tags_are_added_to_those_of_others_and_only_ours_are_removed(place: Place) -> None:
    sender, acme = Sender(place), place.add_account("Acme")
    place.person_tags(acme, "gold")
    sender.send(sender.tags(acme, "care_review", "care_other"))
    assert sender.shown(acme).tags == {"gold", "care_review", "care_other"}
    sender.send(sender.untags(acme, "care_review"))
    assert sender.shown(acme).tags == {"gold", "care_other"}


def a_tag_that_is_there_or_gone_already_is_applied(place: Place) -> None:
    sender, acme = Sender(place), place.add_account("Acme")
    for one in (sender.tags, sender.tags, sender.untags, sender.untags):
        assert sender.outcome(one(acme, "care_review")) is Outcome.APPLIED
    assert sender.shown(acme).tags == set()


def a_read_says_that_tagging_is_switched_off(place: Place) -> None:
    sender, acme = Sender(place), place.add_account("Acme")
    sender.send(sender.tags(acme, "care_review"))
    assert place.helpdesk.read_marks([acme], []).tagging_on
    place.switch_tagging_off()
    assert not place.helpdesk.read_marks([acme], []).tagging_on


def lost_answers_to_tags_do_no_harm(place: Place) -> None:
    sender, acme = Sender(place), place.add_account("Acme")
    place.lose_answers(1)
    assert sender.outcome(sender.tags(acme, "care_review")) is Outcome.UNCLEAR
    sender.send(sender.tags(acme, "care_review"))
    assert sender.shown(acme).tags == {"care_review"}


def a_wait_that_the_helpdesk_asks_for_is_handed_on(place: Place) -> None:
    sender, acme = Sender(place), place.add_account("Acme")
    place.ask_to_wait(30)
    one = sender.tags(acme, "care_review")
    found = sender.send(one)[one.id]
    assert (found.outcome, found.wait) == (Outcome.POSTPONED, timedelta(seconds=30))
    assert sender.shown(acme).tags == set()


def fields_are_set_and_emptied_and_read_as_they_were_written(place: Place) -> None:
    sender, acme = Sender(place), place.add_account("Acme")
    values = {
        "care_state": "for review",
        "care_tickets_90d": "74",
        "care_share_90d": "0.31",
        "care_since": "2026-11-12",
    }
    assert sender.outcome(sender.fields(acme, **values)) is Outcome.APPLIED
    assert sender.shown(acme).fields.items() >= values.items()
    emptied = {**values, "care_since": None}
    sender.send(sender.fields(acme, care_since=None))
    assert sender.shown(acme).fields.items() >= emptied.items()


def fields_of_many_accounts_each_have_an_end(place: Place) -> None:
    sender = Sender(place)
    accounts = [place.add_account(f"Company{number}") for number in range(place.many)]
    found = sender.send(*(sender.fields(account, care_state="watched") for account in accounts))
    assert {receipt.outcome for receipt in found.values()} == {Outcome.APPLIED}
    read = place.helpdesk.read_marks(accounts, [])
    assert [marks.fields["care_state"] for marks in read.accounts] == ["watched"] * place.many


def lost_answers_to_fields_do_no_harm(place: Place) -> None:
    sender, acme = Sender(place), place.add_account("Acme")
    place.lose_answers(1)
    assert sender.outcome(sender.fields(acme, care_state="watched")) is Outcome.UNCLEAR
    sender.send(sender.fields(acme, care_state="watched"))
    assert sender.shown(acme).fields["care_state"] == "watched"


def an_account_that_is_gone_is_refused_and_the_others_go_on(place: Place) -> None:
    sender, acme, gone = Sender(place), place.add_account("Acme"), place.add_account("Gone")
    place.delete_account(gone)
    writes = (sender.fields(gone, care_state="watched"), sender.fields(acme, care_state="x"))
    found = sender.send(*writes)
    assert [found[one.id].outcome for one in writes] == [Outcome.REFUSED, Outcome.APPLIED]


def accounts_that_are_not_there_are_left_out_of_a_read(place: Place) -> None:
    acme, gone = place.add_account("Acme"), place.add_account("Gone")
    place.delete_account(gone)
    read = place.helpdesk.read_marks([acme, gone, AccountId("999999")], [TicketId(999_999)])
    assert ([marks.account for marks in read.accounts], read.tickets) == ([acme], ())


PROMISES = (
    *promises(
        tags_are_added_to_those_of_others_and_only_ours_are_removed,
        a_tag_that_is_there_or_gone_already_is_applied,
        a_read_says_that_tagging_is_switched_off,
        lost_answers_to_tags_do_no_harm,
        a_wait_that_the_helpdesk_asks_for_is_handed_on,
        needs=Capability.ACCOUNT_TAGS,
    ),
    *promises(
        fields_are_set_and_emptied_and_read_as_they_were_written,
        fields_of_many_accounts_each_have_an_end,
        lost_answers_to_fields_do_no_harm,
        an_account_that_is_gone_is_refused_and_the_others_go_on,
        accounts_that_are_not_there_are_left_out_of_a_read,
        needs=Capability.ACCOUNT_FIELDS,
    ),
)
"""In this order."""
