"""The tags that rules write: no two rules share one, and none is a tag of touchcost itself or a person's command."""

from collections.abc import Iterator, Sequence

from connector.rulefiles.drafts import Draft
from connector.yaml.marks import Problem
from rules.rule import Rule


def tag_problems(rules: Sequence[tuple[Draft, Rule]], prefix: str) -> Iterator[Problem]:
    """Every tag that is taken already, at the later rule."""
    taken = {f"{prefix}review": "every account for review", f"{prefix}alert": "every alert ticket"}
    for draft, rule in rules:
        where = draft.spot("tag" if rule.tag else "id")
        if rule.tag and rule.tag.startswith(tuple(f"{prefix}{word}" for word in ("ack", "snooze_", "never_"))):
            yield where.problem(f"{draft.name}the tag '{rule.tag}' is a person's command")
        for tag in _tags(rule, prefix):
            if taken.get(tag, f"rule '{rule.id}'") != f"rule '{rule.id}'":
                yield where.problem(f"{draft.name}the tag '{tag}' is already that of {taken[tag]}")
        taken |= dict.fromkeys(_tags(rule, prefix), f"rule '{rule.id}'")


def _tags(rule: Rule, prefix: str) -> tuple[str, ...]:
    if rule.tag is not None:
        return (rule.tag,) if rule.tag else ()
    stem = f"{prefix}{rule.id.replace('-', '_')}"
    return tuple(f"{stem}_{level.word}" for level in rule.reachable)
