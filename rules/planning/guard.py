"""What holds a plan back: the brake for accidents, the budget for people's time, and the hold on too many resolves."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from rules.alert import CALMED, Held, State
from rules.facts import AccountId
from rules.planning.case import Alert, Case, standing
from rules.planning.change import AlertKey
from rules.rule import Guard, Level, Rule

_LEAST = 3
_LEAST_BUDGET = 5
_LEAST_RESOLVES = 10
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the guard must know of the whole helpdesk."""

    at: datetime
    active_accounts: int
    """Accounts with a ticket in 90 days."""
    owners: int
    """Persons who own an account."""
    alert_from: Level
    released: frozenset[AlertKey] = frozenset()
    """What somebody approved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarded:
    """What the guard made of the alerts of a cycle."""

    cases: Mapping[AccountId, Case]
    """The cases with what is held and released in their states."""
    states: Mapping[AlertKey, State] = field(default_factory=dict)
    """The states that changed by it."""


def new_limit(guard: Guard, active_accounts: int) -> int:
    """How many accounts may newly be for review in one cycle."""
    return max(_LEAST, min(guard.max_new_per_run, int(guard.max_new_share * active_accounts)))


def open_limit(guard: Guard, active_accounts: int) -> int:
    """How many accounts may be for review at a time."""
    return max(_LEAST, int(guard.max_open_share * active_accounts))


def week_limit(guard: Guard, active_accounts: int, owners: int) -> int:
    """How many accounts may newly be for review in a week."""
    if guard.max_new_per_week is not None:
        return guard.max_new_per_week
    return max(_LEAST_BUDGET, owners or int(guard.max_new_share * active_accounts))


def is_new(state: State, level: Level, alert_from: Level) -> bool:
    """Whether an alert was never told at a level that is told."""
    return state.told_level is None or state.told_level < alert_from <= level


def guard_alerts(
    cases: Mapping[AccountId, Case], rules: Mapping[str, Rule], guard: Guard, around: Surroundings
) -> Guarded:
    """Hold new alerts by brake and budget, and resolves by their number; release what was approved.

    Reviews are counted by account: an account is for review from `alert_from` up. Rules with `budget: exempt` pass,
    and take no room from the others.
    """
    found = _Alerts(cases, rules, around)
    held: dict[AlertKey, Held | None] = dict.fromkeys(found.releasable())
    held.update(_braked(found, guard, around))
    held.update(_budgeted(found, guard, around, braked=held))
    held.update(_held_resolves(found, guard, around))
    states = {key: replace(cases[key[0]].states[key[1]], held=why) for key, why in held.items()}
    changed = {key: state for key, state in states.items() if state != cases[key[0]].states[key[1]]}
    return Guarded(cases=_with_states(cases, changed), states=changed)


class _Alerts:
    """The alerts of all cases, sorted by what the guard asks of them."""

    def __init__(self, cases: Mapping[AccountId, Case], rules: Mapping[str, Rule], around: Surroundings) -> None:
        self.cases = cases
        self.rules = rules
        self.around = around
        self.standing = {account: standing(case, rules) for account, case in cases.items()}

    def fresh(self, alerts: Iterable[Alert]) -> list[Alert]:
        """Alerts that the guard decides on: new ones that no rule exempts, and those they speak for, told lower before.

        An alert that was told before speaks again when the guard holds the one that speaks for it.
        """
        new = [alert for alert in alerts if self._is_fresh(alert)]
        speaking = {alert.rule.id for alert in new if not alert.state.is_silent}
        return [alert for alert in new if not alert.state.is_silent or _may_speak_again(alert.state, speaking)]

    def reviewed(self) -> set[AccountId]:
        """Accounts that are for review and were told so."""
        return {account for account, case in self.cases.items() if self._is_for_review(case)}

    def for_review(self, alerts: Iterable[Alert]) -> list[Alert]:
        """Those at a level that is told."""
        return [alert for alert in alerts if alert.level >= self.around.alert_from]

    def told_lately(self) -> set[AccountId]:
        """Accounts newly for review within a week."""
        since = self.around.at - _WEEK
        return {
            account
            for account, case in self.cases.items()
            if any(
                state.told_at is not None
                and state.told_at > since
                and (state.told_level or 0) >= self.around.alert_from
                and not self._is_exempt(rule)
                for rule, state in case.states.items()
            )
        }

    def releasable(self) -> list[AlertKey]:
        """What is held and may go, or is no longer there to be held."""
        reviewed = self.reviewed()
        return [
            (account, rule)
            for account, case in self.cases.items()
            for rule, state in case.states.items()
            if state.held is not None
            and ((account, rule) in self.around.released or self._is_stale(rule, state, reviewed=account in reviewed))
        ]

    def _is_stale(self, rule: str, state: State, *, reviewed: bool) -> bool:
        if rule not in self.rules or not self.rules[rule].enabled:
            return True
        if state.held is Held.RESOLVE:
            return False
        return state.level is None or (state.held is Held.BUDGET and reviewed)

    def _is_exempt(self, rule: str) -> bool:
        return rule in self.rules and self.rules[rule].exempt

    def _is_fresh(self, alert: Alert) -> bool:
        if alert.state.held is Held.RESOLVE or alert.rule.exempt:
            return False
        return is_new(alert.state, alert.level, self.around.alert_from)

    def _is_for_review(self, case: Case) -> bool:
        untold = {rule for rule, state in case.states.items() if state.told_level is None}
        return any(self._is_reviewed(alert, untold) for alert in self.standing[case.account])

    def _is_reviewed(self, alert: Alert, untold: Set[str]) -> bool:
        """Whether people see it: what another is about to speak for is still seen."""
        told = alert.state.told_level is not None and alert.state.told_level >= self.around.alert_from
        shows = not alert.state.is_silent or _may_speak_again(alert.state, untold)
        counts = alert.state.held is not Held.RESOLVE and not alert.rule.exempt
        return told and alert.level >= self.around.alert_from and shows and counts


def _may_speak_again(state: State, speaking: Set[str]) -> bool:
    return state.told_level is not None and state.snoozed_until is None and state.muted_by in speaking


def _braked(found: _Alerts, guard: Guard, around: Surroundings) -> dict[AlertKey, Held]:
    """All new alerts of the cycle when too many accounts are new at once, or too many are for review by them."""
    new = [account for account in found.cases if _unheld(found, account)]
    reviews = {account for account in new if found.for_review(_unheld(found, account))}
    joined = reviews - found.reviewed()
    too_many = len(reviews) > new_limit(guard, around.active_accounts)
    too_full = len(found.reviewed()) + len(joined) > open_limit(guard, around.active_accounts)
    if not (too_many or (too_full and joined)):
        return {}
    return {(account, alert.rule.id): Held.BRAKE for account in new for alert in _unheld(found, account)}


def _unheld(found: _Alerts, account: AccountId) -> list[Alert]:
    """New alerts that nothing held before and nobody approved."""
    released = found.around.released
    fresh = found.fresh(found.standing[account])
    return [alert for alert in fresh if alert.state.held is None and (account, alert.rule.id) not in released]


def _budgeted(
    found: _Alerts, guard: Guard, around: Surroundings, *, braked: Mapping[AlertKey, Held | None]
) -> dict[AlertKey, Held | None]:
    """The largest excess goes out, the rest waits. Alerts of an account that is for review already pass."""
    room = week_limit(guard, around.active_accounts, around.owners) - len(found.told_lately())
    open_by_owner = Counter(owner for account in found.reviewed() if (owner := _person(found.cases[account])))
    decided: dict[AlertKey, Held | None] = {}
    for account in _by_excess(found, braked):
        owner = _person(found.cases[account])
        fits = room > 0 and (owner is None or open_by_owner[owner] < guard.max_open_per_owner)
        if fits:
            room -= 1
            open_by_owner.update([owner] if owner else [])
        decided.update(dict.fromkeys(_review_keys(found, account), None if fits else Held.BUDGET))
    return decided


def _by_excess(found: _Alerts, braked: Mapping[AlertKey, Held | None]) -> list[AccountId]:
    """Accounts that would newly be for review, the largest excess first."""
    reviewed = found.reviewed()
    candidates = {}
    for account in found.cases:
        keys = _review_keys(found, account)
        free = [key for key in keys if not _is_braked(found, key, braked) and key not in found.around.released]
        if free and account not in reviewed:
            candidates[account] = max(alert.excess for alert in found.for_review(found.standing[account]))
    return sorted(candidates, key=lambda account: (-candidates[account], account))


def _is_braked(found: _Alerts, key: AlertKey, braked: Mapping[AlertKey, Held | None]) -> bool:
    return braked.get(key, found.cases[key[0]].states[key[1]].held) is Held.BRAKE


def _review_keys(found: _Alerts, account: AccountId) -> list[AlertKey]:
    return [(account, alert.rule.id) for alert in found.for_review(found.fresh(found.standing[account]))]


def _person(case: Case) -> str | None:
    """The account's owner where it is a person: a team's time is not limited."""
    subject = case.metrics.subject
    return subject.owner if subject.owner_is_person else None


def _held_resolves(found: _Alerts, guard: Guard, around: Surroundings) -> dict[AlertKey, Held]:
    """Alerts that were told and resolved by their values in this cycle, when these are too many to believe."""
    resolved = [key for key in _resolved_by_value(found.cases.values()) if key not in around.released]
    still_open = sum(alert.state.told_level is not None for alerts in found.standing.values() for alert in alerts)
    share = guard.max_resolved_share * (still_open + len(resolved))
    if len(resolved) <= _LEAST_RESOLVES or len(resolved) <= share:
        return {}
    return dict.fromkeys(resolved, Held.RESOLVE)


def _resolved_by_value(cases: Iterable[Case]) -> list[AlertKey]:
    return [
        (case.account, rule)
        for case in cases
        for rule, reason in case.resolved.items()
        if reason in CALMED and case.states[rule].level is None and case.states[rule].told_level is not None
    ]


def _with_states(cases: Mapping[AccountId, Case], states: Mapping[AlertKey, State]) -> Mapping[AccountId, Case]:
    changed: dict[AccountId, dict[str, State]] = {}
    for (account, rule), state in states.items():
        changed.setdefault(account, {})[rule] = state
    return {account: case.with_states(changed.get(account, {})) for account, case in cases.items()}


def held_alerts(cases: Sequence[Case], held: Held) -> frozenset[AlertKey]:
    """Everything that is held by one part of the guard now."""
    return frozenset(
        (case.account, rule) for case in cases for rule, state in case.states.items() if state.held is held
    )
