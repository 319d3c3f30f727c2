"""docs/rules.md names every metric and every key of a rule file, with their units and defaults, and no others."""

import re
from pathlib import Path

import pytest

from connector.rulefiles.keys import DefaultKeys, FileKeys, GuardKeys, RuleKeys
from connector.rulefiles.reading import LoadedPolicy, Reference, load_policy
from connector.yaml.marks import Problem
from rules.catalogue import METRICS, WINDOWS
from rules.messages.plays import PLAYS
from rules.planning.guard import new_limit, open_limit
from rules.rule import Guard

TEXT = Path(__file__).parents[2].joinpath("docs", "rules.md").read_text()
WINDOWED = re.compile(r"\b[a-z_]+_[0-9]+d\b")


def table(head: str) -> dict[str, list[str]]:
    """The cells of each row under a heading row, by the first one without its backticks."""
    start = TEXT.index(f"| {head} |")
    lines = TEXT[start:].split("\n\n", 1)[0].splitlines()[2:]
    rows = ([cell.strip() for cell in line.strip("|").split(" | ")] for line in lines)
    return {cells[0].strip("`"): cells[1:] for cells in rows}


def test_metrics_of_the_table_are_those_of_the_catalogue() -> None:
    expected = {}
    for metric in METRICS.values():
        name = metric.name if metric.window is None else f"{metric.stem}_Nd"
        expected[name] = [metric.unit.value, metric.sentence.removesuffix(f", in the last {metric.window} days")]
    assert table("metric | unit | is") == expected


def test_windows_are_those_of_the_catalogue() -> None:
    *first, last = WINDOWS
    assert f"N is {', '.join(map(str, first))} or {last} days" in TEXT


@pytest.mark.parametrize("name", sorted(set(WINDOWED.findall(TEXT))))
def test_named_metric_exists(name: str) -> None:
    assert name in METRICS


def test_every_key_is_explained_and_no_other() -> None:
    assert table("key | holds").keys() == FileKeys.model_fields.keys()
    assert table("key in `defaults` | default").keys() == DefaultKeys.model_fields.keys()
    assert table("key | default | means").keys() == RuleKeys.model_fields.keys()
    guard = TEXT.index("## The guard")
    assert set(re.findall(r"^\| `([a-z_]+)` \|", TEXT[guard:], re.MULTILINE)) == GuardKeys.model_fields.keys()


def written(tmp_path: Path, guard: str, rule_life: str) -> LoadedPolicy | tuple[Problem, ...]:
    """The policy of a file with one rule."""
    path = tmp_path / "rules.yaml"
    rule = f"  - id: a\n    title: A\n    signal: tickets_7d\n    levels: {{red: {{enter: 3, exit: 2}}}}\n{rule_life}"
    path.write_text(f"version: 1\nguard:\n{guard}rules:\n{rule}")
    return load_policy([Reference(text=path.name, folder=tmp_path, problem=_refuse)])


def _refuse(sentence: str) -> Problem:
    raise AssertionError(sentence)


def test_defaults_that_are_shown_are_the_defaults(tmp_path: Path) -> None:
    guard = re.findall(r"^\| `(max_[a-z_]+|first_run)` \| ([0-9]+%?|adopt) \|", TEXT, re.MULTILINE)
    life = {key: cells[0] for key, cells in table("key in `defaults` | default").items() if key != "grace"}
    shown = written(
        tmp_path,
        "".join(f"  {key}: {default}\n" for key, default in guard),
        "".join(f"    {key}: {default}\n" for key, default in life.items()),
    )
    (tmp_path / "bare").mkdir()
    bare = written(tmp_path / "bare", "", "")
    assert isinstance(shown, LoadedPolicy)
    assert isinstance(bare, LoadedPolicy)
    assert len(guard) == len(GuardKeys.model_fields) - 1
    assert shown.policy == bare.policy
    assert table("key in `defaults` | default")["grace"] == [f"{bare.policy.grace.days}d"]
    own = {key: cells[0] for key, cells in table("key | default | means").items()}
    assert own | life == own


def test_plays_are_those_of_the_catalogue() -> None:
    plays = TEXT[TEXT.index("## Plays") : TEXT.index("## Tests of rules")]
    assert set(re.findall(r"`(\w+)`", plays)) == set(PLAYS)


def test_brake_of_few_accounts_is_as_the_document_says() -> None:
    guard = Guard()
    assert [new_limit(guard, number) for number in (199, 200, 500)] == [3, 4, 10]
    assert [open_limit(guard, number) for number in (133, 134, 500)] == [3, 4, 15]
