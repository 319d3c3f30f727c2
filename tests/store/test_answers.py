"""What people answered is kept in order, without their words; alert tickets that change name their account."""

from dataclasses import replace
from datetime import UTC, date, datetime

from facts_desk import ACME, absorb, filled, page, ticket

from connector.helpdesk import Stream
from connector.store.rows import Judgement, PlanRows
from connector.store.store import Store
from rules.command import Command, Taken, Verb
from rules.facts import AccountId, PersonKey, TicketId, UtcSecond
from rules.marks import AlertTicket, Hearing

NOW = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)
ONE = AccountId("1")
ALERT = AlertTicket(account=ONE, number=1, key="touchcost:acme:1:1", ticket=TicketId(9), wanted_at=NOW)
ANSWERS = (
    Taken(account=ONE, at=NOW, by=PersonKey(-7), command=Command(verb=Verb.TAKE), rules=("cost-share",)),
    Taken(
        account=ONE,
        at=NOW,
        by=None,
        command=Command(verb=Verb.KNOWN, until=date(2027, 1, 1), has_reason=True),
        until=datetime(2027, 1, 1, tzinfo=UTC),
    ),
)


def test_answers_come_back_as_they_were_saved(store: Store) -> None:
    store.save_plan(ACME, PlanRows(made_at=NOW, answers=ANSWERS))
    assert store.answers(ACME) == ANSWERS


def test_how_far_an_alert_ticket_was_looked_at_is_kept_with_its_owner(store: Store) -> None:
    heard = replace(ALERT, heard=Hearing(update=1_500_000_000_019, changed_at=NOW), owner=PersonKey(-(2**63)))
    store.save_plan(ACME, PlanRows(made_at=NOW, tickets=(heard,)))
    assert store.ledger(ACME).tickets == (heard,)


def test_account_whose_alert_ticket_changed_is_looked_at_once(store: Store) -> None:
    filled(store)
    store.save_plan(ACME, PlanRows(made_at=NOW, tickets=(ALERT,)))
    row = ticket(9, own=True, organization=None)
    absorb(store, page(Stream.TICKETS, [row]))
    assert ONE in store.changed(ACME)
    store.save_judgement(ACME, Judgement(states={}, as_of=NOW, changed=frozenset({ONE})))
    absorb(store, page(Stream.TICKETS, [row]))
    assert ONE not in store.changed(ACME)
    absorb(store, page(Stream.TICKETS, [row._replace(changed=UtcSecond(row.changed + 1))]))
    assert ONE in store.changed(ACME)
