"""What rules say of each other: who mutes whom, and which ids a rule had before."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence

from connector.rulefiles.drafts import Draft
from connector.yaml.marks import Problem
from rules.language.suggestion import did_you_mean


def bond_problems(drafts: Sequence[Draft]) -> Iterator[Problem]:
    """Muting by no rule or in a circle, and former ids that are somebody else's."""
    named = {draft.keys.id: draft for draft in drafts if draft.keys.id}
    yield from _unknown_muters(named)
    yield from _circles(named)
    yield from _former_ids(named)


def _unknown_muters(named: Mapping[str, Draft]) -> Iterator[Problem]:
    for name, draft in named.items():
        for index, muter in enumerate(draft.keys.muted_by or ()):
            if muter == name:
                yield draft.spot("muted_by", index).problem(f"{draft.name}a rule cannot mute itself")
            elif muter not in named:
                sentence = f"muted_by: there is no rule '{muter}'{did_you_mean(muter, named)}"
                yield draft.spot("muted_by", index).problem(f"{draft.name}{sentence}")


def _circles(named: Mapping[str, Draft]) -> Iterator[Problem]:
    """Each circle once, at the first rule in it."""
    told: set[frozenset[str]] = set()
    for name, draft in named.items():
        for index, muter in enumerate(draft.keys.muted_by or ()):
            path = () if muter == name else _path(named, muter, name)
            if path and frozenset(path) not in told:
                told.add(frozenset(path))
                sentence = f"muted_by: rules mute each other in a circle: {' by '.join((name, *path))}"
                yield draft.spot("muted_by", index).problem(f"{draft.name}{sentence}")


def _path(named: Mapping[str, Draft], first: str, last: str) -> tuple[str, ...]:
    """The shortest way from one rule to another along `muted_by`, both included; () where there is none."""
    came: dict[str, str | None] = {first: None}
    waiting = deque([first])
    while waiting:
        here = waiting.popleft()
        if here == last:
            return _walked(came, last)
        following = (named[here].keys.muted_by or ()) if here in named else ()
        for name in following:
            if name not in came:
                came[name] = here
                waiting.append(name)
    return ()


def _walked(came: Mapping[str, str | None], last: str) -> tuple[str, ...]:
    path = [last]
    while (before := came[path[-1]]) is not None:
        path.append(before)
    return tuple(reversed(path))


def _former_ids(named: Mapping[str, Draft]) -> Iterator[Problem]:
    taken: dict[str, str] = {}
    for name, draft in named.items():
        for index, former in enumerate(draft.keys.previously or ()):
            if former in named:
                sentence = f"previously: '{former}' is the id of a rule that is still there"
                yield draft.spot("previously", index).problem(f"{draft.name}{sentence}")
            elif taken.setdefault(former, name) != name:
                sentence = f"previously: '{former}' is a former id of rule '{taken[former]}' already"
                yield draft.spot("previously", index).problem(f"{draft.name}{sentence}")
