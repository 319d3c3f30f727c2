"""Alerts that another alert of the same account speaks for: `muted_by`."""

from collections.abc import Mapping
from dataclasses import replace

from rules.alert import Held, State
from rules.rule import Rule


def mute(states: Mapping[str, State], rules: Mapping[str, Rule]) -> Mapping[str, State]:
    """The states of one account that begin or cease to be muted, by rule id.

    Only a rule that may write mutes others. While the guard holds its alert, others that were told before go on.
    """
    changed = {}
    for name, state in states.items():
        by = _speaker(name, state, states, rules)
        if by != state.muted_by:
            changed[name] = replace(state, muted_by=by)
    return changed


def _speaker(name: str, state: State, states: Mapping[str, State], rules: Mapping[str, Rule]) -> str | None:
    if state.level is None or name not in rules:
        return None
    speaking = (
        other for other in rules[name].muted_by if _speaks(other, states, rules, told=state.told_level is not None)
    )
    return next(speaking, None)


def _speaks(name: str, states: Mapping[str, State], rules: Mapping[str, Rule], *, told: bool) -> bool:
    other, rule = states.get(name), rules.get(name)
    if other is None or rule is None or other.level is None or not rule.enabled or rule.shadow:
        return False
    return not told or other.held in (None, Held.RESOLVE)
