"""Cycles in processes of their own, to be killed: forked by one that was itself forked before there were threads."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

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

    def __init__(self, line: Connection) -> None:
        self._line = line

    def kill(self, path: Path, now: datetime, is_time: Callable[[], bool], delay: float) -> bool:
        """Start a cycle and kill it `delay` seconds after `is_time`; whether it was killed before it had ended.

        One that ended by itself must have ended well.
        """
        self._line.send((path, now))
        child: int = self._line.recv()
        while not is_time() and not self._line.poll(_MOMENT):
            pass
        if not self._line.poll(delay):
            # It may be gone by now.
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        status: int = self._line.recv()
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        assert killed or os.waitstatus_to_exitcode(status) == _GOOD, "a cycle that was not killed ended badly"
        return killed


@contextmanager
def open_nursery() -> Iterator[Nursery]:
    """To be opened before any server is."""
    context = get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=_fork_on_request, args=(theirs,))
    process.start()
    try:
        yield Nursery(ours)
    finally:
        ours.send(None)
        process.join()
        process.close()
        ours.close()
        theirs.close()


def _fork_on_request(line: Connection) -> None:
    while (asked := line.recv()) is not None:
        child = os.fork()
        if child == 0:
            _run(*asked)
        line.send(child)
        line.send(os.waitpid(child, 0)[1])


def _run(path: Path, now: datetime) -> None:
    """One cycle, and the end of this process."""
    end = None
    try:
        configuration, _ = read_configuration(path, {})
        stop = Hurry()
        installation = Installation(
            configuration=configuration,
            store=open_store(configuration.settings.store),
            clock=Clock(now=lambda: now, monotonic=stop.monotonic),
            stop=stop,
        )
        end = run_once(installation, configuration.settings.helpdesks[0], Silent()).end
    finally:
        os._exit(_GOOD if end is CycleEnd.FINE else 1)
