"""What a person answers on an alert ticket, as it was understood; the words themselves are forgotten."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from rules.facts import AccountId, PersonKey


class Verb(StrEnum):
    """What is asked of us."""

    TAKE = "take"
    SNOOZE = "snooze"
    WRONG = "wrong"
    KNOWN = "known"
    DONE = "done"
    OPEN = "open"
    """Every answer that still holds is taken back."""
    NEVER = "never"
    """One rule is not for this account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One answer. Of the reason only is known that there is one: a person's words are kept nowhere."""

    verb: Verb
    days: int | None = None
    """For how many days, at most 365; None: not said, or said as a date."""
    until: date | None = None
    """The first day on which it no longer holds."""
    outcome: str | None = None
    """Of WRONG and DONE: one of the phrases of `rules.planning.commands`."""
    has_reason: bool = False
    rule: str | None = None
    """Of NEVER: the rule's id, or its id as tags spell it, with _ for -."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One answer that stands on an alert ticket: a private comment, the answer field or a command tag."""

    update: int
    """The id of the ticket's update that brought it."""
    by: PersonKey | None
    """Who gave it; None where that is not known."""
    command: Command | None
    """None: it begins like a command and cannot be understood."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """An answer that was understood and taken: who, what, until when, and whether there is a reason."""

    account: AccountId
    at: datetime
    """When it was read."""
    by: PersonKey | None
    command: Command
    until: datetime | None = None
    """When it ends; None for an answer that has no end of its own, or that changed nothing."""
    rules: tuple[str, ...] = ()
    """The rules whose alerts it changed; none: nothing was open."""
