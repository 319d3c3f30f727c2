"""What the guard holds from one plan to the next, and what people approve."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count, product
from string import ascii_lowercase

from rules.alert import Held
from rules.facts import AccountId
from rules.planning.change import WHY_OF, AlertKey, Hold, Why
from rules.planning.scene import Scene

GUARD = frozenset(WHY_OF.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Holds:
    """The holds after a plan."""

    name: str
    """The plan's own name: that of what it holds first, else the next free one."""
    changed: tuple[Hold, ...] = ()
    begun: tuple[Hold, ...] = ()
    """The new ones among them."""

    def after(self, before: Iterable[Hold]) -> tuple[Hold, ...]:
        """Every hold as it is now."""
        return tuple({hold.id: hold for hold in (*before, *self.changed)}.values())


def reviews(hold: Hold, scene: Scene) -> int:
    """The accounts that it keeps from being for review, or for review; those that are only watched are none."""
    return len({account for account, rule in hold.alerts if _is_loud(account, rule, scene)})


def _is_loud(account: AccountId, rule: str, scene: Scene) -> bool:
    case = scene.cases.get(account)
    state = None if case is None else case.states.get(rule)
    if state is None:
        return True
    level = state.level or state.told_level
    return level is None or level >= scene.writing.alert_from


def approved(holds: Sequence[Hold], why: Why) -> Hold | None:
    """A hold of this kind that somebody approved and no plan has used yet."""
    found = (hold for hold in holds if hold.why is why and hold.is_waiting and hold.approved_at is not None)
    return next(found, None)


def waits(scene: Scene, why: Why) -> bool:
    """Whether a hold of this kind is not used up yet."""
    return _present(scene, why) is not None


def released(holds: Sequence[Hold]) -> frozenset[AlertKey]:
    """Every alert that somebody approved."""
    usable = (hold for hold in holds if hold.why in GUARD and hold.is_waiting and hold.approved_at is not None)
    return frozenset().union(*(hold.alerts for hold in usable))


def renew(held: Mapping[Held, frozenset[AlertKey]], scene: Scene) -> Holds:
    """Holds of the guard begin, go on with what is held now, or end; those of whole plans end."""
    begun, changed = [], []
    names = _free_names(scene)
    for kind, alerts in held.items():
        why = WHY_OF[kind]
        present = _present(scene, why)
        if present is not None and (present.approved_at is not None or not alerts):
            changed.append(replace(present, ended_at=scene.at))
            present = None
        if present is None and alerts:
            begun.append(Hold(id=next(names), why=why, made_at=scene.at, alerts=alerts))
        elif present is not None and present.alerts != alerts:
            changed.append(replace(present, alerts=alerts))
    whole = [hold for hold in scene.holds if hold.is_waiting and hold.why not in GUARD]
    changed += [replace(hold, ended_at=scene.at) for hold in whole]
    name = begun[0].id if begun else next(names)
    return Holds(name=name, changed=(*changed, *begun), begun=tuple(begun))


def whole_holds(why: Why, scene: Scene) -> Holds:
    """What waits for an answer while nothing at all is written: of missing marks either of two."""
    present = [hold for hold in scene.holds if hold.is_waiting and hold.why is why]
    if present:
        return Holds(name=present[0].id)
    names = _free_names(scene)
    answers = (False, True) if why is Why.MISSING else (False,)
    begun = tuple(Hold(id=next(names), why=why, made_at=scene.at, answers=answer) for answer in answers)
    return Holds(name=begun[0].id, changed=begun, begun=begun)


def _present(scene: Scene, why: Why) -> Hold | None:
    return next((hold for hold in scene.holds if hold.is_waiting and hold.why is why), None)


def _free_names(scene: Scene) -> Iterator[str]:
    """2026-11-22-a, -b … -z, -aa …, without those that are taken."""
    day = scene.at.astimezone(scene.calendar.zone).date().isoformat()
    taken = {hold.id for hold in scene.holds}
    for length in count(1):
        for letters in product(ascii_lowercase, repeat=length):
            name = f"{day}-{''.join(letters)}"
            if name not in taken:
                yield name
