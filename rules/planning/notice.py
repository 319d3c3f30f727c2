"""A ticket that belongs to no account: what it says, and what making it adds to a plan."""

from collections.abc import Sequence
from dataclasses import dataclass
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
