"""What the customers of a lively helpdesk are like: how many tickets, how long, and what they pay.

The distributions are those of two real service desks: 3 to 5 tickets per customer in the median and
some 30 times that at the top, about 5 touches per ticket; volume and effort per ticket are separate.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from connector.simulator.records import Value

STEADY = "steady"
CALMING = "calming"
# What a minute of an agent costs by the rate that the demo's configuration names: 60 an hour.
COST_PER_MINUTE = 1.0
WORKING_DAYS_A_WEEK = 5
_FOR_EVER = 10_000
_SMALL, _MIDDLE = 300, 1500


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One customer. From `busy_from` to before `busy_to`, in days from the turn, volume is times `factor`.

    `per_week` counts tickets, `touches` those of agents on one ticket, `minutes` the length of one, and
    `reopens` is the share of solved tickets that the customer answers. `share` is what support costs of
    what they pay, in the 90 days before day `priced_at`.
    """

    kind: str
    per_week: float
    touches: float = 4.7
    minutes: float = 6.0
    reopens: float = 0.045
    factor: float = 1.0
    busy_from: int = 0
    busy_to: int = 0
    share: float = 0.05
    priced_at: int = 0
    born: int = -700

    def per_day(self, day: int) -> float:
        """Tickets expected on a working day, `day` days after the turn; none before they were customers."""
        if day < self.born:
            return 0.0
        return self.per_week / WORKING_DAYS_A_WEEK * (self.factor if self.is_busy(day) else 1.0)

    def is_busy(self, day: int) -> bool:
        """Whether this is a day on which things go wrong."""
        return self.busy_from <= day < self.busy_to

    @property
    def month(self) -> float:
        """What they pay a month, so that support costs `share` of it."""
        days = range(self.priced_at - 90, self.priced_at)
        tickets = sum(self.per_day(day) for day in days) * WORKING_DAYS_A_WEEK / 7
        cost = tickets * self.touches * self.minutes * COST_PER_MINUTE
        return max(40.0, round(cost / 3 / self.share, -1))


# Customers with whom something goes wrong, each in another way. At the turn some have crossed a line, a year ago or
# this month, and `calming` is on its way back; `surge`, `beginner`, `rising` and `late` follow, in this order.
TROUBLED = (
    Profile(kind="costly", per_week=0.35, touches=6, minutes=9, factor=9, busy_from=-70, busy_to=_FOR_EVER, share=0.6),
    Profile(kind="reopening", per_week=2.2, reopens=0.65, share=0.12),
    Profile(kind="surge", per_week=0.8, factor=14, busy_from=-14, busy_to=_FOR_EVER, share=0.24),
    Profile(kind="long", per_week=1.2, touches=15.0, minutes=8.0, share=0.6),
    Profile(kind="newcomer", per_week=0.5, factor=16, busy_from=-24, busy_to=8, touches=5.5, share=0.5, born=-24),
    Profile(kind=CALMING, per_week=0.25, factor=18, busy_from=-110, busy_to=-60, reopens=0.02, share=0.42),
    Profile(kind="rising", per_week=0.6, factor=14, busy_from=3, busy_to=_FOR_EVER, share=0.7, priced_at=60),
    Profile(kind="late", per_week=0.4, factor=20, busy_from=24, busy_to=_FOR_EVER, share=0.55, priced_at=60),
    Profile(kind="beginner", per_week=0.3, factor=18, busy_from=8, busy_to=24, share=0.3, priced_at=30, born=-12),
)


def profiles(random: Random, accounts: int) -> list[Profile]:
    """A troubled customer of each kind in every 60, the others steady and heavy-tailed."""
    rounds = max(1, accounts // 60)
    troubled = [replace(one, per_week=one.per_week * random.uniform(0.85, 1.2)) for one in TROUBLED * rounds]
    steady = [_steady(random) for _ in range(max(0, accounts - len(troubled)))]
    mixed = [*troubled, *steady][:accounts]
    random.shuffle(mixed)
    return mixed


def _steady(random: Random) -> Profile:
    return Profile(
        kind=STEADY,
        per_week=min(20.0, random.lognormvariate(-1.4, 1.1)),
        touches=random.uniform(3.6, 5.8),
        minutes=random.uniform(4.5, 8.0),
        share=min(0.14, random.lognormvariate(-3.1, 0.5)),
        born=-random.randrange(200, 1400),
    )


def fields_of(profile: Profile, random: Random, turn: date) -> Mapping[str, Value]:
    """The organisation's fields; about one in twelve has no revenue."""
    month = profile.month
    begin = turn + timedelta(days=profile.born)
    years = (turn.year - begin.year) + 1
    known: dict[str, Value] = {
        "seats": max(1, int(month / 25)),
        "segment": _segment(month),
        "contract_start": begin.isoformat(),
        "contract_end": (begin + timedelta(days=365 * years)).isoformat(),
        "csm": f"Owner {random.randrange(1, 5)}",
        "customer_status": "active",
    }
    if profile.kind == STEADY and random.random() < 1 / 12:
        return known
    return {"mrr": month, "currency": "EUR", **known}


def _segment(month: float) -> str:
    if month < _SMALL:
        return "small"
    return "middle" if month < _MIDDLE else "large"


FIELD_TYPES = {
    "mrr": "decimal",
    "currency": "text",
    "seats": "integer",
    "segment": "dropdown",
    "contract_start": "date",
    "contract_end": "date",
    "csm": "text",
    "customer_status": "text",
}
