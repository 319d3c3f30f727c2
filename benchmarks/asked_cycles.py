"""Runs the two cycles whose requests are counted, in this process and with one clock for both sides."""

import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from tempfile import mkdtemp

from connector.cycle import Cycle
from connector.installation import open_installation
from connector.progress import Silent

CHANGED = 1_000
"""Tickets that change before the second cycle."""

CONFIG = """\
version: 1
helpdesks:
  - name: benchmark
    kind: {kind}
    url: {url}
    auth: {{{auth}}}
    since: {since}
    requests_per_minute: 100000
    exports_per_minute: 100000
cost: {{currency: EUR, per_hour: "60.00"}}
"""
SECRET = "TOUCHCOST_BENCHMARK_SECRET"  # noqa: S105  The name of an environment variable.

_NUMBERED = re.compile(r"/\d+(?=/|$)")


def count_requests(
    config: str, clock_url: str, secret: str, asked: Callable[[], Iterable[str]], change: Callable[[bool], None]
) -> Mapping[str, Counter[str]]:
    """What is asked for in both cycles, after one that fills the store.

    `asked` gives the paths since it was last called; `change` lets a quarter of an hour pass, in which tickets change
    or none does.
    """
    os.environ.update({SECRET: secret, "TOUCHCOST_NOW": clock_url})
    path = Path(mkdtemp(prefix="benchmark-")) / "config.yaml"
    path.write_text(config)
    found: dict[str, Counter[str]] = {}
    with open_installation(path) as installation:
        cycle = Cycle(installation, installation.settings.helpdesks[0])
        _run_well(cycle)
        for name, changes in (("quiet", False), ("busy", True)):
            change(changes)
            asked()
            _run_well(cycle)
            found[name] = Counter(_NUMBERED.sub("/…", path) for path in asked())
    return found


def _run_well(cycle: Cycle) -> None:
    report = cycle.run_once(Silent())
    if not report.is_good:
        raise SystemExit(report.sentence)
