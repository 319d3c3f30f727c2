"""What we tell people to type is what works where they stand."""

import sys
from pathlib import Path

import pytest

from connector.terminal.calling import as_called


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "a venv" / "touchcost"
    path.parent.mkdir()
    path.touch(mode=0o755)
    return path


def test_program_on_the_path_goes_by_its_name(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(program.parent))
    monkeypatch.setattr(sys, "argv", [str(program)])
    assert as_called("check") == "touchcost check"


def test_program_that_the_shell_would_not_find_goes_by_its_path(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(sys, "argv", [str(program)])
    assert as_called("-c", "my file", "check") == f"'{program}' -c 'my file' check"


def test_module_goes_by_its_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["/somewhere/connector/__main__.py"])
    assert as_called("check") == f"{sys.executable} -m connector check"


def test_anything_else_goes_by_the_name_of_the_product(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["-c"])
    assert as_called() == "touchcost"
