"""Organisation fields: what is written at once, at the turn of the day, once a week, or not at all."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from rules.alert import Held
from rules.facts import AccountId
from rules.marks import Mark, MarkKind, WriteKind
from rules.planning.case import Alert, Case, on_hold, shown, standing
from rules.planning.change import Cause, Change, Rank
from rules.planning.desired import AS_OF, AT_ONCE, desired_fields, field_names
from rules.planning.moves import Moves
from rules.planning.reconcile import same
from rules.planning.scene import Scene
from rules.planning.tag_moves import coalesce

_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fields:
    account: AccountId
    desired: Mapping[str, str | None]
    actual: Mapping[str, str | None]
    """Only the fields that the helpdesk has."""
    owned: Mapping[str, Mark]
    alerted: bool
    names: tuple[str, ...]
    """What is written for this account, without the prefix."""

    @property
    def differing(self) -> frozenset[str]:
        return frozenset(key for key, value in self.desired.items() if not same(self.actual[key], value))


def plan_fields(case: Case, ticket: str | None, scene: Scene) -> Moves:
    """Write the fields of one account. `ticket` is the link of its alert ticket, or its key while it has no id."""
    alerts = shown(case, scene.rules) or on_hold(case, scene.rules)
    wanted = desired_fields(case, scene.rules, ticket, scene.writing, scene.calendar) if case.is_reviewed else {}
    fields = _fields(case, alerts, wanted, scene)
    cause = _cause(fields, scene)
    if cause is None or _is_quiet(case, alerts, fields, scene):
        return replace(_confirmed(fields, scene), absent_fields=frozenset(wanted) - fields.actual.keys())
    written = {key: fields.desired[key] for key in sorted(fields.differing)} | _as_of(fields, scene)
    moves = coalesce((_change(fields, written, cause),), scene.waits(case.account, WriteKind.SET_FIELD))
    marks = [_mark(fields, key, value, scene) for key, value in written.items()] if moves.changes else []
    return replace(moves, marks=tuple(marks), absent_fields=frozenset(wanted) - fields.actual.keys())


def _fields(case: Case, alerts: tuple[Alert, ...], wanted: Mapping[str, str | None], scene: Scene) -> _Fields:
    actual = scene.shown[case.account].fields
    owned = {mark.name: mark for mark in scene.marks(case.account) if mark.kind is MarkKind.FIELD}
    names = field_names(scene.writing) if case.is_reviewed else ()
    as_of = f"{scene.writing.prefix}{AS_OF}" if AS_OF in names else None
    emptied = {key: None for key in owned if key not in wanted and key != as_of}
    desired = {key: value for key, value in {**emptied, **wanted}.items() if key in actual}
    return _Fields(account=case.account, desired=desired, actual=actual, owned=owned, alerted=bool(alerts), names=names)


def _is_quiet(case: Case, alerts: tuple[Alert, ...], fields: _Fields, scene: Scene) -> bool:
    """Accounts of which nothing is written: a resolve or all their alerts are held, or there is nothing to show yet."""
    if any(alert.state.held is Held.RESOLVE for alert in alerts):
        return True
    if fields.owned or alerts:
        return False
    numbers = [value for key, value in fields.desired.items() if key.endswith("_90d")]
    return bool(standing(case, scene.rules)) or not any(value not in (None, "0", "0.00") for value in numbers)


def _cause(fields: _Fields, scene: Scene) -> Cause | None:
    """Why the fields are written now; None when they are not."""
    differing = fields.differing
    if not differing:
        return None
    if any(_is_lost(fields, key) for key in differing):
        return Cause.LOST
    if any(_is_due(fields, key, scene) for key in differing):
        return Cause.STATE
    return Cause.NUMBERS if scene.day_turned and (fields.alerted or _is_a_week_old(fields, scene)) else None


def _is_lost(fields: _Fields, key: str) -> bool:
    mark = fields.owned.get(key)
    return mark is not None and mark.seen_at is None and same(mark.value, fields.desired[key])


def _is_due(fields: _Fields, key: str, scene: Scene) -> bool:
    """State, why, since and ticket at once, where we want something else than what we wrote; and what we clear."""
    mark = fields.owned.get(key)
    if mark is None:
        return fields.alerted and key in _at_once(scene)
    cleared = key.removeprefix(scene.writing.prefix) not in fields.names
    return (key in _at_once(scene) or cleared) and not same(mark.value, fields.desired[key])


def _at_once(scene: Scene) -> frozenset[str]:
    return frozenset(f"{scene.writing.prefix}{name}" for name in AT_ONCE)


def _is_a_week_old(fields: _Fields, scene: Scene) -> bool:
    written = max((mark.wanted_at for mark in fields.owned.values()), default=None)
    return written is None or scene.at - written >= _WEEK


def _change(fields: _Fields, written: Mapping[str, str | None], cause: Cause) -> Change:
    return Change(
        account=fields.account,
        kind=WriteKind.SET_FIELD,
        what=", ".join(written),
        reason=cause,
        rank=Rank.FIELDS,
        body={"fields": dict(written)},
    )


def _as_of(fields: _Fields, scene: Scene) -> dict[str, str | None]:
    key = f"{scene.writing.prefix}{AS_OF}"
    if key not in fields.actual or AS_OF not in fields.names:
        return {}
    return {key: scene.calendar.shown(scene.as_of).isoformat()}


def _mark(fields: _Fields, key: str, value: str | None, scene: Scene) -> Mark:
    return Mark(account=fields.account, kind=MarkKind.FIELD, name=key, value=value, wanted_at=scene.at)


def _confirmed(fields: _Fields, scene: Scene) -> Moves:
    """What shows as it should is brought up to date in the ledger, and what was emptied leaves it."""
    right = [key for key in fields.owned if key in fields.desired and key not in fields.differing]
    marks = [
        replace(fields.owned[key], value=fields.desired[key], seen_at=scene.reading.marks.read_at)
        for key in right
        if not same(fields.owned[key].value, fields.desired[key])
    ]
    empty = tuple(fields.owned[key] for key in right if fields.desired[key] is None)
    idle = [row.id for row in scene.waits(fields.account, WriteKind.SET_FIELD) if not row.underway]
    return Moves(
        marks=tuple(mark for mark in marks if mark.value is not None),
        dropped=empty,
        cancelled=() if fields.differing else tuple(idle),
    )
