"""The text `init` writes is a configuration that says what was answered."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from connector.config.first_file import WORDS, Answers, render_config
from connector.config.models import Fields
from connector.config.reading import Configuration, load_config
from connector.settings import Secret, WritePolicy
from connector.yaml.error import ConfigError
from rules.facts import Rate

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ANSWERS = Answers(
    name="acme",
    url="https://acme.zendesk.com",
    client_id="touchcost",
    client_secret="env:ACME_SECRET",
    since=date(2025, 11, 24),
    time_zone="Europe/Rome",
    currency="EUR",
    per_hour=Decimal("60.50"),
)


def read(folder: Path, answers: Answers) -> Configuration:
    path = folder / "config.yaml"
    path.write_text(render_config(answers))
    return load_config(path, NOW, kinds={"zendesk"})


def test_answers_are_read_back(tmp_path: Path) -> None:
    [helpdesk] = read(tmp_path, ANSWERS).settings.helpdesks
    assert (helpdesk.name, helpdesk.url, helpdesk.time_zone) == ("acme", "https://acme.zendesk.com", "Europe/Rome")
    assert helpdesk.since == date(2025, 11, 24)
    assert helpdesk.auth["client_id"] == "touchcost"
    secret = helpdesk.auth["client_secret"]
    assert isinstance(secret, Secret)
    assert secret.reference == "env:ACME_SECRET"
    assert helpdesk.cost.currency == "EUR"
    assert helpdesk.cost.rates == (Rate(per_hour=Decimal("60.50"), group=None, first=None),)


def test_first_configuration_writes_nothing_into_the_helpdesk(tmp_path: Path) -> None:
    [helpdesk] = read(tmp_path, ANSWERS).settings.helpdesks
    assert helpdesk.write.policy is WritePolicy.REPORT_ONLY


def test_without_a_rate_the_cost_is_left_as_a_comment(tmp_path: Path) -> None:
    [helpdesk] = read(tmp_path, replace(ANSWERS, currency=None, per_hour=None)).settings.helpdesks
    assert helpdesk.cost.rates == ()


def test_every_field_that_is_named_is_read_and_the_others_stay_comments(tmp_path: Path) -> None:
    named = {word: f"key-{place}" for place, word in enumerate(WORDS)}
    [helpdesk] = read(tmp_path, replace(ANSWERS, fields=named)).settings.helpdesks
    assert helpdesk.fields == named
    [helpdesk] = read(tmp_path, replace(ANSWERS, fields={"owner": "on"})).settings.helpdesks
    assert helpdesk.fields == {"owner": "on"}


def test_values_that_are_no_customers_are_left_out(tmp_path: Path) -> None:
    values = ("trial", "in-house: us", "no")
    [helpdesk] = read(tmp_path, replace(ANSWERS, fields={"status": "kind"}, ignore_status=values)).settings.helpdesks
    assert helpdesk.ignore.status == frozenset(values)


def test_every_word_of_a_configuration_can_be_named() -> None:
    assert WORDS.keys() == Fields.model_fields.keys()


@pytest.mark.parametrize("client_id", ["true", "123", "a: b", "a #b", "it's", '"quoted"', "ü", "- x", "{x}"])
def test_odd_answer_stays_a_text(tmp_path: Path, client_id: str) -> None:
    [helpdesk] = read(tmp_path, replace(ANSWERS, client_id=client_id)).settings.helpdesks
    assert helpdesk.auth["client_id"] == client_id


def test_literal_secret_in_an_answer_is_refused_before_it_reaches_a_file() -> None:
    with pytest.raises(ConfigError) as caught:
        render_config(replace(ANSWERS, client_secret="canary-7f3a9c"))
    assert "canary-7f3a9c" not in str(caught.value)
