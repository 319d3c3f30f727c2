"""The shape of config.yaml: which keys stand where, what each holds and what it holds when it is left out."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field, PlainValidator

from connector.config import urls
from connector.config import values as value
from connector.settings import (
    ORGANIZATION,
    AccountSource,
    AlertChoice,
    DigestChoice,
    FieldChoice,
    TagChoice,
    WritePolicy,
)
from connector.yaml import values as written
from connector.yaml.keys import Keys
from rules.rule import Level

Text = Annotated[str, PlainValidator(written.text)]
Texts = tuple[Text, ...]
Money = Annotated[Decimal, PlainValidator(value.money)]
Minutes = Annotated[Decimal, PlainValidator(value.minutes)]
Key = Annotated[str, PlainValidator(value.field_name)]
Day = Annotated[date, PlainValidator(value.day)]
Source = Annotated[AccountSource, PlainValidator(value.account)]
Match = Annotated[str, PlainValidator(value.match)]
PerMinute = Annotated[int, PlainValidator(written.whole(1, 100_000))]


class Fields(Keys):
    """Our words for facts of an account, each with the key of the organisation field that holds it."""

    revenue_month: Key | None = None
    currency: Key | None = None
    seats: Key | None = None
    segment: Key | None = None
    customer_since: Key | None = None
    owner: Key | None = None
    renewal: Key | None = None
    status: Key | None = None
    strategic: Key | None = None
    parent: Key | None = None


class Ignore(Keys):
    """What counts nowhere."""

    tags: Texts = ()
    requesters: tuple[Annotated[str, PlainValidator(value.address)], ...] = ()
    accounts: Texts = ()
    status: Texts = ()


class OwnFaultKeys(Keys):
    """What marks a ticket as our own fault; the work on it is taken off."""

    tags: Texts = ()
    problem_links: Annotated[bool, PlainValidator(written.answer)] = True


class Write(Keys):
    """What is written into the helpdesk, and how."""

    later = frozenset({"due"})

    policy: Annotated[WritePolicy, PlainValidator(written.word_of(WritePolicy))] = WritePolicy.REPORT_ONLY
    prefix: Annotated[str, PlainValidator(value.prefix)] = "care_"
    tags: Annotated[TagChoice, PlainValidator(written.word_of(TagChoice))] = TagChoice.ONE
    fields: Annotated[FieldChoice, PlainValidator(written.word_of(FieldChoice))] = FieldChoice.TRUE
    alerts: Annotated[AlertChoice, PlainValidator(written.word_of(AlertChoice))] = AlertChoice.TICKET
    digest: Annotated[DigestChoice, PlainValidator(written.word_of(DigestChoice))] = DigestChoice.WEEKLY
    alert_from: Annotated[Level, PlainValidator(value.level)] = Level.AMBER
    only: Texts = ()
    group: Text | None = None
    language: Annotated[str, PlainValidator(value.language)] = "en"


class DatedRate(Keys):
    """What an hour of a group costs from a day on."""

    group: Text | None = None
    per_hour: Money
    first: Day | None = Field(default=None, alias="from")


class MinuteTable(Keys):
    """Minutes of one touch where nothing better is known. config.example.yaml names each default's source."""

    email: Minutes = Decimal(5)
    chat: Minutes = Decimal(10)
    phone: Minutes = Decimal("7.5")
    web: Minutes = Decimal(5)
    api: Minutes = Decimal(5)
    social: Minutes = Decimal(5)
    note: Minutes = Decimal(3)
    change: Minutes = Decimal("0.5")


class CostKeys(Keys):
    """What an hour and a touch cost."""

    currency: Annotated[str, PlainValidator(value.currency)] | None = None
    per_hour: Money | None = None
    gross_margin: Annotated[Decimal, PlainValidator(value.gross_margin)] | None = None
    rates: tuple[DatedRate, ...] = ()
    minutes: MinuteTable = MinuteTable()


class BillingSource(Keys):
    """One source of revenue and invoices. `helpdesk` only where it stands beside the helpdesks."""

    kind: Annotated[str, PlainValidator(value.billing_kind)]
    helpdesk: Text | None = None
    path: Text
    match: Annotated[tuple[Match, ...], Field(min_length=1)] = ("external_id", "domain", "name")


class Shared(Keys):
    """Keys that stand beside the helpdesks, in `defaults` and under a helpdesk."""

    cost: CostKeys = CostKeys()
    rules: Texts = ("builtin:starter",)
    retention_days: Annotated[int, PlainValidator(written.whole(100, 3650))] = 400
    language: Annotated[str, PlainValidator(value.language)] = "en"
    billing: tuple[BillingSource, ...] = ()


class HelpdeskKeys(Shared):
    """One helpdesk, with `defaults` and what stands beside the helpdesks already put under its own keys."""

    later = frozenset({"calendar", "persons"})

    name: Annotated[str, PlainValidator(value.name)]
    kind: Text
    url: Annotated[str, PlainValidator(urls.helpdesk_url)]
    auth: Any
    since: Day
    every: Annotated[timedelta, PlainValidator(value.every)] = timedelta(minutes=15)
    time_zone: Annotated[str, PlainValidator(value.time_zone)] = "UTC"
    account: Annotated[tuple[Source, ...], Field(min_length=1)] = (ORGANIZATION,)
    fields: Fields = Fields()
    timer_field: Annotated[int, PlainValidator(written.whole(1, 10**18))] | None = None
    ignore: Ignore = Ignore()
    own_fault: OwnFaultKeys = OwnFaultKeys()
    requests_per_minute: PerMinute = 100
    exports_per_minute: PerMinute = 7
    write: Write = Write()
    heartbeat: Annotated[str, PlainValidator(urls.heartbeat_url)] | None = None


class FileKeys(Shared):
    """The whole file."""

    version: Annotated[int, PlainValidator(written.version)] = 1
    store: Annotated[str, PlainValidator(urls.store_url)] = "sqlite:///touchcost.db"
    defaults: Any = None
    helpdesks: Any
