"""Starts the benchmark's server as a process of its own, so that nothing of its work is counted as anybody else's."""

import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def serving(tickets: int) -> Iterator[str]:
    """The address of a server with so many tickets, for as long as the block lasts."""
    command = [sys.executable, "-m", "benchmarks.server", str(tickets)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield server.stdout.readline().strip() if server.stdout else ""
    finally:
        server.terminate()
        server.wait()


def ask(url: str) -> str:
    """What the server answers."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(url, timeout=60) as answer:
        return str(answer.read(), "utf-8")
