"""What may be written into a helpdesk, and how."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum

from rules.capability import Capability
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
    macros: bool = True
    """Whether people find macros that answer; nobody configures it, it is what the helpdesk can do."""


def limit(writing: WriteSettings, capabilities: Collection[Capability]) -> WriteSettings:
    """The same without what the helpdesk cannot bear."""
    return replace(
        writing,
        tags=writing.tags if Capability.ACCOUNT_TAGS in capabilities else TagChoice.OFF,
        fields=writing.fields if Capability.ACCOUNT_FIELDS in capabilities else FieldChoice.OFF,
        alerts=writing.alerts if Capability.ALERT_TICKETS in capabilities else AlertChoice.OFF,
        macros=writing.macros and Capability.MACROS in capabilities,
    )
