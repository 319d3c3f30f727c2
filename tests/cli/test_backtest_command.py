"""`touchcost backtest`: the alerts that rules would have raised in the stored past."""

from pathlib import Path

import pytest
from command_line import Terminal

from connector.rulefiles.reading import LoadedPolicy, Reference, load_policy
from rules.rule import Level

RULES = """\
version: 1
defaults: {grace: 0d, min_history: 0d, hold: 2d, clear_after: 7d}
rules:
  - id: busy
    title: Many tickets
    signal: tickets_7d
    levels: {watch: {enter: 5, exit: 3}, red: {enter: 50, exit: 40}}
  - {id: quiet, title: Tickets, signal: tickets_7d, levels: {watch: {enter: 1, exit: 1}}, shadow: true}
"""
OTHER = """\
version: 1
defaults: {grace: 0d, min_history: 0d, hold: 2d, clear_after: 7d}
rules:
  - {id: busy, title: Many tickets, signal: tickets_7d, levels: {watch: {enter: 1, exit: 1}}}
"""


@pytest.fixture
def pulled(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Everything is in the store, by rules of our own."""
    folder = terminal.config.parent
    monkeypatch.chdir(folder)
    (folder / "mine.yaml").write_text(RULES)
    (folder / "other.yaml").write_text(OTHER)
    terminal.config.write_text(terminal.config.read_text().replace("builtin:starter", "mine.yaml"))
    assert terminal.run("once").status == 0
    return terminal


def test_every_rule_has_its_alerts_and_those_in_shadow_do_not_count_together(pulled: Terminal) -> None:
    [found] = pulled.run("backtest", "--from", "2026-08-14", "--json").document["backtests"]
    rules = {rule["rule"]: rule for rule in found["rules"]}
    assert (rules["busy"]["alerts"], rules["busy"]["open_after"], rules["busy"]["accounts_alerted"]) == (1, 1, 1)
    assert rules["quiet"]["shadow"]
    assert rules["quiet"]["alerts"] > 1
    assert (found["together"]["alerts"], sum(found["together"]["weekly"])) == (1, 1)
    assert [(one["name"], one["rules"]) for one in found["loudest"]] == [("Busy Ltd", ["busy"])]
    assert (found["from"], found["to"], found["accounts"]) == ("2026-08-14", "2026-11-21", 3)


def test_a_sweep_has_an_answer_for_each_line(pulled: Terminal) -> None:
    asked = ("backtest", "--rule", "quiet", "--from", "2026-08-20", "--sweep", "enter=1,5,20", "--json")
    [found] = pulled.run(*asked).document["backtests"]
    one, five, twenty = (each["accounts_alerted"] for each in found["sweep"])
    assert (one, five, twenty) == (3, 1, 0)
    assert [each["lowest_enter"] for each in found["sweep"]] == ["1", "5", "20"]


def test_aim_gives_lines_that_a_rule_file_takes_and_who_would_have_been_in(pulled: Terminal, tmp_path: Path) -> None:
    asked = ("backtest", "--rule", "busy", "--from", "2026-08-14", "--aim", "0.1/week", "--json")
    [found] = pulled.run(*asked).document["backtests"]
    aim = found["aim"]
    assert [one["name"] for one in aim["accounts"]] == ["Busy Ltd"]
    assert aim["found"]["alerts"] == 1
    (tmp_path / "aimed.yaml").write_text(aim["yaml"])
    files = [Reference(text=name, folder=tmp_path, problem=lambda _: pytest.fail("unread")) for name in _AIMED]
    loaded = load_policy(files)
    assert isinstance(loaded, LoadedPolicy), loaded
    level, lines = loaded.policy.rules[0].levels[0]
    assert (level, str(lines.enter)) == (Level.WATCH, aim["found"]["lowest_enter"])


_AIMED = ("mine.yaml", "aimed.yaml")


def test_two_rule_files_disagree_about_accounts(pulled: Terminal) -> None:
    asked = ("backtest", "--from", "2026-08-14", "--against", "other.yaml")
    [found] = pulled.run(*asked, "--json").document["backtests"]
    against = found["against"]
    assert against["accounts_of_both"] == 1
    assert [(one["name"], one["ours"]) for one in against["disagreements"]] == [
        ("Calm Ltd", None),
        ("Strange Ltd", None),
    ]
    assert "Only under the other" in pulled.run(*asked).out


def test_people_get_a_table_the_weeks_and_the_loudest(pulled: Terminal) -> None:
    told = pulled.run("backtest", "--from", "2026-08-14")
    assert told.status == 0
    for part in ("the guard holds nothing back", "Week of", "█", "The loudest", "together, without shadow"):
        assert part in told.out


def test_nothing_of_the_store_changes(pulled: Terminal) -> None:
    before = pulled.run("accounts", "--json").out
    pulled.run("backtest")
    assert pulled.run("accounts", "--json").out == before


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--rule", "buzy"], "has no rule 'buzy'; did you mean 'busy'?"),
        (["--rule", "busy", "--sweep", "exit=3"], "write lines such as enter=10%,15%,25%, not exit=3"),
        (["--rule", "busy", "--sweep", "enter=10%"], "cannot compare count with a percent"),
        (["--rule", "busy", "--sweep", "enter=0"], "no line can be 0"),
        (["--sweep", "enter=3", "--against", "other.yaml"], "lines belong to one rule: name it with --rule ID"),
        (["--rule", "busy", "--aim", "4"], "write alerts a week such as 4/week, not 4"),
        (["--from", "yesterday"], "write a day such as 2026-10-31, not yesterday"),
        (["--against", "none.yaml"], "cannot read"),
    ],
)
def test_wrong_usage_says_what_to_write(pulled: Terminal, arguments: list[str], sentence: str) -> None:
    told = pulled.run("backtest", *arguments)
    assert told.status == 2
    assert sentence in " ".join(told.err.replace("│", " ").split())


def test_a_time_without_a_finished_day_is_refused(pulled: Terminal) -> None:
    told = pulled.run("backtest", "--from", "2026-11-22")
    assert told.status == 1
    assert "acme: no finished day lies in that time; the store holds 2026-08-14 to 2026-11-21" in told.err
