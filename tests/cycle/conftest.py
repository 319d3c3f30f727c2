"""An installation beside an office, for each test that asks for one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cycle_desk import Desk, open_desk
from cycle_worlds import Office, make_office

from connector.simulator import Server, serve

SINCE = "2026-09-15"


@pytest.fixture
def office() -> Office:
    return make_office()


@pytest.fixture
def server(office: Office) -> Iterator[Server]:
    with serve(office.world) as running:
        yield running


@pytest.fixture
def desk(office: Office, server: Server, tmp_path: Path) -> Iterator[Desk]:
    with open_desk(office.world, server, tmp_path, SINCE) as opened:
        yield opened
