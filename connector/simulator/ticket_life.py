"""The life of one ticket: asked, answered some times, solved, perhaps opened again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from connector.simulator.profiles import Profile
from connector.simulator.records import Ticket

if TYPE_CHECKING:
    from connector.simulator.world import World

_CHANNELS = ("email", "web", "chat", "voice")
_WEIGHTS = (60, 22, 10, 8)
_OPENS, _SHUTS, _FRIDAY = 7, 18, 4
_OVER = ("closed", "deleted")
_DELETED, _SAME_WORK, _HANDED_OVER, _CUSTOMER_NEXT = 0.01, 0.10, 0.18, 0.55
_PUBLIC, _TIMED, _SAME_AGENT = 0.72, 0.6, 0.85
_SUBJECTS = ("import", "export", "sign-in", "report", "invoice", "settings", "speed", "sync")


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """Agents by what they do: first and second level, and those who look after accounts."""

    first: tuple[int, ...]
    second: tuple[int, ...]
    success: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """Where tickets live: the world, its chance, and who answers."""

    world: "World"
    random: Random
    staff: Staff


@dataclass(frozen=True, slots=True, kw_only=True)
class _Course:
    """How a ticket goes on: touches still to come, and how likely its customer comes back."""

    ticket_id: int
    profile: Profile
    touches: int
    reopens: float


def start_ticket(life: Life, profile: Profile, requester: int) -> None:
    """The customer writes, or calls; the first answer follows."""
    random = life.random
    channel = random.choices(_CHANNELS, _WEIGHTS)[0]
    agent = random.choice(life.staff.first)
    made = life.world.people.create_ticket(
        requester,
        f"Question about {random.choice(_SUBJECTS)}",
        channel,
        agent_id=agent if channel == "voice" else None,
    )
    if random.random() < _DELETED:
        _later(life, timedelta(minutes=30), lambda: life.world.people.delete(made))
        return
    course = _Course(
        ticket_id=made,
        profile=profile,
        touches=_touches(random, profile.touches),
        reopens=profile.reopens,
    )
    _work_later(life, timedelta(hours=random.lognormvariate(0.7, 0.8)), course)


def _touches(random: Random, mean: float) -> int:
    rest = max(0.2, mean - 1)
    return 1 + int(random.gammavariate(2.2, rest / 2.2) + random.random())


def _later(life: Life, wait: timedelta, act: Callable[[], None]) -> None:
    life.world.schedule(life.world.now() + timedelta(seconds=int(wait.total_seconds())), act)


def _work_later(life: Life, wait: timedelta, course: _Course) -> None:
    moment = _at_work(life.world.now() + timedelta(seconds=int(wait.total_seconds())), life.random)
    life.world.schedule(moment, lambda: _touch(life, course))


def _at_work(moment: datetime, random: Random) -> datetime:
    """This moment, or the next morning at which somebody works."""
    if moment.weekday() <= _FRIDAY and _OPENS <= moment.hour < _SHUTS:
        return moment
    morning = moment if moment.hour < _OPENS else moment + timedelta(days=1)
    while morning.weekday() > _FRIDAY:
        morning += timedelta(days=1)
    return morning.replace(hour=_OPENS, minute=random.randrange(60), second=random.randrange(60))


def _touch(life: Life, course: _Course) -> None:
    world, random = life.world, life.random
    ticket = world.tickets[course.ticket_id]
    if ticket.status in _OVER:
        return
    left = course.touches - 1
    agent = _who(life, ticket)
    world.people.answer(
        ticket.id,
        agent,
        public=left == 0 or random.random() < _PUBLIC,
        status="solved" if left == 0 else _status(random),
        seconds=_seconds(random, course.profile.minutes),
    )
    rest = _Course(ticket_id=ticket.id, profile=course.profile, touches=left, reopens=course.reopens)
    if left == 0:
        _perhaps_reopen(life, rest)
        return
    _go_on(life, rest, agent)


def _status(random: Random) -> str | None:
    return random.choices((None, "pending", "open", "hold"), (30, 45, 20, 5))[0]


def _seconds(random: Random, minutes: float) -> int | None:
    if random.random() > _TIMED:
        return None
    return max(15, int(random.lognormvariate(0, 0.5) * minutes * 54))


def _who(life: Life, ticket: Ticket) -> int:
    if ticket.assignee_id is None:
        return life.random.choice(life.staff.first)
    if life.random.random() < _SAME_AGENT:
        return ticket.assignee_id
    return life.random.choice(life.staff.first)


def _go_on(life: Life, course: _Course, agent: int) -> None:
    random = life.random
    chance = random.random()
    if chance < _SAME_WORK:
        # The same piece of work in two updates.
        _later(life, timedelta(seconds=random.randrange(8, 55)), lambda: _touch(life, course))
        return
    if chance < _HANDED_OVER:
        _later(life, timedelta(minutes=2), lambda: _hand_over(life, course.ticket_id, agent))
    if chance > _CUSTOMER_NEXT:
        wait = timedelta(hours=random.lognormvariate(1.2, 0.9))
        _later(life, wait, lambda: _customer_writes(life, course))
        return
    _work_later(life, timedelta(hours=random.lognormvariate(1.4, 0.9)), course)


def _hand_over(life: Life, ticket_id: int, agent: int) -> None:
    world = life.world
    if world.tickets[ticket_id].status in _OVER:
        return
    next_agent = life.random.choice(life.staff.second)
    group = world.users[next_agent].default_group_id
    fields = {"priority": "high", "assignee_id": next_agent, "group_id": group}
    world.people.change_ticket(ticket_id, agent, fields)


def _customer_writes(life: Life, course: _Course) -> None:
    if life.world.tickets[course.ticket_id].status in _OVER:
        return
    life.world.people.write(course.ticket_id)
    _work_later(life, timedelta(hours=life.random.lognormvariate(0.7, 0.8)), course)


def _perhaps_reopen(life: Life, course: _Course) -> None:
    if life.random.random() >= course.reopens:
        return
    again = _Course(
        ticket_id=course.ticket_id,
        profile=course.profile,
        touches=life.random.choice((1, 1, 2)),
        reopens=course.reopens * 0.6,
    )
    wait = timedelta(hours=life.random.uniform(6, 70))
    _later(life, wait, lambda: _customer_writes(life, again))
