"""A ticket that belongs to no account: what it says, and what making and ending it add to a plan."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from rules.facts import NOBODY
from rules.marks import AlertTicket, Message, WriteKind
from rules.planning.change import Cause, Change, Rank
from rules.planning.desired import alert_tag
from rules.planning.moves import Moves
from rules.planning.scene import Scene, next_number, notice_key

_DUE = timedelta(days=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One ticket for the group."""

    about: str
    """first-run, held or digest: a part of its key."""
    cause: Cause
    subject: str
    lines: tuple[str, ...]
    rules: tuple[str, ...] = ()
    due: timedelta = _DUE


def standing_notices(about: str, scene: Scene) -> list[AlertTicket]:
    """The tickets of this kind that were made and are not over."""
    made = [ticket for ticket in scene.tickets(NOBODY) if ticket.ticket is not None and ticket.ended_at is None]
    return [ticket for ticket in made if ticket.key == notice_key(scene.helpdesk, about, ticket.number)]


def end_notice(ticket: AlertTicket, comment: str | None, scene: Scene) -> Moves:
    """Solves a ticket, with a last word or without one."""
    key = f"{ticket.key}:{Cause.ENDED}"
    change = Change(
        account=NOBODY,
        kind=WriteKind.CLOSE_ALERT,
        what=ticket.key,
        reason=Cause.ENDED,
        rank=Rank.DIGEST,
        key=key,
        body={"ticket": ticket.ticket, "comment": comment, "tags": []},
    )
    told = Message(account=NOBODY, number=ticket.number, key=key, reason=Cause.ENDED, rules=(), wanted_at=scene.at)
    return Moves(
        changes=(change,),
        tickets=(replace(ticket, ended_at=scene.at),),
        messages=() if comment is None else (told,),
    )


def make_notices(notices: Sequence[Notice], scene: Scene) -> Moves:
    """A ticket for each, numbered on from those that were made before."""
    first = next_number(scene.tickets(NOBODY))
    made = [_made(notice, first + place, scene) for place, notice in enumerate(notices)]
    return Moves(
        changes=tuple(change for change, _, _ in made),
        tickets=tuple(ticket for _, ticket, _ in made),
        messages=tuple(message for _, _, message in made),
    )


def _made(notice: Notice, number: int, scene: Scene) -> tuple[Change, AlertTicket, Message]:
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
            "due_at": (scene.at + notice.due).isoformat(timespec="seconds"),
            "tags": [alert_tag(scene.writing)],
            "group": scene.writing.group,
        },
    )
    ticket = AlertTicket(account=NOBODY, number=number, key=key, wanted_at=scene.at)
    message = Message(
        account=NOBODY, number=number, key=key, reason=notice.cause, rules=notice.rules, wanted_at=scene.at
    )
    return change, ticket, message
