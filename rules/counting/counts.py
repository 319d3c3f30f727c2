"""What a line of daily totals counts for, under each name of the catalogue that is a plain sum."""

from collections.abc import Mapping
from types import MappingProxyType

from rules.catalogue import CHANNELS
from rules.counting.history import DayRow, Weigh
from rules.facts import Kind

_TOUCHES = (Kind.REPLY, Kind.NOTE)


def _tickets(row: DayRow) -> int:
    return row.tickets


def _solved(row: DayRow) -> int:
    return row.solved


def _reopens(row: DayRow) -> int:
    return row.reopens


def _touches(row: DayRow) -> int:
    return row.count if row.kind in _TOUCHES else 0


def _of_kind(kind: Kind) -> Weigh:
    return lambda row: row.count if row.kind == kind else 0


def _by_channel(channel: str) -> Weigh:
    return lambda row: row.count if row.channel == channel and row.kind in _TOUCHES else 0


COUNTS: Mapping[str, Weigh] = MappingProxyType(
    {
        "tickets": _tickets,
        "solved": _solved,
        "reopens": _reopens,
        "touches": _touches,
        "touches_all": _touches,
        "contacts": _of_kind(Kind.CONTACT),
        "replies": _of_kind(Kind.REPLY),
        "notes": _of_kind(Kind.NOTE),
        "changes": _of_kind(Kind.CHANGE),
        **{f"touches_{channel}": _by_channel(channel) for channel in CHANNELS},
    }
)
"""Stem of a metric → what a line counts for."""
