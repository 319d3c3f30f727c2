"""What happened since the last digest, as far as no account shows it, and when a digest is due."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rules.alert import Transition
from rules.command import Taken
from rules.days import Calendar
from rules.facts import AccountId, Day

_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """The digest of one week."""

    at: datetime
    for_review: int
    """Accounts that were for review then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """What the numbers leave out."""

    without_account: int = 0
    """Tickets of the last 28 days that belong to no account."""
    refused: bool = False
    """A changed configuration was refused, and the earlier one goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lately:
    """What a digest tells besides what the accounts show."""

    since: datetime
    """When the last digest was made, or the first plan."""
    transitions: tuple[tuple[tuple[AccountId, str], Transition], ...] = ()
    """By account and rule, those since then, in order."""
    answers: tuple[Taken, ...] = ()
    """What people answered, the oldest first; those that still hold are enough."""
    weeks: tuple[Week, ...] = ()
    """Earlier digests, the oldest first."""
    unseen: Unseen = Unseen()


def digest_since(
    weeks: Sequence[Week], planned: Mapping[str, datetime], at: datetime, calendar: Calendar
) -> datetime | None:
    """Since when a digest that is made at `at` tells; None while none is due.

    The first plan of a calendar week makes one, from the week after the first plan on. Weeks that were missed are told
    together.
    """
    before = weeks[-1].at if weeks else min(planned.values(), default=None)
    if before is None or _monday(before, calendar) >= _monday(at, calendar):
        return None
    return before


def _monday(at: datetime, calendar: Calendar) -> Day:
    """The first day of the week, by the helpdesk's zone. Day 1 of the calendar, 0001-01-01, was a Monday."""
    today = calendar.today(at)
    return Day(today - (today - 1) % _WEEK.days)
