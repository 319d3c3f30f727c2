"""`init` writes a configuration by options or after questions, and never over one that is there."""

from pathlib import Path

import pytest
from command_line import Terminal
from typer.testing import CliRunner

from connector.cli import make_app

URL = "https://acme.zendesk.com"
CANARY = "canary-7f3a9c"


@pytest.fixture
def place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(config=tmp_path / "config.yaml", capture=capsys)


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
        ("--url", "acme.zendesk.com"),
        ("--name", "Not A Name"),
        ("--since", "yesterday"),
        ("--time-zone", "Rome"),
        ("--currency", "euro"),
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


def test_questions_are_asked_again_until_the_answer_can_be(place: Terminal) -> None:
    answers = ["acme", URL, "", "-", "", CANARY, "env:MY_SECRET", "2025-11-01", "Europe/Rome"]
    typed = "".join(f"{answer}\n" for answer in answers)
    ended = CliRunner().invoke(make_app(), ["-c", str(place.config), "init"], input=typed)
    assert ended.exit_code == 0, ended.output
    text = place.config.read_text()
    assert "env:MY_SECRET" in text
    assert "since: 2025-11-01" in text
    assert CANARY not in text
