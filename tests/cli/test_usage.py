"""Exit status, help and what is said when something is wrong."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import CONFIG, Terminal, start

from connector.commands.loading import COMMANDS


@pytest.fixture
def place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Terminal:
    """A configuration for a helpdesk where nobody answers."""
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG.format(url="http://127.0.0.1:9", policy="report-only"))
    return Terminal(config=path, capture=capsys)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(place: Terminal, command: str) -> None:
    ended = place.run(command, "--help")
    assert ended.status == 0
    assert f"Example: touchcost {command}" in " ".join(ended.out.split())


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("check", "--nonsense"),
        ("explain",),
        ("explain", "Acme", "--at", "soon"),
        ("accounts", "--sort", "nonsense"),
        ("accounts", "--month", "2026-13"),
        ("accounts", "--csv", "--json"),
        ("accounts", "--helpdesk", "nonsense"),
        ("status", "--max-age", "soon"),
        ("--log-level", "loud", "status"),
        # Of a later version: unknown, not a stub.
        ("results",),
        ("bill",),
    ],
)
def test_wrong_usage_ends_with_2_and_says_nothing_on_stdout(place: Terminal, arguments: tuple[str, ...]) -> None:
    ended = place.run(*arguments)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err


def test_wrong_configuration_ends_with_2_and_names_every_place(place: Terminal) -> None:
    place.config.write_text(place.config.read_text().replace("version: 1", "version: 2").replace("since", "sinse"))
    ended = place.run("status")
    assert (ended.status, ended.out) == (2, "")
    assert f"{place.config}:1:10: " in ended.err
    assert "did you mean 'since'?" in ended.err


def test_list_of_commands_fits_a_terminal_whole(place: Terminal) -> None:
    listed = place.run("--help").out
    assert max(map(len, listed.splitlines())) <= 80
    assert all(summary.rstrip(".") in listed for summary in COMMANDS.values())


def test_help_and_version_wait_for_no_store_and_no_helpdesk() -> None:
    heavy = {"sqlalchemy", "alembic", "zenpy", "requests", "flask", "apscheduler"}
    for arguments in (["--help"], ["--version"], ["nonsense"]):
        code = (
            f"import sys; from connector.cli import run; run({arguments}); print(sorted({heavy} & sys.modules.keys()))"
        )
        ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
        assert ended.stdout.endswith("[]\n")


def test_ctrl_c_while_it_loads_shows_no_traceback() -> None:
    # Whatever is imported first from here on is interrupted.
    code = """
import sys
from connector.__main__ import main

class Interrupted:
    def find_spec(self, *_):
        raise KeyboardInterrupt

sys.meta_path.insert(0, Interrupted())
main()
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "")


def test_store_that_breaks_is_one_sentence(place: Terminal) -> None:
    assert place.run("accounts").status == 1
    with sqlite3.connect(place.config.parent / "touchcost.db") as store:
        store.execute("DROP TABLE alert")
        store.execute("DROP TABLE cycle")
    ended = place.run("status")
    assert (ended.status, ended.out) == (1, "")
    assert ended.err.startswith("store: no such table")
    assert ended.err.endswith("touchcost doctor looks at it\n")


def test_missing_configuration_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ended = Terminal(config=tmp_path / "none.yaml", capture=capsys).run("status")
    assert (ended.status, ended.out) == (2, "")
    assert ended.err == f"{tmp_path}/none.yaml: there is no such file; touchcost init writes one\n"


def test_store_that_cannot_be_opened_ends_with_1(place: Terminal) -> None:
    (place.config.parent / "touchcost.db").write_text("no database at all, but a text that is long enough to look at")
    ended = place.run("status")
    assert (ended.status, ended.out) == (1, "")
    assert "Traceback" not in ended.err


def test_secret_that_is_not_accepted_is_a_problem_and_never_shown(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_SECRET", "canary-7f3a9c")
    for command in ("check", "plan", "once", "setup"):
        ended = terminal.run("--log-level", "debug", command)
        assert ended.status == 1
        assert ended.out + ended.err
        assert "Traceback" not in ended.err
        assert "canary-7f3a9c" not in ended.out + ended.err


@pytest.mark.parametrize("command", ["check", "setup", "plan"])
def test_wrong_port_is_told_after_one_more_try_and_nothing_reassures(
    place: Terminal, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("TEST_SECRET", "some-secret")
    ended = place.run("--log-level", "info", command)
    assert ended.status == 1
    told = ended.out + ended.err
    assert "cannot connect to http://127.0.0.1:9 (no connection, 2 tries): check `url`." in told
    assert told.count("event=read_again") == 1
    assert "  fine" not in told


def test_before_the_first_pull_no_account_is_called_unknown(place: Terminal) -> None:
    ended = place.run("explain", "Acme")
    assert (ended.status, ended.err.strip()) == (1, "acme: nothing was pulled yet; touchcost plan begins with that")


def test_missing_secret_ends_the_cycle_of_its_helpdesk_alone(place: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEST_SECRET", raising=False)
    ended = place.run("once")
    assert ended.status == 2
    assert "TEST_SECRET" in ended.err
    [desk] = place.run("status", "--json").document["helpdesks"]
    assert [cycle["end"] for cycle in desk["cycles"]] == ["failed"]


def test_missing_secret_is_told_without_a_request(place: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEST_SECRET", raising=False)
    ended = place.run("check")
    assert ended.status == 2
    assert "the environment has no TEST_SECRET" in ended.out


def test_process_ends_with_the_same_status(place: Terminal) -> None:
    fine, wrong, failed = start("--version"), start("nonsense"), start("-c", str(place.config), "accounts")
    assert (fine.status, wrong.status, failed.status) == (0, 2, 1)
    assert fine.out.startswith("touchcost ")
    assert "Traceback" not in wrong.err + failed.err
