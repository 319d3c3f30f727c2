"""Tickets that belong to no account: the list of a first run, what the guard holds, and the digests of a week."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from rules.measuring.shown import count, share
from rules.messages.english import ENGLISH
from rules.planning.case import Alert, Case, shown
from rules.planning.change import AlertKey, Cause, Hold, Why
from rules.planning.digest import end_digests, week_digests
from rules.planning.evidence import account_name, plain
from rules.planning.guard import new_limit, open_limit, week_limit
from rules.planning.holds import reviews
from rules.planning.listing import account_line, by_amount
from rules.planning.moves import Moves, merge
from rules.planning.notice import Notice, end_notice, make_notices, standing_notices
from rules.planning.scene import Scene
from rules.planning.writing import AlertChoice

_MOST_LINES = 200
_EXAMPLES = 3
_HELD = "held"


def plan_notices(cases: Sequence[Case], holds: Sequence[Hold], scene: Scene) -> Moves:
    """Tickets for the alerts that a first run adopts, one for each new hold, and the digests where these are due.

    `cases` are as the guard left them.
    """
    if scene.writing.alerts is AlertChoice.OFF:
        return Moves()
    held = (_held(hold, scene) for hold in holds if hold.alerts)
    digests = week_digests(cases, scene)
    made = make_notices([*_first_run(cases, scene), *held, *digests], scene)
    return merge((made, end_digests(scene) if digests else Moves(), *_ended_holds(scene)))


def _ended_holds(scene: Scene) -> Iterator[Moves]:
    """Solves the tickets of holds that are over; a hold and its ticket are made in the same plan."""
    for ticket in standing_notices(_HELD, scene):
        holds = [hold for hold in scene.holds if hold.made_at == ticket.wanted_at]
        if not any(hold.is_waiting for hold in holds):
            is_approved = any(hold.approved_at is not None for hold in holds)
            yield end_notice(ticket, ENGLISH.held_approved if is_approved else ENGLISH.held_over, scene)


def _first_run(cases: Sequence[Case], scene: Scene) -> Iterator[Notice]:
    """One list for each owner, and one for the accounts that have none."""
    adopted = {case.account: alerts for case in cases if (alerts := _adopted(case, scene))}
    by_owner: dict[str, list[Case]] = defaultdict(list)
    for case in by_amount(case for case in cases if case.account in adopted):
        by_owner[case.metrics.subject.owner or ""].append(case)
    for owner, mine in sorted(by_owner.items()):
        yield Notice(
            about="first-run",
            cause=Cause.FIRST_RUN,
            subject=_first_run_subject(owner, len(mine)),
            lines=tuple(_list([(case, adopted[case.account]) for case in mine], len(adopted), scene)),
            rules=tuple(sorted({alert.rule.id for case in mine for alert in adopted[case.account]})),
        )


def _first_run_subject(owner: str, number: int) -> str:
    if not owner:
        return ENGLISH.first_run_subject.format(count=count(number))
    return ENGLISH.first_run_owner_subject.format(owner=plain(owner), count=count(number))


def _adopted(case: Case, scene: Scene) -> list[Alert]:
    loud = [alert for alert in shown(case, scene.rules) if alert.level >= scene.writing.alert_from]
    return [alert for alert in loud if scene.is_new(alert) and scene.is_adopted(alert)]


def _list(adopted: Sequence[tuple[Case, list[Alert]]], everywhere: int, scene: Scene) -> Iterator[str]:
    """The base rate of the whole helpdesk, then the accounts of one list."""
    accounts = max(scene.active_accounts, everywhere)
    yield ENGLISH.standing.format(count=count(everywhere), accounts=count(accounts))
    for case, alerts in adopted[:_MOST_LINES]:
        yield account_line(case, alerts[0], scene)
    if len(adopted) > _MOST_LINES:
        yield ENGLISH.more.format(count=count(len(adopted) - _MOST_LINES))
    yield ENGLISH.not_read_here


def _held(hold: Hold, scene: Scene) -> Notice:
    subject, *lines = _held_lines(hold, scene)
    rules = sorted({rule for _, rule in hold.alerts})
    return Notice(about=_HELD, cause=Cause.HELD, subject=subject, lines=tuple(lines), rules=tuple(rules))


def _held_lines(hold: Hold, scene: Scene) -> Iterator[str]:
    """The subject, then the text."""
    guard, number = scene.policy.guard, count(reviews(hold, scene))
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
    guard, number = scene.policy.guard, reviews(hold, scene)
    limit = new_limit(guard, scene.active_accounts)
    if number > limit:
        return ENGLISH.held.format(count=count(number), limit=count(limit))
    return ENGLISH.held_open.format(count=count(number), limit=count(open_limit(guard, scene.active_accounts)))


def _examples(alerts: Iterable[AlertKey], scene: Scene) -> Iterator[str]:
    accounts = sorted({account for account, _ in alerts if account in scene.cases})[:_EXAMPLES]
    if accounts:
        yield ENGLISH.examples.format(names=", ".join(account_name(scene.cases[account]) for account in accounts))


def _likely_cause(alerts: Iterable[AlertKey], scene: Scene) -> Iterator[str]:
    by_rule = Counter(rule for _, rule in sorted(alerts) if rule in scene.rules)
    for rule, number in by_rule.most_common(1):
        yield ENGLISH.cause.format(title=plain(scene.rules[rule].title), count=count(number))
