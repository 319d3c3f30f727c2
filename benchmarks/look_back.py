"""A first run of the starter rules on accounts that are over a line all year: `python -m benchmarks.look_back`.

Prints the CPU seconds of judging every midnight of the year, and how many days are to be remembered with what was seen
on them.
"""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from connector.reports.backtesting import read_policy
from rules.counting.cost import Pricing
from rules.counting.revenue import Monthly
from rules.days import Calendar
from rules.facts import AccountId, Day, Kind, Method, Rate
from rules.judging.judge import Sight, course, judge
from rules.judging.watch import watch
from rules.measuring.measure import DayRow, History, Metrics, Subject, measure

_ACCOUNTS, _DAYS = 200, 365
_AS_OF = datetime(2026, 11, 24, 10, tzinfo=UTC)
_ROME = Calendar(ZoneInfo("Europe/Rome"))
_TODAY = _ROME.today(_AS_OF)
_FIRST = Day(_TODAY - _DAYS)


def _totals(chance: Random) -> Iterator[DayRow]:
    """A busy account's year: five tickets a day, some hours of work, some reopens."""
    for day in range(_FIRST, _TODAY + 1):
        yield DayRow(Day(day), "", "", None, None, 0, 0, 5, 4, chance.randrange(3))
        for kind in (Kind.REPLY, Kind.NOTE):
            seconds = 600 + chance.randrange(1800)
            yield DayRow(Day(day), "Tier 1", "email", kind, Method.MEASURED, 5, seconds, 0, 0, 0)


def _sights() -> Iterator[Sight]:
    pricing = Pricing(
        rates=(Rate(per_hour=Decimal(60), group=None, first=None),), minutes={}, currency="EUR", gross_margin=None
    )
    monthly = Monthly(amount=Decimal("1234.56"), currency="EUR")
    for number in range(_ACCOUNTS):
        account = AccountId(str(number))
        subject = Subject(id=account, name="Account", begun=Day(_FIRST - 400), monthly=monthly)
        history = History(tuple(_totals(Random(number))))  # noqa: S311 - not a secret.
        yield Sight(measure=partial(_measure, subject, history, pricing), begun=subject.begun)


def _measure(subject: Subject, history: History, pricing: Pricing, day: Day) -> Metrics:
    return measure(subject, history, pricing, day, _FIRST)


def run() -> dict[str, object]:
    """CPU seconds and remembered days."""
    policy = read_policy(["builtin:starter"], Path(), "care_")
    watches, ahead = [watch(rule) for rule in policy.rules], course(_ROME, _FIRST, _AS_OF, policy.grace)
    sights = list(_sights())
    before = time.process_time()
    judged = [one for sight in sights for one in judge(sight, watches, {}, ahead)]
    spent = time.process_time() - before
    return {"accounts": _ACCOUNTS, "days": sum(len(one.days) for one in judged), "cpu": round(spent, 2)}


if __name__ == "__main__":
    print(json.dumps(run()))
