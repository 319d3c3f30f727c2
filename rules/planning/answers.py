"""What people answered, taken into the ledger and the states."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from rules.alert import State, Transition
from rules.facts import AccountId
from rules.judging.answering import acknowledge, has_risen
from rules.planning.case import Case
from rules.planning.change import AlertKey
from rules.planning.moves import Moves
from rules.planning.reconcile import Answers, Ledger, settle
from rules.planning.scene import Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged:
    """The cases with what people answered in their states."""

    cases: Mapping[AccountId, Case]
    states: Mapping[AlertKey, State]
    transitions: tuple[tuple[AlertKey, Transition], ...]


def believe(scene: Scene, answers: Answers) -> tuple[Scene, Moves]:
    """The scene with a ledger that holds what the read confirmed and what people did, and the lines that change."""
    settled = settle(scene.ledger, scene.reading)
    vetoed = (replace(mark, vetoed_at=scene.reading.marks.read_at, seen_at=None) for mark in answers.taken_off)
    marks = {(mark.account, mark.kind, mark.name): mark for mark in (*settled.marks, *vetoed)}
    gone = {(mark.account, mark.kind, mark.name) for mark in settled.dropped}
    tickets = {ticket.key: ticket for ticket in (*settled.tickets, *answers.tickets)}
    kept = ((mark, (mark.account, mark.kind, mark.name)) for mark in scene.ledger.marks)
    ledger = Ledger(
        marks=tuple(marks.get(key, mark) for mark, key in kept if key not in gone),
        tickets=tuple(tickets.get(ticket.key, ticket) for ticket in scene.ledger.tickets),
        messages=scene.ledger.messages,
    )
    moves = Moves(marks=tuple(marks.values()), dropped=settled.dropped, tickets=tuple(tickets.values()))
    return replace(scene, ledger=ledger), moves


def acknowledged(cases: Mapping[AccountId, Case], answers: Answers, scene: Scene) -> Acknowledged:
    """Every alert that was told on an account is known at its level to whoever answered there."""
    changed: dict[AccountId, dict[str, State]] = defaultdict(dict)
    transitions: list[tuple[AlertKey, Transition]] = []
    for account in sorted(answers.accounts & cases.keys()):
        for rule, state in cases[account].states.items():
            after, steps = acknowledge(state, scene.reading.marks.read_at)
            if steps and rule in scene.rules and state.told_level is not None and not has_risen(state):
                changed[account][rule] = after
                transitions += [((account, rule), step) for step in steps]
    return Acknowledged(
        cases={account: case.with_states(changed.get(account, {})) for account, case in cases.items()},
        states={(account, rule): state for account, found in changed.items() for rule, state in found.items()},
        transitions=tuple(transitions),
    )
