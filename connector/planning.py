"""Draws up the plan of a helpdesk from what was judged, what it shows now and what we wrote before."""

from dataclasses import dataclass
from datetime import datetime

from connector.helpdesk import Helpdesk, Identity
from connector.judging import Judging
from connector.settings import HelpdeskSettings
from connector.store.rows import Judgement, NewWrite, OutboxState, PlanRows, TransitionRow
from connector.store.store import Store
from rules.case import standing
from rules.change import Change, Plan, Waiting
from rules.facts import AccountId, TicketId
from rules.plan import plan
from rules.reconcile import Ledger, Reading
from rules.scene import Pages, Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A plan with the judgement it comes from; nothing of it is saved or written yet."""

    plan: Plan
    scene: Scene
    judging: Judging


def draft(
    helpdesk: Helpdesk,
    store: Store,
    settings: HelpdeskSettings,
    judging: Judging,
    changed: frozenset[AccountId],
    now: datetime,
) -> Draft:
    """Reads the marks concerned and plans. Raises HelpdeskBusyError or HelpdeskError."""
    ledger = store.ledger(settings.name)
    reading = _read(helpdesk, settings, judging, ledger, changed)
    scene = Scene(
        helpdesk=settings.name,
        at=now,
        as_of=judging.as_of,
        calendar=judging.yardstick.calendar,
        policy=settings.policy,
        writing=settings.write,
        pages=_pages(helpdesk.identify()),
        cases=judging.cases,
        reading=reading,
        ledger=ledger,
        waiting=_waiting(store, settings),
        holds=store.holds(settings.name),
        planned={row.rule: row.planned_at for row in store.rules(settings.name) if row.planned_at is not None},
        active_accounts=judging.active_accounts,
        owners=judging.owners,
        day_turned=judging.day_turned,
    )
    return Draft(plan=plan(scene), scene=scene, judging=judging)


def told_rows(drafted: Draft) -> PlanRows:
    """What is saved of a plan that is delivered, in one transaction with the judgement."""
    drawn = drafted.plan
    judgement = drafted.judging.judgement
    transitions = tuple(
        TransitionRow(account=account, rule=rule, transition=transition)
        for (account, rule), transition in drawn.transitions
    )
    return PlanRows(
        made_at=drafted.scene.at,
        judgement=Judgement(
            states={**judgement.states, **drawn.states},
            transitions=(*judgement.transitions, *transitions),
            days=judgement.days,
            rules=judgement.rules,
            as_of=judgement.as_of,
        ),
        writes=tuple(_write(change) for change in drawn.changes),
        cancelled=drawn.cancelled,
        marks=drawn.marks,
        dropped=drawn.dropped,
        tickets=drawn.tickets,
        messages=drawn.messages,
        held=drawn.holds,
        planned=drawn.planned,
    )


def _write(change: Change) -> NewWrite:
    return NewWrite(
        account=change.account,
        kind=change.kind,
        key=change.key,
        rank=int(change.rank),
        what=change.what,
        reason=str(change.reason),
        body=change.body,
    )


def _read(
    helpdesk: Helpdesk, settings: HelpdeskSettings, judging: Judging, ledger: Ledger, changed: frozenset[AccountId]
) -> Reading:
    accounts = _concerned(settings, judging, ledger, changed)
    tickets = frozenset(
        ticket.ticket for ticket in ledger.tickets if ticket.ticket is not None and ticket.ended_at is None
    )
    marks = helpdesk.read_marks(sorted(accounts), sorted(_asked(tickets, ledger, accounts, judging)))
    asked = _asked(tickets, ledger, accounts, judging)
    return Reading(marks=marks, accounts=accounts, tickets=asked)


def _concerned(
    settings: HelpdeskSettings, judging: Judging, ledger: Ledger, changed: frozenset[AccountId]
) -> frozenset[AccountId]:
    """At the day turn everything we marked or judged; else where an alert stands, or marks of ours may have changed."""
    ours = {mark.account for mark in ledger.marks} | {ticket.account for ticket in ledger.tickets}
    if judging.day_turned:
        return frozenset(account for account in ours | judging.cases.keys() if account)
    rules = {rule.id: rule for rule in settings.policy.rules}
    moved = {row.account for row in judging.judgement.transitions}
    standing_now = {account for account, case in judging.cases.items() if standing(case, rules)}
    return frozenset(account for account in moved | standing_now | (ours & changed) if account)


def _asked(
    tickets: frozenset[TicketId], ledger: Ledger, accounts: frozenset[AccountId], judging: Judging
) -> frozenset[TicketId]:
    if judging.day_turned:
        return tickets
    of_these = {ticket.ticket for ticket in ledger.tickets if ticket.account in accounts or not ticket.account}
    return frozenset(ticket for ticket in tickets if ticket in of_these)


def _pages(identity: Identity) -> Pages:
    return Pages(account=identity.account_page, ticket=identity.ticket_page)


def _waiting(store: Store, settings: HelpdeskSettings) -> tuple[Waiting, ...]:
    return tuple(
        Waiting(
            id=row.id,
            account=row.write.account,
            kind=row.write.kind,
            key=row.write.key,
            what=row.write.what,
            body=row.write.body,
            parked=row.state is OutboxState.PARKED,
            underway=row.job is not None or row.not_before is not None,
        )
        for row in store.outbox(settings.name)
    )
