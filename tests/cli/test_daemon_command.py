"""`run` as a process: it works, tells a second one who it is, and ends when asked."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from command_line import SECRET, Terminal, start


@contextmanager
def daemon(terminal: Terminal) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", "from connector.cli import main; main()", "-c", str(terminal.config), "run"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=dict(os.environ)) as process:
        try:
            yield process
        finally:
            process.kill()


def read_until(process: subprocess.Popen[str], event: str) -> list[str]:
    """The lines of the log up to one of this event."""
    assert process.stderr is not None
    lines = []
    for line in process.stderr:
        lines.append(line)
        if f"event={event}" in line:
            return lines
    raise AssertionError("".join(lines))


def test_daemon_runs_a_cycle_and_ends_when_asked(terminal: Terminal) -> None:
    with daemon(terminal) as process:
        lines = read_until(process, "cycle_ended")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
        assert process.stderr is not None
        assert "level=info event=daemon_ended" in process.stderr.readlines()[-1]
    assert "helpdesk=acme end=fine" in lines[-1]
    assert SECRET not in "".join(lines)
    assert terminal.run("status", "--max-age", "1h").status == 0


def test_second_daemon_ends_at_once_and_names_the_first(terminal: Terminal) -> None:
    with daemon(terminal) as process:
        read_until(process, "daemon_started")
        second = start("-c", str(terminal.config), "run")
        once = start("-c", str(terminal.config), "once")
        process.send_signal(signal.SIGTERM)
    assert (second.status, once.status) == (1, 1)
    assert f"process {process.pid}" in second.err
    assert f"process {process.pid}" in once.err
