"""What the helpdesk should show of an account: tags and organisation fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from rules.days import Calendar
from rules.measuring.shown import money_field, rounded
from rules.planning.case import Alert, Case, on_hold, shown
from rules.planning.evidence import reason_line
from rules.planning.writing import FieldChoice, TagChoice, WriteSettings
from rules.rule import Level, Rule

STATE, REASON, SINCE, ALERT, AS_OF = "state", "why", "since", "alert", "as_of"
AT_ONCE = (STATE, REASON, SINCE, ALERT)
"""Fields that are written as soon as they change; the others follow at the turn of the day."""

NUMBERS = ("tickets_90d", "touch_minutes_90d", "touch_cost_90d", "cost_share_90d")
"""The metrics that the fields of every account show, with an alert or without."""

_MONEY = ("cost_90d", "share_90d")


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldKind:
    """An organisation field that we write; agents only see it."""

    type: str
    """text, integer, decimal or date."""
    title: str
    description: str


FIELDS: Mapping[str, FieldKind] = MappingProxyType(
    {
        STATE: FieldKind(type="text", title="Care: state", description="for review, watched, on hold or in order"),
        REASON: FieldKind(type="text", title="Care: why", description="The main reason, in one line"),
        SINCE: FieldKind(type="date", title="Care: since", description="Since when it is for review or watched"),
        "tickets_90d": FieldKind(type="integer", title="Care: tickets in 90 days", description="Tickets created"),
        "minutes_90d": FieldKind(
            type="integer", title="Care: minutes in 90 days", description="Minutes of our work, without our own fault"
        ),
        "cost_90d": FieldKind(
            type="decimal", title="Care: cost in 90 days", description="What our work cost, without our own fault"
        ),
        "share_90d": FieldKind(type="decimal", title="Care: share in 90 days", description="Cost over revenue"),
        ALERT: FieldKind(type="text", title="Care: alert ticket", description="Link to the alert ticket"),
        AS_OF: FieldKind(type="date", title="Care: as of", description="The day these numbers are of"),
    }
)
"""By the key without its prefix."""


def field_names(writing: WriteSettings) -> tuple[str, ...]:
    """The fields that are written, by their keys without the prefix."""
    if writing.fields is FieldChoice.OFF:
        return ()
    with_money = writing.fields is FieldChoice.WITH_MONEY
    return tuple(name for name in FIELDS if with_money or name not in _MONEY)


def review_tag(writing: WriteSettings) -> str:
    """The one tag of an account for review."""
    return f"{writing.prefix}review"


def alert_tag(writing: WriteSettings) -> str:
    """The tag of our tickets."""
    return f"{writing.prefix}alert"


def answer_field(writing: WriteSettings) -> str:
    """The title of the ticket field in which people answer."""
    return f"{writing.prefix}answer"


def tags_of(alert: Alert, writing: WriteSettings) -> frozenset[str]:
    """The account tags that one alert asks for."""
    if writing.tags is TagChoice.ONE:
        return frozenset({review_tag(writing)} if alert.level >= writing.alert_from else ())
    if writing.tags is TagChoice.OFF or alert.rule.tag == "":
        return frozenset()
    return frozenset({alert.rule.tag or level_tag(alert.rule.id, alert.level, writing)})


def level_tag(rule: str, level: Level, writing: WriteSettings) -> str:
    """The tag of one rule and level."""
    return f"{writing.prefix}{rule.replace('-', '_')}_{level.word}"


def desired_fields(
    case: Case, rules: Mapping[str, Rule], ticket: str | None, writing: WriteSettings, calendar: Calendar
) -> Mapping[str, str | None]:
    """The fields by their full keys; None is an empty one. `ticket` is the link of the alert ticket, or its key.

    `care_as_of` is left out: it changes every day and is written along with the others.
    """
    found = {**_words(case, rules, calendar), **_numbers(case), ALERT: ticket}
    return {f"{writing.prefix}{name}": found[name] for name in field_names(writing) if name in found}


def _words(case: Case, rules: Mapping[str, Rule], calendar: Calendar) -> dict[str, str | None]:
    alerts, waiting = shown(case, rules), on_hold(case, rules)
    if alerts:
        for_review = tuple(alert for alert in alerts if alert.level >= Level.AMBER)
        return _reasons(case, "for review" if for_review else "watched", for_review or alerts, calendar)
    if waiting:
        ends = (alert.state.snoozed_until for alert in waiting if alert.state.snoozed_until is not None)
        end = date.fromordinal(calendar.today(min(ends)))
        return _reasons(case, f"on hold until {end.isoformat()}", waiting, calendar)
    return {STATE: "in order", REASON: None, SINCE: None}


def _reasons(case: Case, state: str, alerts: tuple[Alert, ...], calendar: Calendar) -> dict[str, str | None]:
    begun = [alert.state.since for alert in alerts if alert.state.since is not None]
    return {
        STATE: state,
        REASON: reason_line(case, alerts[0]),
        SINCE: calendar.shown(min(begun)).isoformat() if begun else None,
    }


def _numbers(case: Case) -> dict[str, str | None]:
    tickets, minutes, cost, share = NUMBERS
    return {
        "tickets_90d": _whole(case, tickets),
        "minutes_90d": _whole(case, minutes),
        "cost_90d": _amount(case, cost),
        "share_90d": _share(case, share),
    }


def _number(case: Case, metric: str) -> Decimal | None:
    value = case.metrics.value(metric)
    if value is None or isinstance(value, str | bool):
        return None
    number = Decimal(value)
    return number if number.is_finite() else None


def _whole(case: Case, metric: str) -> str | None:
    number = _number(case, metric)
    return None if number is None else f"{rounded(number, Decimal(1)):f}"


def _amount(case: Case, metric: str) -> str | None:
    number = _number(case, metric)
    return None if number is None else money_field(number)


def _share(case: Case, metric: str) -> str | None:
    number = _number(case, metric)
    return None if number is None else f"{rounded(number, Decimal('0.01')):f}"
