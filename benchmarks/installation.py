"""The configuration with which the product is measured: as `touchcost init` writes it, on the benchmark's server."""

import os
from pathlib import Path

from benchmarks.payload import BEGINNING, NOW

SECRET = "TOUCHCOST_BENCHMARK_SECRET"  # noqa: S105 - the name of an environment variable

_CONFIG = """\
version: 1
store: sqlite:///touchcost.db
helpdesks:
  - name: benchmark
    kind: zendesk
    url: {origin}
    auth: {{client_id: touchcost, client_secret: env:{secret}}}
    since: {since}
    fields: {{revenue_month: mrr, currency: currency}}
    requests_per_minute: 100000
    exports_per_minute: 100000
    write: {{policy: report-only}}
cost:
  currency: EUR
  per_hour: "60.00"
  gross_margin: "0.78"
  rates:
    - {{group: Tier 2, per_hour: "85.00", from: 2025-09-01}}
rules: [{rules}]
"""


def write_config(folder: Path, origin: str, rules: str = "builtin:starter") -> Path:
    """A whole configuration in this folder; the budgets leave no request waiting."""
    config = folder / "config.yaml"
    config.write_text(_CONFIG.format(origin=origin, secret=SECRET, since=BEGINNING.date(), rules=rules))
    return config


def environment(now: str | None = None) -> dict[str, str]:
    """The environment of a measured process, whose clock says `now`: a moment, or a URL that answers one."""
    return {**os.environ, SECRET: "of-no-use-elsewhere", "TOUCHCOST_NOW": now or NOW.isoformat()}
