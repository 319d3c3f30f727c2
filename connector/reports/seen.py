"""What one rule sees, or saw, of one account: its number with everything that led there, and the lines beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from connector.store.rows import VerdictDay
from rules.alert import Observation, Operands
from rules.catalogue import Unit, find_metric
from rules.expression import names
from rules.judging.lines import Distance, Scale, distance, scale
from rules.judging.recall import is_seen_by
from rules.judging.signals import absence_of, currency_of
from rules.judging.watch import Watch
from rules.language.expression import signal_unit
from rules.measuring.measure import Absence, Metrics, Value
from rules.measuring.shown import number_field
from rules.rule import Rule, Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What there is to say of one rule's number on one account and day."""

    rule: Rule
    metrics: Metrics
    """The account's numbers of that day, as they are computed now."""
    value: Decimal | None
    condition: bool | None
    operands: Operands
    asked: Operands
    """What the condition looks at, as it is and never scaled."""
    scale: Scale
    unit: Unit
    """The value's."""
    currency: str | None
    when: str | None = None
    """The condition that gives the account other lines than the rule's own, as it is written."""
    absence: Absence | None = None
    """Why the value is unknown; None: it is known, or nobody knows why."""
    by_another: bool = False
    """True: another signal than today's saw it, and nothing is known of the value's unit."""

    @property
    def distance(self) -> Distance | None:
        """To the next line; None where there is no value, or where the rule does not apply."""
        return None if self.value is None or self.condition is False else distance(self.value, self.scale)

    @property
    def is_frozen(self) -> bool:
        """Whether the rule could say nothing, and holds its clocks."""
        known = self.condition is False or (self.condition is not None and self.value is not None)
        return not known and self.rule.unknown is Unknown.HOLD


def see(watch: Watch, metrics: Metrics, found: Observation) -> Seen:
    """What an observation with its evidence says."""
    rule = watch.rule
    return Seen(
        rule=rule,
        metrics=metrics,
        value=found.value,
        condition=found.condition,
        operands=found.operands,
        asked=tuple((name, metrics.value(name)) for name in _asked(rule)),
        scale=scale(rule, found.override),
        unit=signal_unit(rule.signal),
        currency=currency_of(rule.signal, metrics),
        when=None if found.override is None else rule.overrides[found.override].when.text,
        absence=absence_of(rule.signal, metrics) if found.value is None else None,
    )


def see_recorded(watch: Watch, metrics: Metrics, day: VerdictDay) -> Seen:
    """What was kept of a day. Of a name in both signal and condition only what the signal saw is kept."""
    rule = watch.rule
    by_another = not is_seen_by(watch, day.value, day.operands)
    asked = {*_asked(rule)} - {*watch.operands}
    return Seen(
        rule=rule,
        metrics=metrics,
        value=day.value,
        condition=day.condition,
        operands=day.operands,
        asked=tuple((name, value) for name, value in day.operands if name in asked),
        scale=day.scale,
        unit=Unit.COUNT if by_another else signal_unit(rule.signal),
        currency=None if by_another else currency_of(rule.signal, metrics),
        by_another=by_another,
    )


def differences(recorded: Seen, again: Seen) -> tuple[str, ...]:
    """What a recomputation says otherwise than what was kept: value, condition, lines, and operands by their names."""
    before, now = (
        {"value": one.value, "condition": one.condition, "lines": one.scale, **dict(one.operands)}
        for one in (recorded, again)
    )
    return tuple(name for name in {**before, **now} if before.get(name, _ABSENT) != now.get(name, _ABSENT))


_ABSENT = object()
"""Unlike every value, the unknown one too."""


def seen_document(seen: Seen) -> dict[str, object]:
    """What `explain --json` says of it, with what the rule itself says."""
    rule = seen.rule
    return {
        "rule": rule.id,
        "title": rule.title,
        "signal": rule.signal.text,
        "only_if": None if rule.only_if is None else rule.only_if.text,
        **numbers_document(seen),
        "override": seen.when,
        "hold_seconds": int(rule.hold.total_seconds()),
        "clear_after_seconds": int(rule.clear_after.total_seconds()),
        "shadow": rule.shadow,
    }


def numbers_document(seen: Seen) -> Mapping[str, object]:
    """Value, operands, condition, lines and the distance to the next one."""
    return {
        "value": number_text(seen.value, seen.unit),
        "operands": operands_document(seen.operands),
        "condition": seen.condition,
        "direction": seen.scale.direction,
        "levels": scale_document(seen.scale),
        "distance": None if seen.distance is None else _distance(seen.distance, seen.unit),
    }


def operands_document(operands: Operands) -> Mapping[str, object]:
    """By name."""
    return {name: number_text(value, _unit(name)) for name, value in operands}


def scale_document(scale: Scale) -> Mapping[str, object]:
    """By level."""
    return {level.word: {"enter": str(lines.enter), "exit": str(lines.exit)} for level, lines in scale.levels}


def number_text(value: Value, unit: Unit) -> object:
    """Money always with two decimals, every other number without zeros at its end."""
    if not isinstance(value, Decimal):
        return value
    short = number_field(value, unit)
    return f"{short if unit is Unit.MONEY else short.normalize():f}"


def _distance(found: Distance, unit: Unit) -> Mapping[str, object]:
    return {"level": found.level.word, "by": number_text(found.by, unit), "crossed": found.crossed}


def _asked(rule: Rule) -> tuple[str, ...]:
    """The names in the condition, each once."""
    return () if rule.only_if is None else tuple(dict.fromkeys(name.name for name in names(rule.only_if.tree)))


def _unit(name: str) -> Unit:
    metric = find_metric(name)
    return Unit.COUNT if metric is None else metric.unit
