"""accounts, explain, status and doctor read what was pulled; check and setup look at the helpdesk."""

import csv
import io
from datetime import timedelta
from threading import Event

import pytest
from command_line import SECRET, Terminal, start

from connector.installation import open_installation
from connector.simulator import Fault, World

ACCOUNT_KEYS = [
    "helpdesk",
    "account",
    "name",
    "tickets_28d",
    "tickets_90d",
    "touches_90d",
    "contacts_90d",
    "touch_minutes_90d",
    "touch_cost_90d",
    "touches_all_90d",
    "touch_minutes_all_90d",
    "touch_cost_all_90d",
    "own_fault_share_90d",
    "currency",
    "revenue_currency",
    "revenue_90d",
    "cost_share_90d",
    "method",
    "alerts",
]


@pytest.fixture
def pulled(terminal: Terminal) -> Terminal:
    """A store with all facts and a judgement of them."""
    ended = terminal.run("once")
    assert ended.status == 0, ended.err
    return terminal


def test_accounts_as_json_has_the_promised_shape(pulled: Terminal) -> None:
    document = pulled.run("accounts", "--json").document
    assert list(document) == ["as_of", "accounts", "without_account"]
    busy, *others = document["accounts"]
    assert sorted(busy) == sorted(ACCOUNT_KEYS)
    assert (busy["name"], busy["tickets_90d"], busy["touch_minutes_90d"]) == ("Busy Ltd", 89, 890)
    assert (busy["touch_cost_90d"], busy["currency"]) == ("890.00", "EUR")
    assert busy["method"] == {"measured": 1, "inferred": 0, "assumed": 0}
    [alert] = [alert for alert in busy["alerts"] if alert["rule"] == "cost-share"]
    assert (alert["level"], alert["acknowledged"]) == ("red", False)
    assert [other["alerts"] for other in others] == [[], []]
    assert document["without_account"]["tickets_90d"] == 9


def test_unknown_revenue_is_null_and_marked_in_the_table(pulled: Terminal) -> None:
    strange = next(one for one in pulled.run("accounts", "--json").document["accounts"] if one["name"] == "Strange Ltd")
    assert (strange["revenue_90d"], strange["cost_share_90d"]) == (None, None)
    line = next(line for line in pulled.run("accounts").out.splitlines() if line.startswith("Strange Ltd"))
    assert line.split().count("–") == 2


def test_accounts_are_sorted_as_asked(pulled: Terminal) -> None:
    names = [one["name"] for one in pulled.run("accounts", "--json", "--sort", "revenue").document["accounts"]]
    assert names == ["Calm Ltd", "Busy Ltd", "Strange Ltd"]


def test_month_has_numbers_without_a_window(pulled: Terminal) -> None:
    document = pulled.run("accounts", "--json", "--month", "2026-10").document
    busy = document["accounts"][0]
    assert (busy["tickets"], busy["touch_cost"]) == (31, "310.00")
    assert "tickets_28d" not in busy


def test_numbers_that_reach_back_before_the_facts_are_unknown_and_it_is_said(terminal: Terminal) -> None:
    terminal.config.write_text(terminal.config.read_text().replace("2026-08-14", "2026-10-20"))
    assert terminal.run("once").status == 0
    assert "Facts reach back to 20 Oct 2026" in terminal.run("accounts").out
    busy = next(one for one in terminal.run("accounts", "--json").document["accounts"] if one["name"] == "Busy Ltd")
    assert (busy["tickets_28d"], busy["tickets_90d"]) == (27, None)


def test_csv_is_one_line_an_account_and_no_formula(pulled: Terminal, world: World) -> None:
    world.people.add_organization("=1+1", {"mrr": 5.0}, [])
    world.advance(seconds=120)
    assert pulled.run("once").status == 0
    rows = list(csv.DictReader(io.StringIO(pulled.run("accounts", "--csv").out)))
    assert [row["name"] for row in rows][-1] == "without account"
    assert "'=1+1" in [row["name"] for row in rows]
    assert rows[0]["touch_cost_90d"] == "890.00"


@pytest.mark.parametrize("said", ["Busy Ltd", "busy ltd", "busy.test", "busy"])
def test_account_is_explained_by_name_or_domain(pulled: Terminal, said: str) -> None:
    ended = pulled.run("explain", said)
    assert ended.status == 0
    assert ended.out.startswith("Busy Ltd")
    assert "cost-share" in ended.out
    assert "open at red" in ended.out


def test_account_is_explained_by_id_and_link(pulled: Terminal) -> None:
    account = pulled.run("accounts", "--json").document["accounts"][0]["account"]
    for said in (
        account,
        f"{pulled.url}/agent/organizations/{account}",
        f"{pulled.url}/agent/organizations/{account}/x",
    ):
        document = pulled.run("explain", said, "--json").document
        assert document["name"] == "Busy Ltd"


def test_explanation_names_values_lines_clocks_and_what_is_wanted(pulled: Terminal) -> None:
    document = pulled.run("explain", "busy.test", "--json").document
    [rule] = [rule for rule in document["rules"] if rule["rule"] == "cost-share"]
    assert rule["operands"]["touch_cost_90d"] == "890.00"
    assert rule["levels"]["red"] == {"enter": "0.30", "exit": "0.24"}
    assert (rule["phase"], rule["level"], rule["condition"]) == ("open", "red", True)
    assert document["wanted"]["tags"] == ["care_review"]
    assert document["marks"] == []


def test_explanation_as_json_has_no_endless_numbers(pulled: Terminal) -> None:
    document = pulled.run("explain", "busy.test", "--json").document
    numbers = {**document["metrics"], **{rule["rule"]: rule["value"] for rule in document["rules"]}}
    assert (numbers["revenue_90d"], numbers["cost_share_90d"], numbers["cost-share"]) == ("295.89", "3.0079", "3.0079")
    assert not [name for name, number in numbers.items() if isinstance(number, str) and len(number) > 9]


def test_ambiguous_account_lists_the_candidates(pulled: Terminal) -> None:
    ended = pulled.run("explain", "ltd")
    assert (ended.status, ended.out) == (2, "")
    assert all(name in ended.err for name in ("Busy Ltd", "Calm Ltd", "Strange Ltd"))


def test_unknown_account_gets_a_suggestion(pulled: Terminal) -> None:
    ended = pulled.run("explain", "Bussy Lt")
    assert (ended.status, ended.out) == (2, "")
    assert "did you mean Busy Ltd" in ended.err


def test_status_tells_alerts_lag_and_age(pulled: Terminal, world: World) -> None:
    [desk] = pulled.run("status", "--json").document["helpdesks"]
    assert desk["alerts"]["red"] >= 1
    assert desk["lag_seconds"] < 3600
    assert pulled.run("status", "--max-age", "1h").status == 0
    world.advance(seconds=2 * 3600)
    late = pulled.run("status", "--max-age", "1h")
    assert late.status == 1
    assert "acme: no good cycle within 1h" in late.err


def test_helpdesk_out_of_the_configuration_is_still_listed(pulled: Terminal) -> None:
    pulled.config.write_text(pulled.config.read_text().replace("name: acme", "name: other"))
    assert "out of the configuration" in pulled.run("status").out


def test_doctor_finds_a_sound_store_sound(pulled: Terminal) -> None:
    ended = pulled.run("doctor")
    assert (ended.status, ended.out) == (0, "acme: sound\n")


def test_nothing_pulled_yet_is_said_and_ends_with_1(terminal: Terminal) -> None:
    for command in (("accounts",), ("accounts", "--json")):
        ended = terminal.run(*command)
        assert (ended.status, ended.out) == (1, "")
        assert "nothing was pulled yet" in ended.err


def test_status_tells_a_cycle_that_was_cut_down_from_one_that_runs(pulled: Terminal, world: World) -> None:
    with open_installation(pulled.config, Event()) as installation:
        [settings] = installation.settings.helpdesks
        installation.store.begin_cycle(settings.name, world.now())
        assert "running" in pulled.run("status").out
        installation.store.begin_cycle(settings.name, world.now() + timedelta(seconds=1))
    assert [word in pulled.run("status").out for word in ("running", "cut down")] == [True, True]


def test_status_says_how_facts_that_are_too_old_become_newer(pulled: Terminal, world: World) -> None:
    world.advance(days=2)
    told = pulled.run("status").out
    assert "too old to judge by; a cycle pulls what is missing: touchcost once, or SIGHUP where a daemon waits" in told
    world.faults.put(Fault(endpoint="ticket_events", kind="429", retry_after=1000, times=None))
    ended = pulled.run("once")
    assert (ended.status, ended.out) == (1, "acme  put off\n")
    assert "put off" in pulled.run("status").out
    assert "too old to judge by; the last cycle says why, below" in pulled.run("status").out


def test_check_names_what_has_no_account_and_no_revenue(pulled: Terminal) -> None:
    ended = pulled.run("check")
    assert ended.status == 0, ended.out
    assert "Signed in as an administrator" in ended.out
    assert "tickets of the last 90 days are without account" in ended.out
    assert "elsewhere.test 9" in ended.out
    assert "1 accounts with tickets are without revenue: Strange Ltd" in ended.out


def test_check_gives_a_monitor_one_document(pulled: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    pulled.write(more="retention_days: 300\n")
    ended = pulled.run("check", "--json")
    assert (ended.status, ended.document["ok"]) == (0, True)
    found = ended.document["findings"]
    assert {one["level"] for one in found} == {"fine", "note"}
    assert {one["helpdesk"] for one in found} == {None, "acme"}
    assert all(one["sentence"] for one in found)
    assert ended.document["problems"] == []
    monkeypatch.setenv("TEST_SECRET", "another-secret")
    ended = pulled.run("check", "--json")
    assert (ended.status, ended.document["ok"]) == (1, False)
    levels = [one["level"] for one in ended.document["findings"] if one["helpdesk"] == "acme"]
    assert (levels[0], "fine" in levels) == ("problem", False)


def test_check_gives_one_document_of_files_that_are_wrong(terminal: Terminal) -> None:
    terminal.write(more="retention_dais: 300\n")
    ended = terminal.run("check", "--offline", "--json")
    [problem] = ended.document["problems"]
    line = len(terminal.config.read_text().splitlines())
    sentence = "unknown key 'retention_dais'; did you mean 'retention_days'?"
    place = {"file": str(terminal.config), "line": line, "column": 1}
    assert problem == {"level": "problem", **place, "sentence": sentence}
    assert (ended.status, ended.document["ok"], ended.document["findings"]) == (2, False, [])
    assert f"{terminal.config}:{line}:1: {sentence}" in ended.err


def test_check_says_what_an_edit_will_rebuild(pulled: Terminal) -> None:
    pulled.config.write_text(pulled.config.read_text().replace("time_zone: UTC", "time_zone: Europe/Rome"))
    assert "builds the totals anew" in pulled.run("check").out
    pulled.config.write_text(pulled.config.read_text().replace("2026-08-14", "2026-01-01"))
    assert "pulls the past anew" in pulled.run("check").out


def test_check_names_a_field_that_cannot_be_read(pulled: Terminal) -> None:
    pulled.config.write_text(pulled.config.read_text().replace("mrr,", "mrr, seats: contract_start,"))
    assert "field contract_start (seats) cannot be read at 3 accounts" in pulled.run("check").out


def test_setup_shows_then_makes_then_uses_the_fields(terminal: Terminal, world: World) -> None:
    before = set(world.fields.of_organizations)
    shown = terminal.run("setup")
    assert shown.status == 0
    assert "care_state  would be made, of type text" in shown.out
    assert set(world.fields.of_organizations) == before
    assert terminal.run("setup", "--yes").status == 0
    assert {"care_state", "care_why", "care_since"} <= set(world.fields.of_organizations)
    assert "care_state  is there already and is used" in terminal.run("setup").out


def test_setup_makes_the_answer_field_and_each_macro_once(terminal: Terminal, world: World) -> None:
    shown = terminal.run("setup").out
    assert "care_answer  would be made, a ticket field of type text" in shown
    assert "Review: I take it  would be made, a macro that writes “take”" in shown
    for _ in range(2):
        assert terminal.run("setup", "--yes").status == 0
    titles = [macro.title for macro in world.macros.values()]
    assert len(titles) == len(set(titles)) == 13
    answer = world.fields.titled("care_answer")
    assert {macro.actions[0][0] for macro in world.macros.values()} == {f"custom_fields_{answer}"}


def test_secret_shows_in_no_log_line_of_any_level(terminal: Terminal) -> None:
    for arguments in (("--log-level", "debug", "once"), ("--log-level", "debug", "--log-json", "once")):
        ended = terminal.run(*arguments)
        assert ended.status == 0
        assert "cycle_ended" in ended.err
        assert SECRET not in ended.err


def test_process_writes_one_document_on_stdout(pulled: Terminal) -> None:
    ended = start("-c", str(pulled.config), "accounts", "--json")
    assert ended.status == 0, ended.err
    assert ended.document["accounts"][0]["name"] == "Busy Ltd"
