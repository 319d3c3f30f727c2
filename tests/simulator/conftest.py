"""A simulated helpdesk per test, and a caller who is signed in to it."""

from collections.abc import Iterator

import pytest
from simulator_client import NOW, Client

from connector.simulator import Server, World, serve


@pytest.fixture
def world() -> World:
    return World.empty(now=NOW)


@pytest.fixture
def server(world: World) -> Iterator[Server]:
    with serve(world) as running:
        yield running
    # A test that asks for one of these looks at it and clears it.
    assert world.violations == []
    assert world.mails_to_customers() == []


@pytest.fixture
def client(server: Server) -> Iterator[Client]:
    made = Client(server)
    yield made
    made.session.close()


@pytest.fixture
def acme(world: World) -> int:
    return world.people.add_organization("Acme", {"mrr": 100.0}, ["acme.test"])


@pytest.fixture
def requester(world: World, acme: int) -> int:
    return world.people.add_customer(acme, "user-1@acme.test")


@pytest.fixture
def agent(world: World) -> int:
    return world.people.add_agent(group="Tier 1")
