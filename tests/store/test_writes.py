"""Ledger, outbox and what is held."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from facts_desk import ACME
from sqlalchemy.exc import IntegrityError

from connector.helpdesk import Outcome, Receipt, WriteKind
from connector.store.rows import CycleEnd, Judgement, NewWrite, OutboxState, PlanRows
from connector.store.store import Store
from rules.alert import State
from rules.facts import NOBODY, AccountId, HelpdeskName, TicketId
from rules.marks import AlertTicket, Mark, MarkKind, Message
from rules.planning.change import Hold, Why
from rules.planning.lately import Week

NOW = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
ONE = AccountId("1")
KEY = "touchcost:acme:1:1"
TAG = Mark(account=ONE, kind=MarkKind.TAG, name="care_review", wanted_at=NOW)
FIELD = Mark(account=ONE, kind=MarkKind.FIELD, name="care_why", value="Support \u2013 31 %", wanted_at=NOW)
TICKET = AlertTicket(account=ONE, number=1, key=KEY, wanted_at=NOW)
MESSAGE = Message(account=ONE, number=1, key=KEY, reason="first", rules=("cost-share", "reopens"), wanted_at=NOW)


def write(kind: WriteKind = WriteKind.ADD_TAG, *, rank: int = 1, key: str = "") -> NewWrite:
    body = {"tags": ["care_review"], "deep": {"due_at": None, "text": "\u00e0 \ud83d"}}
    return NewWrite(account=ONE, kind=kind, key=key, rank=rank, what="care_review", reason="wanted", body=body)


def save(store: Store, *writes: NewWrite, **rows: object) -> list[int]:
    store.save_plan(ACME, PlanRows(made_at=NOW, writes=writes, **rows))  # type: ignore[arg-type]
    return [row.id for row in store.outbox(ACME)]


def test_a_plan_is_saved_with_everything_that_belongs_to_it(store: Store) -> None:
    judgement = Judgement(states={(ONE, "cost-share"): State()}, as_of=NOW)
    hold = Hold(id="2026-11-22-a", why=Why.BRAKE, made_at=NOW, alerts=frozenset({(ONE, "cost-share")}))
    save(
        store,
        write(),
        judgement=judgement,
        marks=(TAG, FIELD),
        tickets=(TICKET,),
        messages=(MESSAGE,),
        held=(hold,),
    )
    ledger = store.ledger(ACME)
    assert (set(ledger.marks), ledger.tickets, ledger.messages) == ({TAG, FIELD}, (TICKET,), (MESSAGE,))
    assert store.states(ACME) == {ONE: {"cost-share": State()}}
    assert store.holds(ACME) == (hold,)
    [row] = store.outbox(ACME)
    assert (row.write, row.state, row.made_at, row.attempts) == (write(), OutboxState.WAITING, NOW, 0)
    assert store.ledger(HelpdeskName("other")).is_empty


def test_a_plan_that_cannot_be_saved_whole_is_not_saved_at_all(store: Store) -> None:
    with pytest.raises(IntegrityError):
        save(store, replace(write(), what=None), marks=(TAG,))  # type: ignore[arg-type]
    assert store.ledger(ACME).is_empty
    assert store.outbox(ACME) == ()


def test_lines_of_the_ledger_are_replaced_and_dropped_by_their_key(store: Store) -> None:
    save(store, marks=(TAG, FIELD), tickets=(TICKET,), messages=(MESSAGE,))
    seen = replace(TAG, seen_at=LATER)
    ended = replace(TICKET, ticket=TicketId(7), status="solved", ended_at=LATER)
    save(store, marks=(seen,), dropped=(FIELD,), tickets=(ended,))
    assert (store.ledger(ACME).marks, store.ledger(ACME).tickets) == ((seen,), (ended,))


def test_weeks_are_remembered_in_their_order_and_never_twice(store: Store) -> None:
    first, second = Week(at=NOW, for_review=3), Week(at=LATER, for_review=5)
    for week in (second, first, first):
        save(store, week=week)
    assert store.weeks(ACME) == (first, second)


def test_the_outbox_goes_by_rank_and_then_by_age(store: Store) -> None:
    save(store, write(rank=4), write(rank=1), write(rank=0))
    save(store, write(rank=1))
    assert [row.write.rank for row in store.outbox(ACME)] == [0, 1, 1, 4]
    assert [row.id for row in store.outbox(ACME)] == [3, 2, 4, 1]


def test_a_message_already_in_the_outbox_stays_as_it_was_first_rendered(store: Store) -> None:
    first = write(WriteKind.OPEN_ALERT, key=KEY)
    save(store, first, write(), write())
    save(store, replace(first, body={"subject": "another"}))
    assert [row.write.body for row in store.outbox(ACME) if row.write.key] == [first.body]
    assert len(store.outbox(ACME)) == 3


def test_cancelled_rows_go_unsent_and_make_room_for_their_key(store: Store) -> None:
    [old] = save(store, write(WriteKind.UPDATE_ALERT, key="a"))
    again = write(WriteKind.UPDATE_ALERT, key="a", rank=2)
    save(store, again, cancelled=(old,))
    assert [row.write for row in store.outbox(ACME)] == [again]


def test_an_applied_write_leaves_and_its_ticket_and_message_are_noted(store: Store) -> None:
    [number] = save(store, write(WriteKind.OPEN_ALERT, key=KEY), tickets=(TICKET,), messages=(MESSAGE,))
    store.sending(ACME, [number])
    assert [row.attempts for row in store.outbox(ACME)] == [1]
    store.received(ACME, Receipt(writes=(number,), outcome=Outcome.APPLIED, ticket=TicketId(4711)), LATER)
    ledger = store.ledger(ACME)
    assert store.outbox(ACME) == ()
    assert (ledger.tickets[0].ticket, ledger.messages[0].sent_at) == (4711, LATER)


def test_a_postponed_write_waits_as_long_as_the_helpdesk_asked(store: Store) -> None:
    first, second = save(store, write(), write())
    receipt = Receipt(writes=(first,), outcome=Outcome.POSTPONED, reason="429", wait=timedelta(minutes=2))
    store.received(ACME, receipt, NOW)
    assert [row.id for row in store.due(ACME, NOW)] == [second]
    assert [row.id for row in store.due(ACME, NOW + timedelta(minutes=2))] == [first, second]
    assert store.outbox(ACME)[0].cause == "429"


def test_a_refused_write_is_parked_until_it_is_released(store: Store) -> None:
    first, second = save(store, write(), write())
    store.received(ACME, Receipt(writes=(first,), outcome=Outcome.REFUSED, reason="422 closed"), NOW)
    assert [row.id for row in store.due(ACME, LATER)] == [second]
    parked = store.outbox(ACME)[0]
    assert (parked.state, parked.cause) == (OutboxState.PARKED, "422 closed")
    store.release(ACME, [first])
    assert [row.id for row in store.due(ACME, LATER)] == [first, second]


def test_a_job_is_kept_until_its_rows_have_an_answer(store: Store) -> None:
    first, second = save(store, write(), write())
    store.received(ACME, Receipt(writes=(first, second), outcome=Outcome.JOB_STARTED, job="V3-1"), NOW)
    assert [row.job for row in store.outbox(ACME)] == ["V3-1", "V3-1"]
    store.received(ACME, Receipt(writes=(first,), outcome=Outcome.APPLIED), NOW)
    store.received(ACME, Receipt(writes=(second,), outcome=Outcome.UNCLEAR, reason="killed"), NOW)
    [row] = store.outbox(ACME)
    assert (row.id, row.job, row.cause, row.state) == (second, None, "killed", OutboxState.WAITING)


def test_only_what_is_held_can_be_approved(store: Store) -> None:
    held = Hold(id="2026-11-22-a", why=Why.MISSING, made_at=NOW, answers=True)
    over = Hold(id="2026-11-22-b", why=Why.BRAKE, made_at=NOW, ended_at=NOW)
    save(store, held=(over, held))
    assert [store.approve(ACME, name, LATER) for name in ("2026-11-22-a", "2026-11-22-b", "c")] == [True, False, False]
    assert store.holds(ACME) == (replace(held, approved_at=LATER), over)


def test_an_approval_beside_a_running_plan_is_kept_when_the_plan_is_saved(store: Store) -> None:
    held = Hold(id="2026-11-22-a", why=Why.BRAKE, made_at=NOW, alerts=frozenset({(ONE, "a")}))
    save(store, held=(held,))
    drawn = replace(held, alerts=frozenset({(ONE, "a"), (ONE, "b")}))
    assert store.approve(ACME, held.id, LATER)
    save(store, held=(drawn,))
    assert store.holds(ACME) == (replace(drawn, approved_at=LATER),)


def test_a_cycle_that_was_cut_down_without_a_word_has_no_end(store: Store) -> None:
    first = store.begin_cycle(ACME, NOW)
    store.end_cycle(first, ended_at=LATER, as_of=NOW, end=CycleEnd.BUSY, sentence="429", counts={"rows": 3})
    store.begin_cycle(ACME, LATER)
    running, ended = store.last_cycles(ACME, 5)
    assert (running.end, running.ended_at) == (None, None)
    assert (ended.end, ended.ended_at, ended.as_of, ended.sentence) == (CycleEnd.BUSY, LATER, NOW, "429")
    assert ended.counts == {"rows": 3}


def test_a_refused_configuration_is_remembered_until_one_is_taken(store: Store) -> None:
    assert store.refused() == ()
    store.note_refused(["config.yaml:3:1: unknown key"])
    assert store.refused() == ("config.yaml:3:1: unknown key",)
    store.note_refused(())
    assert store.refused() == ()


def test_tickets_of_nobody_have_numbers_of_their_own(store: Store) -> None:
    notice = AlertTicket(account=NOBODY, number=1, key="touchcost:acme:held:1", wanted_at=NOW)
    save(store, tickets=(notice, TICKET))
    assert store.ledger(ACME).tickets == (notice, TICKET)
