"""Judges the accounts of a helpdesk that are due, and gathers what their plan is made from."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from connector.counting import make_counting
from connector.edits import is_edited, rule_rows
from connector.measuring import Measurable, Yardstick, make_yardstick, read_accounts
from connector.merging import find_survivors
from connector.progress import Progress
from connector.settings import HelpdeskSettings
from connector.store.rows import Judgement, RuleRow, TransitionRow, VerdictDay
from connector.store.store import Store
from rules.alert import Operands, Phase, Reason, State, Step
from rules.counting.account_facts import find_subject
from rules.counting.history import History
from rules.counting.subject import Subject
from rules.counting.taken_off import TakenOff, find_taken_off
from rules.facts import NOBODY, Account, AccountId, Day, TicketId, UtcSecond
from rules.judging.judge import Judged, judge, retire
from rules.judging.lines import Scale, scale
from rules.judging.merging import is_empty, merge
from rules.judging.renaming import rename
from rules.planning.case import Case
from rules.planning.desired import NUMBERS
from rules.rule import Rule

_EVERY = 100
_EXAMPLES = 3
_ACTIVE = 90
"""Days within which an account with a ticket is an active one."""
_EVIDENCE = 90
"""Days of which an alert's text says how many tickets are our own fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """What one judgement came to, before anything of it is saved."""

    as_of: datetime
    day_turned: bool
    """True when a midnight lies between the last judgement and this one, or everything was to be judged."""
    cases: Mapping[AccountId, Case]
    judgement: Judgement
    owners: int
    """Persons who own an account."""
    active_accounts: int
    """Accounts with a ticket in 90 days."""
    yardstick: Yardstick

    def settling(self, rules: tuple[RuleRow, ...], changed: frozenset[AccountId]) -> "Judging":
        """The same as the answer to these rules and changed accounts: once it is saved they are not judged again."""
        return replace(self, judgement=replace(self.judgement, rules=rules, changed=changed))


def judge_due(
    store: Store, settings: HelpdeskSettings, as_of: datetime, progress: Progress, *, whole: bool = False
) -> Judging | None:
    """Judges the changed accounts, those in mid-life and those with writes that no read has shown yet.

    All when the day turned, on a first judgement, after an edit of what verdicts depend on, or if `whole`. All, too,
    at the first look at a day whose beginning was the last judgement: what moves with the calendar moved then.
    Midnights since the last judgement come first, in order. None while there are no totals.
    """
    yardstick = make_yardstick(store, settings, as_of)
    if yardstick is None:
        return None
    judged_at = store.standing(settings.name).judged_at
    day_turned = whole or judged_at is None or bool(yardstick.calendar.midnights(judged_at, as_of))
    states = store.states(settings.name)
    changed = store.changed(settings.name)
    met = store.rules(settings.name)
    rules = rule_rows(settings, yardstick.watches, met)
    due = None
    if not day_turned and not _is_new_day(judged_at, yardstick) and not is_edited(met, rules):
        due = _in_mid_life(states) | changed | store.ledger(settings.name).unread
    judging = _Judging(store, settings, yardstick, states).run(due, progress, day_turned=day_turned)
    return judging if _is_late(judged_at, as_of) else judging.settling(rules, changed)


def _is_new_day(judged_at: datetime | None, yardstick: Yardstick) -> bool:
    """Whether the last judgement was of another day; one at midnight was of the day that ended."""
    return judged_at is None or yardstick.calendar.shown(judged_at).toordinal() != yardstick.today


def _is_late(judged_at: datetime | None, as_of: datetime) -> bool:
    """Whether there was nothing new to look at: what changed or was edited is still to be judged."""
    return judged_at is not None and as_of <= judged_at


class _Judging:
    """One judgement of one helpdesk."""

    def __init__(
        self,
        store: Store,
        settings: HelpdeskSettings,
        yardstick: Yardstick,
        states: Mapping[AccountId, Mapping[str, State]],
    ) -> None:
        self._store = store
        self._settings = settings
        self._yardstick = yardstick
        self._before: dict[AccountId, Mapping[str, State]] = dict(states)
        self._course = yardstick.course
        self._counting = make_counting(store, settings)
        self._rules = {watch.rule.id: watch.rule for watch in yardstick.watches}
        self._cases: dict[AccountId, Case] = {}
        self._after: dict[tuple[AccountId, str], State | None] = {}
        self._transitions: list[TransitionRow] = []
        self._days: list[VerdictDay] = []
        self._rename()
        self._survivors = find_survivors(store, settings, yardstick, states)
        self._moved = self._merge()

    def run(self, due: frozenset[AccountId] | None, progress: Progress, *, day_turned: bool) -> Judging:
        found = self._read(None if due is None else due | {self._survivors[loser] for loser in self._moved})
        for count, measurable in enumerate(found, start=1):
            self._judge_one(measurable)
            if count % _EVERY == 0:
                progress.judging(self._settings.name, count)
        self._retire_gone(self._before.keys() if due is None else self._moved)
        return self._result(day_turned=day_turned)

    def _rename(self) -> None:
        """Moves the states of rules that have another id now."""
        rules = tuple(self._rules.values())
        renamed = {account: rename(states, rules) for account, states in self._before.items()}
        self._before = {account: found.by_rule for account, found in renamed.items()}
        for account, found in renamed.items():
            for former, name in found.moved.items():
                self._after[account, former] = None
                self._after[account, name] = found.by_rule[name]

    def _merge(self) -> frozenset[AccountId]:
        """Moves the alerts of accounts that were merged, and says of which it did."""
        losers = [loser for loser in sorted(self._survivors) if not is_empty(self._before[loser].values())]
        for loser in losers:
            survivor = self._survivors[loser]
            before = self._before.get(survivor, {})
            found = merge(before, self._before[loser], self._yardstick.as_of)
            self._before |= {survivor: found.survivor, loser: found.loser}
            self._after |= {(loser, rule): state for rule, state in found.loser.items()}
            self._after |= {(survivor, rule): state for rule, state in found.survivor.items()}
            for account, changes in ((survivor, found.taken), (loser, found.given)):
                self._transitions += (
                    TransitionRow(account=account, rule=rule, transition=change) for rule, change in changes
                )
        return frozenset(losers)

    def _read(self, due: frozenset[AccountId] | None) -> Iterator[Measurable]:
        only = None if due is None else sorted(due - {NOBODY})
        for measurable in read_accounts(self._store, self._settings, self._yardstick, only):
            if measurable.subject.id != NOBODY:
                yield measurable

    def _judge_one(self, measurable: Measurable) -> None:
        subject, history = measurable.subject, measurable.history
        before = self._before.get(subject.id, {})
        judged = judge(self._yardstick.sight(subject, history), self._yardstick.watches, before, self._course)
        self._note(subject, judged)
        states = {**before, **{one.rule: one.state for one in judged}}
        resolved = _resolved(judged)
        at_rest = not resolved and _is_at_rest(states)
        held = history if at_rest else history.folded()
        metrics = self._yardstick.metrics(subject, held, self._yardstick.today)
        self._cases[subject.id] = Case(
            # Of the many accounts at rest only the fields are written: their daily totals need not be held till then.
            metrics=metrics.only(NUMBERS) if at_rest else metrics,
            states=states,
            resolved=resolved,
            examples=self._examples(subject.id, states),
            taken_off=self._taken_off(subject.id, states),
        )

    def _examples(self, account: AccountId, states: Mapping[str, State]) -> tuple[TicketId, ...]:
        """Tickets worth a look, where an alert stands."""
        if not _has_open(states):
            return ()
        return self._store.latest_tickets(self._settings.name, account, _EXAMPLES)

    def _taken_off(self, account: AccountId, states: Mapping[str, State]) -> TakenOff | None:
        """What of its tickets is our own fault, where an alert stands."""
        if not _has_open(states):
            return None
        first = self._yardstick.calendar.midnight(Day(self._yardstick.today - _EVIDENCE + 1))
        tickets = self._store.marked_tickets(self._settings.name, account, UtcSecond(int(first.timestamp())))
        return find_taken_off(tickets, self._counting)

    def _note(self, subject: Subject, judged: tuple[Judged, ...]) -> None:
        before = self._before.get(subject.id, {})
        for one in judged:
            if before.get(one.rule) != one.state:
                self._after[subject.id, one.rule] = one.state
            self._transitions += (
                TransitionRow(account=subject.id, rule=one.rule, transition=change) for change in one.transitions
            )
            if one.days:
                self._days += _verdict_days(subject.id, one, self._rules[one.rule])

    def _retire_gone(self, accounts: AbstractSet[AccountId]) -> None:
        """Those of these accounts, which have states, that are no longer there, or are ignored now."""
        gone = accounts - self._cases.keys()
        known = {account.id: account for account in self._store.accounts(self._settings.name)} if gone else {}
        for account in gone:
            reason = self._why_gone(account, known.get(account))
            judged = retire(self._before[account], self._yardstick.as_of, reason)
            subject = Subject(id=account, name=account)
            self._note(subject, judged)
            states = {**self._before[account], **{one.rule: one.state for one in judged}}
            metrics = self._yardstick.metrics(subject, History(()), self._yardstick.today)
            self._cases[account] = Case(
                metrics=metrics,
                states=states,
                resolved=_resolved(judged),
                exists=reason is not Reason.ACCOUNT_GONE,
                is_reviewed=reason is not Reason.ACCOUNT_IGNORED,
                merged_into=self._survivors.get(account),
            )

    def _why_gone(self, name: AccountId, account: Account | None) -> Reason:
        """Only the helpdesk can say that an account is gone; what is there and was not read is left out on purpose."""
        is_there = name in self._settings.ignore.accounts if account is None else not account.deleted
        return Reason.ACCOUNT_IGNORED if is_there else Reason.ACCOUNT_GONE

    def _result(self, *, day_turned: bool) -> Judging:
        judgement = Judgement(
            states=self._after,
            transitions=tuple(self._transitions),
            days=tuple(self._days),
            as_of=self._yardstick.as_of,
        )
        return Judging(
            as_of=self._yardstick.as_of,
            day_turned=day_turned,
            cases=self._cases,
            judgement=judgement,
            owners=_count_owners(self._store, self._settings, self._yardstick),
            active_accounts=self._store.active_accounts(self._settings.name, Day(self._yardstick.today - _ACTIVE + 1)),
            yardstick=self._yardstick,
        )


def _in_mid_life(states: Mapping[AccountId, Mapping[str, State]]) -> frozenset[AccountId]:
    """Accounts on which a rule is pending, open or clearing: their clocks run though nothing changed."""
    return frozenset(
        account
        for account, by_rule in states.items()
        if any(state.phase is not Phase.IDLE or state.held is not None for state in by_rule.values())
    )


def _has_open(states: Mapping[str, State]) -> bool:
    return any(state.level is not None for state in states.values())


def _is_at_rest(states: Mapping[str, State]) -> bool:
    """Whether no alert stands, and none was told of that may still have to be."""
    return all(state.level is None and state.told_level is None and state.held is None for state in states.values())


def _resolved(judged: tuple[Judged, ...]) -> Mapping[str, Reason]:
    return {one.rule: change.reason for one in judged for change in one.transitions if change.step is Step.RESOLVED}


def _verdict_days(account: AccountId, judged: Judged, rule: Rule) -> Iterator[VerdictDay]:
    """Days on which nothing moved share what was seen: a first run looks back on a year of them."""
    seen: tuple[Decimal | None, Operands] = (None, ())
    scales: dict[int | None, Scale] = {}
    for day, found in judged.days:
        seen = seen if seen == (found.value, found.operands) else (found.value, found.operands)
        if found.override not in scales:
            scales[found.override] = scale(rule, found.override)
        yield VerdictDay(
            account=account,
            rule=rule.id,
            day=day,
            value=seen[0],
            condition=found.condition,
            operands=seen[1],
            scale=scales[found.override],
        )


def _count_owners(store: Store, settings: HelpdeskSettings, yardstick: Yardstick) -> int:
    subjects = (find_subject(account, yardstick.vocabulary, None) for account in store.accounts(settings.name))
    return len({subject.owner for subject in subjects if subject.owner is not None and subject.owner_is_person})
