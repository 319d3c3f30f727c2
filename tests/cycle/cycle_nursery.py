"""Cycles in processes of their own, to be killed. They are forked by a small process that has no threads."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO

from cycle_time import Hurry

from connector.clock import Clock
from connector.cycle import run_once
from connector.installation import Installation, read_configuration
from connector.progress import Silent
from connector.store.rows import CycleEnd
from connector.store.store import open_store

_MOMENT = 0.001
_GOOD = 0


class Nursery:
    """Starts cycles and kills them."""

    def __init__(self, asking: IO[bytes], answers: IO[bytes]) -> None:
        """Both without buffers: what is read no further than a line can be waited for."""
        self._asking = asking
        self._answers = answers

    def kill(self, path: Path, now: datetime, is_time: Callable[[], bool], delay: float) -> bool:
        """Start a cycle and kill it `delay` seconds after `is_time`; whether it was killed before it had ended.

        One that ended by itself must have ended well.
        """
        self._asking.write(f"{now.isoformat()} {path}\n".encode())
        child = int(self._answers.readline())
        while not is_time() and not self._has_ended(_MOMENT):
            pass
        if not self._has_ended(delay):
            # It may be gone by now.
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        status = int(self._answers.readline())
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        assert killed or os.waitstatus_to_exitcode(status) == _GOOD, "a cycle that was not killed ended badly"
        return killed

    def _has_ended(self, within: float) -> bool:
        return bool(select.select([self._answers], [], [], within)[0])


@contextmanager
def open_nursery() -> Iterator[Nursery]:
    """A nursery until the end of the block."""
    command = [sys.executable, str(Path(__file__))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield Nursery(process.stdin, process.stdout)
        process.stdin.close()


def _fork_on_request() -> None:
    """For each line with a time and a configuration: a child's id, and its status when it has ended."""
    for line in sys.stdin:
        now, path = line.rstrip("\n").split(" ", 1)
        child = os.fork()
        if child == 0:
            _run(Path(path), datetime.fromisoformat(now))
        print(child, flush=True)  # noqa: T201 - a line to the other process.
        print(os.waitpid(child, 0)[1], flush=True)  # noqa: T201 - as above.


def _run(path: Path, now: datetime) -> None:
    """One cycle, and the end of this process; one that went wrong says how."""
    configuration, _ = read_configuration(path, {})
    stop = Hurry()
    installation = Installation(
        configuration=configuration,
        store=open_store(configuration.settings.store),
        clock=Clock(now=lambda: now, monotonic=stop.monotonic),
        stop=stop,
    )
    report = run_once(installation, configuration.settings.helpdesks[0], Silent())
    if report.end is not CycleEnd.FINE:
        sys.exit(report.sentence)
    os._exit(_GOOD)


if __name__ == "__main__":
    _fork_on_request()
