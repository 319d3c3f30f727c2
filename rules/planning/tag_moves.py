"""Account tags: what is added, what is taken off, and what people decided."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from rules.facts import AccountId
from rules.marks import Mark, MarkKind, WriteKind
from rules.planning.case import Alert, Case, shown, standing
from rules.planning.change import Cause, Change, Rank, Waiting, Why, Withheld
from rules.planning.desired import level_tag, tags_of
from rules.planning.moves import Moves
from rules.planning.scene import Scene
from rules.rule import Level

_RANK = {Level.RED: Rank.RED, Level.AMBER: Rank.AMBER, Level.WATCH: Rank.WATCH}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tags:
    account: AccountId
    desired: frozenset[str]
    vetoed: frozenset[str]
    actual: frozenset[str]
    partly: frozenset[str]
    owned: dict[str, Mark]
    rank: Rank
    former: frozenset[str]
    """Tags of ids that rules had before: the new one is added first."""

    @property
    def added(self) -> frozenset[str]:
        return self.desired - (self.actual - self.partly) - self.vetoed

    @property
    def removed(self) -> frozenset[str]:
        ours = {tag for tag, mark in self.owned.items() if mark.vetoed_at is None}
        return (self.actual & ours) - self.desired


def plan_tags(case: Case, scene: Scene) -> Moves:
    """Add what is desired, neither wholly shown nor vetoed; remove what is shown, ours and no longer desired."""
    marks = scene.shown[case.account]
    alerts = shown(case, scene.rules)
    owned = {mark.name: mark for mark in scene.marks(case.account) if mark.kind is MarkKind.TAG}
    tags = _Tags(
        account=case.account,
        desired=frozenset().union(*(tags_of(alert, scene.writing) for alert in alerts)),
        vetoed=_vetoed(alerts, owned, scene),
        actual=marks.tags,
        partly=marks.partly,
        owned=owned,
        rank=rank_of(alerts),
        former=_former(alerts, scene),
    )
    if not scene.reading.marks.tagging_on:
        return Moves(withheld=tuple(Withheld(change=change, why=Why.TAGGING_OFF) for change in _changes(tags)))
    return replace(_moves(tags, standing(case, scene.rules), scene), foreign=_foreign(tags, scene))


def rank_of(alerts: tuple[Alert, ...]) -> Rank:
    """The place in the order of changes that the loudest alert gives."""
    return _RANK[alerts[0].level] if alerts else Rank.REMOVAL


def _former(alerts: tuple[Alert, ...], scene: Scene) -> frozenset[str]:
    ids = {old for alert in alerts for old in alert.rule.previously}
    return frozenset(level_tag(old, level, scene.writing) for old in ids for level in Level)


def _vetoed(alerts: tuple[Alert, ...], owned: dict[str, Mark], scene: Scene) -> frozenset[str]:
    """Tags that only alerts ask for which a person answered by taking our tag off, at this level or above."""
    tags: dict[str, bool] = {}
    for alert in alerts:
        for tag in tags_of(alert, scene.writing):
            tags[tag] = tags.get(tag, True) and _is_vetoed(alert, owned)
    return frozenset(tag for tag, vetoed in tags.items() if vetoed)


def _is_vetoed(alert: Alert, owned: dict[str, Mark]) -> bool:
    answered = alert.state.acknowledged
    return answered is not None and alert.level <= answered and any(_covers(mark, alert) for mark in owned.values())


def _covers(mark: Mark, alert: Alert) -> bool:
    """Whether a tag was taken off in the alert's present episode."""
    opened = alert.state.opened_at
    return mark.vetoed_at is not None and (opened is None or opened <= mark.vetoed_at)


def _changes(tags: _Tags) -> Iterator[Change]:
    if tags.added:
        lost = any(tag in tags.owned for tag in tags.added)
        cause = Cause.LOST if lost else Cause.WANTED
        yield _change(tags, WriteKind.ADD_TAG, tags.added, cause, tags.rank)
    if tags.removed:
        rank = tags.rank if tags.added and tags.removed <= tags.former else Rank.REMOVAL
        yield _change(tags, WriteKind.REMOVE_TAG, tags.removed, Cause.UNWANTED, rank)


def _change(tags: _Tags, kind: WriteKind, names: frozenset[str], cause: Cause, rank: Rank) -> Change:
    ordered = sorted(names)
    return Change(
        account=tags.account, kind=kind, what=", ".join(ordered), reason=cause, rank=rank, body={"tags": ordered}
    )


def _moves(tags: _Tags, alerts: tuple[Alert, ...], scene: Scene) -> Moves:
    moves = coalesce(tuple(_changes(tags)), scene.waits(tags.account, WriteKind.ADD_TAG, WriteKind.REMOVE_TAG))
    adds = any(change.kind is WriteKind.ADD_TAG for change in moves.changes)
    wanted = tuple(_wanted(tags, tag, scene) for tag in sorted(tags.added)) if adds else ()
    changed = (_changed(mark, tags, scene) for tag, mark in tags.owned.items() if tag not in tags.added)
    dropped = tuple(mark for mark in tags.owned.values() if _is_over(mark, tags, alerts))
    return replace(moves, marks=(*wanted, *(mark for mark in changed if mark is not None)), dropped=dropped)


def _wanted(tags: _Tags, tag: str, scene: Scene) -> Mark:
    return Mark(account=tags.account, kind=MarkKind.TAG, name=tag, wanted_at=scene.at)


def _changed(mark: Mark, tags: _Tags, scene: Scene) -> Mark | None:
    """A mark that is now taken away, or whose removal is called off; None for one that stays as it is.

    A removal that was called off may still arrive, so the mark counts as not seen.
    """
    if mark.name in tags.removed:
        return replace(mark, unwanted_at=scene.at) if mark.unwanted_at is None else None
    if mark.unwanted_at is not None and mark.name in tags.desired:
        return replace(mark, unwanted_at=None, wanted_at=scene.at, seen_at=None)
    return None


def _is_over(mark: Mark, tags: _Tags, alerts: tuple[Alert, ...]) -> bool:
    """Whether a line may leave the ledger: neither wanted nor shown, and no veto that still holds."""
    if mark.vetoed_at is not None:
        return mark.name not in tags.added and not any(_covers(mark, alert) for alert in alerts)
    return mark.name not in tags.desired and mark.name not in tags.actual


def _foreign(tags: _Tags, scene: Scene) -> tuple[tuple[AccountId, str], ...]:
    strange = {tag for tag in tags.actual if tag.startswith(scene.writing.prefix)} - tags.owned.keys()
    return tuple((tags.account, tag) for tag in sorted(strange))


def coalesce(changes: tuple[Change, ...], waiting: tuple[Waiting, ...]) -> Moves:
    """Set changes against what of their kinds is still in the outbox.

    The same write stays where it is, a refused one keeps the change back, one that is underway too; the rest is
    cancelled, for the new plan knows better.
    """
    made, withheld, kept = [], [], set()
    for change in changes:
        same = [row for row in waiting if row.kind is change.kind and _is_same(row, change)]
        if any(row.parked for row in same):
            withheld.append(Withheld(change=change, why=Why.PARKED))
        elif any(row.underway for row in waiting if row.kind is change.kind):
            withheld.append(Withheld(change=change, why=Why.UNDERWAY))
        elif not same:
            made.append(change)
        kept |= {row.id for row in same}
    cancelled = tuple(row.id for row in waiting if row.id not in kept and not row.underway)
    return Moves(changes=tuple(made), withheld=tuple(withheld), cancelled=cancelled)


def _is_same(row: Waiting, change: Change) -> bool:
    """A refused write of fields stands for any other of the account: the day's numbers would be refused as well."""
    if row.parked and row.kind is WriteKind.SET_FIELD:
        return True
    return dict(row.body) == dict(change.body)
