"""Draws up the plan of a helpdesk from what was judged, what it shows now and what we wrote before."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from connector.edits import first_plans
from connector.helpdesk import Helpdesk, Identity
from connector.judging import Judging
from connector.measuring import tickets_without_account
from connector.settings import HelpdeskSettings, able
from connector.store.rows import Judgement, NewWrite, OutboxState, PlanRows, TransitionRow
from connector.store.store import Store
from rules.facts import HelpdeskName
from rules.marks import MarksRead
from rules.planning.ask import Asked, ask
from rules.planning.change import Change, Plan, Waiting, Why
from rules.planning.lately import Lately, Unseen, digest_since
from rules.planning.plan import plan
from rules.planning.reconcile import Reading
from rules.planning.scene import Pages, Scene

_DECIDED = (Why.BRAKE, Why.RESOLVES, Why.MISSING, Why.STRANGE, Why.PARKED)
_LATER = "they are tried again by themselves"


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
    now: datetime,
) -> Draft:
    """Reads the marks concerned and plans. Raises HelpdeskBusyError or HelpdeskError."""
    identity = helpdesk.identify()
    scene = _scene(store, able(settings, identity.capabilities), judging, _pages(identity), now)
    scene = replace(scene, reading=read(helpdesk, ask(scene, judging.judgement.changed)))
    return Draft(plan=plan(scene), scene=scene, judging=judging)


def told_rows(drafted: Draft) -> PlanRows:
    """What is saved of a plan that is delivered, in one transaction with the judgement."""
    drawn = drafted.plan
    return PlanRows(
        made_at=drafted.scene.at,
        judgement=_moved_on(drafted.judging.judgement, drawn),
        writes=tuple(new_write(change) for change in drawn.changes),
        cancelled=drawn.cancelled,
        marks=drawn.marks,
        dropped=drawn.dropped,
        tickets=drawn.tickets,
        messages=drawn.messages,
        answers=drawn.answers,
        held=drawn.holds,
        week=drawn.week,
        planned=drawn.planned,
    )


def _moved_on(judgement: Judgement, drawn: Plan) -> Judgement:
    """The judgement with what people answered and the guard decided after it."""
    transitions = tuple(
        TransitionRow(account=account, rule=rule, transition=transition)
        for (account, rule), transition in drawn.transitions
    )
    return replace(
        judgement,
        states={**judgement.states, **drawn.states},
        transitions=(*judgement.transitions, *transitions),
    )


def what_is_withheld(drawn: Plan) -> Iterator[str]:
    """How much is withheld and why; and the command that lets it go, where somebody has to decide."""
    for why, number in Counter(held.why for held in drawn.withheld).items():
        remedy = "`touchcost status` names the hold, `touchcost approve` lets it go" if why in _DECIDED else _LATER
        yield f"{number} changes are withheld ({why.replace('_', ' ')}): {remedy}."


def new_write(change: Change) -> NewWrite:
    """A change as it goes into the outbox."""
    return NewWrite(
        account=change.account,
        kind=change.kind,
        key=change.key,
        rank=int(change.rank),
        what=change.what,
        reason=str(change.reason),
        body=change.body,
    )


def waiting_writes(store: Store, helpdesk: HelpdeskName) -> tuple[Waiting, ...]:
    """The outbox as plans see it."""
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
            tried=row.attempts > 0,
            in_job=row.job is not None,
        )
        for row in store.outbox(helpdesk)
    )


def _scene(store: Store, settings: HelpdeskSettings, judging: Judging, pages: Pages, now: datetime) -> Scene:
    """Everything but what the helpdesk shows."""
    planned = first_plans(store.rules(settings.name), judging.yardstick.watches)
    return Scene(
        helpdesk=settings.name,
        at=now,
        as_of=judging.as_of,
        calendar=judging.yardstick.calendar,
        policy=settings.policy,
        writing=settings.write,
        pages=pages,
        own_fault=settings.own_fault,
        cases=judging.cases,
        reading=_nothing_read(now),
        ledger=store.ledger(settings.name),
        waiting=waiting_writes(store, settings.name),
        holds=store.holds(settings.name),
        planned=planned,
        active_accounts=judging.active_accounts,
        owners=judging.owners,
        day_turned=judging.day_turned,
        lately=_lately(store, settings, judging, planned, now) if judging.day_turned else None,
    )


def _lately(
    store: Store, settings: HelpdeskSettings, judging: Judging, planned: Mapping[str, datetime], now: datetime
) -> Lately | None:
    """What a digest tells besides what the accounts show; None while none is due."""
    weeks = store.weeks(settings.name)
    since = digest_since(weeks, planned, now, judging.yardstick.calendar)
    if since is None:
        return None
    rows = (*store.transitions(settings.name, since=since), *judging.judgement.transitions)
    nobody = tickets_without_account(store, settings, judging.yardstick)
    return Lately(
        since=since,
        transitions=tuple(((row.account, row.rule), row.transition) for row in rows),
        answers=store.answers(settings.name),
        weeks=weeks,
        unseen=Unseen(without_account=nobody, refused=bool(store.refused())),
    )


def _nothing_read(now: datetime) -> Reading:
    return Reading(marks=MarksRead(read_at=now, accounts=()), accounts=frozenset(), tickets=frozenset())


def read(helpdesk: Helpdesk, asked: Asked) -> Reading:
    """What was asked for, read now. Raises HelpdeskBusyError or HelpdeskError."""
    marks = helpdesk.read_marks(asked.accounts, asked.tickets, asked.heard)
    return Reading(marks=marks, accounts=frozenset(asked.accounts), tickets=frozenset(asked.tickets))


def _pages(identity: Identity) -> Pages:
    return Pages(account=identity.account_page, ticket=identity.ticket_page)
