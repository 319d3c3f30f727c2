"""The rehearsal that docs/zendesk-setup.md describes can be played as it stands there."""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

DOCUMENT = Path(__file__).parents[2] / "docs" / "zendesk-setup.md"
PLACE = "http://127.0.0.1:8021"


def blocks(language: str) -> list[str]:
    """The section's blocks of a language, in their order."""
    section = DOCUMENT.read_text().partition("## Rehearse on a simulated helpdesk")[2].partition("\n## ")[0]
    return re.findall(rf"^```{language}\n(.*?)^```", section, re.DOTALL | re.MULTILINE)


def commands(block: str) -> list[str]:
    return re.findall(r"^\$ (.*)$", block.replace("\\\n", " "), re.MULTILINE)


@pytest.fixture
def url() -> Iterator[str]:
    """The simulated helpdesk, started as the document says but on a free port."""
    [shown] = commands(blocks("console")[0])
    program, *arguments = shlex.split(shown.replace("8021", "0"))
    assert program == "python"
    with subprocess.Popen([sys.executable, *arguments], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            place, _, told = process.stdout.readline().partition(" ")
            assert f"{PLACE} {told}" in blocks("console")[0]
            yield place
        finally:
            process.kill()


class Visitor:
    """Types the commands of the section in a folder."""

    def __init__(self, folder: Path, url: str) -> None:
        self._folder = folder
        self._url = url
        programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        self._environment = {**os.environ, "PATH": programs}

    def type(self, block: str) -> str:
        """Runs a block and gives what it said; every command must end well."""
        return "".join(map(self._run, commands(block.replace(PLACE, self._url))))

    def write(self, name: str, text: str) -> None:
        """A file beside config.yaml."""
        (self._folder / name).write_text(text)

    def alert_ticket(self, account: str) -> int:
        """What the page shows of an account."""
        [found] = json.loads(self._run(f'touchcost explain "{account}" --json'))["alert_tickets"]
        return int(found["ticket"])

    def edit(self, old: str, new: str) -> None:
        """Changes a line of config.yaml."""
        config = self._folder / "config.yaml"
        assert old in config.read_text()
        config.write_text(config.read_text().replace(old, new, 1))

    def _run(self, command: str) -> str:
        words = shlex.split(command)
        if words[0] == "export":
            self._environment.update(word.split("=", 1) for word in words[1:])
            return ""
        if words[0] == "curl":
            # Not every machine that runs the tests has it.
            answered = requests.post(words[3], data=words[5], timeout=60)
            assert (words[1:3], words[4], answered.ok) == (["-X", "POST"], "-d", True), answered.text
            return ""
        ended = subprocess.run(
            words, cwd=self._folder, env=self._environment, capture_output=True, text=True, timeout=120, check=False
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout


def test_rehearsal_can_be_played_as_it_stands_in_the_document(tmp_path: Path, url: str) -> None:
    visitor = Visitor(tmp_path, url)
    _, begin, look, write, answer, week, leave = blocks("console")
    quick, alert_each = blocks("yaml")
    assert "config.yaml is written" in visitor.type(begin)
    visitor.edit("    time_zone: UTC\n", f"    time_zone: UTC\n    {quick}")
    assert "Client 29" in visitor.type(look)
    visitor.edit("policy: report-only", "policy: sync")
    visitor.write("my-rules.yaml", alert_each)
    visitor.edit("rules: [builtin:starter]", "rules: [builtin:starter, my-rules.yaml]")
    assert "is approved" in visitor.type(write)
    assert '"ticket_id": 690,' in answer
    assert "on hold by a person" in visitor.type(answer.replace("690", str(visitor.alert_ticket("Client 29"))))
    assert "alerts open" in visitor.type(week)
    visitor.edit("policy: sync", "policy: report-only")
    assert "writes made" in visitor.type(leave)
