"""Everything there is to say of one account, read from the store; nothing is asked of the helpdesk."""

from collections.abc import Mapping
from dataclasses import dataclass

from connector.measuring import Measurable, Yardstick, read_accounts
from connector.settings import HelpdeskSettings
from connector.store.rows import OutboxRow, TransitionRow
from connector.store.store import Store
from rules.alert import Observation, State
from rules.facts import Account, TicketId
from rules.judging.judge import block, judge
from rules.judging.watch import Moment, Watch, observe_fully
from rules.marks import AlertTicket, Mark
from rules.measuring.measure import Metrics
from rules.planning.case import Case, shown
from rules.planning.desired import desired_fields, tags_of
from rules.planning.scene import live_ticket
from rules.rule import Rule

_TRANSITIONS, _TICKETS = 10, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleView:
    """One rule on one account."""

    rule: Rule
    state: State
    """As the stored facts leave it; what is not saved yet is judged here."""
    seen: Observation
    """What the rule sees now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the account should show, whatever the policy is; what the guard holds is left out."""

    tags: frozenset[str]
    fields: Mapping[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One account with its numbers, its rules and its marks."""

    settings: HelpdeskSettings
    account: Account
    metrics: Metrics
    yardstick: Yardstick
    filling: bool
    rules: tuple[RuleView, ...]
    transitions: tuple[TransitionRow, ...]
    """The last ones, newest first."""
    wanted: Wanted
    marks: tuple[Mark, ...]
    """What is ours, as we last wrote or read it."""
    tickets: tuple[AlertTicket, ...]
    """Its alert tickets, the newest last."""
    outbox: tuple[OutboxRow, ...]
    examples: tuple[TicketId, ...]
    """The account's newest tickets."""


def explain_account(
    store: Store, settings: HelpdeskSettings, yardstick: Yardstick, account: Account
) -> Explanation | None:
    """Measures and judges one account on what is stored; None for one that the configuration ignores."""
    measured = next(iter(read_accounts(store, settings, yardstick, [account.id])), None)
    if measured is None:
        return None
    metrics = yardstick.metrics(measured.subject, measured.history, yardstick.today)
    views = _views(store, settings, yardstick, measured)
    ledger = store.ledger(settings.name)
    tickets = tuple(one for one in ledger.tickets if one.account == account.id)
    return Explanation(
        settings=settings,
        account=account,
        metrics=metrics,
        yardstick=yardstick,
        filling=store.standing(settings.name).filling,
        rules=views,
        transitions=store.transitions(settings.name, account.id)[: -_TRANSITIONS - 1 : -1],
        wanted=_wanted(metrics, views, tickets, settings, yardstick),
        marks=tuple(mark for mark in ledger.marks if mark.account == account.id),
        tickets=tickets,
        outbox=tuple(row for row in store.outbox(settings.name) if row.write.account == account.id),
        examples=tuple(store.latest_tickets(settings.name, account.id, _TICKETS)),
    )


def _views(
    store: Store, settings: HelpdeskSettings, yardstick: Yardstick, measured: Measurable
) -> tuple[RuleView, ...]:
    subject, course = measured.subject, yardstick.course
    before = store.states(settings.name).get(subject.id, {})
    judged = judge(yardstick.sight(subject, measured.history), yardstick.watches, before, course)
    states = {one.rule: one.state for one in judged}
    metrics = yardstick.metrics(subject, measured.history, yardstick.today)
    now = Moment(at=yardstick.as_of, day=yardstick.today, midnight=False)

    def seen(watch: Watch) -> Observation:
        return observe_fully(watch, metrics, now, block(watch.rule, subject.begun, now.day, course))

    return tuple(
        RuleView(rule=watch.rule, state=states[watch.rule.id], seen=seen(watch)) for watch in yardstick.watches
    )


def _wanted(
    metrics: Metrics,
    views: tuple[RuleView, ...],
    tickets: tuple[AlertTicket, ...],
    settings: HelpdeskSettings,
    yardstick: Yardstick,
) -> Wanted:
    case = Case(metrics=metrics, states={view.rule.id: view.state for view in views})
    rules = {view.rule.id: view.rule for view in views}
    live = live_ticket(tickets)
    link = None if live is None else f"#{live.ticket}" if live.ticket is not None else live.key
    return Wanted(
        tags=frozenset().union(*(tags_of(alert, settings.write) for alert in shown(case, rules))),
        fields=desired_fields(case, rules, link, settings.write, yardstick.calendar),
    )
