"""Runs commands as a person would, and gives what they wrote and how they ended."""

import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from rich.text import Text

from connector.cli import run
from connector.simulator import CLIENT_SECRET

SECRET = CLIENT_SECRET
"""What the simulated helpdesk's client signs in with: no output may show it."""

CONFIG = """\
version: 1
helpdesks:
  - name: acme
    kind: zendesk
    url: {url}
    auth: {{client_id: touchcost, client_secret: env:TEST_SECRET}}
    since: 2026-08-14
    time_zone: UTC
    fields: {{revenue_month: mrr, customer_since: contract_start}}
    account: [organization, email_domain]
    write: {{policy: {policy}}}
    exports_per_minute: 100
    requests_per_minute: 1000
cost: {{currency: EUR, per_hour: "60.00"}}
rules: [builtin:starter]
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A command that ended."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:  # noqa: ANN401 - a test knows what it reads
        """The one JSON document on stdout."""
        return json.loads(self.out)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """A place with a configuration."""

    config: Path
    capture: pytest.CaptureFixture[str]
    url: str = ""

    def run(self, *arguments: str) -> Ended:
        """Runs a command in this process."""
        self.capture.readouterr()
        status = run(["-c", str(self.config), *arguments])
        out, err = self.capture.readouterr()
        assert SECRET not in out + err
        return Ended(status=status, out=out, err=err)

    def write(self, policy: str = "report-only", more: str = "") -> None:
        """Writes another configuration."""
        self.config.write_text(CONFIG.format(url=self.url, policy=policy) + more)


def start(*arguments: str, **environment: str) -> Ended:
    """Runs a command in a process of its own."""
    command = [sys.executable, "-c", "from connector.cli import main; main()", *arguments]
    ended = subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, timeout=60, check=False
    )
    return Ended(status=ended.returncode, out=ended.stdout, err=ended.stderr)


def at_width(width: int, *parts: object) -> list[str]:
    """What a terminal of that width shows."""
    console = Console(file=io.StringIO(), width=width, highlight=False, markup=False)
    with console.capture() as shown:
        for part in parts:
            console.print(part, soft_wrap=isinstance(part, str | Text))
    return [line.rstrip() for line in shown.get().splitlines()]
