"""The documents of `explain --json`. Numbers that are no counts are texts, so that no reader makes floats of them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from connector.reports.explaining import Explanation, RuleTag, RuleView
from connector.reports.explaining_past import PastExplanation, PastRule, Source
from connector.reports.seen import number_text, numbers_document, operands_document, scale_document, seen_document
from connector.store.rows import TransitionRow, VerdictDay
from rules.alert import State
from rules.catalogue import METRICS
from rules.command import Taken
from rules.facts import Day
from rules.judging.recall import Stood, stood
from rules.marks import Mark
from rules.measuring.measure import Metrics
from rules.rule import Level

_AS_NOW = [name for name, metric in METRICS.items() if metric.window is None and not metric.daily]
"""Names of which only is known what they are now."""


def explanation_document(explanation: Explanation) -> dict[str, object]:
    """The whole explanation of now."""
    return {
        "helpdesk": explanation.settings.name,
        "account": explanation.account.id,
        "name": explanation.account.name,
        "as_of": explanation.yardstick.as_of.isoformat(),
        "facts_from": _day(explanation.yardstick.facts_from),
        "metrics": _metrics(explanation.metrics),
        "rules": [_rule(view) for view in explanation.rules],
        "wanted": {"tags": sorted(explanation.wanted.tags), "fields": dict(explanation.wanted.fields)},
        "marks": [_mark(mark) for mark in explanation.marks],
        "alert_tickets": [{"ticket": one.ticket, "status": one.status} for one in explanation.tickets],
        "outbox": [
            {"kind": row.write.kind, "what": row.write.what, "reason": row.write.reason, "state": row.state}
            for row in explanation.outbox
        ],
        "transitions": _transitions(explanation.transitions),
    }


def past_document(past: PastExplanation) -> dict[str, object]:
    """The whole explanation of a past day."""
    return {
        "helpdesk": past.settings.name,
        "account": past.account.id,
        "name": past.account.name,
        "at": _day(past.day),
        "as_of": past.at.isoformat(),
        "facts_from": _day(past.yardstick.facts_from),
        "known_as_now": [*_AS_NOW, "account of a ticket", "own fault of a ticket"],
        "metrics": _metrics(past.metrics),
        "rules": [_past_rule(one) for one in past.rules],
        "former_rules": [_former(row) for row in past.former],
        "transitions": _transitions(past.transitions),
    }


def _metrics(metrics: Metrics) -> Mapping[str, object]:
    return {
        name: number_text(metrics.value(name), metric.unit) for name, metric in METRICS.items() if metric.name == name
    }


def _mark(mark: Mark) -> Mapping[str, object]:
    return {
        "kind": mark.kind,
        "name": mark.name,
        "value": mark.value,
        "wanted_at": _iso(mark.wanted_at),
        "seen_at": _iso(mark.seen_at),
        "taken_off_at": _iso(mark.vetoed_at),
        "unwanted_at": _iso(mark.unwanted_at),
    }


def _transitions(rows: Iterable[TransitionRow]) -> list[Mapping[str, object]]:
    return [
        {
            "at": _iso(row.transition.at),
            "rule": row.rule,
            "step": row.transition.step,
            "reason": row.transition.reason,
            "level": _level(row.transition.level_after),
        }
        for row in rows
    ]


def _rule(view: RuleView) -> Mapping[str, object]:
    return {
        **seen_document(view.seen),
        **_state(view.state),
        "blocked": view.blocked,
        "opens_from": _day(view.opens_from),
        "answers": [_answer(taken) for taken in view.answers],
        "hold": None if view.hold is None else view.hold.id,
        "tags": [_tag(tag) for tag in view.tags],
    }


def _state(state: State) -> Mapping[str, object]:
    return {
        **_stood(stood(state)),
        "acknowledged": state.acknowledged is not None,
        "acknowledged_level": _level(state.acknowledged),
        "acknowledged_at": _iso(state.acknowledged_at),
        "held": state.held,
        "answer": state.answer,
        "snoozed_until": _iso(state.snoozed_until),
        "snoozed_level": _level(state.snoozed_level),
        "quiet_level": _level(state.quiet_level),
        "quiet_until": _iso(state.quiet_until),
        "muted_by": state.muted_by,
        "frozen": state.frozen,
        "woken": state.woken,
    }


def _answer(taken: Taken) -> Mapping[str, object]:
    """What a person answered; nobody's name is known here."""
    return {
        "at": _iso(taken.at),
        "verb": taken.command.verb,
        "outcome": taken.command.outcome,
        "has_reason": taken.command.has_reason,
        "until": _iso(taken.until),
    }


def _tag(tag: RuleTag) -> Mapping[str, object]:
    """`owned`: it stands in the ledger; `seen_at`: the last read that showed it."""
    mark = tag.mark
    return {
        "tag": tag.name,
        "wanted": tag.wanted,
        "owned": mark is not None,
        "seen_at": None if mark is None else _iso(mark.seen_at),
    }


def _past_rule(one: PastRule) -> Mapping[str, object]:
    again = {**numbers_document(one.again), **_stood(one.again_stood)}
    return {
        **seen_document(one.seen),
        **_stood(one.stood),
        "blocked": one.blocked,
        "frozen": one.seen.is_frozen,
        "source": one.source,
        "phase_source": one.stood_source,
        "differs": list(one.differs),
        "recomputed": again if one.differs else None,
    }


def _former(row: VerdictDay) -> Mapping[str, object]:
    return {
        "rule": row.rule,
        "value": None if row.value is None else str(row.value),
        "operands": operands_document(row.operands),
        "condition": row.condition,
        "direction": row.scale.direction,
        "levels": scale_document(row.scale),
        "source": Source.RECORDED,
    }


def _stood(found: Stood) -> Mapping[str, object]:
    return {
        "phase": found.phase,
        "level": _level(found.level),
        "since": _iso(found.since),
        "clock_seconds": None if found.clock is None else int(found.clock.total_seconds()),
    }


def _level(level: Level | None) -> str | None:
    return None if level is None else level.word


def _day(day: Day) -> str:
    return date.fromordinal(day).isoformat()


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
