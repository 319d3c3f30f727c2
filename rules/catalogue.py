"""Every metric and fact that rule files, texts and tables may name: unit, window and one sentence."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

CHANNELS = ("email", "chat", "phone", "web", "api", "social")
"""The channels of tickets, as `cost.minutes` names them."""

WINDOWS = (7, 28, 90, 365)
"""The windows of metrics, in days."""


class Unit(StrEnum):
    """What a number is a number of: it decides which literal a line may be and how the number is shown."""

    COUNT = "count"
    MONEY = "money"
    """Decimal, in a currency that the metrics know."""
    RATIO = "ratio"
    """A share of 1: 0.31 is shown as 31 %."""
    MINUTES = "minutes"
    """Minutes of work; its literals are plain numbers."""
    DURATION = "duration"
    """Days of time; its literals are plain numbers of days or 12w, 90d."""
    TEXT = "text"
    YES_NO = "yes/no"

    @property
    def is_number(self) -> bool:
        """True where a signal may be made of it."""
        return self not in (Unit.TEXT, Unit.YES_NO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One named value of an account."""

    name: str
    stem: str
    """The name without its window: what is counted."""
    unit: Unit
    window: int | None
    """Days, today so far included. None: a fact."""
    daily: bool = False
    """True for a fact that moves with the calendar day, and is what it was on the day that is judged."""
    sentence: str
    """What it is, for people, without a full stop at its end."""

    @property
    def is_without_own_fault(self) -> bool:
        """Whether work on tickets that are our own fault is taken off."""
        return self.stem in WITHOUT_OWN_FAULT


def find_metric(name: str) -> Metric | None:
    """The metric or fact of this name; an alias answers with the metric it stands for."""
    return METRICS.get(name)


_WINDOWED: Mapping[str, tuple[Unit, str]] = {
    "tickets": (Unit.COUNT, "tickets created"),
    "contacts": (Unit.COUNT, "messages from the customer; several on one ticket within 5 minutes are one"),
    "touches": (Unit.COUNT, "pieces of agents' work on tickets: replies and notes"),
    "replies": (Unit.COUNT, "touches with a public reply"),
    "notes": (Unit.COUNT, "touches with private notes only"),
    "changes": (Unit.COUNT, "updates by agents without a comment; they are costed, but are no touches"),
    "solved": (Unit.COUNT, "times a ticket was solved"),
    "reopens": (Unit.COUNT, "solved tickets that the customer opened again"),
    "touch_minutes": (Unit.MINUTES, "minutes of agents' work, touches and changes"),
    "touch_cost": (Unit.MONEY, "what agents' work cost, touches and changes, by the rates of their day and group"),
    "touches_all": (Unit.COUNT, "all touches, those on tickets that are our own fault as well"),
    "touch_minutes_all": (Unit.MINUTES, "all minutes of agents' work, our own fault as well"),
    "touch_cost_all": (Unit.MONEY, "what all of agents' work cost, our own fault as well"),
    "own_fault_share": (Unit.RATIO, "share of all minutes of agents' work that is our own fault"),
    "revenue": (Unit.MONEY, "what the account pays for this time, spread evenly over the days it is paid for"),
    "cost_share": (Unit.RATIO, "cost over revenue"),
    "contribution": (Unit.MONEY, "revenue times gross margin, less cost"),
    "measured_share": (Unit.RATIO, "share of the minutes that were measured"),
    "assumed_share": (Unit.RATIO, "share of the minutes that were assumed by channel"),
    "cost_share_of_all": (Unit.RATIO, "share of the cost of all accounts and of work without account"),
    "revenue_share_of_all": (Unit.RATIO, "share of the revenue of all accounts"),
}

_BY_CHANNEL = {f"touches_{channel}": (Unit.COUNT, f"touches on tickets by {channel}") for channel in CHANNELS}

WITHOUT_OWN_FAULT = frozenset(
    {
        "touches",
        "replies",
        "notes",
        "changes",
        "touch_minutes",
        "touch_cost",
        "cost_share",
        "contribution",
        "measured_share",
        "assumed_share",
        "cost_share_of_all",
        *_BY_CHANNEL,
    }
)
"""Stems of what is made of agents' work. What came in (tickets, contacts, solved, reopens) is counted whole."""

_FACTS: Mapping[str, tuple[Unit, str]] = {
    "age_days": (Unit.DURATION, "days since the account began"),
    "seats": (Unit.COUNT, "seats the account has"),
    "revenue_month": (Unit.MONEY, "what the account pays a month, as its field says"),
    "segment": (Unit.TEXT, "the segment the account belongs to"),
    "status": (Unit.TEXT, "the account's status, such as customer or trial"),
    "strategic": (Unit.YES_NO, "whether the account is marked as strategic"),
    "owner": (Unit.TEXT, "who owns the account"),
    "days_overdue": (Unit.DURATION, "days that the oldest unpaid invoice is past its due date; 0 when none is"),
    "invoices_overdue": (Unit.COUNT, "unpaid invoices that are past their due date"),
    "amount_overdue": (Unit.MONEY, "what these invoices come to"),
    "late_payments_of_4": (Unit.COUNT, "of the last 4 invoices past their due date, those not paid by it"),
}

_DAILY = frozenset({"age_days", "days_overdue", "invoices_overdue", "amount_overdue", "late_payments_of_4"})


def _windowed() -> Iterator[Metric]:
    for stem, (unit, sentence) in {**_WINDOWED, **_BY_CHANNEL}.items():
        less = "; without our own fault" if stem in WITHOUT_OWN_FAULT else ""
        for days in WINDOWS:
            named = f"{sentence}{less}, in the last {days} days"
            yield Metric(name=f"{stem}_{days}d", stem=stem, unit=unit, window=days, sentence=named)


def _facts() -> Iterator[Metric]:
    for name, (unit, sentence) in _FACTS.items():
        yield Metric(name=name, stem=name, unit=unit, window=None, daily=name in _DAILY, sentence=sentence)


def _by_name() -> Mapping[str, Metric]:
    metrics = {metric.name: metric for metric in (*_windowed(), *_facts())}
    aliases = {
        f"{alias}_{days}d": metrics[f"touch_{alias}_{days}d"]
        for alias in ("minutes", "minutes_all")
        for days in WINDOWS
    }
    return MappingProxyType({**metrics, **aliases})


METRICS: Mapping[str, Metric] = _by_name()
"""Every name a rule file may use. `minutes_Nd` and `minutes_all_Nd` are aliases of those with `touch_` before them."""
