"""What commands say to people: both lines of a level, accounts apart from alerts, words in place of keys."""

import re
from datetime import date
from threading import Event

import pytest
from command_line import Terminal, at_width
from rich.text import Text

from connector.cycle import Cycle
from connector.helpdesk import EVERYTHING, Capability
from connector.installation import open_installation
from connector.measuring import make_yardstick
from connector.progress import Silent
from connector.reports.explaining import explain_account
from connector.reports.explaining_past import explain_day
from connector.reports.needs import what_is_beyond
from connector.simulator import World
from connector.terminal.explanation import explanation_parts
from connector.terminal.fitting import Column, FittingTable
from connector.terminal.metrics import metrics_parts
from connector.terminal.past import past_parts
from connector.terminal.plan import plan_parts
from connector.terminal.words import count_words, counted, write_words
from rules.facts import Day
from rules.marks import WriteKind
from rules.planning.change import Cause

RULES = """\
version: 1
defaults: {{grace: 0d, min_history: 0d, hold: 0d, clear_after: 7d}}
rules:
  - id: busy
    title: Many tickets in four weeks
    signal: tickets_28d
    levels:
      watch: {{enter: {enter}, exit: 2}}
"""


@pytest.fixture
def counting(terminal: Terminal) -> Terminal:
    """A configuration with one rule, which counts tickets: Busy Ltd has 27 on a finished day."""
    (terminal.config.parent / "busy.yaml").write_text(RULES.format(enter=20))
    terminal.config.write_text(terminal.config.read_text().replace("builtin:starter", "busy.yaml"))
    return terminal


def lines_with(text: str, word: str) -> list[str]:
    return [line for line in text.splitlines() if word in line]


def test_plan_shows_both_lines_of_a_level_that_hysteresis_keeps(counting: Terminal, world: World) -> None:
    assert counting.run("once").status == 0
    world.advance(days=20)
    ended = counting.run("plan")
    alert = next(line for line in ended.out.splitlines() if line.startswith("Busy Ltd"))
    value, enter, leave = alert.split()[-6:-3]
    assert (enter, leave) == ("20", "2")
    assert 2 <= int(value) < 20
    assert "(between its lines)" in alert
    assert "stays until the value is past its exit" in ended.out


def test_plan_says_that_a_level_falls_at_midnight_alone(counting: Terminal) -> None:
    assert counting.run("once").status == 0
    rules = RULES.format(enter=60).replace("exit: 2", "exit: 50")
    (counting.config.parent / "busy.yaml").write_text(rules)
    ended = counting.run("plan")
    [alert] = [line for line in ended.out.splitlines() if line.startswith("Busy Ltd")]
    assert "(past its exit)" in alert
    assert "Past its exit: a level falls at the next midnight, when the day is whole." in ended.out


def test_plan_says_of_which_alert_the_number_is_unknown(counting: Terminal, world: World) -> None:
    assert counting.run("once").status == 0
    rules = RULES.format(enter=20).replace("    levels:", "    only_if: invoices_overdue >= 0\n    levels:")
    (counting.config.parent / "busy.yaml").write_text(rules)
    world.advance(days=1)
    shown = counting.run("plan").out
    [alert] = lines_with(shown, "Busy Ltd    ")
    assert "(unknown now)" in alert
    assert lines_with(shown, "Unknown now: ")


def test_plan_counts_accounts_and_alerts_by_their_names(terminal: Terminal) -> None:
    said = "1 account over a line, each at its worst level: 1 red, 0 amber, 0 watch (2 alerts)."
    assert said in terminal.run("plan").out


def test_plan_in_80_columns_wraps_no_number_and_squeezes_nothing(terminal: Terminal) -> None:
    with open_installation(terminal.config, Event()) as installation:
        [settings] = installation.settings.helpdesks
        draft = Cycle(installation, settings).plan_once(Silent())
    assert draft is not None
    shown = at_width(80, *plan_parts(settings, draft, full=False))
    header = next(line for line in shown if line.startswith("Account"))
    assert header.split() == ["Account", "Level", "Rule", "Value", "Enter", "Exit", "Since"]
    assert max(len(line) for line in shown[shown.index(header) : shown.index("Writes")]) <= 80
    assert any("301 %   30 %  24 %" in line for line in shown)


@pytest.mark.parametrize("at", [None, Day(date(2026, 11, 10).toordinal())])
def test_numbers_of_an_account_fit_80_columns(terminal: Terminal, at: Day | None) -> None:
    assert terminal.run("once").status == 0
    with open_installation(terminal.config, Event()) as installation:
        [settings] = installation.settings.helpdesks
        as_of = installation.store.absorbed_until(settings.name)
        assert as_of is not None
        yardstick = make_yardstick(installation.store, settings, as_of)
        assert yardstick is not None
        busy = next(one for one in installation.store.accounts(settings.name) if one.name == "Busy Ltd")
        if at is None:
            found = explain_account(installation.store, settings, yardstick, busy)
            assert found is not None
            shown = at_width(80, *explanation_parts(found))
        else:
            past = explain_day(installation.store, settings, yardstick, busy, at)
            assert past is not None
            shown = at_width(80, *past_parts(past))
    table = [line for line in shown if line.startswith(("Metric", "Recomputed", "tickets", "touch_", "contribution"))]
    assert len(table) >= 5
    assert max(map(len, table)) <= 80
    assert table[0].split() == [table[0].split()[0], "7", "days", "28", "days", "90", "days", "365", "days"]


def test_metrics_fit_80_columns_and_cut_no_name(terminal: Terminal) -> None:
    with open_installation(terminal.config, Event()) as installation:
        shown = at_width(80, *metrics_parts(installation.settings.helpdesks))
    table = shown[shown.index("") + 1 :]
    assert table[0].split() == ["Name", "Unit", "What", "it", "is", "Known"]
    assert max(map(len, table[: table.index("")])) <= 80
    assert "revenue_share_of_all_Nd" in {line.split()[0] for line in table if line}
    assert "contribution_Nd needs cost.gross_margin" in table


def test_rules_that_sleep_are_named_by_plan_and_explain_once_a_cause(terminal: Terminal) -> None:
    text = terminal.config.read_text()
    terminal.config.write_text(text.replace('cost: {currency: EUR, per_hour: "60.00"}\n', ""))
    asleep = "cost-share, cost-over-revenue sleep: the configuration names no hourly rate"
    for command in (("plan",), ("explain", "busy.test")):
        rates, invoices = lines_with(terminal.run(*command).out, " sleep")
        assert rates == f"{asleep}; to wake them, write cost.per_hour and cost.currency."
        assert invoices.startswith("invoices-overdue sleeps: the configuration names no table of invoices; ")
    assert lines_with(terminal.run("check", "--offline").out, "sleep: ") != []


def test_status_says_that_alerts_of_a_withdrawn_helpdesk_are_not_shown(terminal: Terminal) -> None:
    terminal.write(policy="sync")
    assert terminal.run("setup", "--yes").status == 0
    told = "kept yet[;:] touchcost plan shows what would be found, and touchcost once keeps it"
    assert terminal.run("plan").status == 0
    assert all(re.search(told, terminal.run(command).out) for command in ("status", "accounts"))
    assert terminal.run("once").status == 0
    status = terminal.run("status").out
    assert "2 alerts open on 1 account: red 2, amber 0, watch 0" in status
    assert "shows none of them" not in status
    assert terminal.run("withdraw", "--yes").status == 0
    assert "the helpdesk shows none of them: nothing of ours stands there" in terminal.run("status").out
    [desk] = terminal.run("status", "--json").document["helpdesks"]
    assert (desk["alerts"], desk["accounts"], desk["marks"]) == ({"watch": 0, "amber": 0, "red": 2}, 1, 0)


def test_no_key_of_ours_stands_in_what_people_read(terminal: Terminal) -> None:
    terminal.write(policy="sync")
    assert terminal.run("setup", "--yes").status == 0
    planned = terminal.run("plan").out
    assert "the group  open the ticket that lists a first run" in planned
    shown = [planned, terminal.run("once").out, terminal.run("status").out, terminal.run("withdraw").out]
    assert "rows read" in shown[1]
    assert "rows read" in shown[2]
    assert "empty field care_" in shown[3]
    for text in shown:
        assert [key for key in ("touchcost:acme", "no account", "set_aside", "first_run") if key in text] == []


def test_explain_says_that_a_value_is_on_its_line(counting: Terminal) -> None:
    assert counting.run("once").status == 0
    value = counting.run("explain", "busy.test", "--json").document["rules"][0]["value"]
    (counting.config.parent / "busy.yaml").write_text(RULES.format(enter=value))
    explained = counting.run("explain", "busy.test").out
    assert "; on the watch line" in explained
    assert f"lines: watch from {value}, left under 2" in explained


def test_a_month_before_the_facts_is_said_and_not_shown(terminal: Terminal) -> None:
    assert terminal.run("once").status == 0
    for month in ("2026-07", "1999-01"):
        ended = terminal.run("accounts", "--month", month)
        assert (ended.status, ended.out) == (1, "")
        assert ended.err.startswith("acme: nothing is known of that month: facts reach back to 14 Aug 2026")


def test_a_month_that_is_over_shows_no_alert_of_today(terminal: Terminal) -> None:
    assert terminal.run("once").status == 0
    over = terminal.run("accounts", "--month", "2026-10")
    assert "cost-share" not in over.out
    assert "Alerts are those of now, and are left out of a month that is over." in over.out
    document = terminal.run("accounts", "--month", "2026-10", "--json").document
    assert {one["alerts"] for one in document["accounts"]} == {None}
    running = terminal.run("accounts", "--month", "2026-11")
    assert "cost-share red" in running.out
    assert "Numbers are of 2026-11 so far." in running.out


def test_money_of_one_currency_is_named_once(terminal: Terminal) -> None:
    assert terminal.run("once").status == 0
    shown = terminal.run("accounts").out
    assert "Money is in EUR." in shown
    assert shown.count("EUR") == 1


COLUMNS = (Column(name="Account", least=8), Column(name="Tickets", rank=1), Column(name="Cost"))
ROWS = ((Text("A customer with a long name"), Text("12"), Text("1,234")),)


@pytest.mark.parametrize(
    ("width", "names", "note"),
    [
        (60, ["Account", "Tickets", "Cost"], ""),
        (24, ["Account", "Tickets", "Cost"], ""),
        (20, ["Account", "Cost"], "No room for Tickets: see there."),
    ],
)
def test_table_leaves_columns_out_before_it_cuts_a_number(width: int, names: list[str], note: str) -> None:
    header, row, *rest = at_width(width, FittingTable(columns=COLUMNS, rows=ROWS, elsewhere="see there"))
    assert header.split() == names
    assert row.endswith("1,234")
    assert note in " ".join(rest)


@pytest.mark.parametrize(
    ("kind", "what", "reason", "words"),
    [
        (WriteKind.ADD_TAG, "care_review", Cause.WANTED, "add tag care_review"),
        (WriteKind.OPEN_ALERT, "touchcost:acme:77:2", Cause.FIRST, "open alert ticket 2"),
        (WriteKind.UPDATE_ALERT, "touchcost:acme:77:2", Cause.RAISED, "write on alert ticket 2"),
        (WriteKind.OPEN_ALERT, "touchcost:acme:held:1", Cause.HELD, "open the ticket that tells what is held"),
        (
            WriteKind.CLOSE_ALERT,
            "touchcost:acme:first-run:3",
            Cause.WITHDRAWN,
            "solve the ticket that lists a first run",
        ),
        (WriteKind.SET_FIELD, "care_state", Cause.STATE, "set field care_state"),
        (WriteKind.SET_FIELD, "care_state", Cause.WITHDRAWN, "empty field care_state"),
    ],
)
def test_a_write_is_told_in_words(kind: WriteKind, what: str, reason: Cause, words: str) -> None:
    assert write_words(kind, what, reason) == words


def test_counts_of_a_cycle_are_told_in_words_and_what_was_not_done_is_left_out() -> None:
    counts = {"rows": 6808, "set_aside": 0, "judged": 0, "applied": 54, "something_new": 2}
    assert count_words(counts) == "6,808 rows read, 0 accounts judged, 54 writes made, 2 something new"
    assert (counted(1, "account"), counted(1200, "account")) == ("1 account", "1,200 accounts")


def test_check_says_what_a_helpdesk_cannot_do_and_what_follows() -> None:
    lacking = {Capability.ACCOUNT_TAGS, Capability.MEASURED_TIME}
    assert [finding.sentence for finding in what_is_beyond(EVERYTHING - lacking)] == [
        "No tags on accounts in this helpdesk, as it is configured: write.tags counts as off.",
        "No measured time in this helpdesk, as it is configured: every minute is assumed, by cost.minutes.",
    ]
    assert list(what_is_beyond(EVERYTHING)) == []
