"""One daemon, three helpdesks of three kinds: whichever is down, the others keep their rhythm and are written to."""

import socket
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from cycle_config import FICKLE, Keys, helpdesk, write_config
from cycle_worlds import Office, make_office
from plaindesk.server import TOKEN
from plaindesk.server import Desk as PlainDesk
from plaindesk.server import serve as serve_plaindesk
from request_tracker_desk import Desk
from request_tracker_server import NOW, RequestTracker
from test_daemon import cycle_of, running

from connector.simulator import Server, serve
from rules.planning.desired import FIELDS

SINCE = "2026-11-14"
_PATIENCE = 120
"""Seconds: a real Request Tracker takes its time on a busy machine."""
KINDS = ("zendesk", "request_tracker", "plaindesk")
WAITED_FOR = ("request_tracker",)
"""While these are down the next cycles of the others are waited for; else a signal brings them, in less time."""


@pytest.fixture
def office() -> Office:
    """A Zendesk in which an account asked a lot."""
    made = make_office(NOW - timedelta(days=2))
    made.tickets(made.account("Alpha"), 8)
    made.world.move_to(NOW)
    return made


@pytest.fixture
def plain() -> Iterator[str]:
    """A Plaindesk in which an account asked a lot."""
    desk = PlainDesk(now=NOW - timedelta(days=2))
    for key in FIELDS:
        desk.add_field(f"care_{key}")
    agent, own = desk.add_person(), desk.add_person()
    customer = desk.add_person(desk.add_account("Acme"))
    for _ in range(8):
        ticket = desk.open(customer)
        desk.write(ticket, customer, "asked", "new")
        desk.write(ticket, agent, "replied", "solved")
    desk.pass_by(timedelta(days=2))
    with serve_plaindesk(desk, own) as url:
        yield url


@pytest.fixture
def urls(office: Office, plain: str, request_tracker: RequestTracker) -> Iterator[tuple[Server, Mapping[str, str]]]:
    """Where the three are, in each of which an account asked a lot; the time of the first is everybody's."""
    request_tracker.set_time(NOW - timedelta(days=2))
    for _ in range(4):
        Desk(request_tracker).open("user0001", "Support", Requestor="user0001")
    request_tracker.set_time(NOW)
    with serve(office.world) as server:
        yield server, dict(zip(KINDS, (server.url, request_tracker.url, plain), strict=True))


def helpdesks(urls: Mapping[str, str], server: RequestTracker, folder: Path) -> Iterator[Keys]:
    tokens = {"request_tracker": server.tokens["connector"], "plaindesk": TOKEN}
    for kind, url in urls.items():
        auth: Keys = {}
        if kind in tokens:
            (folder / kind).write_text(tokens[kind])
            auth = {"auth": {"token": f"file:{kind}"}, "fields": {}}
        # Of forty accounts one is enough.
        write = {"only": ["Company 01"]} if kind == "request_tracker" else {}
        yield helpdesk(url, SINCE, name=kind.replace("_", "-"), write=write, **{"kind": kind, "every": "1m", **auth})


def written_to(name: str) -> Callable[[Mapping[str, object]], bool]:
    return lambda line: (line.get("event"), line.get("helpdesk")) == ("written", name)


def unused_url() -> str:
    """An address at which nobody listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{found.getsockname()[1]}"


@pytest.mark.parametrize("down", KINDS)
def test_whichever_is_down_the_others_keep_their_rhythm_and_it_is_caught_up_later(
    down: str, urls: tuple[Server, Mapping[str, str]], request_tracker: RequestTracker, tmp_path: Path
) -> None:
    server, everywhere = urls

    def configure(urls: Mapping[str, str]) -> Path:
        return write_config(tmp_path, *helpdesks(urls, request_tracker, tmp_path), rule_file=FICKLE)

    config = configure({**everywhere, down: unused_url()})
    broken, *others = [down.replace("_", "-"), *(kind.replace("_", "-") for kind in KINDS if kind != down)]
    with running(config, server) as daemon:
        for times in (1, 2):
            for name in others:
                daemon.wait_for(cycle_of(name), times, _PATIENCE)
                daemon.wait_for(written_to(name))
            assert not any(cycle_of(broken)(line) for line in daemon.lines)
            if down not in WAITED_FOR:
                daemon.reload()
        configure(everywhere)
        daemon.reload()
        daemon.wait_for(cycle_of(broken), patience=_PATIENCE)
        daemon.wait_for(written_to(broken))
        assert daemon.end() == 0
    assert request_tracker.recipients(because_of="connector") == []
