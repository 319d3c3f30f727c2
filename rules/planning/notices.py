"""Tickets that belong to no account: the list of a first run, and what the guard holds."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from rules.facts import NOBODY
from rules.marks import AlertTicket, Message, WriteKind
from rules.measuring.shown import count, share
from rules.messages.english import ENGLISH
from rules.planning.case import Alert, Case, shown
from rules.planning.change import AlertKey, Cause, Change, Hold, Rank, Why
from rules.planning.desired import alert_tag
from rules.planning.evidence import account_name, plain, reason_line, since_line
from rules.planning.guard import new_limit, open_limit, week_limit
from rules.planning.moves import Moves
from rules.planning.scene import Scene, next_number, notice_key
from rules.planning.writing import AlertChoice

_DUE = timedelta(days=10)
_MOST_LINES = 200
_EXAMPLES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Notice:
    about: str
    cause: Cause
    subject: str
    lines: tuple[str, ...]
    rules: tuple[str, ...]


def plan_notices(cases: Sequence[Case], holds: Sequence[Hold], scene: Scene) -> Moves:
    """One ticket for the alerts that a first run adopts, one for each new hold. `cases` are as the guard left them."""
    if scene.writing.alerts is AlertChoice.OFF:
        return Moves()
    notices = [*_first_run(cases, scene), *(_held(hold, scene) for hold in holds if hold.alerts)]
    first = next_number(scene.tickets(NOBODY))
    made = [_moves(notice, first + place, scene) for place, notice in enumerate(notices)]
    return Moves(
        changes=tuple(change for change, _, _ in made),
        tickets=tuple(ticket for _, ticket, _ in made),
        messages=tuple(message for _, _, message in made),
    )


def _moves(notice: _Notice, number: int, scene: Scene) -> tuple[Change, AlertTicket, Message]:
    key = notice_key(scene.helpdesk, notice.about, number)
    change = Change(
        account=NOBODY,
        kind=WriteKind.OPEN_ALERT,
        what=key,
        reason=notice.cause,
        rank=Rank.DIGEST,
        key=key,
        body={
            "subject": notice.subject,
            "comment": "\n".join(notice.lines),
            "priority": "normal",
            "due_at": (scene.at + _DUE).isoformat(timespec="seconds"),
            "tags": [alert_tag(scene.writing)],
            "group": scene.writing.group,
        },
    )
    ticket = AlertTicket(account=NOBODY, number=number, key=key, wanted_at=scene.at)
    message = Message(
        account=NOBODY, number=number, key=key, reason=notice.cause, rules=notice.rules, wanted_at=scene.at
    )
    return change, ticket, message


def _first_run(cases: Sequence[Case], scene: Scene) -> Iterator[_Notice]:
    adopted = [(case, alerts) for case in cases if (alerts := _adopted(case, scene))]
    if not adopted:
        return
    adopted.sort(key=lambda found: (-_amount(found[0]), found[0].account))
    rules = sorted({alert.rule.id for _, alerts in adopted for alert in alerts})
    yield _Notice(
        about="first-run",
        cause=Cause.FIRST_RUN,
        subject=ENGLISH.first_run_subject.format(count=count(len(adopted))),
        lines=tuple(_list(adopted, scene)),
        rules=tuple(rules),
    )


def _adopted(case: Case, scene: Scene) -> list[Alert]:
    loud = [alert for alert in shown(case, scene.rules) if alert.level >= scene.writing.alert_from]
    return [alert for alert in loud if scene.is_new(alert) and scene.is_adopted(alert)]


def _amount(case: Case) -> Decimal:
    """What the account's support costs; its minutes where there are no rates."""
    for name in ("touch_cost_90d", "touch_minutes_90d"):
        value = case.metrics.value(name)
        if isinstance(value, Decimal | int) and not isinstance(value, bool):
            return Decimal(value)
    return Decimal(0)


def _list(adopted: Sequence[tuple[Case, list[Alert]]], scene: Scene) -> Iterator[str]:
    accounts = max(scene.active_accounts, len(adopted))
    yield ENGLISH.standing.format(count=count(len(adopted)), accounts=count(accounts))
    for case, alerts in adopted[:_MOST_LINES]:
        yield _line(case, alerts[0], scene)
    if len(adopted) > _MOST_LINES:
        yield ENGLISH.more.format(count=count(len(adopted) - _MOST_LINES))


def _line(case: Case, alert: Alert, scene: Scene) -> str:
    since, link = since_line(alert, scene.calendar), scene.pages.account_link(case.account)
    reason = f"{reason_line(case, alert)}."
    return ENGLISH.listed.format(
        name=account_name(case), reason=reason, since=since and f" {since}", link=link and f" {link}"
    )


def _held(hold: Hold, scene: Scene) -> _Notice:
    subject, *lines = _held_lines(hold, scene)
    rules = sorted({rule for _, rule in hold.alerts})
    return _Notice(about="held", cause=Cause.HELD, subject=subject, lines=tuple(lines), rules=tuple(rules))


def _held_lines(hold: Hold, scene: Scene) -> Iterator[str]:
    """The subject, then the text."""
    guard, number = scene.policy.guard, count(_reviews(hold))
    if hold.why is Why.BUDGET:
        limit = week_limit(guard, scene.active_accounts, scene.owners)
        yield ENGLISH.waiting_subject.format(count=number)
        yield ENGLISH.waiting.format(count=number, limit=count(limit))
        yield from _examples(hold.alerts, scene)
        return
    if hold.why is Why.RESOLVES:
        yield ENGLISH.calmed_subject.format(count=number)
        yield ENGLISH.calmed.format(count=number, share=share(guard.max_resolved_share))
    else:
        yield ENGLISH.held_subject.format(count=number)
        yield _too_many(hold, scene)
        yield ENGLISH.nothing_written
    yield from _examples(hold.alerts, scene)
    yield from _likely_cause(hold.alerts, scene)
    yield ENGLISH.approve.format(id=hold.id)


def _too_many(hold: Hold, scene: Scene) -> str:
    """Which of the brake's two limits was passed."""
    guard, number = scene.policy.guard, _reviews(hold)
    limit = new_limit(guard, scene.active_accounts)
    if number > limit:
        return ENGLISH.held.format(count=count(number), limit=count(limit))
    return ENGLISH.held_open.format(count=count(number), limit=count(open_limit(guard, scene.active_accounts)))


def _reviews(hold: Hold) -> int:
    """Accounts, for an account is reviewed as one."""
    return len({account for account, _ in hold.alerts})


def _examples(alerts: Iterable[AlertKey], scene: Scene) -> Iterator[str]:
    accounts = sorted({account for account, _ in alerts if account in scene.cases})[:_EXAMPLES]
    if accounts:
        yield ENGLISH.examples.format(names=", ".join(account_name(scene.cases[account]) for account in accounts))


def _likely_cause(alerts: Iterable[AlertKey], scene: Scene) -> Iterator[str]:
    by_rule = Counter(rule for _, rule in sorted(alerts) if rule in scene.rules)
    for rule, number in by_rule.most_common(1):
        yield ENGLISH.cause.format(title=plain(scene.rules[rule].title), count=count(number))
