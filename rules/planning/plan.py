"""The plan of one helpdesk: the difference between what it should show and what it shows."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from rules.alert import Held
from rules.facts import AccountId
from rules.marks import Mark, MarkKind
from rules.planning.account_moves import move_account
from rules.planning.answers import acknowledged, believe
from rules.planning.case import Case
from rules.planning.change import WHY_OF, Change, Plan, Why, Withheld
from rules.planning.digest import week_of
from rules.planning.guard import Surroundings, guard_alerts, held_alerts
from rules.planning.holds import GUARD, Holds, approved, released, renew, waits, whole_holds
from rules.planning.moves import Moves, merge
from rules.planning.notices import plan_notices
from rules.planning.reconcile import Answers, find_answers
from rules.planning.replies import reply
from rules.planning.scene import Scene
from rules.planning.spoken import speak
from rules.planning.strange import adopt, strange_marks


def plan(scene: Scene) -> Plan:
    """Everything that is to be written now, in order, and everything that is withheld, each with its reason.

    A plan that was applied and read back leaves nothing to plan.
    """
    strange = strange_marks(scene) if scene.is_first or waits(scene, Why.STRANGE) else ()
    if strange and not approved(scene.holds, Why.STRANGE):
        return _whole(scene, Why.STRANGE)
    if strange:
        return _plan(adopt(scene, strange), Answers(), strange)
    answers = find_answers(scene.ledger, scene.reading, _existing(scene))
    if not answers.too_many:
        return _plan(scene, answers)
    release = approved(scene.holds, Why.MISSING)
    if release is None:
        return _whole(_put_back(scene, answers), Why.MISSING)
    if release.answers:
        return _plan(scene, answers)
    return _plan(_put_back(scene, answers), Answers(tickets=answers.tickets))


def _plan(scene: Scene, answers: Answers, adopted: tuple[Mark, ...] = ()) -> Plan:
    scene, settled = believe(scene, answers)
    known = acknowledged(_planned_cases(scene), answers, scene)
    replied = reply(known.cases, scene)
    scene = replied.scene
    answered = speak(replied.cases, (*known.states, *replied.states), scene.rules)
    guarded = guard_alerts(answered.cases, scene.rules, scene.policy.guard, _surroundings(scene))
    spoken = speak(guarded.cases, guarded.states, scene.rules)
    scene = replace(scene, cases={**scene.cases, **spoken.cases})
    ordered = [spoken.cases[account] for account in sorted(spoken.cases)]
    holds = renew({held: held_alerts(ordered, held) for held in Held}, scene)
    scene = replace(scene, holds=holds.after(scene.holds))
    parts = [_move(case, scene) for case in ordered]
    parts.append(plan_notices(ordered, [hold for hold in holds.begun if hold.why in GUARD], scene))
    moves = merge([Moves(marks=adopted), settled, replied.moves, *parts])
    return replace(
        _drawn(moves, holds, scene),
        acknowledged=tuple(sorted({account for account, _ in known.states})),
        states={**known.states, **replied.states, **answered.states, **guarded.states, **spoken.states, **moves.states},
        transitions=(*known.transitions, *replied.transitions),
        answers=replied.answers,
        week=week_of(ordered, scene),
        planned=frozenset(rule for rule in _watching(scene) if rule not in scene.planned),
    )


def _drawn(moves: Moves, holds: Holds, scene: Scene) -> Plan:
    return Plan(
        id=holds.name,
        helpdesk=scene.helpdesk,
        changes=tuple(sorted(moves.changes, key=lambda change: (change.rank, change.account, change.kind))),
        withheld=moves.withheld,
        foreign=moves.foreign,
        absent_fields=moves.absent_fields,
        marks=moves.marks,
        dropped=moves.dropped,
        tickets=moves.tickets,
        messages=moves.messages,
        cancelled=moves.cancelled,
        holds=holds.changed,
    )


def _surroundings(scene: Scene) -> Surroundings:
    return Surroundings(
        at=scene.at,
        active_accounts=scene.active_accounts,
        owners=scene.owners,
        alert_from=scene.writing.alert_from,
        released=released(scene.holds),
    )


def _move(case: Case, scene: Scene) -> Moves:
    """What one account adds, with what it would add were nothing of it held."""
    moves = move_account(case, scene)
    held = [state.held for state in case.states.values() if state.held is not None]
    if not held:
        return moves
    free = case.with_states({rule: replace(state, held=None) for rule, state in case.states.items()})
    made = {(change.kind, change.what) for change in moves.changes}
    kept_back = (change for change in move_account(free, scene).changes if (change.kind, change.what) not in made)
    withheld = tuple(Withheld(change=change, why=WHY_OF[held[0]]) for change in kept_back)
    return replace(moves, withheld=(*moves.withheld, *withheld))


def _whole(scene: Scene, why: Why) -> Plan:
    """A plan of which nothing is written, and nothing told or acknowledged."""
    wanted = _plan(scene, Answers())
    holds = whole_holds(why, scene)
    return Plan(
        id=holds.name,
        helpdesk=scene.helpdesk,
        withheld=(*(_withheld(change, why) for change in wanted.changes), *wanted.withheld),
        foreign=wanted.foreign,
        absent_fields=wanted.absent_fields,
        holds=holds.changed,
    )


def _withheld(change: Change, why: Why) -> Withheld:
    return Withheld(change=change, why=why)


def _put_back(scene: Scene, answers: Answers) -> Scene:
    """The scene in which every missing mark is a lost write."""
    missing = {(mark.account, mark.name) for mark in answers.taken_off}
    marks = tuple(
        replace(mark, seen_at=None) if mark.kind is MarkKind.TAG and (mark.account, mark.name) in missing else mark
        for mark in scene.ledger.marks
    )
    return replace(scene, ledger=replace(scene.ledger, marks=marks))


def _planned_cases(scene: Scene) -> Mapping[AccountId, Case]:
    return {account: case for account, case in scene.cases.items() if scene.is_planned(account)}


def _existing(scene: Scene) -> frozenset[AccountId]:
    return frozenset(account for account, case in scene.cases.items() if case.exists)


def _watching(scene: Scene) -> Iterable[str]:
    return (rule.id for rule in scene.policy.rules if rule.enabled and not rule.shadow)
