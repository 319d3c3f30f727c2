"""Gathers everything that is ours in a helpdesk for its withdrawal: no totals, no judgement and no rules."""

from collections.abc import Iterator
from datetime import datetime

from connector.helpdesk import Helpdesk
from connector.planning import new_write, read, waiting_writes
from connector.settings import HelpdeskSettings
from connector.store.rows import Judgement, PlanRows
from connector.store.store import Store
from rules.facts import HelpdeskName
from rules.planning.change import Plan
from rules.planning.withdraw import Belongings, everything, unclear, withdraw


def draft_withdrawal(helpdesk: Helpdesk, store: Store, settings: HelpdeskSettings, now: datetime) -> Plan:
    """The plan that takes away everything we ever wrote. Raises HelpdeskBusyError or HelpdeskError."""
    ours = Belongings(
        helpdesk=settings.name,
        at=now,
        writing=settings.write,
        ledger=store.ledger(settings.name),
        waiting=waiting_writes(store, settings.name),
        states=store.states(settings.name),
    )
    return withdraw(ours, read(helpdesk, everything(ours)))


def unclear_writes(store: Store, helpdesk: HelpdeskName) -> frozenset[int]:
    """Rows of the outbox that are to be resolved before a withdrawal is planned."""
    return unclear(waiting_writes(store, helpdesk))


def withdrawal_rows(plan: Plan, store: Store, now: datetime) -> PlanRows:
    """What is saved of it, in one transaction. When and what was judged stays as it is."""
    judged_at = store.standing(plan.helpdesk).judged_at
    return PlanRows(
        made_at=now,
        judgement=None if judged_at is None else Judgement(states=plan.states, as_of=judged_at),
        writes=tuple(map(new_write, plan.changes)),
        cancelled=plan.cancelled,
        marks=plan.marks,
        dropped=plan.dropped,
        tickets=plan.tickets,
    )


def hidden_tags(plan: Plan) -> Iterator[str]:
    """What a withdrawal has to leave because tagging is switched off, and what to do."""
    accounts = {held.change.account for held in plan.withheld}
    if accounts:
        yield (
            "While tagging is off tags of ours can be neither seen nor taken off; "
            f"accounts with tags: {len(accounts)}. "
            "Switch on tags for users and organizations in the Admin Center."
        )


def what_is_left(store: Store, helpdesk: HelpdeskName) -> Iterator[str]:
    """What of ours a helpdesk may still show, in sentences; nothing after a withdrawal that came to its end."""
    ledger, outbox = store.ledger(helpdesk), store.outbox(helpdesk)
    tickets = sum(ticket.ended_at is None for ticket in ledger.tickets)
    if ledger.marks or tickets:
        yield f"{len(ledger.marks)} marks and {tickets} alert tickets of ours may still be shown."
    if outbox:
        yield f"{len(outbox)} writes are still on their way."
    waits = [row.not_before for row in outbox if row.not_before is not None]
    if waits:
        yield f"Some of them wait until {max(waits):%Y-%m-%d %H:%M} UTC."
    if ledger.marks or tickets or outbox:
        yield "Run touchcost withdraw --yes again."
