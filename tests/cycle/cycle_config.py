"""Writes the configuration of a test: config.yaml, a rule file and the secret, in a folder of their own."""

import json
from collections.abc import Mapping
from pathlib import Path

from connector.simulator import CLIENT_ID, CLIENT_SECRET

Keys = Mapping[str, object]

SECRET = "client-secret"
BUSY = """\
version: 1
defaults: {grace: 0d, min_history: 0d, hold: 2d, clear_after: 7d}
guard: {max_new_per_week: 1000, max_new_per_run: 1000, max_new_share: 100%, max_open_share: 100%}
rules:
  - id: busy
    title: Many tickets in four weeks
    signal: tickets_28d
    levels:
      watch: {enter: 6, exit: 4}
      amber: {enter: 9, exit: 7}
      red: {enter: 16, exit: 12}
    why: "{tickets_28d} tickets in 28 days"
"""
COSTLY = """\
  - id: costly
    title: Support takes a large part of what the account pays
    signal: touch_cost_90d / revenue_90d
    only_if: touches_90d >= 10
    levels:
      amber: {enter: 20%, exit: 16%}
      red: {enter: 30%, exit: 24%}
"""
RULES = BUSY + COSTLY
FICKLE = """\
version: 1
defaults: {grace: 0d, min_history: 0d, hold: 1d, clear_after: 2d}
guard: {max_new_per_week: 1000, max_new_per_run: 1000, max_new_share: 100%, max_open_share: 100%}
rules:
  - id: week
    title: Many tickets in a week
    signal: tickets_7d
    levels:
      watch: {enter: 3, exit: 2}
      amber: {enter: 4, exit: 3}
      red: {enter: 6, exit: 5}
"""


def helpdesk(url: str, since: str, name: str = "acme", write: Keys | None = None, **more: object) -> Keys:
    """One helpdesk with the budgets of tests; `write` on top of `policy: sync`."""
    return {
        "name": name,
        "kind": "zendesk",
        "url": url,
        "auth": {"client_id": CLIENT_ID, "client_secret": f"file:{SECRET}"},
        "since": since,
        "requests_per_minute": 100_000,
        "exports_per_minute": 100_000,
        "fields": {"revenue_month": "mrr", "currency": "currency"},
        "write": {"policy": "sync", "group": "Customer Success", **(write or {})},
        **more,
    }


def write_config(folder: Path, *helpdesks: Keys, rule_file: str = RULES, **more: object) -> Path:
    """The path of config.yaml. JSON is YAML too."""
    keys = {
        "version": 1,
        "store": "sqlite:///desk.db",
        "cost": {"currency": "EUR", "per_hour": "60.00"},
        "rules": ["rules.yaml"],
        "helpdesks": list(helpdesks),
        **more,
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / SECRET).write_text(CLIENT_SECRET)
    (folder / "rules.yaml").write_text(rule_file)
    path = folder / "config.yaml"
    path.write_text(json.dumps(keys, indent=2))
    return path
