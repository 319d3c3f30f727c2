"""Checks one rule file of 300 rules, each with every kind of key: `python -m benchmarks.rule_files`.

Prints as JSON the CPU seconds of reading and checking it, once and without anything kept from before.
"""

import json
import tempfile
import time
from pathlib import Path

from connector.rulefiles.reading import LoadedPolicy, Reference, load_policy
from connector.yaml.marks import Place, Problem

_RULES = 300
_RULE = """\
  - id: rule-{number}
    title: Support takes a large part of what the account pays
    signal: touch_cost_90d / revenue_90d + {number} / 1000
    only_if: touches_90d >= 10 and (seats > {number} or not strategic)
    levels:
      watch: {{enter: 15%, exit: 10%}}
      amber: {{enter: 20%, exit: 16%}}
      red: {{enter: 30%, exit: 24%}}
    overrides:
      - when: strategic
        levels: {{amber: {{enter: 40%, exit: 30%}}}}
    hold: 7d
    remind: 30d
    why: "{{touch_cost_90d}} of support against {{revenue_90d}} of revenue in 90 days"
    advice: >-
      Look first at what could be mended on our side and at what many of the tickets have in common.
    play: conversation
"""


def run() -> dict[str, object]:
    """The size of the file and what reading it took."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        path = Path(folder) / "rules.yaml"
        path.write_text("version: 1\nrules:\n" + "".join(_RULE.format(number=number) for number in range(_RULES)))
        before = time.process_time()
        loaded = load_policy([Reference(text=path.name, folder=path.parent, problem=_refuse)])
        spent = time.process_time() - before
        size = path.stat().st_size
    if not isinstance(loaded, LoadedPolicy):
        raise SystemExit(f"{len(loaded)} problems: {loaded[0]}")
    return {"rules": len(loaded.policy.rules), "bytes": size, "cpu": round(spent, 2)}


def _refuse(sentence: str) -> Problem:
    return Problem(place=Place(file="benchmark"), sentence=sentence)


if __name__ == "__main__":
    print(json.dumps(run()))
