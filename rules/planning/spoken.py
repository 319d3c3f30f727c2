"""Which alerts others speak for, after people answered and the guard decided."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rules.alert import State
from rules.facts import AccountId
from rules.judging.muting import mute
from rules.planning.case import Case
from rules.planning.change import AlertKey
from rules.rule import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """The cases with what changed by that in their states."""

    cases: Mapping[AccountId, Case]
    states: Mapping[AlertKey, State]


def speak(cases: Mapping[AccountId, Case], changed: Iterable[AlertKey], rules: Mapping[str, Rule]) -> Spoken:
    """Look again at the accounts of which alerts changed since they were judged: one of these may have spoken."""
    accounts = sorted({account for account, _ in changed})
    found = {account: mute(cases[account].states, rules) for account in accounts}
    return Spoken(
        cases={**cases, **{account: cases[account].with_states(states) for account, states in found.items()}},
        states={(account, rule): state for account, states in found.items() for rule, state in states.items()},
    )
