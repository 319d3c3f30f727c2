"""Rules that got another id: their states move with them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rules.alert import State
from rules.rule import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed:
    """The states of one account by the ids that rules have now."""

    states: Mapping[str, State]
    moved: Mapping[str, str] = field(default_factory=dict)
    """New ids by the former ones, of those that moved."""


def rename(states: Mapping[str, State], rules: Iterable[Rule]) -> Renamed:
    """Give the state of a former id to the rule that names it; a rule that has a state of its own keeps that."""
    moved: dict[str, str] = {}
    for rule in rules:
        former = next((old for old in rule.previously if old in states and old not in moved), None)
        if former is not None and rule.id not in states:
            moved[former] = rule.id
    if not moved:
        return Renamed(states=states)
    return Renamed(states={moved.get(name, name): state for name, state in states.items()}, moved=moved)
