"""Runs every benchmark and writes docs/benchmarks.md: `python -m benchmarks [--tickets SMALL LARGE]`."""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from benchmarks.asked import main as count_requests
from benchmarks.findings import Contender, Findings, Steady
from benchmarks.installation import environment, write_config
from benchmarks.report import write
from benchmarks.serving import serving
from benchmarks.spent import Spent, spend

_STEADY_TICKETS = 10_000
_PAGE = Path("docs/benchmarks.md")


def main() -> None:
    """Measures, and writes the page."""
    asked = _options().parse_args()
    findings = Findings(
        runs=_measure(asked.tickets, asked.repetitions),
        far=_measure_far(2 * max(asked.tickets)),
        steady=[_measure_steady() for _ in range(asked.repetitions)],
    )
    write(findings, asked.page)
    count_requests(asked.page)
    print(asked.page.read_text())


def _options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    sizes = ("SMALL", "LARGE")
    options.add_argument("--tickets", type=int, nargs=2, metavar=sizes, default=[20_000, 100_000])
    options.add_argument("--repetitions", type=int, default=3)
    options.add_argument("--page", type=Path, default=_PAGE)
    return options


def _measure(sizes: Sequence[int], repetitions: int) -> dict[int, dict[Contender, list[Spent]]]:
    """Interleaved, so that whatever else the machine has to work on falls on everybody."""
    runs: dict[int, dict[Contender, list[Spent]]] = {size: {one: [] for one in Contender} for size in sizes}
    with ExitStack() as stack:
        origins = {size: stack.enter_context(serving(size)) for size in sizes}
        for repetition in range(repetitions):
            for size, contender in _turns(sizes):
                spent = _run(contender, origins[size])
                runs[size][contender].append(spent)
                told = f"{spent.cpu:.2f} CPU s, {spent.peak:.0f} MB, {spent.elapsed:.1f} s"
                print(f"{repetition + 1}/{repetitions} {size:,} {contender}: {told}", file=sys.stderr)
    return runs


def _measure_far(tickets: int) -> Spent:
    """Once: a peak of memory hardly differs from run to run."""
    with serving(tickets) as origin:
        return _run(Contender.OURS, origin)


def _turns(sizes: Sequence[int]) -> Iterator[tuple[int, Contender]]:
    for size in sizes:
        for contender in Contender:
            yield size, contender


def _run(contender: Contender, origin: str) -> Spent:
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        config = write_config(Path(folder), origin)
        return spend(_command(contender, origin, config), environment())


def _command(contender: Contender, origin: str, config: Path) -> Sequence[str]:
    module = [sys.executable, "-m", f"benchmarks.{contender}"]
    match contender:
        case Contender.OURS:
            return [str(Path(sys.executable).with_name("touchcost")), "-c", str(config), "once"]
        case Contender.DECODE:
            return [*module, str(config)]
        case Contender.FLOOR | Contender.PEER:
            return [*module, origin]


def _measure_steady() -> Steady:
    with serving(_STEADY_TICKETS) as origin, tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        config = write_config(Path(folder), origin)
        command = [sys.executable, "-m", "benchmarks.steady", str(config), origin]
        found = json.loads(spend(command, environment(f"{origin}/benchmark/now")).printed)
    return Steady(cpu=found["cpu"], asked=found["asked"])


if __name__ == "__main__":
    main()
