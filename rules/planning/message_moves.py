"""The alert ticket of one account: opened with the first alert, told of what rises, solved with the last."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from rules.alert import Phase, State
from rules.marks import AlertTicket, Message, WriteKind
from rules.planning.case import Alert, Case, shown, standing
from rules.planning.change import AlertKey, Cause, Change, Rank, Why, Withheld
from rules.planning.desired import alert_tag
from rules.planning.evidence import subject
from rules.planning.moves import Moves
from rules.planning.replies import ANSWER
from rules.planning.scene import Scene, live_ticket, next_number, ticket_key
from rules.planning.tag_moves import rank_of
from rules.planning.tell import News, all_clear, first_message, later_message
from rules.planning.told import tell
from rules.planning.writing import AlertChoice
from rules.rule import Level

_DUE = {Level.RED: timedelta(days=5), Level.AMBER: timedelta(days=10), Level.WATCH: timedelta(days=10)}
_PRIORITY = {Level.RED: "high", Level.AMBER: "normal", Level.WATCH: "normal"}
_AGAIN = (Cause.SNOOZE_OVER, Cause.TAKEN_BACK, Cause.REMINDER)
"""What may be news of the same alert at the same level more than once."""
_MESSAGES = (WriteKind.OPEN_ALERT, WriteKind.UPDATE_ALERT, WriteKind.CLOSE_ALERT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What there is to say of an account in this cycle."""

    alerts: tuple[Alert, ...]
    """All that the account shows."""
    news: News
    untold: bool = False
    """The ticket that a message was for has gone before it took it."""

    @property
    def told(self) -> tuple[Alert, ...]:
        """The alerts that this message is about."""
        return self.news.alerts or (self.alerts if self.untold else ())

    @property
    def first_cause(self) -> Cause:
        """Why, when the account has no ticket yet."""
        return Cause.FIRST if self.news.new or self.untold else self.news.cause


def plan_message(case: Case, scene: Scene) -> Moves:
    """At most one message: a new ticket, a private comment on the one that is followed, or its all-clear."""
    telling = _telling(case, scene)
    told = _told_states(case, telling, scene)
    if scene.writing.alerts is AlertChoice.OFF:
        return Moves(states=told)
    ticket = live_ticket(scene.tickets(case.account))
    if telling.told and _is_refused(case, scene):
        return Moves(withheld=tuple(_withheld(case, telling, scene)))
    if telling.told:
        made = _open(case, telling, scene) if ticket is None else _update(case, telling, ticket, scene)
        return replace(made, states=told)
    if ticket is not None and all(alert.is_held for alert in standing(case, scene.rules)):
        return _close(case, ticket, scene)
    return Moves(states=told)


def ended_rows(case: Case, scene: Scene) -> tuple[int, ...]:
    """Messages in the outbox for tickets that are no longer followed; what a person answered is confirmed anyway."""
    over = [ticket for ticket in scene.tickets(case.account) if ticket.ended_at is not None]
    rows = scene.waits(case.account, WriteKind.UPDATE_ALERT)
    news = [row for row in rows if f":{ANSWER}:" not in row.key]
    return tuple(row.id for row in news if any(row.key.startswith(f"{ticket.key}:") for ticket in over))


def _telling(case: Case, scene: Scene) -> Telling:
    alerts = shown(case, scene.rules)
    loud = [alert for alert in alerts if alert.level >= scene.writing.alert_from]
    known = [alert for alert in loud if not scene.is_new(alert)]
    same = [alert for alert in known if alert.level <= (alert.state.told_level or 0)]
    quiet = [alert for alert in same if not alert.state.woken]
    came = _unanswered(quiet) & _told_on_losers(case, scene)
    news = News(
        new=tuple(alert for alert in loud if scene.is_new(alert) and not scene.is_adopted(alert)),
        raised=tuple(alert for alert in known if alert.level > (alert.state.told_level or 0)),
        moved=tuple(alert for alert in quiet if alert.rule.id in came),
        woken=tuple(alert for alert in same if alert.state.woken),
        due=tuple(alert for alert in quiet if alert.rule.id not in came and _is_due(alert, scene)),
    )
    return Telling(alerts=alerts, news=news, untold=bool(loud) and _has_untold(case, scene))


def _unanswered(alerts: Iterable[Alert]) -> frozenset[str]:
    return frozenset(alert.rule.id for alert in alerts if (alert.state.acknowledged or 0) < alert.level)


def _told_on_losers(case: Case, scene: Scene) -> frozenset[str]:
    """The rules of which the tickets told that this plan solves, for their accounts were merged into this one."""
    tickets = (live_ticket(scene.tickets(loser)) for loser in scene.losers(case.account))
    return frozenset(rule for ticket in tickets if ticket is not None for rule in _told_on(ticket, scene))


def _told_on(ticket: AlertTicket, scene: Scene) -> Iterator[str]:
    for message in scene.messages(ticket.account):
        if message.number == ticket.number:
            yield from message.rules


def _is_due(alert: Alert, scene: Scene) -> bool:
    """Whether nobody answered for `remind` since it was last told; 0 stands for never."""
    state, remind = alert.state, alert.rule.remind
    if not remind or state.phase is not Phase.OPEN or (state.acknowledged or 0) >= alert.level:
        return False
    told = _last_told(state)
    return told is not None and scene.at - told >= remind


def _last_told(state: State) -> datetime | None:
    return max((at for at in (state.told_at, state.reminded_at) if at is not None), default=None)


def _has_untold(case: Case, scene: Scene) -> bool:
    """Whether the last ticket went before it took a message."""
    tickets = scene.tickets(case.account)
    if not tickets or tickets[-1].ended_at is None:
        return False
    last = tickets[-1].number
    causes = (Cause.FIRST, Cause.RULE_JOINED, Cause.RAISED, Cause.MOVED, *_AGAIN)
    messages = [message for message in scene.messages(case.account) if message.number == last]
    return any(message.sent_at is None and message.reason in causes for message in messages)


def _told_states(case: Case, telling: Telling, scene: Scene) -> dict[AlertKey, State]:
    """The states of the shown alerts, with the level up to which they are told now, and when that was."""
    told = {(case.account, alert.rule.id): _told_state(alert, telling, scene) for alert in telling.alerts}
    return {key: state for key, state in told.items() if state != case.states[key[1]]}


def _told_state(alert: Alert, telling: Telling, scene: Scene) -> State:
    """A message names every alert of its account: none is due again before its time."""
    state = replace(tell(alert, scene.writing.alert_from, scene.at), woken=False)
    if scene.is_new(alert) or not telling.told or scene.writing.alerts is AlertChoice.OFF:
        return state
    return replace(state, reminded_at=scene.at)


def _is_refused(case: Case, scene: Scene) -> bool:
    """Whether the helpdesk refused an earlier message: another would be refused as well."""
    return any(row.parked for row in scene.waits(case.account, *_MESSAGES))


def _withheld(case: Case, telling: Telling, scene: Scene) -> Iterable[Withheld]:
    ticket = live_ticket(scene.tickets(case.account))
    made = _open(case, telling, scene) if ticket is None else _update(case, telling, ticket, scene)
    return (Withheld(change=change, why=Why.PARKED) for change in made.changes)


def _open(case: Case, telling: Telling, scene: Scene) -> Moves:
    number = next_number(scene.tickets(case.account))
    key = ticket_key(scene.helpdesk, case.account, number)
    cause = telling.first_cause
    loudest = telling.alerts[0]
    change = Change(
        account=case.account,
        kind=WriteKind.OPEN_ALERT,
        what=key,
        reason=cause,
        rank=rank_of(telling.alerts),
        key=key,
        body={
            "subject": subject(case, loudest),
            "comment": first_message(case, telling.alerts, scene),
            "priority": _PRIORITY[loudest.level],
            "due_at": (scene.at + _DUE[loudest.level]).isoformat(timespec="seconds"),
            "tags": [alert_tag(scene.writing)],
            "group": scene.writing.group,
        },
    )
    ticket = AlertTicket(account=case.account, number=number, key=key, wanted_at=scene.at)
    message = _message(telling, ticket, key, cause, scene)
    return Moves(changes=(change,), tickets=(ticket,), messages=(message,))


def _update(case: Case, telling: Telling, ticket: AlertTicket, scene: Scene) -> Moves:
    cause = telling.news.cause
    key = _message_key(ticket, cause, telling.told)
    if any(message.key == key for message in scene.messages(case.account)):
        return Moves()
    over = ticket.status == "solved"
    change = Change(
        account=case.account,
        kind=WriteKind.UPDATE_ALERT,
        what=ticket.key,
        reason=cause,
        rank=rank_of(telling.alerts),
        key=key,
        body={
            "ticket": ticket.ticket,
            "comment": later_message(case, telling.alerts, telling.news, scene),
            "status": "open" if over else None,
        },
    )
    # After we open it again only a later read can say that a person solved it again.
    tickets = (replace(ticket, status=None, seen_at=None),) if over else ()
    return Moves(changes=(change,), tickets=tickets, messages=(_message(telling, ticket, key, cause, scene),))


def _close(case: Case, ticket: AlertTicket, scene: Scene) -> Moves:
    """Solve the ticket. What the helpdesk refused before is given up; a ticket that it refused was never made."""
    refused = [row for row in scene.waits(case.account, *_MESSAGES) if row.parked]
    ended = replace(ticket, ended_at=scene.at)
    cancelled = tuple(row.id for row in refused)
    if any(row.kind is WriteKind.OPEN_ALERT for row in refused):
        return Moves(tickets=(ended,), cancelled=cancelled)
    change, message = _all_clear(case, ticket, scene)
    return Moves(changes=(change,), tickets=(ended,), messages=(message,), cancelled=cancelled)


def _all_clear(case: Case, ticket: AlertTicket, scene: Scene) -> tuple[Change, Message]:
    cause, comment = all_clear(case, scene)
    key = _message_key(ticket, Cause.ALL_CLEAR, ())
    change = Change(
        account=case.account,
        kind=WriteKind.CLOSE_ALERT,
        what=ticket.key,
        reason=cause,
        rank=Rank.REMOVAL,
        key=key,
        body={"ticket": ticket.ticket, "comment": comment, "tags": []},
    )
    message = Message(
        account=case.account,
        number=ticket.number,
        key=key,
        reason=cause,
        rules=tuple(sorted(case.resolved)),
        wanted_at=scene.at,
    )
    return change, message


def _message(telling: Telling, ticket: AlertTicket, key: str, cause: Cause, scene: Scene) -> Message:
    rules = tuple(alert.rule.id for alert in telling.told)
    return Message(account=ticket.account, number=ticket.number, key=key, reason=cause, rules=rules, wanted_at=scene.at)


def _message_key(ticket: AlertTicket, cause: Cause, told: tuple[Alert, ...]) -> str:
    """(n, reason, digest): the same news of the same ticket has the same key; a second reminder is other news."""
    again = cause in _AGAIN
    since = [f" {_last_told(alert.state)}" if again else "" for alert in told]
    known = (f"{alert.rule.id} {alert.state.episode} {alert.level}" for alert in told)
    news = "\n".join(sorted(f"{line}{last}" for line, last in zip(known, since, strict=True)))
    digest = hashlib.blake2b(news.encode(), digest_size=6).hexdigest()
    return f"{ticket.key}:{cause}:{digest}"
