"""What a digest says of single accounts; each stands in the first part that it belongs to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from rules.alert import Answer, Held, Reason, State, Step, Transition
from rules.facts import AccountId
from rules.messages.digest import ENGLISH_DIGEST as TEXTS
from rules.planning.case import Alert, Case, on_hold, shown, standing
from rules.planning.evidence import account_name, plain, reason_line, value_line
from rules.planning.lately import Lately
from rules.planning.listing import account_line, by_amount, closest_link
from rules.planning.scene import Scene, live_ticket
from rules.planning.tell import open_for

_CALM = (Reason.VALUE, Reason.CONDITION, Reason.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """The accounts of one digest, the largest amount first, with what happened to them."""

    cases: Sequence[Case]
    scene: Scene
    lately: Lately
    steps: Mapping[AccountId, Sequence[tuple[str, Transition]]]

    def loud(self, case: Case) -> tuple[Alert, ...]:
        """The alerts for which the account is for review."""
        alerts = shown(case, self.scene.rules)
        return tuple(alert for alert in alerts if alert.level >= self.scene.writing.alert_from)

    def is_news(self, alert: Alert) -> bool:
        """Whether people first hear of it in this plan, or heard of it since the last digest."""
        told = alert.state.told_at
        return self.scene.is_new(alert) or (told is not None and told > self.lately.since)

    def stepped(self, case: Case, step: Step, *reasons: Reason) -> frozenset[str]:
        """The rules that took this step on the account since the last digest; any reason will do if none is named."""
        mine = self.steps.get(case.account, ())
        return frozenset(
            rule for rule, one in mine if one.step is step and (not reasons or one.reason in reasons)
        ) & frozenset(self.scene.rules)


def gather(cases: Sequence[Case], scene: Scene, lately: Lately) -> Gathered:
    """The accounts of one digest, and what happened to them since the last one."""
    steps: dict[AccountId, list[tuple[str, Transition]]] = {}
    for (account, rule), transition in lately.transitions:
        steps.setdefault(account, []).append((rule, transition))
    return Gathered(cases=by_amount(cases), scene=scene, lately=lately, steps=steps)


def day_text(moment: datetime, scene: Scene) -> str:
    """2026-11-22, by the helpdesk's zone."""
    return date.fromordinal(scene.calendar.today(moment)).isoformat()


Line = Callable[[Case, Gathered], str | None]
"""What one part says of an account; None: it does not belong there."""


def _new(case: Case, gathered: Gathered) -> str | None:
    alert = next((alert for alert in gathered.loud(case) if gathered.is_news(alert)), None)
    return None if alert is None else account_line(case, alert, gathered.scene)


def _raised(case: Case, gathered: Gathered) -> str | None:
    raised = gathered.stepped(case, Step.RAISED)
    alert = next((alert for alert in gathered.loud(case) if alert.rule.id in raised), None)
    return None if alert is None else account_line(case, alert, gathered.scene)


def _gone(case: Case, gathered: Gathered) -> str | None:
    """A ticket that was merged away, deleted or closed without us: until there is news nobody can answer there."""
    tickets, alerts = gathered.scene.tickets(case.account), gathered.loud(case)
    if not alerts or not tickets or live_ticket(tickets) is not None:
        return None
    return account_line(case, alerts[0], gathered.scene)


def _waiting(case: Case, gathered: Gathered) -> str | None:
    unanswered = (alert for alert in gathered.loud(case) if (alert.state.acknowledged or 0) < alert.level)
    alert = next(unanswered, None)
    if alert is None:
        return None
    days = open_for(alert.state, gathered.scene.as_of, gathered.scene)
    link = closest_link(case, gathered.scene)
    return TEXTS.waiting_line.format(name=account_name(case), reason=reason_line(case, alert), days=days, link=link)


def _better(case: Case, gathered: Gathered) -> str | None:
    lowered = gathered.stepped(case, Step.LOWERED)
    alert = next((alert for alert in shown(case, gathered.scene.rules) if alert.rule.id in lowered), None)
    return None if alert is None else account_line(case, alert, gathered.scene)


def _on_hold(case: Case, gathered: Gathered) -> str | None:
    alert = next(iter(on_hold(case, gathered.scene.rules)), None)
    until = None if alert is None else alert.state.snoozed_until
    if alert is None or until is None:
        return None
    note = TEXTS.known_note if alert.state.answer is Answer.KNOWN else ""
    note += "" if _has_reason(case, until, gathered) else TEXTS.ask_note
    link = closest_link(case, gathered.scene)
    return TEXTS.on_hold_line.format(name=account_name(case), day=day_text(until, gathered.scene), note=note, link=link)


def _has_reason(case: Case, until: datetime, gathered: Gathered) -> bool:
    found = (one for one in gathered.lately.answers if one.account == case.account and one.until == until)
    return any(one.command.has_reason for one in found)


def _exempt(case: Case, gathered: Gathered) -> str | None:
    """A rule that a person left out for the account; it is said as long as it holds, whatever its value is."""
    for rule, state in sorted(case.states.items()):
        until = state.snoozed_until
        if rule in gathered.scene.rules and state.answer is Answer.EXEMPT and until is not None:
            title = plain(gathered.scene.rules[rule].title)
            return TEXTS.exempt_line.format(name=account_name(case), title=title, day=day_text(until, gathered.scene))
    return None


def _calm(case: Case, gathered: Gathered) -> str | None:
    """Back in order by its numbers, as far as people had heard of it."""
    resolved = gathered.stepped(case, Step.RESOLVED, *_CALM)
    over = ((rule, case.states[rule]) for rule in sorted(resolved) if _was_told(case, rule))
    rule, state = next(over, ("", State()))
    if not rule or standing(case, gathered.scene.rules):
        return None
    words = {
        "name": account_name(case),
        "title": plain(gathered.scene.rules[rule].title),
        "days": open_for(state, state.resolved_at or gathered.scene.as_of, gathered.scene),
    }
    if state.value is None:
        return TEXTS.calm_without_value.format(**words)
    return TEXTS.calm_line.format(value=value_line(case, gathered.scene.rules[rule], state.value), **words)


def _was_told(case: Case, rule: str) -> bool:
    state = case.states.get(rule)
    return state is not None and state.level is None and state.told_level is not None


def _expired(case: Case, gathered: Gathered) -> str | None:
    rule = next(iter(sorted(gathered.stepped(case, Step.RESOLVED, Reason.EXPIRED))), None)
    if rule is None:
        return None
    return TEXTS.expired_line.format(name=account_name(case), title=plain(gathered.scene.rules[rule].title))


def _room(case: Case, gathered: Gathered) -> str | None:
    waiting = (alert for alert in standing(case, gathered.scene.rules) if alert.state.held is Held.BUDGET)
    alert = next(waiting, None)
    return None if alert is None else account_line(case, alert, gathered.scene)


PARTS: Sequence[tuple[str, Line]] = (
    (TEXTS.new, _new),
    (TEXTS.raised, _raised),
    (TEXTS.gone, _gone),
    (TEXTS.waiting, _waiting),
    (TEXTS.better, _better),
    (TEXTS.on_hold, _on_hold),
    (TEXTS.exempt, _exempt),
    (TEXTS.calm, _calm),
    (TEXTS.expired, _expired),
    (TEXTS.room, _room),
)
