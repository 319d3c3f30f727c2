"""Simulated helpdesks for the tests of cycles: one made by hand, one that lives by itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from connector.simulator import World
from connector.simulator.records import Ticket
from rules.planning.desired import FIELDS

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
"""A Wednesday."""
GROUP = "Customer Success"


@dataclass(slots=True)
class Office:
    """A helpdesk made by hand: an agent, a person who looks after accounts, and customers with one requester each."""

    world: World
    agent: int = 0
    person: int = 0
    requesters: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _make_fields(self.world)
        self.agent = self.world.people.add_agent(group="Tier 1")
        self.person = self.world.people.add_agent(group=GROUP)

    def account(self, name: str, tags: Sequence[str] = (), month: float = 50_000.0) -> int:
        """A new customer who pays so much that cost is no matter."""
        made = self.world.people.add_organization(name, {"mrr": month, "currency": "EUR"}, tags=tags)
        self.requesters[made] = self.world.people.add_customer(made)
        return made

    def tickets(self, account: int, number: int) -> list[int]:
        """So many tickets of an account, each answered and solved, a minute and a half apart."""
        made = []
        for _ in range(number):
            ticket = self.world.people.create_ticket(self.requesters[account])
            self.world.people.answer(ticket, self.agent, status="solved", seconds=300)
            self.world.advance(seconds=90)
            made.append(ticket)
        return made

    def alerts(self, account: int) -> list[Ticket]:
        """The alert tickets of an account in the order of their numbers, deleted ones too."""
        with self.world.lock:
            found = [
                (int(key.rpartition(":")[2]), self.world.tickets[number])
                for key, numbers in self.world.with_external_id.items()
                for number in numbers
                if key.startswith(f"touchcost:acme:{account}:")
            ]
        return [ticket for _, ticket in sorted(found, key=lambda pair: pair[0])]

    def comments(self, ticket: int) -> list[str]:
        """The texts on a ticket."""
        with self.world.lock:
            return [audit.comment.body for audit in self.world.audits_of[ticket] if audit.comment is not None]


def _make_fields(world: World) -> None:
    """What `setup` would make."""
    for key, kind in FIELDS.items():
        world.fields.add_to_organizations(f"care_{key}", kind.title, kind.type, world.now())


def make_office(now: datetime = NOW) -> Office:
    """An office where nothing has happened yet."""
    return Office(World.empty(now))


def busy_world(accounts: int = 24, days: int = 60, page: int = 20, seed: int = 7, future: int = 30) -> World:
    """A helpdesk with a history and `future` days to come, in which nobody answers us, in pages of so many rows."""
    world = World.empty(NOW - timedelta(days=days))
    office = Office(world)
    for number in range(accounts):
        _live(office, Random(seed * 1000 + number), f"Client {number}", days + future)  # noqa: S311 - not a secret.
        world.advance(seconds=7)
    world.move_to(NOW)
    world.settings.largest_page = page
    return world


def _live(office: Office, chance: Random, name: str, days: int) -> None:
    """A customer whose volume changes from week to week."""
    account = office.account(name, month=chance.choice([80.0, 400.0, 4000.0]))
    begun = office.world.now()
    for week in range(days // 7):
        for _ in range(int(chance.paretovariate(1.1)) % 7):
            moment = begun + timedelta(days=7 * week, seconds=chance.randrange(7 * 86_400))
            office.world.schedule(moment, _ticket(office, account, chance.randrange(60, 1500)))


def _ticket(office: Office, account: int, seconds: int) -> Callable[[], None]:
    def happen() -> None:
        made = office.world.people.create_ticket(office.requesters[account])
        office.world.people.answer(made, office.agent, status="pending", seconds=seconds)
        office.world.people.write(made)
        office.world.people.answer(made, office.agent, public=False, status="solved", seconds=seconds // 2)

    return happen
