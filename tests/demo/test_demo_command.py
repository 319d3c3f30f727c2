"""`touchcost demo` as a person starts it: what it prints, what its page shows, how it ends."""

import os
import re
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
import requests
from demo_process import COMMAND, Running, run, running

READY = "time runs as usual"
_PART = re.compile(r"^(for review|watched):\n((?:  .*\n)+)", re.M)
_ROW = re.compile(r"^  (Client \d+) +(\d{4}-\d\d-\d\d) +(?:(#\d+) +)?(\S.*)$", re.M)


def _rows(told: str) -> list[tuple[str, str, str, str, str]]:
    """Every account of a table: its name, state, since when, alert ticket, why."""
    return [
        (name, state, since, ticket, why)
        for state, part in _PART.findall(told)
        for name, since, ticket, why in _ROW.findall(part)
    ]


def _get(demo: Running, path: str) -> requests.Response:
    found = requests.get(f"{demo.url}{path}", timeout=10)
    assert found.status_code == 200
    return found


@pytest.fixture(scope="module")
def once() -> str:
    ended = run("demo", "--once")
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == ""
    return ended.stdout


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("demo") / "new", "--days", "0", until=READY) as found:
        yield found


def test_it_prints_which_accounts_are_for_review_since_when_and_why(once: str) -> None:
    rows = _rows(once)
    assert len(rows) >= 4
    assert all(ticket for _, state, _, ticket, _ in rows if state == "for review")


def test_it_says_what_it_wrote_and_that_a_second_cycle_wrote_nothing(once: str) -> None:
    assert re.search(r"^Written in \d+ requests: fields of \d+ accounts, tags of \d+, \d+ alert tickets\.$", once, re.M)
    assert re.search(r"^The helpdesk mailed agents \d+ times and customers 0 times about it\.$", once, re.M)
    assert "A second cycle wrote nothing" in once
    assert "In all: 2 cycles" in once


def test_the_same_seed_tells_the_same_story(once: str, demo: Running) -> None:
    first, _, _ = demo.told.partition("A second cycle")
    assert _rows(first) == _rows(once)


def test_a_temporary_folder_is_named_and_goes(once: str) -> None:
    named = re.search(r"stand in (\S+)$", once, re.M)
    assert named
    assert named[1].startswith(tempfile.gettempdir())
    assert not Path(named[1]).exists()


def test_its_page_shows_what_it_printed(demo: Running) -> None:
    rows, shown = _rows(demo.told), unescape(_get(demo, "/?all=1").text)
    assert rows
    for name, state, since, ticket, why in rows:
        account = re.search(rf">{name}</a>.*?</tr>", shown, re.S)
        assert account
        for part in (state, since, why):
            assert part in account[0]
        if state == "watched":
            continue
        assert "care_review" in account[0]
        assert f"{ticket}</a> For review: {name} – {why[:1].lower()}{why[1:]}" in shown


def test_no_tag_list_is_replaced_and_no_customer_is_mailed(demo: Running) -> None:
    assert _get(demo, "/_sim/violations").json() == {"violations": []}
    mails = _get(demo, "/_sim/mails").json()
    assert mails["to_customers"] == 0
    assert mails["mails"]


def test_other_commands_work_on_its_configuration_and_clock(demo: Running) -> None:
    asked = re.search(r"^  (TOUCHCOST_NOW=.*) status$", demo.told, re.M)
    assert asked
    for command in ("status", "check"):
        ended = subprocess.run(
            ["/bin/sh", "-c", f"{asked[1]} {command}"], capture_output=True, text=True, timeout=60, check=False
        )
        assert (ended.returncode, ended.stderr) == (0, ""), ended.stdout


def test_its_secret_is_readable_by_this_user_alone(demo: Running) -> None:
    config = re.search(r"-c (\S+)/config.yaml", demo.told)
    assert config
    assert (Path(config[1]) / "client-secret").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_while_it_prepares_ends_it_and_leaves_no_folder(number: int, tmp_path: Path) -> None:
    log, folders = tmp_path / "log", tmp_path / "folders"
    os.mkfifo(log)
    folders.mkdir()
    command = [*COMMAND, "demo", "--stream", str(log)]
    environment = {**os.environ, "TMPDIR": str(folders)}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process, log.open("wb"):
        # The log is open at both ends: the demo reads it, and nothing comes.
        process.send_signal(number)
        _, told = process.communicate(timeout=60)
    assert (process.returncode, told) == (0, "Ended before it had begun.\n")
    assert list(folders.iterdir()) == []


def test_a_signal_in_its_first_cycle_ends_that_cycle(tmp_path: Path) -> None:
    with running(tmp_path, "--days", "20", until="Its configuration") as found:
        status, rest = found.end(signal.SIGINT)
    assert status == 0
    assert "for review." not in rest
    assert "Traceback" not in rest


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(number: int, tmp_path: Path) -> None:
    with running(tmp_path, "--days", "20", until="A day passes") as found:
        status, rest = found.end(number)
    assert status == 0
    assert "In all:" in rest
    assert "Traceback" not in rest


def test_a_port_in_use_is_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = run("demo", "--once", "--port", str(port))
    assert ended.returncode == 1
    assert ended.stderr.startswith(
        f"The page cannot be shown on port {port} of 127.0.0.1 (Address already in use): name another one"
    )
    assert len(ended.stderr.splitlines()) == 1


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "kept").touch()
    ended = run("demo", "--once", "--folder", str(tmp_path))
    assert ended.returncode == 2
    assert "a folder of its own" in ended.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


@pytest.mark.parametrize("package", ["flask", "cheroot"])
def test_without_the_extra_one_sentence_says_how_to_install_it(package: str) -> None:
    ended = run("demo", "--once", code=f"import sys; sys.modules[{package!r}] = None")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "install touchcost[demo]" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
