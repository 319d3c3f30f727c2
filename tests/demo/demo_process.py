"""The demo as a person starts it: a process of its own."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

COMMAND = [sys.executable, "-m", "connector"]
_PATIENCE = 60


def run(*arguments: str, code: str | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs `touchcost` to its end; `code` runs before it in the same process."""
    command = (
        COMMAND if code is None else [sys.executable, "-c", f"{code}; from connector.__main__ import main; main()"]
    )
    return subprocess.run(
        [*command, *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
        check=False,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A demo that goes on until somebody ends it."""

    process: subprocess.Popen[str]
    told: str
    """What it wrote until it was ready."""

    @property
    def url(self) -> str:
        """The address it printed."""
        found = re.search(r"http://127\.0\.0\.1:\d+", self.told)
        assert found, self.told
        return found[0]

    def end(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        """Sends the signal; the exit status and what it still wrote."""
        self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=_PATIENCE)
        return self.process.returncode, rest


@contextmanager
def running(folder: Path, *arguments: str, until: str) -> Iterator[Running]:
    """A demo that has written the words of `until`."""
    command = [*COMMAND, "demo", "--folder", str(folder), *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            assert process.stdout is not None
            yield Running(process=process, told=_read_until(process.stdout, until))
        finally:
            process.kill()


def _read_until(stream: IO[str], words: str) -> str:
    told = ""
    for line in stream:
        told += line
        if words in line:
            return told
    raise AssertionError(f"it ended before it said {words!r}:\n{told}")
