"""What holds for the whole suite: no network but loopback, bounded chance, no simulated helpdesk harmed."""

import ipaddress
import logging
import os
import socket
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import Concatenate, ParamSpec
from weakref import WeakSet

import pytest
from hypothesis import HealthCheck, settings
from postgresql_server import find_programs, serve_postgresql
from request_tracker_server import REQUIRED, RequestTracker, is_installed, leave_out, serve_request_tracker
from sqlalchemy import URL, make_url

from connector.simulator import World

P = ParamSpec("P")

settings.register_profile(
    "suite",
    derandomize=True,
    deadline=None,
    max_examples=60,
    suppress_health_check=(HealthCheck.too_slow,),
)
settings.load_profile("suite")


def _is_allowed(family: int, address: object) -> bool:
    if family not in (socket.AF_INET, socket.AF_INET6) or not isinstance(address, tuple):
        return True
    host = str(address[0])
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@pytest.fixture(autouse=True, scope="session")
def only_loopback() -> Iterator[None]:
    """Refuses every connection that would leave this machine, and says where to."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            _guard(patch, name)
        yield


def _guard(patch: pytest.MonkeyPatch, name: str) -> None:
    real = getattr(socket.socket, name)

    def connect(self: socket.socket, address: object) -> object:
        if not _is_allowed(self.family, address):
            raise AssertionError(f"a test wanted to leave this machine, to {address}")
        return real(self, address)

    patch.setattr(socket.socket, name, connect)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[URL]:
    """A PostgreSQL database in which tests may make and drop schemas: the one that is named, or one of our own."""
    named = os.environ.get("TOUCHCOST_TEST_POSTGRESQL")
    if named is not None:
        yield make_url(named)
        return
    programs = find_programs()
    if programs is None or find_spec("psycopg") is None:
        pytest.skip("NO POSTGRESQL: THE STORE WAS TESTED ON SQLITE ONLY")
    with serve_postgresql(programs) as url:
        yield url


@pytest.fixture(scope="session")
def request_tracker_server() -> Iterator[RequestTracker]:
    """A Request Tracker of our own, started once for all tests of a worker."""
    if not is_installed():
        leave_out(required=os.environ.get(REQUIRED) == "required")
    with serve_request_tracker() as server:
        yield server


@pytest.fixture
def request_tracker(request_tracker_server: RequestTracker) -> Iterator[RequestTracker]:
    """The same, with its seeded past and nothing else: what one test did is gone in the next.

    Whatever a test does, nobody outside was mailed because of a user that is ours.
    """
    request_tracker_server.reset()
    yield request_tracker_server
    assert request_tracker_server.mailed_outside() == [], "a customer was mailed because of us"


class Worlds:
    """Every simulated helpdesk of the suite that is still there; those of the running test are kept for it."""

    def __init__(self) -> None:
        self._living: WeakSet[World] = WeakSet()
        self._made: list[World] = []

    def note(self, world: World) -> None:
        self._living.add(world)
        self._made.append(world)

    def look(self) -> None:
        """Fails for one that was harmed."""
        worlds = list(self._living)
        self._made.clear()
        assert [world.violations for world in worlds if world.violations] == []
        assert [world.mails_to_customers() for world in worlds if world.mails_to_customers()] == []


@pytest.fixture(autouse=True, scope="session")
def every_world() -> Iterator[Worlds]:
    """Takes note of each simulated helpdesk that is made."""
    worlds = Worlds()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(World, "__init__", _noting(World.__init__, worlds))
        yield worlds


def _noting(real: Callable[Concatenate[World, P], None], worlds: Worlds) -> Callable[Concatenate[World, P], None]:
    def begin(world: World, *args: P.args, **more: P.kwargs) -> None:
        real(world, *args, **more)
        worlds.note(world)

    return begin


@pytest.fixture(autouse=True)
def unharmed_worlds(every_world: Worlds) -> Iterator[None]:
    """No request ever replaces a tag list, and nothing we do ever mails a customer; a test that wants one clears it."""
    yield
    every_world.look()


@pytest.fixture(autouse=True)
def fresh_redaction() -> Iterator[None]:
    """What one test hides from the log is a plain word to the next one."""
    yield
    logging.getLogger("touchcost").filters.clear()
