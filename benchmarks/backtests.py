"""A backtest of a year beside its floor and its peers: `python -m benchmarks.backtests [--accounts SMALL LARGE]`.

Every contender is a whole process, the repetitions are interleaved. Prints a table for docs/benchmarks.md.
"""

import argparse
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from operator import attrgetter
from pathlib import Path

from benchmarks.installation import environment
from benchmarks.past_lines import LINES, NUMBERS
from benchmarks.payload import BEGINNING, NOW
from benchmarks.spent import Spent, median, spend

_DAYS = (NOW - BEGINNING).days


class Contender(StrEnum):
    """Who is measured."""

    OURS = "touchcost backtest, start-up and table included"
    FLOOR = "the floor: the same daily totals read, not judged"
    SIMPLEEVAL = "simpleeval, on numbers made beforehand"
    RULE_ENGINE = "rule-engine, on numbers made beforehand"


Runs = Mapping[int, Mapping[Contender, Sequence[Spent]]]
"""By number of accounts."""


def main() -> None:
    """Fills a store for each size, measures, and prints the table."""
    asked = _options().parse_args()
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        print("\n".join(_table(_measure(Path(folder), asked.accounts, asked.repetitions))))


def _options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(prog="python -m benchmarks.backtests", description=__doc__)
    options.add_argument("--accounts", type=int, nargs=2, metavar=("SMALL", "LARGE"), default=[137, 274])
    options.add_argument("--repetitions", type=int, default=3)
    return options


def _measure(folder: Path, sizes: Sequence[int], repetitions: int) -> Runs:
    commands = {size: _commands(_filled(folder / str(size), size)) for size in sizes}
    runs: dict[int, dict[Contender, list[Spent]]] = {size: defaultdict(list) for size in sizes}
    for repetition in range(repetitions):
        for size, contender in ((size, contender) for size in sizes for contender in Contender):
            spent = spend(commands[size][contender], environment())
            runs[size][contender].append(spent)
            told = f"{spent.cpu:.2f} CPU s, {spent.peak:.0f} MB, {spent.elapsed:.1f} s, {spent.printed[-7:]!r}"
            print(f"{repetition + 1}/{repetitions} {size:,} {contender}: {told}", file=sys.stderr)
    return runs


def _filled(folder: Path, accounts: int) -> Path:
    """By a process of its own: a child's peak begins at what its parent held."""
    folder.mkdir()
    over = spend([sys.executable, "-m", "benchmarks.past", str(folder), str(accounts)], environment()).printed
    print(f"{accounts:,} accounts, {accounts * _DAYS:,} account-days, {over} times over a line", file=sys.stderr)
    return folder


def _commands(folder: Path) -> Mapping[Contender, Sequence[str]]:
    config, numbers = str(folder / "config.yaml"), str(folder / NUMBERS)
    peer = [sys.executable, "-m", "benchmarks.past_peer"]
    ours = [str(Path(sys.executable).with_name("touchcost")), "-c", config, "backtest"]
    return {
        Contender.OURS: ours,
        Contender.FLOOR: [sys.executable, "-m", "benchmarks.past_floor", config],
        Contender.SIMPLEEVAL: [*peer, "simpleeval", numbers],
        Contender.RULE_ENGINE: [*peer, "rule_engine", numbers],
    }


def _table(runs: Runs) -> Iterator[str]:
    sizes = [f"{size * _DAYS:,}" for size in runs]
    yield f"Medians of whole processes, {len(LINES)} rules, {_DAYS} days."
    yield ""
    yield "| account-days | " + " | ".join(f"CPU s at {size} | peak MB" for size in sizes) + " |"
    yield "|---" * (1 + 2 * len(sizes)) + "|"
    for contender in Contender:
        cells = (f"{_cpu(found[contender]):.1f} | {_peak(found[contender]):.0f}" for found in runs.values())
        yield f"| {contender} | {' | '.join(cells)} |"


def _cpu(runs: Sequence[Spent]) -> float:
    return median(runs, attrgetter("cpu"))


def _peak(runs: Sequence[Spent]) -> float:
    return median(runs, attrgetter("peak"))


if __name__ == "__main__":
    main()
