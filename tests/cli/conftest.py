"""A simulated helpdesk with a few accounts, a configuration for it, and the command line."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from command_line import CONFIG, SECRET, Terminal

from connector.simulator import Server, World, serve

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture
def world() -> World:
    """Two customers of whom one asks a lot, and somebody without an organisation."""
    # An hour before: exports keep the last minute back.
    begin = NOW - timedelta(days=100, hours=1)
    world = World.empty(now=begin)
    people = world.people
    old = {"contract_start": "2020-01-31"}
    busy = people.add_organization("Busy Ltd", {"mrr": 100.0, **old}, ["busy.test"])
    calm = people.add_organization("Calm Ltd", {"mrr": 1000.0, **old}, ["calm.test"])
    strange = people.add_organization("Strange Ltd", old, ["strange.test"])
    agent = people.add_agent(group="Tier 1")
    asking = [people.add_customer(each, f"user-1@{name}.test") for each, name in ((busy, "busy"), (calm, "calm"))]
    asking.append(people.add_customer(strange, "user-1@strange.test"))
    asking.append(people.add_customer(email="user-1@elsewhere.test"))
    for day in range(100):
        world.move_to(begin + timedelta(days=day))
        for place, customer in enumerate(asking):
            if place == 0 or day % 10 == place:
                ticket = people.create_ticket(customer)
                people.answer(ticket, agent, status="solved", seconds=600)
    world.move_to(NOW)
    return world


@pytest.fixture
def server(world: World) -> Iterator[Server]:
    with serve(world) as running:
        yield running
    assert world.violations == []
    assert world.mails_to_customers() == []


@pytest.fixture
def terminal(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Terminal:
    monkeypatch.setenv("TOUCHCOST_NOW", f"{server.url}/_sim/now")
    monkeypatch.setenv("TEST_SECRET", SECRET)
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG.format(url=server.url, policy="report-only"))
    return Terminal(config=path, capture=capsys, url=server.url)
