"""What must work whatever stands in a rule file: seeing how things stand, and the way out."""

from pathlib import Path

import pytest
from cycle_config import helpdesk, write_config

from connector.cli import run
from connector.simulator import Server


@pytest.mark.parametrize("command", ["status", "withdraw"])
def test_broken_rule_file_leaves_status_and_the_way_out(
    server: Server, tmp_path: Path, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOUCHCOST_NOW", f"{server.url}/_sim/now")
    config = str(write_config(tmp_path, helpdesk(server.url, "2026-09-15"), rule_file="version: 1\nrules: [{id: a}]\n"))
    assert run(["-c", config, command]) == 0
    assert run(["-c", config, "plan"]) == 2
