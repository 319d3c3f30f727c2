"""A ticket log replayed instead of made-up customers."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from demo_process import run

_COLUMNS = "Case ID,Activity,Resource,Complete Timestamp,customer,workgroup"
_BEGIN = datetime(2013, 1, 7, 9, 0)  # noqa: DTZ001 - a time of the log, which has no zone.


def _log(path: Path, cases: int, activities: tuple[str, ...]) -> Path:
    """One busy customer and a quiet one: a case a day, its updates an hour apart."""
    rows = [_COLUMNS]
    for case in range(cases):
        customer = "Value 7" if case % 10 else "Value 8"
        for step, activity in enumerate(activities):
            at = _BEGIN + timedelta(days=case, hours=step)
            rows.append(f"Case {case},{activity},Value 1,{at:%Y/%m/%d %H:%M:%S}.000,{customer},Value 1")
    path.write_text("\n".join(rows) + "\n")
    return path


def test_a_log_is_replayed_and_judged(tmp_path: Path) -> None:
    steps = ("Assign seriousness", "Take in charge ticket", *["Wait"] * 6, "Resolve ticket", "Closed")
    ended = run("demo", "--once", "--days", "5", "--stream", str(_log(tmp_path / "log.csv", 300, steps)))
    assert ended.returncode == 0, ended.stderr
    assert "A simulated helpdesk with 2 accounts" in ended.stdout
    assert re.search(r"^for review:\n(  .*\n)*  Client 7 ", ended.stdout, re.M)
    assert "A second cycle wrote nothing" in ended.stdout


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\x1f\x8b\x00broken", f"{_COLUMNS}\n1,2,3,4,5,6\n".encode()])
def test_a_file_that_is_no_log_is_one_sentence(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / ("log.csv.gz" if content.startswith(b"\x1f") else "log.csv")
    path.write_bytes(content)
    ended = run("demo", "--once", "--stream", str(path))
    assert ended.returncode == 2
    assert "this is not a ticket log" in ended.stderr
    assert "Traceback" not in ended.stderr
