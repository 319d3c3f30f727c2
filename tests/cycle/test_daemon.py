"""The daemon as a process of its own: rhythm, reload, an orderly end, one for each store."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cycle_config import helpdesk, write_config
from cycle_worlds import Office

from connector.daemon import LONGEST_PAUSE, pause_after
from connector.simulator import Fault, Server

SINCE = "2026-09-15"
TOUCHCOST = str(Path(sys.executable).with_name("touchcost"))
_PATIENCE = 60


class Running:
    """A daemon and what it says."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[dict[str, object]] = []
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            with self._news:
                self.lines.append(json.loads(line) if line.startswith("{") else {"event": "prose", "text": line})
                self._news.notify_all()
        with self._news:
            self._news.notify_all()

    def wait_for(
        self, wanted: Callable[[dict[str, object]], bool], times: int = 1, patience: int = _PATIENCE
    ) -> dict[str, object]:
        """The line that makes it so many; fails with all that was said when it does not come."""
        with self._news:
            came = self._news.wait_for(lambda: sum(map(wanted, self.lines)) >= times, timeout=patience)
            assert came, self.lines
            return [line for line in self.lines if wanted(line)][times - 1]

    def reload(self) -> None:
        """Asks it to read its files again, and so to begin a cycle of each helpdesk at once."""
        self.process.send_signal(signal.SIGHUP)

    def end(self) -> int:
        """Asks it to stop and gives its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)


@contextmanager
def running(config: Path, server: Server) -> Iterator[Running]:
    environment = {**os.environ, "TOUCHCOST_NOW": f"{server.url}/_sim/now"}
    command = [TOUCHCOST, "-c", str(config), "--log-json", "run"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        try:
            yield Running(process)
        finally:
            process.kill()


def cycle_of(name: str, end: str = "fine") -> Callable[[dict[str, object]], bool]:
    def is_it(line: dict[str, object]) -> bool:
        return (line.get("event"), line.get("helpdesk"), line.get("end")) == ("cycle_ended", name, end)

    return is_it


def event(name: str) -> Callable[[dict[str, object]], bool]:
    return lambda line: line.get("event") == name


@pytest.fixture
def config(office: Office, server: Server, tmp_path: Path) -> Path:
    office.tickets(office.account("Alpha"), 12)
    office.world.advance(days=4)
    return write_config(tmp_path, helpdesk(server.url, SINCE))


def test_daemon_works_at_once_and_ends_when_it_is_asked_to(config: Path, server: Server) -> None:
    with running(config, server) as daemon:
        daemon.wait_for(cycle_of("acme"))
        assert daemon.end() == 0
    assert server.world.written


def test_second_daemon_of_a_store_ends_at_once_and_names_the_first(config: Path, server: Server) -> None:
    with running(config, server) as first:
        first.wait_for(cycle_of("acme"))
        with running(config, server) as second:
            assert second.process.wait(timeout=_PATIENCE) == 1
            told = second.wait_for(lambda line: str(first.process.pid) in str(line))
            assert "daemon" in str(told)


def test_changed_file_is_read_again_and_a_wrong_one_keeps_the_old_rules(config: Path, server: Server) -> None:
    rules = config.parent / "rules.yaml"
    right = rules.read_text()
    with running(config, server) as daemon:
        daemon.wait_for(cycle_of("acme"))
        rules.write_text("version: 1\nrules: [{id: nonsense}]\n")
        refused = daemon.wait_for(event("configuration_refused"))
        assert "rules.yaml" in str(refused["problems"])
        rules.write_text(right.replace("Many tickets", "Very many tickets"))
        daemon.wait_for(event("configuration_changed"))
        daemon.wait_for(cycle_of("acme"), times=2)
        assert daemon.end() == 0


def test_reload_during_a_slow_cycle_that_fails_neither_waits_for_it_nor_hangs(config: Path, server: Server) -> None:
    server.world.faults.put(Fault(endpoint="ticket_events", kind="429", retry_after=100, times=None))
    rules = config.parent / "rules.yaml"
    with running(config, server) as daemon:
        daemon.wait_for(event("read_again"))
        rules.write_text(rules.read_text().replace("Many tickets", "Very many tickets"))
        daemon.wait_for(event("configuration_changed"))
        daemon.wait_for(event("configuration_taken"))
        assert daemon.end() == 0


def test_refused_configuration_is_forgotten_once_a_right_one_is_read(config: Path, server: Server) -> None:
    rules = config.parent / "rules.yaml"
    right = rules.read_text()
    with running(config, server) as daemon:
        daemon.wait_for(cycle_of("acme"))
        rules.write_text("version: 1\nrules: [{id: nonsense}]\n")
        daemon.wait_for(event("configuration_refused"))
        assert "nonsense" in status(config, server)
        rules.write_text(right)
        daemon.wait_for(event("configuration_taken"))
        assert "nonsense" not in status(config, server)
        assert daemon.end() == 0


def test_what_a_daemon_refused_is_no_longer_told_once_it_is_gone(config: Path, server: Server) -> None:
    rules = config.parent / "rules.yaml"
    right = rules.read_text()
    with running(config, server) as daemon:
        daemon.wait_for(cycle_of("acme"))
        rules.write_text("version: 1\nrules: [{id: nonsense}]\n")
        daemon.wait_for(event("configuration_refused"))
        daemon.process.kill()
        daemon.process.wait()
    rules.write_text(right)
    assert "nonsense" not in status(config, server)


def status(config: Path, server: Server) -> str:
    """What `touchcost status` says, on both its ways."""
    environment = {**os.environ, "TOUCHCOST_NOW": f"{server.url}/_sim/now"}
    command = [TOUCHCOST, "-c", str(config), "status"]
    ended = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    return ended.stdout + ended.stderr


def test_hangup_makes_it_read_its_files_again(config: Path, server: Server) -> None:
    with running(config, server) as daemon:
        daemon.wait_for(cycle_of("acme"))
        daemon.reload()
        daemon.wait_for(event("configuration_changed"))
        assert daemon.wait_for(event("configuration_taken"))["helpdesks"] == ["acme"]
        assert [line["event"] for line in daemon.lines].count("daemon_started") == 1
        assert daemon.end() == 0


def test_helpdesk_that_fails_leaves_the_others_their_rhythm(office: Office, server: Server, tmp_path: Path) -> None:
    office.tickets(office.account("Alpha"), 12)
    other_url = server.url.replace("127.0.0.1", "localhost")
    broken = helpdesk(other_url, SINCE, name="broken", auth={"token": "file:client-secret"})
    config = write_config(tmp_path, helpdesk(server.url, SINCE), broken)
    with running(config, server) as daemon:
        failed = daemon.wait_for(event("cycle_failed"))
        assert failed["helpdesk"] == "broken"
        daemon.wait_for(cycle_of("acme"))
        assert daemon.end() == 0


def test_wrong_configuration_at_the_start_ends_with_two(config: Path, server: Server) -> None:
    config.write_text("version: 1\nhelpdesks: []\n")
    with running(config, server) as daemon:
        assert daemon.process.wait(timeout=_PATIENCE) == 2


def test_stop_in_the_middle_of_a_slow_helpdesk_is_quick(config: Path, server: Server) -> None:
    server.world.faults.put(Fault(endpoint="ticket_events", kind="429", retry_after=90))
    with running(config, server) as daemon:
        daemon.wait_for(event("read_again"))
        assert daemon.end() == 0


def test_good_cycle_calls_the_heartbeat(office: Office, server: Server, tmp_path: Path) -> None:
    office.tickets(office.account("Alpha"), 12)
    beats = threading.Semaphore(0)

    class Monitor(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(204)
            self.end_headers()
            beats.release()

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with HTTPServer(("127.0.0.1", 0), Monitor) as monitor:
        threading.Thread(target=monitor.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{monitor.server_address[1]}/beat"
        config = write_config(tmp_path, helpdesk(server.url, SINCE, heartbeat=url))
        with running(config, server) as daemon:
            came = beats.acquire(timeout=_PATIENCE)
            assert came, daemon.lines
        monitor.shutdown()


@pytest.mark.parametrize(
    ("failures", "asked", "pause"),
    [
        (1, None, timedelta(minutes=15)),
        (2, None, timedelta(minutes=30)),
        (3, None, timedelta(hours=1)),
        (40, None, LONGEST_PAUSE),
        (1, timedelta(hours=2), timedelta(hours=2)),
    ],
)
def test_helpdesk_that_fails_is_asked_later_and_later(failures: int, asked: timedelta, pause: timedelta) -> None:
    assert pause_after(failures, timedelta(minutes=15), asked) == pause
