"""Who is an agent, and since when: a fact of the person that only grows."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sqlalchemy import Connection, and_, or_, select

from connector.helpdesk import Stream
from connector.store.counted import known_agents
from connector.store.database import replacing
from connector.store.packing import plain
from connector.store.tables import AGENT, EVENT
from connector.store.walks import newest_row
from rules.facts import Agent, PersonKey, TicketId, UtcSecond

ALWAYS = UtcSecond(0)


def listed(connection: Connection, desk: int, agents: Iterable[Agent], *, filling: bool) -> dict[PersonKey, Agent]:
    """The rows that a list of agents makes or changes.

    Whoever it shows while filling was always one. Later a new one counts from the first event that the store does not
    know yet: the past stays a customer's. Nobody whom it no longer shows is touched.
    """
    known = known_agents(connection, desk)
    fresh = ALWAYS if filling else _after_the_newest(connection, desk)
    shown = {agent.key: _stored(agent, known.get(agent.key), fresh) for agent in agents}
    return {key: agent for key, agent in shown.items() if known.get(key) != agent}


def named(connection: Connection, desk: int, assignees: Iterable[PersonKey | None]) -> dict[PersonKey, Agent]:
    """The rows that assignees make or change: whoever was given a ticket was always an agent."""
    keys = {key for key in assignees if key is not None}
    if not keys:
        return {}
    known = known_agents(connection, desk)
    late = (known.get(key, Agent(key=key, since=UtcSecond(1), group=None)) for key in keys)
    return {agent.key: replace(agent, since=ALWAYS) for agent in late if agent.since != ALWAYS}


def save_agents(connection: Connection, desk: int, agents: Mapping[PersonKey, Agent]) -> None:
    """Writes these rows."""
    rows = [{"helpdesk": desk, "key": key, "since": one.since, "group": one.group} for key, one in agents.items()]
    if rows:
        connection.execute(replacing(connection.dialect, AGENT), rows)


def tickets_of(connection: Connection, desk: int, agents: Mapping[PersonKey, Agent]) -> frozenset[TicketId]:
    """The tickets that will count otherwise once these rows are written.

    Those of people who turn out to have been agents always, and those where a changed group stands in for the unknown
    group of an event. One pass over the events: it happens when people come, and an index would cost at every event.
    """
    known = known_agents(connection, desk)
    always = [key for key, one in agents.items() if one.since == ALWAYS and _since(known.get(key)) != ALWAYS]
    moved = [key for key, one in agents.items() if key in known and known[key].group != one.group]
    if not always and not moved:
        return frozenset()
    without_group = and_(EVENT.c.author.in_(moved), EVENT.c.group.is_(None))
    concerned = or_(EVENT.c.author.in_(always), without_group)
    return frozenset(connection.scalars(select(EVENT.c.ticket).where(EVENT.c.helpdesk == desk, concerned).distinct()))


def _stored(agent: Agent, before: Agent | None, fresh: UtcSecond) -> Agent:
    group = None if agent.group is None else plain(agent.group)
    return Agent(key=agent.key, since=fresh if before is None else before.since, group=group)


def _since(agent: Agent | None) -> UtcSecond | None:
    return None if agent is None else agent.since


def _after_the_newest(connection: Connection, desk: int) -> UtcSecond:
    newest = newest_row(connection, desk, Stream.EVENTS)
    return ALWAYS if newest is None else UtcSecond(newest + 1)
