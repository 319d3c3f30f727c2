"""How Zendesk is asked what people answered: seldom, and only of what changed."""

from collections.abc import Iterator

import pytest
from places import SimulatedZendesk, simulated_place

from connector.helpdesk import AlertTicketMark, Hearing
from connector.simulator.ticketing import Actor, Edit, NewComment, NewTicket, open_ticket
from rules.facts import TicketId


@pytest.fixture
def place() -> Iterator[SimulatedZendesk]:
    with simulated_place() as made:
        assert isinstance(made, SimulatedZendesk)
        yield made


@pytest.fixture
def ticket(place: SimulatedZendesk) -> TicketId:
    own = place.world.connector
    comment = NewComment(body="For review.", public=False)
    new = NewTicket(comment=comment, edit=Edit(), requester_id=own, submitter_id=own)
    return TicketId(open_ticket(place.world, new, Actor(user_id=own, channel="api")).ticket_id)


def listen(place: SimulatedZendesk, ticket: TicketId, heard: Hearing | None) -> AlertTicketMark:
    [shown] = place.helpdesk.read_marks([], [ticket], {ticket: heard or Hearing()}).tickets
    return shown


def asked(place: SimulatedZendesk) -> int:
    return sum(call.endpoint == "audits" for call in place.world.calls)


def test_ticket_that_did_not_change_costs_no_request(place: SimulatedZendesk, ticket: TicketId) -> None:
    place.later()
    heard = listen(place, ticket, None).heard
    assert asked(place) == 1
    assert listen(place, ticket, heard).heard == heard
    assert asked(place) == 1
    place.agent_notes(ticket, "#take")
    assert len(listen(place, ticket, heard).answers) == 1
    assert asked(place) == 2


def test_ticket_that_changed_a_moment_ago_is_looked_at_once_more(place: SimulatedZendesk, ticket: TicketId) -> None:
    heard = listen(place, ticket, None).heard
    place.agent_notes(ticket, "#take")
    assert len(listen(place, ticket, heard).answers) == 1


def test_long_ticket_is_read_page_by_page(place: SimulatedZendesk, ticket: TicketId) -> None:
    for _ in range(120):
        place.agent_notes(ticket, "Nothing for you.")
    place.agent_notes(ticket, "#take")
    assert len(listen(place, ticket, None).answers) == 1
    assert asked(place) == 2


def test_field_that_a_person_made_after_us_is_found(place: SimulatedZendesk, ticket: TicketId) -> None:
    place.fills(ticket, "take")
    shown = listen(place, ticket, None)
    assert (shown.answer_stands, len(shown.answers)) == (True, 1)


def test_new_assignee_is_shown_as_a_fingerprint(place: SimulatedZendesk, ticket: TicketId) -> None:
    assert listen(place, ticket, None).assignee is None
    place.world.people.change_ticket(ticket, place.agent, {"assignee_id": place.agent})
    assert listen(place, ticket, None).assignee not in (None, place.agent)
