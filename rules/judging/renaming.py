"""Rules that got another id: what is known of them moves along."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from rules.rule import Rule

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed(Generic[_T]):
    """What is known of rules, such as the states of one account, by the ids that they have now."""

    by_rule: Mapping[str, _T]
    moved: Mapping[str, str] = field(default_factory=dict)
    """New ids by the former ones, of those that moved."""


def rename(known: Mapping[str, _T], rules: Iterable[Rule]) -> Renamed[_T]:
    """Give what is known of a former id to the rule that names it; a rule of which something is known keeps that."""
    moved: dict[str, str] = {}
    for rule in rules:
        former = next((old for old in rule.previously if old in known and old not in moved), None)
        if former is not None and rule.id not in known:
            moved[former] = rule.id
    if not moved:
        return Renamed(by_rule=known)
    return Renamed(by_rule={moved.get(name, name): one for name, one in known.items()}, moved=moved)
