"""The rules that are shipped: which they are, and that they follow the guards of their catalogue."""

import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from connector.rulefiles.reading import LoadedPolicy, Reference, load_policy
from connector.yaml.marks import Place, Problem
from rules.catalogue import METRICS
from rules.rule import Guard, Level, Policy


def load_starter() -> LoadedPolicy:
    def at_reference(sentence: str) -> Problem:
        return Problem(place=Place(file="config.yaml"), sentence=sentence)

    loaded = load_policy([Reference(text="builtin:starter", folder=Path(), problem=at_reference)])
    assert isinstance(loaded, LoadedPolicy), "\n".join(map(str, loaded))
    return loaded


def _placeholders(text: str) -> list[str]:
    return re.findall(r"\{(\w+)\}", text)


@pytest.fixture
def starter() -> Policy:
    return load_starter().policy


def test_starter_is_read_without_a_warning() -> None:
    loaded = load_starter()
    assert loaded.warnings == ()
    assert loaded.unfilled(METRICS) == ()


def test_starter_has_the_rules_that_todays_metrics_can_feed(starter: Policy) -> None:
    assert [rule.id for rule in starter.rules] == ["cost-share", "cost-over-revenue", "reopens", "needs-a-host"]


def test_starter_has_no_guard_of_its_own(starter: Policy) -> None:
    assert (starter.guard, starter.grace) == (Guard(), timedelta(90))


def test_every_shipped_rule_says_why_and_what_to_do(starter: Policy) -> None:
    assert all(rule.why and rule.advice for rule in starter.rules)
    assert all(_placeholders(rule.why or "") for rule in starter.rules)


def test_shipped_texts_hold_no_amount_of_money(starter: Policy) -> None:
    named = {name for rule in starter.rules for name in _placeholders(f"{rule.why}{rule.advice}")}
    assert {name for name in named if METRICS[name].unit == "money"} == set()


def test_shipped_texts_are_neutral(starter: Policy) -> None:
    texts = " ".join(f"{rule.id} {rule.title} {rule.why} {rule.advice}" for rule in starter.rules).lower()
    assert not re.search(r"\b(bad|toxic|difficult|worst|problem customer|risk|blame)\b", texts)


def test_every_shipped_rule_reaches_the_level_of_an_alert_ticket(starter: Policy) -> None:
    assert all(rule.levels[-1][0] >= Level.AMBER for rule in starter.rules)


def test_a_host_is_offered_to_new_accounts_alone_and_at_once(starter: Policy) -> None:
    host = starter.rules[-1]
    assert (host.grace, host.hold, host.min_history) == (False, timedelta(0), timedelta(0))
    assert host.only_if is not None
    assert (host.only_if.name, host.only_if.operator, host.only_if.value) == ("age_days", "<", Decimal(84))
