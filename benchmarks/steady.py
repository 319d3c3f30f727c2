"""The second cycle of a running daemon, after 1,000 tickets changed by 2,000 events: `… steady CONFIG ORIGIN`.

Prints as JSON the CPU seconds of that cycle alone, and how often each address was read.
"""

import json
import resource
import sys
from pathlib import Path

from benchmarks.serving import ask
from connector.cycle import Cycle
from connector.installation import open_installation
from connector.progress import Silent


def run(config: Path, origin: str) -> dict[str, object]:
    """Fills the store, lets a quarter of an hour pass, and runs the cycle that is measured."""
    with open_installation(config) as installation:
        cycle = Cycle(installation, installation.settings.helpdesks[0])
        _run_well(cycle)
        ask(f"{origin}/benchmark/advance")
        before = _cpu()
        _run_well(cycle)
        spent = _cpu() - before
    return {"cpu": spent, "asked": json.loads(ask(f"{origin}/benchmark/asked"))}


def _run_well(cycle: Cycle) -> None:
    report = cycle.run_once(Silent())
    if not report.is_good:
        raise SystemExit(report.sentence)


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    print(json.dumps(run(Path(sys.argv[1]), sys.argv[2])))
