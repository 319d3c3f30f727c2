"""The document of `explain --json`. Numbers that are no counts are texts, so that no reader makes floats of them."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from connector.reports.explaining import Explanation, RuleView
from connector.store.rows import TransitionRow
from rules.alert import State
from rules.catalogue import METRICS, Unit, find_metric
from rules.language.expression import signal_unit
from rules.measuring.measure import Value
from rules.measuring.shown import number_field


def explanation_document(explanation: Explanation) -> dict[str, object]:
    """The whole explanation."""
    metrics, yardstick = explanation.metrics, explanation.yardstick
    return {
        "helpdesk": explanation.settings.name,
        "account": explanation.account.id,
        "name": explanation.account.name,
        "as_of": yardstick.as_of.isoformat(),
        "facts_from": date.fromordinal(yardstick.facts_from).isoformat(),
        "metrics": {
            name: _plain(metrics.value(name), metric.unit) for name, metric in METRICS.items() if metric.name == name
        },
        "rules": [_rule(view) for view in explanation.rules],
        "wanted": {"tags": sorted(explanation.wanted.tags), "fields": dict(explanation.wanted.fields)},
        "marks": [{"kind": mark.kind, "name": mark.name, "value": mark.value} for mark in explanation.marks],
        "alert_tickets": [{"ticket": one.ticket, "status": one.status} for one in explanation.tickets],
        "outbox": [
            {"kind": row.write.kind, "what": row.write.what, "reason": row.write.reason, "state": row.state}
            for row in explanation.outbox
        ],
        "transitions": [_transition(row) for row in explanation.transitions],
    }


def _transition(row: TransitionRow) -> dict[str, object]:
    change = row.transition
    return {"at": change.at.isoformat(), "rule": row.rule, "step": change.step, "reason": change.reason}


def _rule(view: RuleView) -> dict[str, object]:
    rule = view.rule
    return {
        "rule": rule.id,
        "title": rule.title,
        "signal": rule.signal.text,
        "value": _plain(view.seen.value, signal_unit(rule.signal)),
        "operands": {name: _plain(value, _unit(name)) for name, value in view.seen.operands},
        "only_if": None if rule.only_if is None else rule.only_if.text,
        "condition": view.seen.condition,
        "direction": rule.direction,
        "levels": {
            level.word: {"enter": str(lines.enter), "exit": str(lines.exit)}
            for level, lines in rule.lines(view.seen.override)
        },
        "hold_seconds": int(rule.hold.total_seconds()),
        "clear_after_seconds": int(rule.clear_after.total_seconds()),
        "shadow": rule.shadow,
        **_state(view.state),
        "blocked": view.seen.blocked,
    }


def _state(state: State) -> Mapping[str, object]:
    return {
        "phase": state.phase,
        "level": None if state.level is None else state.level.word,
        "since": None if state.since is None else state.since.isoformat(),
        "clock_seconds": int(state.clock.total_seconds()),
        "acknowledged": state.acknowledged is not None,
        "held": state.held,
        "answer": state.answer,
        "snoozed_until": None if state.snoozed_until is None else state.snoozed_until.isoformat(),
        "muted_by": state.muted_by,
        "frozen": state.frozen,
    }


def _plain(value: Value, unit: Unit) -> object:
    """Money always with two decimals, every other number without zeros at its end."""
    if not isinstance(value, Decimal):
        return value
    short = number_field(value, unit)
    return f"{short if unit is Unit.MONEY else short.normalize():f}"


def _unit(name: str) -> Unit:
    metric = find_metric(name)
    return Unit.COUNT if metric is None else metric.unit
