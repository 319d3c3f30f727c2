"""The configuration as values: what config.yaml says, once parsed and checked."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import NewType

from rules.capability import Capability
from rules.counting.own_fault import OwnFault
from rules.facts import AccountId, HelpdeskName, Rate
from rules.planning.writing import AlertChoice as AlertChoice
from rules.planning.writing import DigestChoice as DigestChoice
from rules.planning.writing import FieldChoice as FieldChoice
from rules.planning.writing import TagChoice as TagChoice
from rules.planning.writing import WritePolicy as WritePolicy
from rules.planning.writing import WriteSettings as WriteSettings
from rules.planning.writing import limit
from rules.rule import Policy

SecretText = NewType("SecretText", str)
"""A resolved secret. Only the sign-in of a helpdesk reads it; it is never shown, logged or saved."""

_FIELD = "field:"


SIGN_INS = (("client_id", "client_secret"), ("token",), ("email", "api_token"))
"""The ways to sign in that `auth` can describe, each by its keys."""


class SourceKind(StrEnum):
    """What a ticket finds its account by."""

    ORGANIZATION = "organization"
    EMAIL_DOMAIN = "email_domain"
    QUEUE = "queue"
    FIELD = "field"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSource:
    """One way a ticket finds its account; tried in the order of the configuration."""

    kind: SourceKind
    field: str | None = None
    """The name of the ticket field, for FIELD alone."""

    def __str__(self) -> str:
        """As the configuration writes it."""
        return self.kind.value if self.field is None else f"{_FIELD}{self.field}"


ORGANIZATION = AccountSource(kind=SourceKind.ORGANIZATION)
EMAIL_DOMAIN = AccountSource(kind=SourceKind.EMAIL_DOMAIN)
QUEUE = AccountSource(kind=SourceKind.QUEUE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a kind of helpdesk can be configured with: it says so under the entry point group `touchcost.kinds`."""

    accounts: tuple[SourceKind, ...] = tuple(SourceKind)
    """What it finds accounts by."""
    sign_ins: tuple[tuple[str, ...], ...] = SIGN_INS
    below_a_path: bool = True
    """Whether its address may go on behind the host."""
    fields_have_keys: bool = False
    """Whether the fields of an account have keys without spaces."""
    unused: tuple[str, ...] = ()
    """Keys that mean nothing to it, such as `ignore.tags`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A reference to a secret: `env:NAME`, `file:PATH`, `credential:NAME` (systemd) or `keyring:SERVICE/NAME`."""

    reference: str
    place: str
    """file:line:column of the reference, for errors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignored:
    """What counts nowhere."""

    tags: frozenset[str] = frozenset()
    requesters: frozenset[str] = frozenset()
    """Mail addresses, lower case; resolved to fingerprints by the helpdesk, never stored."""
    accounts: frozenset[AccountId] = frozenset()
    status: frozenset[str] = frozenset()
    """Values of the field mapped as `status`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What an hour and a touch cost."""

    currency: str | None = None
    rates: tuple[Rate, ...] = ()
    """`per_hour` is the rate without group and date. Empty: the product speaks of hours only."""
    gross_margin: Decimal | None = None
    minutes: Mapping[str, Decimal] = field(default_factory=dict)
    """Minutes by channel, and for note and change; complete, the defaults are filled in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingSettings:
    """One source of revenue and invoices."""

    kind: str
    path: Path
    match: tuple[str, ...]
    """external_id, field:<key>, domain, name; tried in order."""
    place: str
    """file:line:column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpdeskSettings:
    """Everything about one helpdesk."""

    name: HelpdeskName
    kind: str
    url: str
    """Scheme and host, and a path where the kind allows one; no trailing slash."""
    auth: Mapping[str, Secret | str]
    """client_id + client_secret (OAuth), token (bearer), email + api_token (legacy); read by the helpdesk."""
    since: date
    every: timedelta = timedelta(minutes=15)
    time_zone: str = "UTC"
    account: tuple[AccountSource, ...] = (ORGANIZATION,)
    fields: Mapping[str, str] = field(default_factory=dict)
    """Our word → the organisation field's key: revenue_month, currency, seats, segment, customer_since, owner,
    renewal, status, strategic, parent."""
    timer_field: int | None = None
    """Id of the ticket field that holds the timer's total; None: found by its title."""
    ignore: Ignored = field(default_factory=Ignored)
    own_fault: OwnFault = field(default_factory=OwnFault)
    requests_per_minute: int = 100
    exports_per_minute: int = 7
    write: WriteSettings = field(default_factory=WriteSettings)
    cost: Cost = field(default_factory=Cost)
    policy: Policy
    """The rules, with defaults, changes and guard applied."""
    billing: tuple[BillingSettings, ...] = ()
    retention_days: int = 400
    heartbeat: str | None = None
    place: str = ""
    """file:line:column of the helpdesk's `name`."""

    @property
    def account_fields(self) -> frozenset[str]:
        """The keys of the organisation fields that our words and the sources of billing name."""
        words = {word for source in self.billing for word in source.match if word.startswith(_FIELD)}
        return frozenset(self.fields.values()) | {word.removeprefix(_FIELD) for word in words}


def able(settings: HelpdeskSettings, capabilities: Collection[Capability]) -> HelpdeskSettings:
    """The same for a helpdesk that can do these things and no others."""
    return replace(settings, write=limit(settings.write, capabilities))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The whole configuration."""

    store: str
    """SQLAlchemy URL; a relative SQLite path is already counted from the file's folder."""
    helpdesks: tuple[HelpdeskSettings, ...]
    paths: tuple[Path, ...] = ()
    """Every file that was read: configuration and rule files. A change of any is a reload."""
