"""A restart: what a desk knows goes into a real store, and comes back out of it."""

from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from lives_desk import Desk

from connector.store.rows import Judgement, PlanRows, RuleRow
from connector.store.store import Store, open_store
from rules.facts import HelpdeskName
from rules.planning.reconcile import Ledger

NAME = HelpdeskName("acme")


@cache
def _store() -> Store:
    return open_store(f"sqlite:///{Path(mkdtemp()) / 'lives.db'}")


def restart(desk: Desk) -> None:
    """Everything that is saved of a desk is replaced by what a store says of it; nothing may differ."""
    store = _store()
    store.erase(NAME)
    _save(desk, store)
    states = {account: dict(found) for account, found in desk.states.items() if found}
    assert store.states(NAME) == states
    desk.states = dict(store.states(NAME))
    ledger = store.ledger(NAME)
    assert _in_order(ledger) == _in_order(desk.ledger)
    desk.ledger = ledger
    assert {hold.id: hold for hold in store.holds(NAME)} == {hold.id: hold for hold in desk.holds}
    desk.holds = store.holds(NAME)
    planned = {row.rule: row.planned_at for row in store.rules(NAME) if row.planned_at is not None}
    assert planned == desk.planned
    desk.planned = planned


def _save(desk: Desk, store: Store) -> None:
    judgement = Judgement(
        states={(account, rule): state for account, found in desk.states.items() for rule, state in found.items()},
        rules=tuple(RuleRow(rule=rule, signal="", digest="", planned_at=None) for rule in desk.planned),
        as_of=desk.now,
    )
    whole = PlanRows(
        made_at=desk.now,
        judgement=judgement,
        marks=desk.ledger.marks,
        tickets=desk.ledger.tickets,
        messages=desk.ledger.messages,
        held=desk.holds,
    )
    store.save_plan(NAME, whole)
    for rule, at in desk.planned.items():
        store.save_plan(NAME, PlanRows(made_at=at, planned=frozenset({rule})))


def _in_order(ledger: Ledger) -> Ledger:
    return Ledger(
        marks=tuple(sorted(ledger.marks, key=lambda mark: (mark.account, mark.kind, mark.name))),
        tickets=tuple(sorted(ledger.tickets, key=lambda ticket: ticket.key)),
        messages=tuple(sorted(ledger.messages, key=lambda message: message.key)),
    )
