"""`init` writes a configuration by options or after questions, and never over one that is there."""

import sys
from collections.abc import Mapping
from io import StringIO
from pathlib import Path

import pytest
from command_line import Ended, Terminal

from connector.cli import run
from connector.installation import read_configuration

URL = "https://acme.zendesk.com"
CANARY = "canary-7f3a9c"
MONEY = ("--currency", "EUR", "--per-hour", "60.00")


@pytest.fixture
def place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(config=tmp_path / "config.yaml", capture=capsys)


def answered(place: Terminal, monkeypatch: pytest.MonkeyPatch, *answers: str) -> Ended:
    """`init` with these lines typed."""
    monkeypatch.setattr(sys, "stdin", StringIO("".join(f"{answer}\n" for answer in answers)))
    return place.run("init")


def fields_in(config: Path) -> Mapping[str, str]:
    """Our words with the keys that the file names."""
    [helpdesk] = read_configuration(config)[0].settings.helpdesks
    return helpdesk.fields


def next_lines(place: Terminal) -> str:
    """What comes last."""
    command = f"touchcost -c {place.config}"
    return f"Next: {command} check, then {command} plan.\n"


def test_options_make_a_configuration_that_check_accepts(place: Terminal) -> None:
    ended = place.run("init", "--url", URL, "--currency", "EUR", "--per-hour", "60.50", "--time-zone", "Europe/Rome")
    assert ended.status == 0
    assert place.run("check", "--offline").status == 0
    text = place.config.read_text()
    assert "name: acme" in text
    assert "env:ACME_ZENDESK_SECRET" in text
    assert 'per_hour: "60.50"' in text


def test_file_that_is_there_stays_unless_forced(place: Terminal) -> None:
    place.config.write_text("mine")
    ended = place.run("init", "--url", URL)
    assert (ended.status, place.config.read_text()) == (2, "mine")
    assert "--force" in ended.err
    assert place.run("init", "--url", URL, "--force").status == 0
    assert place.config.read_text() != "mine"


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--url", "acme"),
        ("--field", "revenue=mrr"),
        ("--field", "revenue_month"),
        ("--field", "revenue_month=m r r"),
        ("--name", "Not A Name"),
        ("--since", "yesterday"),
        ("--time-zone", "Rome"),
        ("--currency", "euro"),
        ("--ignore-status", "trial"),
        ("--per-hour", "60"),
    ],
)
def test_option_that_cannot_be_ends_with_2_and_writes_nothing(place: Terminal, option: str, value: str) -> None:
    ended = place.run("init", "--url", URL, option, value)
    assert ended.status == 2
    assert option in ended.err
    assert not place.config.exists()


def test_secret_itself_is_refused_and_never_repeated(place: Terminal) -> None:
    ended = place.run("init", "--url", URL, "--client-secret", CANARY)
    assert ended.status == 2
    assert CANARY not in ended.out + ended.err
    assert not place.config.exists()


def test_questions_are_asked_again_until_the_answer_can_be(place: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = answered(
        place, monkeypatch, "acme", URL, "", "-", "", CANARY, "env:MY_SECRET", "2025-11-01", "Europe/Rome", *[""] * 5
    )
    assert ended.status == 0, ended.err
    text = place.config.read_text()
    assert "env:MY_SECRET" in text
    assert "since: 2025-11-01" in text
    assert CANARY not in text


def test_fields_of_an_account_are_asked_for_and_may_be_left_out(
    place: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = ["not a key", "mrr", "", "contract_start", "", "segment", ""]
    ended = answered(place, monkeypatch, URL, "", "EUR", '"60.00"', "60.00", "", "", "", "", *fields)
    assert ended.status == 0, ended.err
    assert fields_in(place.config) == {"revenue_month": "mrr", "customer_since": "contract_start", "segment": "segment"}


def test_values_of_a_status_field_that_are_no_customers_are_asked_for(
    place: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = ["mrr", "mrr_currency", "", "", "", "kind", "trial, in house"]
    ended = answered(place, monkeypatch, URL, "", "-", "", "", "", "", *fields)
    assert ended.status == 0, ended.err
    [helpdesk] = read_configuration(place.config)[0].settings.helpdesks
    assert helpdesk.ignore.status == {"trial", "in house"}
    assert helpdesk.fields["currency"] == "mrr_currency"
    assert "ignore.status" not in ended.out


def test_status_field_that_leaves_nobody_out_is_said(place: Terminal) -> None:
    status = ("--field", "status=kind")
    ended = place.run("init", "--url", URL, *status)
    assert "  fields.status leaves nobody out yet: write ignore.status" in ended.out
    ended = place.run("init", "--url", URL, "--force", *status, "--ignore-status", "trial", "--ignore-status", "former")
    assert "ignore.status" not in ended.out
    assert "status: [trial, former]\n" in place.config.read_text()


def test_part_of_an_address_and_a_comma_are_answered_with_what_was_meant(place: Terminal) -> None:
    assert "did you mean https://acme.zendesk.com?" in " ".join(place.run("init", "--url", "acme").err.split())
    comma = place.run("init", "--url", URL, "--currency", "EUR", "--per-hour", "60,50").err
    assert "with a point and without commas, not '60,50'" in " ".join(comma.split())


def test_currency_in_small_letters_is_understood(place: Terminal) -> None:
    assert place.run("init", "--url", URL, "--currency", "eur", "--per-hour", "60.50").status == 0
    assert "currency: EUR\n" in place.config.read_text()


def test_questions_that_are_not_answered_to_the_end_write_nothing(
    place: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = answered(place, monkeypatch, URL)
    assert ended.status == 1
    assert ended.err.endswith("\nEnded; nothing was written.\n")
    assert not place.config.exists()


def test_fields_are_named_by_options_too(place: Terminal) -> None:
    ended = place.run("init", "--url", URL, "--field", "revenue_month=mrr", "--field", "seats=true")
    assert ended.status == 0
    assert fields_in(place.config) == {"revenue_month": "mrr", "seats": "true"}


def test_last_lines_say_what_still_sleeps_and_how_it_is_woken(place: Terminal) -> None:
    bare = place.run("init", "--url", URL)
    assert (
        "  cost-share, cost-over-revenue sleep: the configuration names no revenue: write fields.revenue_month"
        in bare.out
    )
    assert "write cost.per_hour" in bare.out
    full = place.run("init", "--url", URL, "--force", *MONEY, "--field", "revenue_month=mrr")
    invoices = "  invoices-overdue sleeps: the configuration names no table of invoices: "
    woken_by = "write a table under billing with the columns number, due and paid\n"
    assert full.out == f"{place.config} is written.\n{invoices}{woken_by}{next_lines(place)}"


def test_https_is_put_before_a_host(place: Terminal) -> None:
    assert place.run("init", "--url", "acme.zendesk.com").status == 0
    assert "url: https://acme.zendesk.com\n" in place.config.read_text()


def test_next_commands_name_the_file_only_where_it_is_another(
    place: Terminal, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(place.config.parent)
    assert run(["init", "--url", URL]) == 0
    assert capsys.readouterr().out.endswith("Next: touchcost check, then touchcost plan.\n")
