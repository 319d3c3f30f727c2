"""Every key there is, misspelled and with a value of another type: each is told at its own line and column."""

import json
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from connector.config.reading import load_config
from connector.yaml.error import ConfigError

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
HELPDESK = {
    "name": "acme",
    "kind": "zendesk",
    "url": "https://acme.zendesk.com",
    "auth": {"client_id": "touchcost", "client_secret": "env:ACME_SECRET"},
    "since": "2025-11-01",
    "every": "15m",
    "time_zone": "Europe/Rome",
    "account": ["organization", "email_domain"],
    "fields": {
        "revenue_month": "mrr",
        "currency": "currency",
        "seats": "seats",
        "segment": "segment",
        "customer_since": "contract_start",
        "owner": "csm",
        "renewal": "contract_end",
        "status": "customer_status",
        "strategic": "vip",
        "parent": "parent_account",
    },
    "timer_field": 360001234567,
    "ignore": {"tags": ["spam"], "requesters": ["robot@acme.test"], "accounts": ["7"], "status": ["trial"]},
    "own_fault": {"tags": ["our_bug"], "problem_links": False},
    "requests_per_minute": 100,
    "exports_per_minute": 7,
    "write": {
        "policy": "report-only",
        "prefix": "care_",
        "tags": "one",
        "fields": True,
        "alerts": "ticket",
        "digest": "weekly",
        "alert_from": "amber",
        "only": ["7"],
        "group": "Customer Success",
    },
    "heartbeat": "https://ping.example/touchcost",
}
WHOLE: dict[str, Any] = {
    "version": 1,
    "store": "sqlite:///touchcost.db",
    "retention_days": 400,
    "language": "en",
    "defaults": {"every": "30m"},
    "helpdesks": [HELPDESK],
    "billing": [{"kind": "csv", "helpdesk": "acme", "path": "revenue.csv", "match": ["external_id", "name"]}],
    "cost": {
        "currency": "EUR",
        "per_hour": "60.00",
        "gross_margin": "0.78",
        "rates": [{"group": "Tier 2", "per_hour": "85.00", "from": "2026-01-01"}],
        "minutes": {"email": 5, "chat": 10, "phone": 7.5, "web": 5, "api": 5, "social": 5, "note": 3, "change": 0.5},
    },
    "rules": ["builtin:starter"],
}
Way = tuple[str | int, ...]


def ways(value: object, way: Way = ()) -> Iterator[Way]:
    """The way to every key, however deep."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in pairs:
        if isinstance(value, dict):
            yield (*way, key)
        yield from ways(below, (*way, key))


def parent(whole: Any, way: Way) -> Any:  # noqa: ANN401 - a part of a document.
    for step in way[:-1]:
        whole = whole[step]
    return whole


def misspelled(way: Way) -> dict[str, Any]:
    whole = deepcopy(WHOLE)
    holder = parent(whole, way)
    renamed = {f"{key}_odd" if key == way[-1] else key: value for key, value in holder.items()}
    holder.clear()
    holder.update(renamed)
    return whole


def of_another_type(way: Way) -> dict[str, Any]:
    """A mapping for what is none; a number for what is one."""
    whole = deepcopy(WHOLE)
    holder = parent(whole, way)
    holder[way[-1]] = 7.25 if isinstance(holder[way[-1]], dict) else {"odd": True}
    return whole


def refusal(folder: Path, whole: dict[str, Any]) -> tuple[list[str], list[str]]:
    """The problems without the path of the file, and the lines of the file."""
    path = folder / "config.yaml"
    text = json.dumps(whole, indent=2)
    path.write_text(text)
    with pytest.raises(ConfigError) as refused:
        load_config(path, NOW, kinds={"zendesk"})
    return [problem.removeprefix(f"{path}:") for problem in refused.value.problems], text.splitlines()


def place(lines: list[str], mark: str) -> str:
    """Line and column of a text that stands there once."""
    [(number, column)] = [(at, line.index(mark) + 1) for at, line in enumerate(lines, start=1) if mark in line]
    return f"{number}:{column}"


def test_the_whole_is_right(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(json.dumps(WHOLE))
    (tmp_path / "revenue.csv").write_text("account,from,to,amount,currency\n")
    assert len(load_config(path, NOW, kinds={"zendesk"}).settings.helpdesks) == 1


def test_every_key_of_the_example_is_among_these() -> None:
    example = (Path(__file__).parents[2] / "config.example.yaml").read_text()
    named = {line.strip().lstrip("#- ").partition(":")[0] for line in example.splitlines() if ":" in line}
    ours = {str(way[-1]) for way in ways(WHOLE)}
    assert ours - named <= {"group", "per_hour", "from"}


@pytest.mark.parametrize("way", [*ways(WHOLE)], ids=lambda way: ".".join(map(str, way)))
def test_misspelled_key_is_told_where_it_stands_with_the_one_that_was_meant(way: Way, tmp_path: Path) -> None:
    problems, lines = refusal(tmp_path, misspelled(way))
    where = place(lines, json.dumps(f"{way[-1]}_odd"))
    [told] = [problem for problem in problems if problem.startswith(f"{where}: unknown key")]
    # Under `auth` the key itself is not repeated: it may be a secret.
    assert f"did you mean '{way[-1]}'?" in told or str(way[-1]) in told.partition("_odd")[2]


@pytest.mark.parametrize("way", [*ways(WHOLE)], ids=lambda way: ".".join(map(str, way)))
def test_value_of_another_type_is_told_where_it_stands(way: Way, tmp_path: Path) -> None:
    whole = of_another_type(way)
    problems, lines = refusal(tmp_path, whole)
    mark = '"odd": true' if isinstance(parent(whole, way)[way[-1]], dict) else "7.25"
    line = int(place(lines, mark).partition(":")[0]) - (mark != "7.25")
    column = lines[line - 1].rindex("{" if mark != "7.25" else mark) + 1
    assert len([problem for problem in problems if problem.startswith(f"{line}:{column}: ")]) == 1
