"""What a whole process spends: CPU and peak memory, as the kernel counts them."""

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

_KIB_PER_MB = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """One run of one process."""

    cpu: float
    """Seconds of user and system time."""
    peak: float
    """The largest resident memory, in MB of 1,048,576 bytes."""
    elapsed: float
    """Seconds on the wall."""
    printed: str
    """Its standard output."""


def spend(command: Sequence[str], environment: Mapping[str, str]) -> Spent:
    """Runs a process to its end. Raises CalledProcessError when that is not a good one."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    printed = process.stdout.read() if process.stdout else ""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Spent(
        cpu=usage.ru_utime + usage.ru_stime,
        peak=usage.ru_maxrss / _KIB_PER_MB,
        elapsed=time.perf_counter() - begun,
        printed=printed.strip(),
    )


def median(runs: Sequence[Spent], of: Callable[[Spent], float]) -> float:
    """The median of one of the numbers over all runs."""
    return statistics.median(map(of, runs))
