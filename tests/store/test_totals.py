"""Daily totals: built in one pass, read account by account, checked against the rows."""

from dataclasses import replace
from typing import Any

import pytest
from facts_desk import (
    ACME,
    AGENT,
    BASIS,
    COUNTING,
    OWN_FAULT,
    START,
    TODAY,
    absorb,
    account,
    agent,
    event,
    filled,
    page,
    ticket,
    totals,
)
from sqlalchemy import delete, update

from connector.helpdesk import Stream
from connector.settings import ORGANIZATION
from connector.store.database import Database
from connector.store.rows import Recount
from connector.store.store import Store
from connector.store.tables import ACCOUNT_DAY, EFFORT_DAY, TICKET
from rules.counting.history import DayRow
from rules.counting.own_fault import OwnFault
from rules.facts import AccountId, Comment, Day, Kind, Method, TicketId, TicketStatus, UtcSecond

ONE, TWO = AccountId("1"), AccountId("2")
A_DAY = 86_400
MEASURED_AND_ASSUMED = (Method.MEASURED, Method.ASSUMED)


def test_totals_built_in_one_pass_are_those_absorbed_page_by_page(store: Store) -> None:
    tickets = [
        ticket(number, organization=str(number % 70), created=UtcSecond(START + number * 3000))
        for number in range(5000)
    ]
    events = [event(number, number % 5000, author=AGENT, timer=number) for number in range(6000)]
    filled(store, page(Stream.AGENTS, [agent(AGENT)]))
    absorb(store, page(Stream.EVENTS, events))
    absorb(store, page(Stream.TICKETS, tickets))
    absorbed = totals(store)
    store.build_totals(ACME, COUNTING)
    assert totals(store) == absorbed
    assert len(absorbed) > 5000


def test_while_filling_pages_bring_rows_and_no_totals(store: Store) -> None:
    store.begin_filling(ACME, BASIS)
    absorb(store, page(Stream.EVENTS, [event(1)]))
    assert absorb(store, page(Stream.TICKETS, [ticket(1)])).changed == frozenset()
    assert totals(store) == {}
    assert store.standing(ACME).facts_from is None
    store.build_totals(ACME, replace(COUNTING, facts_from=START))
    store.end_filling(ACME)
    assert totals(store)[ONE, TODAY] == (1, 0, 0)
    assert store.standing(ACME).facts_from == START


def test_building_drops_totals_of_accounts_without_a_ticket(store: Store) -> None:
    filled(store, page(Stream.TICKETS, [ticket(1)]))
    store.begin_filling(ACME, BASIS)
    absorb(store, page(Stream.TICKETS, [ticket(1, organization="2")]))
    store.build_totals(ACME, COUNTING)
    assert totals(store) == {(TWO, TODAY): (1, 0, 0)}


def test_rows_come_account_by_account_and_day_by_day(store: Store) -> None:
    later = UtcSecond(START + A_DAY)
    filled(
        store,
        page(Stream.AGENTS, [agent(AGENT)]),
        page(Stream.EVENTS, [event(1, 1, author=AGENT, at=later, timer=45), event(2, 2, author=AGENT, at=START)]),
        page(Stream.TICKETS, [ticket(1), ticket(2, organization="2"), ticket(3, organization="2", created=later)]),
    )
    counted = {"tickets": 0, "solved": 0, "reopens": 0}
    made = {"group": "", "channel": "", "kind": None, "method": None, "count": 0, "seconds": 0}
    tomorrow = Day(TODAY + 1)
    reply = {"group": "Tier 1", "channel": "email", "kind": Kind.REPLY}
    measured = DayRow(day=tomorrow, **reply, method=Method.MEASURED, count=1, seconds=45, **counted)
    assumed = DayRow(day=TODAY, **reply, method=Method.ASSUMED, count=1, seconds=0, **counted)
    one = DayRow(day=TODAY, **made, tickets=1, solved=0, reopens=0)
    assert list(store.rows(ACME, None, TODAY, tomorrow)) == [
        (ONE, [one, measured]),
        (TWO, [one, assumed, one._replace(day=tomorrow)]),
    ]
    assert list(store.rows(ACME, [TWO, AccountId("3")], tomorrow, tomorrow)) == [(TWO, [one._replace(day=tomorrow)])]
    assert list(store.rows(ACME, [], TODAY, tomorrow)) == []


def test_what_is_asked_about_tickets_leaves_out_those_that_count_nowhere(store: Store) -> None:
    filled(
        store,
        page(
            Stream.TICKETS,
            [
                ticket(1, created=UtcSecond(START - A_DAY), own=True),
                ticket(2),
                ticket(3, created=UtcSecond(START + A_DAY)),
                ticket(4, created=UtcSecond(START + 2 * A_DAY), status=TicketStatus.DELETED),
                ticket(5, organization=None),
            ],
        ),
    )
    assert store.first_tickets(ACME) == {ONE: START, AccountId(""): START}
    assert store.latest_tickets(ACME, ONE, 5) == (TicketId(3), TicketId(2))
    assert (store.active_accounts(ACME, TODAY), store.active_accounts(ACME, Day(TODAY + 2))) == (1, 0)


def test_marked_tickets_are_those_of_the_account_on_which_something_happened_lately(store: Store) -> None:
    marked = [
        ticket(1, problem=TicketId(9)),
        ticket(2, tags=("outage",)),
        ticket(3),
        ticket(4, tags=("outage",), organization="2"),
        ticket(5, tags=("outage",), status=TicketStatus.DELETED),
        ticket(6, tags=("outage",)),
        ticket(7, tags=("outage",)),
    ]
    events = [event(number, number, at=START) for number in range(1, 6)]
    filled(store, page(Stream.EVENTS, [*events, event(6, 6, at=UtcSecond(START - 1))]), page(Stream.TICKETS, marked))
    assert store.marked_tickets(ACME, ONE, START) == (marked[0], marked[1])
    assert {one.id for one in store.marked_tickets(ACME, ONE, UtcSecond(START - 1))} == {1, 2, 6}


def test_an_edit_of_what_totals_stand_on_asks_for_a_rebuild_until_it_is_done(store: Store) -> None:
    filled(store, page(Stream.TICKETS, [ticket(1)]))
    edited = replace(BASIS, ignored_tags=frozenset({"spam", "test"}))
    assert store.recount(ACME, BASIS) is Recount.NOTHING
    assert store.foresee(ACME, edited) is Recount.REBUILD
    assert store.foresee(ACME, BASIS) is Recount.NOTHING
    assert [store.recount(ACME, edited) for _ in range(2)] == [Recount.REBUILD, Recount.REBUILD]
    store.build_totals(ACME, COUNTING)
    assert store.recount(ACME, edited) is Recount.NOTHING


@pytest.mark.parametrize("edit", [OwnFault(tags=frozenset({"our_bug"})), OwnFault(problem_links=False)])
def test_an_edit_of_what_our_own_fault_is_asks_for_a_rebuild_and_for_no_rows(store: Store, edit: OwnFault) -> None:
    filled(store, page(Stream.TICKETS, [ticket(1)]))
    edited = replace(BASIS, own_fault=edit)
    assert store.foresee(ACME, edited) is Recount.REBUILD
    assert store.recount(ACME, edited) is Recount.REBUILD
    store.build_totals(ACME, replace(COUNTING, own_fault=edit))
    assert store.recount(ACME, edited) is Recount.NOTHING
    assert store.foresee(ACME, BASIS) is Recount.REBUILD


@pytest.mark.parametrize("mark", [{"tags": ("our_bug",)}, {"problem": TicketId(9)}])
def test_a_ticket_that_is_marked_later_takes_its_work_with_it(store: Store, mark: dict[str, Any]) -> None:
    counting = replace(COUNTING, own_fault=OwnFault(tags=frozenset({"our_bug"})))
    filled(
        store,
        page(Stream.AGENTS, [agent(AGENT)]),
        page(Stream.EVENTS, [event(1, author=AGENT, at=START, timer=45), event(2, 2, author=AGENT, at=START)]),
        page(Stream.TICKETS, [ticket(1), ticket(2)]),
        counting=counting,
    )
    before = totals(store)
    measured, assumed = ((ONE, TODAY, "Tier 1", "email", Kind.REPLY, method) for method in MEASURED_AND_ASSUMED)
    assert before == {(ONE, TODAY): (2, 0, 0), measured: (1, 45), assumed: (1, 0)}
    marked = page(Stream.TICKETS, [ticket(1, changed=UtcSecond(START + 60), **mark)])
    assert absorb(store, marked, counting=counting).changed == {ONE}
    assert totals(store) == {(ONE, TODAY): (2, 0, 0), (*measured, OWN_FAULT): (1, 45), assumed: (1, 0)}
    assert store.doctor(ACME, counting) == ()
    unmarked = page(Stream.TICKETS, [ticket(1, changed=UtcSecond(START + 120))])
    absorb(store, unmarked, counting=counting)
    assert totals(store) == before


def test_only_what_the_rows_do_not_hold_asks_for_another_filling(store: Store) -> None:
    assert store.recount(ACME, BASIS) is Recount.REFILL
    filled(store)
    earlier, later = (replace(BASIS, since=BASIS.since.replace(year=year)) for year in (2025, 2027))
    assert store.recount(ACME, later) is Recount.NOTHING
    assert store.recount(ACME, earlier) is Recount.REFILL
    assert store.recount(ACME, replace(BASIS, timer_field=7)) is Recount.REFILL
    assert store.recount(ACME, replace(BASIS, sources=(ORGANIZATION,))) is Recount.REFILL
    store.begin_filling(ACME, earlier)
    assert store.recount(ACME, replace(earlier, time_zone="Europe/Rome")) is Recount.NOTHING


def test_a_filling_that_goes_back_less_far_than_it_was_to_is_asked_for_again(store: Store) -> None:
    store.begin_filling(ACME, BASIS)
    assert store.recount(ACME, replace(BASIS, since=BASIS.since.replace(year=2027))) is Recount.NOTHING
    assert store.recount(ACME, BASIS) is Recount.REFILL


def test_the_first_timer_total_is_a_base_for_tickets_from_before_the_facts_only(store: Store) -> None:
    counting = replace(COUNTING, facts_from=START)
    events = [event(number, number, author=AGENT, timer=600) for number in (1, 2)]
    filled(
        store,
        page(Stream.AGENTS, [agent(AGENT)]),
        page(Stream.EVENTS, events),
        page(Stream.TICKETS, [ticket(1, created=UtcSecond(START - 1)), ticket(2, organization="2")]),
        counting=counting,
    )
    seconds = {key[0]: counts[1] for key, counts in totals(store).items() if len(key) > 2}
    assert seconds == {ONE: 0, TWO: 600}


def test_the_doctor_finds_totals_that_are_not_the_sum_of_their_tickets(store: Store, url: str) -> None:
    filled(
        store,
        page(Stream.EVENTS, [event(1), event(2, 2)]),
        page(Stream.TICKETS, [ticket(1), ticket(2, organization="2")]),
    )
    assert store.doctor(ACME, COUNTING) == ()
    database = Database(url)
    with database.write() as connection:
        connection.execute(update(ACCOUNT_DAY).where(ACCOUNT_DAY.c.account == ONE).values(tickets=5))
        connection.execute(delete(EFFORT_DAY).where(EFFORT_DAY.c.account == ONE))
        connection.execute(delete(TICKET).where(TICKET.c.account == TWO))
    database.close()
    assert store.doctor(ACME, COUNTING) == tuple(
        f"the totals of account {name} on 2026-11-02 are not the sum of its tickets" for name in (ONE, TWO)
    )
    store.build_totals(ACME, COUNTING)
    assert store.doctor(ACME, COUNTING) == ()


def test_notes_and_replies_of_an_account_stand_on_lines_of_their_own(store: Store) -> None:
    comments = (Comment.PUBLIC, Comment.PRIVATE)
    filled(
        store,
        page(Stream.ACCOUNTS, [account("1")]),
        page(Stream.AGENTS, [agent(AGENT)]),
        page(Stream.EVENTS, [event(number, author=AGENT, comment=one) for number, one in enumerate(comments)]),
        page(Stream.TICKETS, [ticket(1)]),
    )
    assert {key[4] for key in totals(store) if len(key) > 2} == {Kind.REPLY, Kind.NOTE}
