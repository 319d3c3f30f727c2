"""What may be written into a helpdesk, and how."""

from dataclasses import dataclass
from enum import StrEnum

from rules.facts import AccountId
from rules.rule import Level


class WritePolicy(StrEnum):
    """Whether plans are delivered."""

    REPORT_ONLY = "report-only"
    SYNC = "sync"


class TagChoice(StrEnum):
    """Which organisation tags are written."""

    OFF = "off"
    ONE = "one"
    EACH = "each"


class FieldChoice(StrEnum):
    """Which organisation fields are written."""

    OFF = "off"
    TRUE = "true"
    WITH_MONEY = "with-money"


class DigestChoice(StrEnum):
    """Whether there is a digest of every week."""

    WEEKLY = "weekly"
    OFF = "off"


class AlertChoice(StrEnum):
    """Whether alert tickets are made."""

    TICKET = "ticket"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteSettings:
    """What is written into a helpdesk, and how."""

    policy: WritePolicy = WritePolicy.REPORT_ONLY
    prefix: str = "care_"
    tags: TagChoice = TagChoice.ONE
    fields: FieldChoice = FieldChoice.TRUE
    alerts: AlertChoice = AlertChoice.TICKET
    digest: DigestChoice = DigestChoice.WEEKLY
    """Of no matter while no alert tickets are made."""
    alert_from: Level = Level.AMBER
    only: frozenset[AccountId] = frozenset()
    """Empty: every account."""
    group: str | None = None
    """The group alert tickets are assigned to."""
