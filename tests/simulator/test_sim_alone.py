"""The simulated helpdesk started by itself, as `python -m connector.simulator`."""

import socket
from pathlib import Path

import pytest

from connector.simulator.__main__ import main

SMALL = ("--accounts", "2", "--days", "2")


def test_port_in_use_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        status = main([*SMALL, "--port", str(port)])
    out, err = capsys.readouterr()
    assert (status, out) == (1, "")
    assert err == f"port {port} of 127.0.0.1: Address already in use\n"


def test_log_that_is_not_there_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--stream", str(tmp_path / "none.csv")]) == 1
    assert capsys.readouterr().err == f"{tmp_path}/none.csv: No such file or directory\n"


def test_port_that_cannot_be_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--port", "70000"])
    assert ended.value.code == 2
    assert "write a number from 0 to 65535" in capsys.readouterr().err
