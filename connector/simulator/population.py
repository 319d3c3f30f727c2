"""Customers who write and agents who answer, day after day, seeded."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from connector.simulator.known_problem import KnownProblem
from connector.simulator.profiles import FIELD_TYPES, Profile, fields_of, profiles
from connector.simulator.reactions import Reactions
from connector.simulator.ticket_life import Life, Staff, start_ticket

if TYPE_CHECKING:
    from connector.simulator.world import World

_WEEKEND = 5
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """An organisation with those who write for it."""

    profile: Profile
    requesters: tuple[int, ...]


def populate(world: "World", *, seed: int, accounts: int, turn: datetime) -> None:
    """Customers, agents and all that they will ever do; their troubles are timed from `turn` on."""
    random = Random(seed)  # noqa: S311 - a simulation, not a secret.
    _make_fields(world)
    staff = _hire(world)
    customers = [
        _customer(world, random, profile, number, turn)
        for number, profile in enumerate(profiles(random, accounts), start=1)
    ]
    customers += _strangers(world, customers)
    life = Life(world=world, random=random, staff=staff)
    days = _Days(world, life, customers, turn)
    days.begin()
    KnownProblem(world, staff.second[0], turn).begin()
    Reactions(world, Random(seed + 1), staff.success).begin()  # noqa: S311 - as above.


def _make_fields(world: "World") -> None:
    for key, kind in FIELD_TYPES.items():
        title = key.replace("_", " ").capitalize()
        world.fields.add_to_organizations(key, title, kind, world.now())


def _hire(world: "World") -> Staff:
    people = world.people
    return Staff(
        first=tuple(people.add_agent(group="Tier 1") for _ in range(6)),
        second=tuple(people.add_agent(group="Tier 2") for _ in range(3)),
        success=tuple(people.add_agent(group="Customer Success") for _ in range(2)),
    )


def _customer(world: "World", random: Random, profile: Profile, number: int, turn: datetime) -> Customer:
    domain = f"client-{number:02}.test"
    organization = world.people.add_organization(
        f"Client {number:02}",
        fields_of(profile, random, turn.date()),
        [domain],
        external_id=f"client-{number:02}",
    )
    world.kinds[organization] = profile.kind
    people = range(1, 2 + random.randrange(4))
    requesters = tuple(world.people.add_customer(organization, f"user-{person}@{domain}") for person in people)
    return Customer(profile=profile, requesters=requesters)


def _strangers(world: "World", customers: list[Customer]) -> list[Customer]:
    """People without an organisation: of a customer's mail domain, and of none that is known."""
    colleague = world.people.add_customer(email=f"user-90@client-{len(customers):02}.test")
    private = tuple(world.people.add_customer(email=f"user-{number}@mail.test") for number in (1, 2, 3))
    return [
        Customer(profile=Profile(kind="colleague", per_week=0.5), requesters=(colleague,)),
        Customer(profile=Profile(kind="private", per_week=0.8), requesters=private),
    ]


class _Days:
    """Puts each day's new tickets on the agenda when the day begins."""

    def __init__(self, world: "World", life: Life, customers: list[Customer], turn: datetime) -> None:
        self._world = world
        self._life = life
        self._customers = customers
        self._turn = turn

    def begin(self) -> None:
        """Live the days from now on."""
        midnight = self._world.now().replace(hour=0, minute=0, second=0)
        self._world.schedule(midnight, self._live(midnight))

    def _live(self, midnight: datetime) -> Callable[[], None]:
        def live() -> None:
            day = (midnight - self._turn).days
            slow = 0.12 if midnight.weekday() >= _WEEKEND else 1.0
            for customer in self._customers:
                for _ in range(_poisson(self._life.random, customer.profile.per_day(day) * slow)):
                    self._expect(midnight, customer)
            self._world.schedule(midnight + _DAY, self._live(midnight + _DAY))

        return live

    def _expect(self, midnight: datetime, customer: Customer) -> None:
        random = self._life.random
        hour = min(22.0, max(5.0, random.gauss(12.5, 3.0)))
        moment = midnight + timedelta(seconds=int(hour * 3600) + random.randrange(60))
        requester = random.choice(customer.requesters)
        self._world.schedule(moment, lambda: start_ticket(self._life, customer.profile, requester))


def _poisson(random: Random, mean: float) -> int:
    """How many events happen where `mean` are expected (Knuth's method; means here are small)."""
    limit, product, events = math.exp(-mean), random.random(), 0
    while product > limit:
        events += 1
        product *= random.random()
    return events
