"""The rules that are shipped: which they are, that they keep the guards of their catalogue, and pass their tests."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from connector.rulefiles.cases import Case
from connector.rulefiles.reading import LoadedPolicy, Reference, load_policy
from connector.yaml.marks import Place, Problem
from rules.catalogue import METRICS
from rules.counting.invoices import OWED
from rules.expression import names, written
from rules.messages.plays import PLAYS
from rules.rule import Guard, Level, Policy, Unknown
from rules.ruletest import run_test

STARTER = ["cost-share", "cost-over-revenue", "reopens", "invoices-overdue", "needs-a-host"]


def load_shipped(name: str) -> LoadedPolicy:
    def at_reference(sentence: str) -> Problem:
        return Problem(place=Place(file="config.yaml"), sentence=sentence)

    loaded = load_policy([Reference(text=f"builtin:{name}", folder=Path(), problem=at_reference)])
    assert isinstance(loaded, LoadedPolicy), "\n".join(map(str, loaded))
    return loaded


def _placeholders(text: str) -> list[str]:
    return re.findall(r"\{(\w+)\}", text)


@pytest.fixture
def starter() -> Policy:
    return load_shipped("starter").policy


@pytest.fixture
def catalogue() -> Policy:
    return load_shipped("red-flags").policy


@pytest.mark.parametrize("name", ["starter", "red-flags"])
def test_shipped_rules_are_read_without_a_warning(name: str) -> None:
    loaded = load_shipped(name)
    assert loaded.warnings == ()
    assert loaded.unfilled(METRICS) == ()


def test_starter_has_the_rules_that_todays_metrics_can_feed(starter: Policy) -> None:
    assert [rule.id for rule in starter.rules] == STARTER


def test_every_further_rule_of_the_catalogue_is_in_shadow(catalogue: Policy) -> None:
    assert [rule.id for rule in catalogue.rules if not rule.shadow] == STARTER
    assert len(catalogue.rules) > len(STARTER)


@pytest.mark.parametrize("case", load_shipped("red-flags").cases, ids=lambda case: f"{case.test.rule}-{case.test.name}")
def test_test_of_a_shipped_rule_passes(case: Case) -> None:
    loaded = load_shipped("red-flags")
    assert run_test(case.test, loaded.rule(case.test.rule), loaded.policy.grace) == ()


def test_every_shipped_rule_has_two_tests_of_which_one_opens() -> None:
    loaded = load_shipped("red-flags")
    for rule in loaded.policy.rules:
        tests = [case.test for case in loaded.cases if case.test.rule == rule.id]
        assert len(tests) >= 2
        assert any(test.opened for test in tests)


def test_starter_has_no_guard_of_its_own(starter: Policy) -> None:
    assert (starter.guard, starter.grace) == (Guard(), timedelta(90))


def test_every_shipped_rule_says_why_and_what_to_do(catalogue: Policy) -> None:
    assert all(rule.why and rule.advice and rule.play for rule in catalogue.rules)
    assert all(_placeholders(rule.why or "") for rule in catalogue.rules)


def test_shipped_texts_hold_no_amount_of_money(catalogue: Policy) -> None:
    named = {name for rule in catalogue.rules for name in _placeholders(f"{rule.why}{rule.advice}")}
    assert {name for name in named if METRICS[name].unit == "money"} == set()


def test_shipped_texts_are_neutral(catalogue: Policy) -> None:
    texts = " ".join(f"{rule.id} {rule.title} {rule.why} {rule.advice}" for rule in catalogue.rules).lower()
    texts += " ".join(f"{play.title} {play.guide}" for play in PLAYS.values()).lower()
    assert not re.search(r"\b(bad|toxic|difficult|worst|problem customer|risk|blame)\b", texts)


def test_every_shipped_rule_reaches_the_level_of_an_alert_ticket(catalogue: Policy) -> None:
    assert all(rule.levels[-1][0] >= Level.AMBER for rule in catalogue.rules)


def test_a_host_is_offered_to_new_accounts_alone_and_at_once(starter: Policy) -> None:
    host = starter.rules[-1]
    assert (host.grace, host.hold, host.min_history) == (False, timedelta(0), timedelta(0))
    assert host.only_if is not None
    assert written(host.only_if.tree) == "age_days < 84"


def test_an_unpaid_invoice_is_a_plain_event_outside_grace_history_and_budget(starter: Policy) -> None:
    rule = next(rule for rule in starter.rules if rule.id == "invoices-overdue")
    assert (rule.grace, rule.min_history, rule.hold, rule.clear_after) == (False, *[timedelta(0)] * 3)
    assert (rule.exempt, rule.tag, rule.unknown, rule.play) == (True, "", Unknown.CLEAR, "reminders")
    assert [(level.word, lines.enter, lines.exit) for level, lines in rule.levels] == [
        ("watch", 1, 1),
        ("amber", 15, 8),
        ("red", 30, 15),
    ]


def test_rules_about_payment_set_no_tag_of_their_own(catalogue: Policy) -> None:
    about = [rule for rule in catalogue.rules if {name.name for name in names(rule.signal.tree)} & OWED.keys()]
    assert [(rule.id, rule.tag) for rule in about] == [("invoices-overdue", ""), ("payment-rhythm", "")]
