"""What a helpdesk promises of a pull: every row as what it is, in its account and time, and never a word."""

from collections import Counter
from datetime import UTC, datetime

from connector.helpdesk import Capability, Stream
from connector.testing.place import Place
from connector.testing.promise import promises
from connector.testing.pulled import FACTS, pages_of, pull, worked_on
from connector.testing.writing import Sender
from rules.counting.contribution import Contribution
from rules.facts import Comment, Kind, Method, TicketStatus, UtcSecond

_WORD = "xylophone"


def accounts_come_with_their_names(place: Place) -> None:
    acme = place.add_account("Acme")
    place.customer_asks(acme)
    place.later()
    names = {account.id: account.name for page in pages_of(place, Stream.ACCOUNTS) for account in page.accounts}
    assert "acme" in names[acme].lower()


def agents_come_with_the_key_of_their_events_and_customers_do_not(place: Place) -> None:
    ticket = place.customer_asks(place.add_account("Acme"))
    place.later()
    place.agent_replies(ticket)
    place.later()
    pulled = pull(place)
    authors = [event.author for event in pulled.events if event.comment is not None]
    assert [author in pulled.agents for author in authors] == [False, True]


def a_pull_says_who_we_are_and_that_is_nobody_else(place: Place) -> None:
    worked_on(place, place.add_account("Acme"))
    pulled = pull(place)
    assert pulled.own
    assert pulled.own not in {event.author for event in pulled.events}


def a_ticket_belongs_to_its_account(place: Place) -> None:
    acme, beta = place.add_account("Acme"), place.add_account("Beta")
    tickets = {place.customer_asks(acme): acme, place.customer_asks(beta): beta}
    place.later()
    pulled = pull(place)
    assert {number: pulled.tickets[number].organization for number in tickets} == tickets


def a_ticket_that_moves_belongs_to_the_other_account(place: Place) -> None:
    acme, beta = place.add_account("Acme"), place.add_account("Beta")
    stays, goes = place.customer_asks(acme), place.customer_asks(acme)
    place.later()
    place.moves(goes, beta)
    place.later()
    pulled = pull(place)
    assert [pulled.tickets[ticket].organization for ticket in (stays, goes)] == [acme, beta]
    assert {acme, beta} <= pulled.names.keys()


def every_message_comes_with_its_kind_its_author_and_its_time(place: Place) -> None:
    ticket, begun = place.customer_asks(place.add_account("Acme")), place.now()
    place.later()
    place.agent_replies(ticket)
    place.later()
    place.agent_notes(ticket)
    place.later()
    place.customer_writes(ticket)
    wrote = place.now()
    place.later()
    pulled = pull(place)
    said = [event for event in pulled.of(ticket) if event.comment is not None]
    customer, agent = pulled.tickets[ticket].requester, said[1].author
    assert [event.author for event in said] == [customer, agent, agent, customer]
    assert [event.comment for event in said] == [Comment.PUBLIC, Comment.PUBLIC, Comment.PRIVATE, Comment.PUBLIC]
    times = (said[0].at, said[-1].at, pulled.tickets[ticket].created, pulled.tickets[ticket].changed)
    assert list(map(_moment, times)) == [_whole(begun), _whole(wrote)] * 2


def work_and_messages_are_counted_as_what_they_are(place: Place) -> None:
    acme = place.add_account("Acme")
    ticket = worked_on(place, acme)
    counted = pull(place).count(ticket, acme)
    kinds = Counter[Kind]()
    for key, effort in counted.effort.items():
        kinds[key.kind] += effort.count
    assert (kinds[Kind.CONTACT], kinds[Kind.REPLY], kinds[Kind.NOTE]) == (2, 1, 1)
    assert [sum(numbers) for numbers in zip(*counted.days.values(), strict=True)] == [1, 1, 0]


def a_solved_ticket_that_its_customer_writes_on_is_open_again(place: Place) -> None:
    acme = place.add_account("Acme")
    ticket = worked_on(place, acme)
    assert pull(place).tickets[ticket].status is TicketStatus.SOLVED
    place.customer_writes(ticket)
    place.later()
    pulled = pull(place)
    assert pulled.tickets[ticket].status is TicketStatus.OPEN
    counts = zip(*pulled.count(ticket, acme).days.values(), strict=True)
    assert [sum(numbers) for numbers in counts] == [1, 1, 1]


def measured_time_comes_with_its_work(place: Place) -> None:
    acme = place.add_account("Acme")
    ticket = place.customer_asks(acme)
    for seconds in (120, 300, 0):
        place.later()
        place.agent_replies(ticket, seconds)
    place.later()
    replies = [
        (key.method, value) for key, value in pull(place).count(ticket, acme).effort.items() if _is_reply(key.kind)
    ]
    assert sum(value.seconds for method, value in replies if method is Method.MEASURED) == 420
    assert sum(value.count for method, value in replies if method is Method.ASSUMED) == 1


def a_deleted_ticket_comes_once_more_and_says_so(place: Place) -> None:
    acme = place.add_account("Acme")
    goes, stays = place.customer_asks(acme), place.customer_asks(acme)
    place.later()
    assert pull(place).tickets[goes].status is not TicketStatus.DELETED
    place.deletes(goes)
    place.later()
    pulled = pull(place)
    assert [pulled.tickets[ticket].status is TicketStatus.DELETED for ticket in (goes, stays)] == [True, False]
    assert pulled.count(goes, acme).effort == {}


def a_deleted_account_names_the_one_it_was_merged_into(place: Place) -> None:
    acme, merged, gone = (place.add_account(name) for name in ("Acme", "Merged", "Gone"))
    place.merge_accounts(merged, acme)
    place.delete_account(gone)
    place.later()
    pages = pages_of(place, Stream.ACCOUNTS, traced=frozenset({acme, merged, gone}))
    found = {account.id: account for page in pages for account in page.accounts}
    assert {name: (one.deleted, one.merged_into) for name, one in found.items()} == {
        acme: (False, None),
        merged: (True, acme),
        gone: (True, None),
    }


def a_merged_ticket_is_over_and_the_merge_itself_is_no_work(place: Place) -> None:
    acme = place.add_account("Acme")
    goes, stays = place.customer_asks(acme), place.customer_asks(acme)
    place.later()
    place.merges(goes, stays)
    place.later()
    pulled = pull(place)
    assert pulled.tickets[goes].status is TicketStatus.CLOSED
    assert pulled.tickets[stays].status not in (TicketStatus.CLOSED, TicketStatus.DELETED)
    assert {key.kind for key in pulled.count(goes, acme).effort} == {Kind.CONTACT}


def no_word_of_a_text_comes_with_a_pull(place: Place) -> None:
    ticket = place.customer_asks(place.add_account("Acme"))
    place.later()
    place.agent_notes(ticket, _WORD)
    place.later()
    assert any(page.events for page in pages_of(place, Stream.EVENTS))
    assert not any(_WORD in repr(page) for stream in FACTS for page in pages_of(place, stream))


def an_alert_ticket_is_known_as_ours_and_counts_nowhere(place: Place) -> None:
    sender, acme = Sender(place), place.add_account("Acme")
    ticket = sender.opened(acme)
    place.later()
    place.agent_notes(ticket, "#take")
    place.later()
    pulled = pull(place)
    assert ticket not in pulled.tickets or pulled.tickets[ticket].own
    assert ticket not in pulled.tickets or pulled.count(ticket, acme) == Contribution(acme, {}, {})


def _is_reply(kind: Kind) -> bool:
    return kind is Kind.REPLY


def _moment(second: UtcSecond) -> datetime:
    return datetime.fromtimestamp(second, UTC)


def _whole(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


PROMISES = (
    *promises(
        accounts_come_with_their_names,
        agents_come_with_the_key_of_their_events_and_customers_do_not,
        a_pull_says_who_we_are_and_that_is_nobody_else,
        a_ticket_belongs_to_its_account,
        a_ticket_that_moves_belongs_to_the_other_account,
        every_message_comes_with_its_kind_its_author_and_its_time,
        work_and_messages_are_counted_as_what_they_are,
        a_solved_ticket_that_its_customer_writes_on_is_open_again,
        a_merged_ticket_is_over_and_the_merge_itself_is_no_work,
        a_deleted_account_names_the_one_it_was_merged_into,
        no_word_of_a_text_comes_with_a_pull,
    ),
    *promises(measured_time_comes_with_its_work, needs=Capability.MEASURED_TIME),
    *promises(a_deleted_ticket_comes_once_more_and_says_so, needs=Capability.VISIBLE_DELETES),
    *promises(an_alert_ticket_is_known_as_ours_and_counts_nowhere, needs=Capability.ALERT_TICKETS),
)
"""In this order."""
