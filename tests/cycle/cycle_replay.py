"""Nights that were lived, and what a backtest makes of them: the steps of both, side by side."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from cycle_desk import NAME, Desk

from connector.progress import Silent
from connector.reports.replaying import find_ground
from rules.alert import Reason, Step, Transition
from rules.backtest.replay import Passed, Past, replay, track
from rules.facts import AccountId
from rules.judging.judge import course

HIDDEN = timedelta(seconds=60)
"""The newest minute is hidden from everybody."""

Moved = tuple[str, str, datetime, Step, object, object, tuple[Reason, object]]


def replayed(desk: Desk) -> Iterator[tuple[AccountId, Passed]]:
    """What the judge makes of the same nights afterwards."""
    ground = find_ground(desk.store, desk.installation.settings.helpdesks[0], Silent())
    yardstick = ground.yardstick
    nights = course(yardstick.calendar, yardstick.facts_from, yardstick.as_of, ground.settings.policy.grace)
    past = Past(course=nights, peaks_from=yardstick.facts_from)
    tracks = [track(watched) for watched in yardstick.watches]
    for subject, sight in ground.sights():
        yield from ((subject.id, passed) for passed in replay(subject.id, sight, tracks, past))


def again(desk: Desk, after: datetime) -> Counter[Moved]:
    """The steps that it takes."""
    moved = ((_moved(account, passed.rule.id, one) for one in passed.transitions) for account, passed in replayed(desk))
    return Counter(one for several in moved for one in several if one[2] > after)


def lived_through(desk: Desk, after: datetime) -> Counter[Moved]:
    """The steps that the log has."""
    rows = desk.store.transitions(NAME)
    return Counter(_moved(row.account, row.rule, row.transition) for row in rows if row.transition.at > after)


def _moved(account: AccountId, rule: str, one: Transition) -> Moved:
    """All of it but the number of the episode: a first run counts none that ended before it."""
    return (
        account,
        rule,
        one.at,
        one.step,
        (one.phase_before, one.phase_after),
        (one.level_before, one.level_after),
        (one.reason, one.value),
    )
