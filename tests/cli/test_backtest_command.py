"""`touchcost backtest`: the alerts that rules would have raised in the stored past."""

import io
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from threading import Event

import pytest
from command_line import Terminal, at_width
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from connector.installation import open_installation
from connector.progress import Silent
from connector.reports.backtesting import Request, backtest
from connector.rulefiles.reading import LoadedPolicy, Reference, load_policy
from connector.terminal.backtest import backtest_parts
from connector.terminal.week_chart import WeekChart
from rules.backtest.period import Period
from rules.facts import Day
from rules.rule import Level

MONDAY = date(2026, 3, 2).toordinal()

RULES = """\
version: 1
defaults: {grace: 0d, min_history: 0d, hold: 2d, clear_after: 7d}
rules:
  - id: busy
    title: Many tickets
    signal: tickets_7d
    levels: {watch: {enter: 5, exit: 3}, red: {enter: 50, exit: 40}}
    muted_by: [quiet]
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
    (folder / "typo.yaml").write_text(OTHER.replace("busy", "buzy"))
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


def test_a_rule_in_shadow_mutes_nobody(pulled: Terminal) -> None:
    [found] = pulled.run("backtest", "--rule", "busy", "--from", "2026-08-14", "--json").document["backtests"]
    assert (found["together"]["alerts"], found["together"]["muted"]) == (1, 0)
    (pulled.config.parent / "mine.yaml").write_text(RULES.replace(", shadow: true", ""))
    [found] = pulled.run("backtest", "--rule", "busy", "--from", "2026-08-14", "--json").document["backtests"]
    assert (found["together"]["alerts"], found["together"]["muted"]) == (0, 1)


def test_a_sweep_has_an_answer_for_each_line(pulled: Terminal) -> None:
    asked = ("backtest", "--rule", "quiet", "--from", "2026-08-20", "--sweep", "enter=1,5,20", "--json")
    [found] = pulled.run(*asked).document["backtests"]
    one, five, twenty = (each["accounts_alerted"] for each in found["sweep"])
    assert (one, five, twenty) == (3, 1, 0)
    assert [each["lowest_enter"] for each in found["sweep"]] == ["1", "5", "20"]


def test_a_sweep_of_days_says_that_they_are_days(pulled: Terminal, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(RULES.replace("signal: tickets_7d", "signal: age_days"))
    asked = ("backtest", "--rule", "busy", "--from", "2026-09-14", "--sweep", "enter=1,15d,12w")
    assert [
        line.split()[0] for line in pulled.run(*asked).out.splitlines() if line.startswith(("1d", "15d", "84d"))
    ] == [
        "1d",
        "15d",
        "84d",
    ]
    [found] = pulled.run(*asked, "--json").document["backtests"]
    assert [each["lowest_enter"] for each in found["sweep"]] == ["1d", "15d", "84d"]


def test_a_sweep_that_forgets_the_percent_is_warned_of_and_goes_on(pulled: Terminal, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(RULES.replace("signal: tickets_7d", "signal: tickets_7d / tickets_28d"))
    told = pulled.run("backtest", "--rule", "busy", "--from", "2026-09-14", "--sweep", "enter=10")
    assert told.status == 0
    assert "warning: --sweep: 10 is 1,000 %; did you mean 10%? If not, write 1000%" in told.err


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


def test_aim_says_how_near_its_lines_come(pulled: Terminal) -> None:
    told = pulled.run("backtest", "--rule", "busy", "--from", "2026-08-14", "--aim", "4/week").out
    assert "The nearest without going over it: 3 alerts in 14 weeks, 0.21 a week, on 3 accounts (" in told
    assert "No line that was tried comes nearer" in told


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


def test_a_file_of_changes_is_compared_behind_the_shipped_file_that_it_changes(
    pulled: Terminal, tmp_path: Path
) -> None:
    (tmp_path / "changes.yaml").write_text("version: 1\nchange: [{id: reopens, enabled: false}]\n")
    alone = pulled.run("backtest", "--from", "2026-08-14", "--against", "changes.yaml")
    assert alone.status == 2
    assert "it is in builtin:starter: name that before this file" in alone.err
    behind = ("--against", "builtin:starter", "--against", "changes.yaml")
    assert pulled.run("backtest", "--from", "2026-08-14", *behind).status == 0


def test_people_get_a_table_the_weeks_and_the_loudest(pulled: Terminal) -> None:
    told = pulled.run("backtest", "--from", "2026-08-14")
    assert told.status == 0
    for part in (
        "the guard holds nothing back",
        "Alerts a week  █ red",
        "░",
        "The loudest",
        "together, without shadow",
    ):
        assert part in told.out


def test_tables_of_a_backtest_fit_80_columns_and_cut_no_heading(pulled: Terminal) -> None:
    with open_installation(pulled.config, Event()) as installation:
        [settings] = installation.settings.helpdesks
        found = backtest(installation.store, settings, Request(first=date(2026, 8, 14)), Silent())
    parts = backtest_parts(found)
    shown = at_width(80, *(part for part in parts if not isinstance(part, str)))
    assert max(map(len, shown)) <= 80
    assert not any("…" in line for line in shown)
    headings = next(line for line in shown if line.startswith("Rule"))
    assert headings.split() == ["Rule", "Alerts", "week", "week", "before", "after", "Accounts", "open", "saved"]


def test_nothing_of_the_store_changes(pulled: Terminal) -> None:
    before = pulled.run("accounts", "--json").out
    pulled.run("backtest")
    assert pulled.run("accounts", "--json").out == before


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--rule", "nonesuch"], "--rule: acme: there is no rule 'nonesuch'; rules are busy, quiet"),
        (["--helpdesk", "nope"], "--helpdesk: there is no helpdesk 'nope'; configured are acme"),
        (["--helpdesk", "acne"], "--helpdesk: there is no helpdesk 'acne'; did you mean 'acme'?"),
        (["--rule", "buzy"], "--rule: acme: there is no rule 'buzy'; did you mean 'busy'?"),
        (["--rule", "busy", "--sweep", "exit=3"], "write lines such as enter=10%,15%,25%, not exit=3"),
        (["--rule", "busy", "--sweep", "enter=10%"], "cannot compare count with a percent"),
        (["--rule", "busy", "--sweep", "enter=0"], "no line can be 0"),
        (["--sweep", "enter=3", "--against", "other.yaml"], "lines belong to one rule: name it with --rule ID"),
        (["--rule", "busy", "--aim", "4"], "write alerts a week such as 4/week, not 4"),
        (["--from", "2026-11-20", "--to", "2026-11-10"], "2026-11-20 is after --to 2026-11-10"),
        (["--from", "yesterday"], "write a day such as 2026-10-31, not yesterday"),
        (["--against", "none.yaml"], "cannot read"),
        (
            ["--rule", "busy", "--against", "typo.yaml"],
            "--against typo.yaml: there is no rule 'busy'; did you mean 'buzy'?",
        ),
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


def test_a_store_without_a_finished_day_says_when_its_facts_begin(terminal: Terminal) -> None:
    terminal.config.write_text(terminal.config.read_text().replace("since: 2026-08-14", "since: 2026-11-22"))
    assert terminal.run("once").status == 0
    told = terminal.run("backtest", "--json")
    assert (told.status, told.document) == (1, {"backtests": []})
    assert told.err == "acme: the facts begin on 22 Nov 2026: no day of theirs is over yet\n"
    account = terminal.run("explain", "busy.test", "--at", "2026-11-21")
    assert (account.status, account.err) == (1, told.err)


@pytest.fixture
def two(pulled: Terminal) -> Terminal:
    """Beside the helpdesk that was pulled another one, with rules of its own, that never was."""
    text = pulled.config.read_text()
    first = text[text.index("  - name: acme") : text.index("cost:")]
    other = first.replace("acme", "beta").replace(pulled.url, "http://127.0.0.1:9") + "    rules: [other.yaml]\n"
    pulled.config.write_text(text.replace("cost:", f"{other}cost:", 1))
    (pulled.config.parent / "other.yaml").write_text(OTHER.replace("id: busy", "id: calm"))
    return pulled


def test_one_helpdesk_without_facts_leaves_the_others_their_backtest(two: Terminal) -> None:
    told = two.run("backtest", "--json")
    assert told.status == 1
    assert [found["helpdesk"] for found in told.document["backtests"]] == ["acme"]
    assert told.err == "beta: nothing was pulled yet; touchcost plan begins with that\n"


def test_a_rule_that_one_helpdesk_alone_has_is_judged_there(two: Terminal) -> None:
    told = two.run("backtest", "--rule", "busy", "--json")
    assert (told.status, told.err) == (0, "beta: there is no rule 'busy', and nothing to judge\n")
    assert [found["helpdesk"] for found in told.document["backtests"]] == ["acme"]
    nowhere = two.run("backtest", "--rule", "clam")
    assert (nowhere.status, nowhere.out) == (2, "")
    assert nowhere.err == "--rule: acme, beta: there is no rule 'clam'; did you mean 'calm'?\n"


def weeks(number: int) -> list[Period]:
    return list(Period(first=Day(MONDAY), last=Day(MONDAY + 7 * number - 1)).weeks)


def chart(levels: Mapping[Level, Sequence[int]], width: int = 80) -> list[str]:
    """What a terminal of that width shows."""
    console = Console(file=io.StringIO(), width=width)
    with console.capture() as shown:
        console.print(WeekChart(weeks(len(levels[Level.RED])), levels))
    return [line.rstrip() for line in shown.get().splitlines()]


def test_a_chart_has_a_cell_for_every_alert_the_worst_at_the_bottom() -> None:
    levels = {Level.WATCH: [2, 0, 0, 0, 1, 0], Level.AMBER: [0, 0, 1, 0, 0, 0], Level.RED: [1, 0, 1, 0, 0, 0]}
    assert chart(levels) == [
        "Alerts a week  █ red  ▒ amber  ░ watch",
        "3 │░░",
        "2 │░░    ▒▒",
        "1 │██    ██    ░░",
        "  └──────────────────",
        "   Mar            Apr",
    ]


def watched(numbers: Sequence[int], width: int) -> list[str]:
    quiet = [0] * len(numbers)
    return chart({Level.WATCH: numbers, Level.AMBER: quiet, Level.RED: quiet}, width)


@given(st.lists(st.integers(0, 90), min_size=1, max_size=200), st.integers(40, 240))
def test_a_chart_of_any_time_fits_its_screen(numbers: list[int], width: int) -> None:
    legend, *shown = watched(numbers, width)
    assert max(map(len, shown)) <= min(width, 80)
    assert len(shown) <= 8 + 2
    assert legend.startswith("Alerts ")


@given(st.lists(st.integers(0, 900), min_size=1, max_size=25))
def test_a_chart_hides_no_week_with_an_alert(numbers: list[int]) -> None:
    _, *rows, _, _ = watched(numbers, 80)
    assert (rows[-1] if rows else "").count("░░") == sum(number > 0 for number in numbers)
    assert not rows or int(rows[0].partition("│")[0]) >= max(numbers)
