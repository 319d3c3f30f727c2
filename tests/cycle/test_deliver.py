"""Delivering the outbox: order, answers, losses, waits, and what is read back."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from outbox_desk import (
    NAME,
    KilledError,
    OutboxDesk,
    closing,
    field_mark,
    fields,
    open_outbox,
    opening,
    tag,
    tag_mark,
    ticket_key,
    update,
)

from connector.store.rows import OutboxState
from rules.facts import AccountId


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[OutboxDesk]:
    opened = open_outbox(tmp_path)
    yield opened
    opened.store.close()


@pytest.fixture
def acme(desk: OutboxDesk) -> AccountId:
    return desk.add("42")


def test_everything_is_sent_once_and_read_back(desk: OutboxDesk, acme: AccountId) -> None:
    state = field_mark(acme, "care_state", "for review")
    desk.put(tag(acme), opening(acme), fields(acme, care_state="for review"), marks=[tag_mark(acme), state])
    delivered = desk.deliver()
    assert (delivered.counts, delivered.problems) == ({"applied": 3}, ())
    assert desk.store.outbox(NAME) == ()
    assert all(mark.seen_at is not None for mark in desk.store.ledger(NAME).marks)
    assert (desk.ticket(acme).status, desk.ticket(acme).ticket) == ("open", 1)
    assert desk.deliver().counts == {}


def test_lower_ranks_go_first(desk: OutboxDesk, acme: AccountId) -> None:
    desk.put(update(acme, "Later.", rank=2), opening(acme, rank=1))
    desk.deliver()
    assert [comment.text for comment in desk.helpdesk.comments] == ["First.", "Later."]


def test_message_waits_until_its_ticket_is_made(desk: OutboxDesk, acme: AccountId) -> None:
    desk.put(update(acme, "Risen.", rank=1), opening(acme, rank=2))
    desk.deliver()
    assert [comment.text for comment in desk.helpdesk.comments] == ["First.", "Risen."]


def test_field_of_the_ticket_holds_its_link(desk: OutboxDesk, acme: AccountId) -> None:
    key = ticket_key(acme)
    desk.put(opening(acme), fields(acme, care_alert=key), marks=[field_mark(acme, "care_alert", key)])
    desk.deliver()
    assert desk.helpdesk.fields[acme]["care_alert"] == "memory:ticket/1"
    mark = desk.store.ledger(NAME).marks[0]
    assert (mark.value, mark.seen_at) == ("memory:ticket/1", desk.helpdesk.now)


def test_field_leaves_out_a_ticket_that_has_no_number(desk: OutboxDesk, acme: AccountId) -> None:
    desk.helpdesk.lost_writes = 3
    desk.put(opening(acme), fields(acme, care_state="for review", care_alert=ticket_key(acme)))
    desk.deliver()
    assert desk.helpdesk.fields[acme] == {"care_state": "for review", "care_alert": None}


@pytest.mark.parametrize("losses", [1, 2])
def test_lost_answers_are_looked_up_in_the_same_run(desk: OutboxDesk, acme: AccountId, losses: int) -> None:
    desk.helpdesk.lost_answers = losses
    desk.put(opening(acme), update(acme, "Risen.", rank=2))
    for _ in range(2):
        delivered = desk.deliver()
    assert delivered.problems == ()
    assert len(desk.helpdesk.alert_tickets) == 1
    assert [comment.text for comment in desk.helpdesk.comments] == ["First.", "Risen."]


@pytest.mark.parametrize("alone", [False, True], ids=["in a cycle", "asked for alone"])
def test_what_may_be_under_way_is_not_looked_up_at_once(desk: OutboxDesk, acme: AccountId, *, alone: bool) -> None:
    desk.helpdesk.under_way, desk.helpdesk.lost_writes = timedelta(seconds=70), 1
    desk.put(opening(acme))
    if alone:
        desk.resolve()
    else:
        assert desk.deliver().counts == {"unclear": 1}
    assert [row.attempts for row in desk.store.outbox(NAME)] == [1]
    assert (desk.deliver().counts, len(desk.helpdesk.alert_tickets)) == ({}, 0)
    desk.later(seconds=70)
    assert (desk.deliver().counts, len(desk.helpdesk.alert_tickets)) == ({"applied": 1}, 1)


def test_write_that_stays_unclear_is_said_and_looked_for_in_the_next_run(desk: OutboxDesk, acme: AccountId) -> None:
    desk.helpdesk.lost_writes = 3
    desk.put(tag(acme))
    assert desk.deliver().problems == (
        "add_tag care_review of account 42 is unclear (no answer); the next cycle looks before it writes again.",
    )
    assert desk.deliver().problems == ()
    assert desk.helpdesk.tags[acme] == {"care_review"}


def test_refused_write_is_parked_and_holds_up_nobody(desk: OutboxDesk, acme: AccountId) -> None:
    other = desk.add("7")
    desk.helpdesk.refused.add(acme)
    desk.put(tag(acme), tag(other))
    assert desk.deliver().problems == ("add_tag care_review of account 42 was refused: refused.",)
    assert desk.helpdesk.tags[other] == {"care_review"}
    assert [row.state for row in desk.store.outbox(NAME)] == [OutboxState.PARKED]
    later = desk.deliver()
    assert (later.problems, later.notes) == ((), ("1 writes that the helpdesk refused earlier are parked.",))


def test_wait_that_was_asked_for_is_kept(desk: OutboxDesk, acme: AccountId) -> None:
    desk.helpdesk.asked_to_wait.append(timedelta(minutes=30))
    desk.put(tag(acme))
    assert desk.deliver().counts == {"postponed": 1}
    desk.later(minutes=15)
    assert desk.deliver().counts == {}
    desk.later(minutes=15)
    assert desk.deliver().counts == {"applied": 1}


def test_ticket_that_takes_nothing_more_is_no_longer_followed(desk: OutboxDesk, acme: AccountId) -> None:
    desk.put(opening(acme))
    desk.deliver()
    desk.helpdesk.alert_tickets.clear()
    desk.put(update(acme, "Risen."))
    assert desk.deliver().problems == ()
    assert desk.ticket(acme).ended_at == desk.helpdesk.now
    assert desk.store.outbox(NAME) == ()
    assert [message.sent_at for message in desk.store.ledger(NAME).messages if "raised" in message.key] == [None]


def test_solve_in_the_meantime_is_left_for_the_next_plan(desk: OutboxDesk, acme: AccountId) -> None:
    desk.put(opening(acme))
    desk.deliver()
    desk.later()
    desk.helpdesk.alert_tickets = {
        number: type(mark)(id=mark.id, external_id=mark.external_id, status="solved")
        for number, mark in desk.helpdesk.alert_tickets.items()
    }
    desk.put(tag(acme))
    desk.deliver()
    assert desk.ticket(acme).status == "open"


def test_delivery_ends_when_its_time_is_over_and_goes_on_later(desk: OutboxDesk) -> None:
    accounts = [desk.add(str(100 + number)) for number in range(60)]
    desk.put(*(tag(account) for account in accounts))
    assert desk.deliver(timedelta(seconds=2)).counts == {"applied": 20}
    assert desk.deliver().counts == {"applied": 40}


def test_delivery_ends_soon_when_it_is_asked_to_stop(desk: OutboxDesk, acme: AccountId) -> None:
    desk.put(tag(acme), opening(acme))
    desk.stop.set()
    assert (desk.deliver().counts, desk.helpdesk.writes) == ({}, 0)


def test_kill_between_an_answer_and_its_saving_doubles_nothing(desk: OutboxDesk, acme: AccountId) -> None:
    desk.put(opening(acme), update(acme, "Risen.", rank=2), closing(acme))
    for _ in range(3):
        desk.helpdesk.dies_after = 0
        with pytest.raises(KilledError):
            desk.deliver()
    for _ in range(3):
        desk.deliver()
    assert [comment.text for comment in desk.helpdesk.comments] == ["First.", "Risen.", "Back under the line."]
    assert [ticket.status for ticket in desk.helpdesk.alert_tickets.values()] == ["solved"]
