"""Counts the work in a Request Tracker's database the plain way, to hold the connector's numbers against it."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from request_tracker_desk import Desk

ASSUMED = {"reply": Fraction(5), "note": Fraction(3), "change": Fraction(1, 2)}
PER_HOUR = 60
_RANK = ("change", "note", "reply")
_KINDS = {"Create": "reply", "Correspond": "reply", "Comment": "note"}
_ASIDE = ("EmailRecord", "CommentEmailRecord")

_TICKETS = """
    SELECT gone.id, gone.Created, stays.id, stays.Creator FROM Tickets AS gone
    JOIN Tickets AS stays ON gone.EffectiveId = stays.id
    WHERE gone.Type = 'ticket' AND gone.Status != 'deleted'
"""
_REQUESTERS = """
    SELECT Users.id, Users.Organization FROM Groups
    JOIN GroupMembers ON GroupMembers.GroupId = Groups.id JOIN Users ON Users.id = GroupMembers.MemberId
    WHERE Groups.Domain = 'RT::Ticket-Role' AND Groups.Name = 'Requestor' AND Groups.Instance = ?
    ORDER BY Users.id != ?, Users.id
"""
_DEEDS = """
    SELECT Type, Field, Creator, Created, TimeTaken FROM Transactions
    WHERE ObjectType = 'RT::Ticket' AND ObjectId = ? ORDER BY Created, id
"""
_MEMBERS = """
    SELECT GroupMembers.MemberId FROM GroupMembers JOIN Groups ON Groups.id = GroupMembers.GroupId
    WHERE Groups.Domain = ? AND Groups.Name = ?
"""


@dataclass
class Line:
    """The numbers of one account over 90 days, and the tickets of 28."""

    tickets_28d: int = 0
    tickets: int = 0
    touches: int = 0
    contacts: int = 0
    minutes: Fraction = Fraction(0)
    cost: Fraction = Fraction(0)


@dataclass
class _Piece:
    begun: datetime
    kind: str
    minutes: list[int] = field(default_factory=list)


def count_accounts(desk: Desk, now: datetime, rates: dict[str, int]) -> dict[str, Line]:
    """A line for each account with work in it; '' is who has none."""
    agents = {row[0] for row in desk.rows(_MEMBERS, "SystemInternal", "Privileged")}
    per_hour = {row[0]: rate for group, rate in rates.items() for row in desk.rows(_MEMBERS, "UserDefined", group)}
    lines: dict[str, Line] = defaultdict(Line)
    for number, made, stays, creator in desk.rows(_TICKETS):
        names = [(name or "").strip() for _, name in desk.rows(_REQUESTERS, stays, creator)]
        line = lines[next(filter(None, names), "")]
        day = _moment(made).date()
        line.tickets += day >= _first(now, 90)
        line.tickets_28d += day >= _first(now, 28)
        for author, piece in _pieces(desk, number, agents):
            if piece.begun.date() >= _first(now, 90):
                _add(line, piece, per_hour.get(author, PER_HOUR))
    return lines


def _pieces(desk: Desk, ticket: int, agents: set[int]) -> list[tuple[int, _Piece]]:
    pieces: list[tuple[int, _Piece]] = []
    latest: dict[int, _Piece] = {}
    for kind, what, author, text, minutes in desk.rows(_DEEDS, ticket):
        if author == 1 or kind in _ASIDE or what == "MergedInto":
            continue
        at, works = _moment(text), author in agents
        if not works and kind not in _KINDS:
            continue
        piece = latest.get(author)
        if piece is None or at - piece.begun > timedelta(seconds=60 if works else 300):
            piece = latest[author] = _Piece(at, "change" if works else "contact")
            pieces.append((author, piece))
        if works:
            piece.kind = max(piece.kind, _KINDS.get(kind, "change"), key=_RANK.index)
            piece.minutes += [minutes] if minutes else []
    return pieces


def _add(line: Line, piece: _Piece, per_hour: int) -> None:
    if piece.kind == "contact":
        line.contacts += 1
        return
    line.touches += piece.kind != "change"
    minutes = Fraction(sum(piece.minutes)) if piece.minutes else ASSUMED[piece.kind]
    line.minutes += minutes
    line.cost += minutes * per_hour / 60


def _first(now: datetime, days: int) -> date:
    return now.date() - timedelta(days=days - 1)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
