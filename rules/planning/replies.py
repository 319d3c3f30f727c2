"""What people answered on alert tickets and by command tags: taken into the states, confirmed once, cleared away."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from rules.alert import Reason, State, Step, Transition
from rules.command import Heard, Taken
from rules.facts import AccountId
from rules.marks import AlertTicket, AlertTicketMark, Hearing, Mark, MarkKind, Message, WriteKind
from rules.planning.case import Case
from rules.planning.change import AlertKey, Cause, Change, Rank
from rules.planning.commands import read_tag
from rules.planning.moves import Moves, merge
from rules.planning.obeying import Heeded, Place, heed
from rules.planning.scene import Scene, live_ticket

ANSWER = "answer"
"""In the key of each message that confirms one: it is sent though its ticket is no longer followed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replied:
    """The scene and the cases with what people answered, and what is written and saved for it."""

    scene: Scene
    cases: Mapping[AccountId, Case]
    states: Mapping[AlertKey, State]
    transitions: tuple[tuple[AlertKey, Transition], ...]
    moves: Moves
    answers: tuple[Taken, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """One account's answers."""

    case: Case
    taken: tuple[Taken, ...]
    transitions: tuple[tuple[str, Transition], ...]
    moves: Moves


def reply(cases: Mapping[AccountId, Case], scene: Scene) -> Replied:
    """Take every answer that was read, in its order. Reading the same ticket again brings none of them again."""
    told = [found for account in sorted(cases) if (found := _listen(cases[account], scene)) is not None]
    after = {one.case.account: one.case for one in told}
    moves = merge(one.moves for one in told)
    return Replied(
        scene=_believing(scene, moves),
        cases={**cases, **after},
        states=_changed(cases, after),
        transitions=tuple(
            ((one.case.account, rule), transition) for one in told for rule, transition in one.transitions
        ),
        moves=moves,
        answers=tuple(taken for one in told for taken in one.taken),
    )


def _listen(case: Case, scene: Scene) -> _Told | None:
    """None where nobody answered and nothing new was looked at."""
    ticket, shown = _ticket(case.account, scene)
    tags = _command_tags(case.account, scene)
    given = [*(shown.answers if shown is not None else ()), *(_said(tag, scene) for tag in tags)]
    if not given and (ticket is None or shown is None or _is_known(ticket, shown)):
        return None
    at, heeded = scene.reading.marks.read_at, []
    steps: list[tuple[str, Transition]] = []
    taken: list[Taken] = []
    for answer in given:
        done = heed(answer.command, _place(case, at, scene))
        case = case.with_states(done.states).with_resolved(_ended(done))
        steps += done.transitions
        heeded.append(done)
        taken += _taken(answer, done, case.account, at)
    marks = tuple(_answered_tag(case.account, tag, at) for tag in tags)
    moves = Moves(marks=marks) if ticket is None or shown is None else _confirmed(ticket, shown, heeded, tags, scene)
    return _Told(case=case, taken=tuple(taken), transitions=tuple(steps), moves=replace(moves, marks=marks))


def _ticket(account: AccountId, scene: Scene) -> tuple[AlertTicket | None, AlertTicketMark | None]:
    """The ticket that is followed, and what it shows if it was read and listened to."""
    ticket = live_ticket(scene.tickets(account))
    if ticket is None or ticket.ticket is None:
        return None, None
    shown = scene.reading.shown_tickets().get(ticket.ticket)
    return ticket, shown if shown is not None and shown.heard is not None else None


def _command_tags(account: AccountId, scene: Scene) -> tuple[str, ...]:
    """Command tags on the account that were not answered yet: an answered one is ours, and on its way off."""
    shown = scene.shown.get(account)
    if shown is None:
        return ()
    ours = {mark.name for mark in scene.marks(account) if mark.kind is MarkKind.TAG}
    prefix = scene.writing.prefix
    return tuple(tag for tag in sorted(shown.tags - ours) if read_tag(tag, prefix) is not None)


def _said(tag: str, scene: Scene) -> Heard:
    return Heard(update=0, by=None, command=read_tag(tag, scene.writing.prefix))


def _is_known(ticket: AlertTicket, shown: AlertTicketMark) -> bool:
    return shown.heard == ticket.heard and shown.assignee == ticket.owner


def _place(case: Case, at: datetime, scene: Scene) -> Place:
    rules = {rule.id: rule for rule in scene.policy.rules if rule.enabled and not rule.shadow}
    states = {rule: state for rule, state in case.states.items() if rule in rules}
    tags = scene.own_fault.tags
    return Place(states=states, rules=rules, at=at, calendar=scene.calendar, own_fault_tags=tags)


def _ended(done: Heeded) -> Mapping[str, Reason]:
    return {rule: step.reason for rule, step in done.transitions if step.step is Step.RESOLVED}


def _taken(answer: Heard, done: Heeded, account: AccountId, at: datetime) -> Iterator[Taken]:
    if answer.command is not None and done.is_understood:
        rules = tuple(sorted(done.states))
        yield Taken(account=account, at=at, by=answer.by, command=answer.command, until=done.until, rules=rules)


def _answered_tag(account: AccountId, tag: str, at: datetime) -> Mark:
    """A person's tag that is ours from now on, for it is to be taken off."""
    return Mark(account=account, kind=MarkKind.TAG, name=tag, wanted_at=at, unwanted_at=at)


def _confirmed(
    ticket: AlertTicket, shown: AlertTicketMark, heeded: list[Heeded], tags: tuple[str, ...], scene: Scene
) -> Moves:
    """One private comment for all answers of this cycle; with it the field is emptied and the tags are taken off."""
    after = replace(ticket, heard=shown.heard or Hearing(), owner=shown.assignee)
    if not heeded or shown.status == "closed":
        return Moves(tickets=(after,))
    last = max((answer.update for answer in shown.answers), default=0)
    key = f"{ticket.key}:{ANSWER}:{last}{_digest(tags, scene.at)}"
    message = Message(
        account=ticket.account,
        number=ticket.number,
        key=key,
        reason=Cause.ANSWERED,
        rules=tuple(sorted({rule for done in heeded for rule in done.states})),
        wanted_at=scene.at,
    )
    sentences = dict.fromkeys(done.sentence for done in heeded)
    return Moves(changes=(_comment(ticket, shown, key, sentences),), tickets=(after,), messages=(message,))


def _comment(ticket: AlertTicket, shown: AlertTicketMark, key: str, sentences: Iterable[str]) -> Change:
    return Change(
        account=ticket.account,
        kind=WriteKind.UPDATE_ALERT,
        what=ticket.key,
        reason=Cause.ANSWERED,
        rank=Rank.REMOVAL,
        key=key,
        body={
            "ticket": ticket.ticket,
            "comment": "\n".join(sentences),
            "status": None,
            "clears": shown.answer_stands,
            "untag": sorted(shown.command_tags),
        },
    )


def _digest(tags: tuple[str, ...], at: datetime) -> str:
    """A tag on the account has no number of its own: the same one may be set again another day."""
    if not tags:
        return ""
    return ":" + hashlib.sha256("\n".join((*tags, at.isoformat())).encode()).hexdigest()[:12]


def _believing(scene: Scene, moves: Moves) -> Scene:
    """The scene with a ledger that knows how far was looked, and which tags were answered."""
    tickets = {ticket.key: ticket for ticket in moves.tickets}
    ledger = replace(
        scene.ledger,
        tickets=tuple(tickets.get(ticket.key, ticket) for ticket in scene.ledger.tickets),
        marks=(*scene.ledger.marks, *moves.marks),
    )
    return replace(scene, ledger=ledger)


def _changed(before: Mapping[AccountId, Case], after: Mapping[AccountId, Case]) -> dict[AlertKey, State]:
    return {
        (account, rule): state
        for account, case in after.items()
        for rule, state in case.states.items()
        if state != before[account].states.get(rule)
    }
