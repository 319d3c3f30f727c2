"""The requests of a steady cycle to a simulated Zendesk, as JSON."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from benchmarks.asked_cycles import CHANGED, CONFIG, SECRET, count_requests
from connector.simulator import CLIENT_ID, CLIENT_SECRET, Limits, World, serve

_ACCOUNTS = 200
_BEGINNING = datetime(2026, 11, 12, 9, tzinfo=UTC)
_QUARTER = 900


def _filled() -> tuple[World, int, list[int]]:
    """A helpdesk with 1,000 tickets of ten days ago, one of its agents, and the tickets."""
    world = World.empty(_BEGINNING, Limits(account=None, exports=None))
    agent = world.people.add_agent(group="Tier 1")
    organizations = [world.people.add_organization(f"Client {number}") for number in range(_ACCOUNTS)]
    customers = [world.people.add_customer(organization) for organization in organizations]
    tickets = []
    for number in range(CHANGED):
        tickets.append(world.people.create_ticket(customers[number % _ACCOUNTS]))
        world.advance(seconds=60)
    world.move_to(_BEGINNING + timedelta(days=10))
    return world, agent, tickets


def main() -> None:
    """Prints both cycles."""
    world, agent, tickets = _filled()

    def change(changes: bool) -> None:  # noqa: FBT001  What is called back.
        for place, ticket in enumerate(tickets if changes else ()):
            world.people.answer(ticket, agent, status="pending", seconds=300)
            if place % 10 == 0:
                world.advance(seconds=_QUARTER // (CHANGED // 10))
        # Exports keep the last minute back.
        world.advance(seconds=60 if changes else _QUARTER)

    def asked() -> Iterator[str]:
        with world.lock:
            paths = [urlsplit(call.path).path.removesuffix(".json") for call in world.calls]
            world.calls.clear()
        return iter(paths)

    with serve(world) as server:
        auth = f"client_id: {CLIENT_ID}, client_secret: env:{SECRET}"
        config = CONFIG.format(kind="zendesk", url=server.url, auth=auth, since=_BEGINNING.date())
        found = count_requests(config, f"{server.url}/_sim/now", CLIENT_SECRET, asked, change)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
