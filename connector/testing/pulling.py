"""What a helpdesk promises of a pull: every row as often as it is asked for, pages that may be cut, never a word."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, timedelta

from connector.helpdesk import Capability, Page, Stream, Walk
from connector.testing.place import Place
from connector.testing.promise import promises
from connector.testing.writing import Sender
from rules.counting.contribution import Contribution, Counting, contribution
from rules.days import Calendar
from rules.facts import AccountId, Event, Kind, Method, Ticket, TicketId, TicketStatus, UtcSecond

_WORD = "xylophone"


def accounts_come_with_their_names(place: Place) -> None:
    acme = place.add_account("Acme")
    place.customer_asks(acme)
    place.later()
    names = {account.id: account.name for page in _pages(place, Stream.ACCOUNTS) for account in page.accounts}
    assert "acme" in names[acme].lower()


def agents_come_with_the_key_of_their_events_and_customers_do_not(place: Place) -> None:
    ticket = place.customer_asks(place.add_account("Acme"))
    place.later()
    place.agent_replies(ticket)
    place.later()
    pulled = _pull(place)
    authors = [event.author for event in pulled.events if event.comment is not None]
    assert [author in pulled.agents for author in authors] == [False, True]


def a_ticket_belongs_to_its_account(place: Place) -> None:
    acme, beta = place.add_account("Acme"), place.add_account("Beta")
    tickets = {place.customer_asks(acme): acme, place.customer_asks(beta): beta}
    place.later()
    pulled = _pull(place)
    assert {number: pulled.tickets[number].organization for number in tickets} == tickets


def work_and_messages_are_counted_as_what_they_are(place: Place) -> None:
    acme = place.add_account("Acme")
    ticket = _worked_on(place, acme)
    counted = _pull(place).count(ticket, acme)
    kinds = Counter[Kind]()
    for key, effort in counted.effort.items():
        kinds[key.kind] += effort.count
    assert (kinds[Kind.CONTACT], kinds[Kind.REPLY], kinds[Kind.NOTE]) == (2, 1, 1)
    assert [sum(numbers) for numbers in zip(*counted.days.values(), strict=True)] == [1, 1, 0]


def measured_time_comes_with_its_work(place: Place) -> None:
    acme = place.add_account("Acme")
    ticket = place.customer_asks(acme)
    for seconds in (120, 300):
        place.later()
        place.agent_replies(ticket, seconds)
    place.later()
    counted = _pull(place).count(ticket, acme)
    measured = [effort.seconds for key, effort in counted.effort.items() if key.method is Method.MEASURED]
    assert sum(measured) == 420


def a_deleted_ticket_comes_once_more_and_says_so(place: Place) -> None:
    ticket = place.customer_asks(place.add_account("Acme"))
    place.later()
    assert _pull(place).tickets[ticket].status is not TicketStatus.DELETED
    place.deletes(ticket)
    place.later()
    assert _pull(place).tickets[ticket].status is TicketStatus.DELETED


def a_deleted_account_names_the_one_it_was_merged_into(place: Place) -> None:
    acme, merged, gone = (place.add_account(name) for name in ("Acme", "Merged", "Gone"))
    place.merge_accounts(merged, acme)
    place.delete_account(gone)
    place.later()
    walk = replace(_walk(place, Stream.ACCOUNTS), traced=frozenset({acme, merged, gone}))
    found = {account.id: account for page in place.helpdesk.pull(walk) for account in page.accounts}
    assert {name: (one.deleted, one.merged_into) for name, one in found.items()} == {
        acme: (False, None),
        merged: (True, acme),
        gone: (True, None),
    }


def a_second_walk_brings_the_same_rows(place: Place) -> None:
    _worked_on(place, place.add_account("Acme"))
    first, again = _pull(place), _pull(place)
    assert (first.events, first.tickets) == (again.events, again.tickets)


def a_walk_that_is_cut_after_any_page_goes_on_where_it_was(place: Place) -> None:
    for name in ("Acme", "Beta", "Gamma"):
        _worked_on(place, place.add_account(name))
    for stream in (Stream.EVENTS, Stream.TICKETS):
        whole = _pages(place, stream)
        for cut, page in enumerate(whole[:-1], start=1):
            rest = list(place.helpdesk.pull(_walk(place, stream, page.cursor)))
            assert _rows([*whole[:cut], *rest]) == _rows(whole)


def the_end_is_said_once_and_what_was_reached_never_goes_back(place: Place) -> None:
    for name in ("Acme", "Beta", "Gamma"):
        _worked_on(place, place.add_account(name))
    for stream in Stream:
        pages = _pages(place, stream)
        assert [page.end for page in pages] == [False] * (len(pages) - 1) + [True]
        reached = [page.reached for page in pages if page.reached is not None]
        assert reached == sorted(reached)


def no_word_of_a_text_comes_with_a_pull(place: Place) -> None:
    ticket = place.customer_asks(place.add_account("Acme"))
    place.later()
    place.agent_notes(ticket, _WORD)
    place.later()
    assert not any(_WORD in repr(page) for stream in Stream for page in _pages(place, stream))


def an_alert_ticket_is_known_as_ours_and_counts_nowhere(place: Place) -> None:
    sender, acme = Sender(place), place.add_account("Acme")
    ticket = sender.opened(acme)
    place.later()
    place.agent_notes(ticket, "#take")
    place.later()
    pulled = _pull(place)
    assert ticket not in pulled.tickets or pulled.tickets[ticket].own
    assert ticket not in pulled.tickets or pulled.count(ticket, acme) == Contribution(acme, {}, {})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pulled:
    """Everything that one pull brings."""

    pages: tuple[Page, ...]

    @property
    def events(self) -> list[Event]:
        return sorted({event for page in self.pages for event in page.events}, key=lambda event: (event.at, event.id))

    @property
    def tickets(self) -> dict[TicketId, Ticket]:
        """The newest row of each ticket."""
        rows = sorted((ticket for page in self.pages for ticket in page.tickets), key=lambda ticket: ticket.changed)
        return {ticket.id: ticket for ticket in rows}

    @property
    def agents(self) -> frozenset[int]:
        return frozenset(agent.key for page in self.pages for agent in page.agents)

    def count(self, ticket: TicketId, account: AccountId) -> Contribution:
        """What one ticket adds to its account's totals."""
        counting = Counting(
            calendar=Calendar(UTC),
            ignored_tags=frozenset(),
            ignored_requesters=frozenset(),
            own=next((page.own for page in self.pages if page.own is not None), None),
            facts_from=UtcSecond(0),
        )
        agents = {agent.key: agent for page in self.pages for agent in page.agents}
        events = [event for event in self.events if event.ticket == ticket]
        return contribution(self.tickets[ticket], account, events, agents, counting)


def _worked_on(place: Place, account: AccountId) -> TicketId:
    """A ticket on which the customer wrote twice and the agent replied, noted and solved, minutes apart."""
    ticket = place.customer_asks(account)
    place.later()
    place.agent_replies(ticket)
    place.later()
    place.agent_notes(ticket)
    place.later()
    place.customer_writes(ticket)
    place.later()
    place.agent_solves(ticket)
    place.later()
    return ticket


def _pull(place: Place) -> _Pulled:
    return _Pulled(pages=tuple(page for stream in Stream for page in _pages(place, stream)))


def _pages(place: Place, stream: Stream) -> list[Page]:
    return list(place.helpdesk.pull(_walk(place, stream)))


def _walk(place: Place, stream: Stream, cursor: str | None = None) -> Walk:
    return Walk(stream=stream, start=place.now() - timedelta(days=1), cursor=cursor)


def _rows(pages: Iterable[Page]) -> tuple[set[Event], set[Ticket]]:
    found = tuple(pages)
    return {row for page in found for row in page.events}, {row for page in found for row in page.tickets}


PROMISES = (
    *promises(
        accounts_come_with_their_names,
        agents_come_with_the_key_of_their_events_and_customers_do_not,
        a_ticket_belongs_to_its_account,
        work_and_messages_are_counted_as_what_they_are,
        a_deleted_account_names_the_one_it_was_merged_into,
        a_second_walk_brings_the_same_rows,
        a_walk_that_is_cut_after_any_page_goes_on_where_it_was,
        the_end_is_said_once_and_what_was_reached_never_goes_back,
        no_word_of_a_text_comes_with_a_pull,
    ),
    *promises(measured_time_comes_with_its_work, needs=Capability.MEASURED_TIME),
    *promises(a_deleted_ticket_comes_once_more_and_says_so, needs=Capability.VISIBLE_DELETES),
    *promises(an_alert_ticket_is_known_as_ours_and_counts_nowhere, needs=Capability.ALERT_TICKETS),
)
"""In this order."""
