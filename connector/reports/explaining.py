"""Everything there is to say of one account, read from the store; nothing is asked of the helpdesk."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from connector.measuring import Measurable, Yardstick, read_accounts
from connector.reports.seen import Seen, see
from connector.settings import HelpdeskSettings
from connector.store.rows import OutboxRow, TransitionRow
from connector.store.store import Store
from rules.alert import Block, State
from rules.command import Taken
from rules.facts import Account, Day, TicketId
from rules.judging.judge import block, judge, opens_from
from rules.judging.renaming import rename
from rules.judging.signals import speaks_from
from rules.judging.watch import Moment, Watch, observe_fully
from rules.marks import AlertTicket, Mark, MarkKind
from rules.measuring.measure import Metrics
from rules.planning.case import Case, shown, standing
from rules.planning.change import WHY_OF, Hold
from rules.planning.desired import desired_fields, tags_of
from rules.planning.scene import live_ticket
from rules.rule import Rule

LAST_TRANSITIONS = 10
_TICKETS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTag:
    """A tag that the alert of a rule asks for."""

    name: str
    wanted: bool
    """False: a hold, a snooze or another alert keeps it away."""
    mark: Mark | None
    """Its line of the ledger; None: it is not ours, or not written yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleView:
    """One rule on one account, with what lies over its phase and who or what caused that."""

    seen: Seen
    state: State
    """As the stored facts leave it; what is not saved yet is judged here."""
    blocked: Block | None
    unblocked_from: Day
    """The first day on which nothing blocks it."""
    opens_from: Day
    """The first day on which it may open: its number speaks by then as well."""
    answers: tuple[Taken, ...]
    """What people answered to it in a comment, the field or by a tag, newest first."""
    hold: Hold | None
    """What holds its marks."""
    tags: tuple[RuleTag, ...]

    @property
    def rule(self) -> Rule:
        """Which one."""
        return self.seen.rule


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
    ledger, name = store.ledger(settings.name), settings.name
    marks = tuple(mark for mark in ledger.marks if mark.account == account.id)
    tickets = tuple(one for one in ledger.tickets if one.account == account.id)
    desk = _Desk(store, settings, yardstick, measured, marks)
    return Explanation(
        settings=settings,
        account=account,
        metrics=desk.metrics,
        yardstick=yardstick,
        filling=store.standing(name).filling,
        rules=tuple(desk.views()),
        transitions=store.transitions(name, account.id)[: -LAST_TRANSITIONS - 1 : -1],
        wanted=desk.wanted(tickets),
        marks=marks,
        tickets=tickets,
        outbox=tuple(row for row in store.outbox(name) if row.write.account == account.id),
        examples=tuple(store.latest_tickets(name, account.id, _TICKETS)),
    )


class _Desk:
    """One account as it stands now."""

    def __init__(
        self,
        store: Store,
        settings: HelpdeskSettings,
        yardstick: Yardstick,
        measured: Measurable,
        marks: tuple[Mark, ...],
    ) -> None:
        self._settings = settings
        self._yardstick = yardstick
        self._subject = measured.subject
        self._marks = {mark.name: mark for mark in marks if mark.kind is MarkKind.TAG}
        self._holds = [hold for hold in store.holds(settings.name) if hold.is_waiting]
        self._answers = [taken for taken in store.answers(settings.name) if taken.account == measured.subject.id]
        self._rules = {watch.rule.id: watch.rule for watch in yardstick.watches}
        stored = store.states(settings.name).get(measured.subject.id, {})
        before = rename(stored, self._rules.values()).by_rule
        sight = yardstick.sight(measured.subject, measured.history)
        judged = judge(sight, yardstick.watches, before, yardstick.course)
        self.metrics = yardstick.metrics(measured.subject, measured.history, yardstick.today)
        self._case = Case(metrics=self.metrics, states={one.rule: one.state for one in judged})

    def views(self) -> Iterator[RuleView]:
        """Every rule, in their order."""
        tags = self._tags()
        for watch in self._yardstick.watches:
            yield self._view(watch, tags.get(watch.rule.id, ()))

    def wanted(self, tickets: tuple[AlertTicket, ...]) -> Wanted:
        """By all rules together."""
        live, writing = live_ticket(tickets), self._settings.write
        link = None if live is None else f"#{live.ticket}" if live.ticket is not None else live.key
        tags = (tags_of(alert, writing) for alert in shown(self._case, self._rules))
        return Wanted(
            tags=frozenset().union(*tags),
            fields=desired_fields(self._case, self._rules, link, writing, self._yardstick.calendar),
        )

    def _view(self, watch: Watch, tags: tuple[RuleTag, ...]) -> RuleView:
        rule, state, yardstick = watch.rule, self._case.states[watch.rule.id], self._yardstick
        now = Moment(at=yardstick.as_of, day=yardstick.today, midnight=False)
        blocked = block(rule, self._subject.begun, now.day, yardstick.course)
        unblocked = opens_from(rule, self._subject.begun, yardstick.course)
        return RuleView(
            seen=see(watch, self.metrics, observe_fully(watch, self.metrics, now, blocked)),
            state=state,
            blocked=blocked,
            unblocked_from=unblocked,
            opens_from=speaks_from(rule, self._subject.judged_from, unblocked),
            answers=self._answers_to({rule.id, *rule.previously}),
            hold=self._hold(rule.id, state),
            tags=tags,
        )

    def _answers_to(self, names: AbstractSet[str]) -> tuple[Taken, ...]:
        return tuple(taken for taken in reversed(self._answers) if not names.isdisjoint(taken.rules))

    def _hold(self, rule: str, state: State) -> Hold | None:
        if state.held is None:
            return None
        key, why = (self._subject.id, rule), WHY_OF[state.held]
        return next((hold for hold in self._holds if hold.why is why and key in hold.alerts), None)

    def _tags(self) -> Mapping[str, tuple[RuleTag, ...]]:
        """What each alert that stands asks for, by rule id."""
        visible = {alert.rule.id for alert in shown(self._case, self._rules)}
        return {
            alert.rule.id: tuple(
                RuleTag(name=name, wanted=alert.rule.id in visible, mark=self._marks.get(name))
                for name in sorted(tags_of(alert, self._settings.write))
            )
            for alert in standing(self._case, self._rules)
        }
