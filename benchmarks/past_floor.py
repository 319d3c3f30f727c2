"""The floor: the daily totals that a backtest judges, read and not judged. `python -m benchmarks.past_floor CONFIG`."""

import sys
from pathlib import Path

from benchmarks.installation import environment
from benchmarks.past import measurables
from connector.installation import open_installation


def read(config: Path) -> int:
    """How many accounts came by; none is kept."""
    with open_installation(config, environment=environment()) as installation:
        return sum(1 for _ in measurables(installation))


if __name__ == "__main__":
    print(read(Path(sys.argv[1])))
