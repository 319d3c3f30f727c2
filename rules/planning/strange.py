"""Marks of our kind that this store did not write: a lost store, or a second installation."""

from dataclasses import replace

from rules.marks import AccountMarks, Mark, MarkKind
from rules.planning.desired import FIELDS, level_tag, review_tag
from rules.planning.scene import Scene


def strange_marks(scene: Scene) -> tuple[Mark, ...]:
    """Every tag and field value that looks as if we had written it and stands in no ledger.

    A tag with our prefix that no rule of ours would write is somebody else's and is not among them.
    """
    owned = {(mark.account, mark.kind, mark.name) for mark in scene.ledger.marks}
    tags = _our_tags(scene)
    found = (mark for shown in scene.shown.values() for mark in _marks(shown, tags, scene))
    return tuple(mark for mark in found if (mark.account, mark.kind, mark.name) not in owned)


def adopt(scene: Scene, strange: tuple[Mark, ...]) -> Scene:
    """The scene in which these marks are ours."""
    return replace(scene, ledger=replace(scene.ledger, marks=(*scene.ledger.marks, *strange)))


def _our_tags(scene: Scene) -> frozenset[str]:
    levels = {level_tag(rule.id, level, scene.writing) for rule in scene.policy.rules for level, _ in rule.levels}
    named = {rule.tag for rule in scene.policy.rules if rule.tag}
    return frozenset({review_tag(scene.writing), *levels, *named})


def _marks(shown: AccountMarks, tags: frozenset[str], scene: Scene) -> list[Mark]:
    keys = {f"{scene.writing.prefix}{name}" for name in FIELDS}
    read_at = scene.reading.marks.read_at
    found = [
        Mark(account=shown.account, kind=MarkKind.TAG, name=tag, wanted_at=read_at, seen_at=read_at)
        for tag in sorted(shown.tags & tags)
    ]
    found += [
        Mark(account=shown.account, kind=MarkKind.FIELD, name=key, value=value, wanted_at=read_at, seen_at=read_at)
        for key, value in sorted(shown.fields.items())
        if key in keys and value
    ]
    return found
