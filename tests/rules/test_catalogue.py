"""The catalogue of metrics."""

import re

import pytest

from rules.catalogue import CHANNELS, METRICS, WINDOWS, Unit, find_metric


@pytest.mark.parametrize(
    "stem",
    ["tickets", "contacts", "touches", "replies", "notes", "changes", "solved", "reopens", "touch_minutes"]
    + ["touch_cost", "revenue", "contribution", "measured_share", "assumed_share"]
    + [f"touches_{channel}" for channel in CHANNELS],
)
def test_every_counted_thing_exists_over_every_window(stem: str) -> None:
    found = [find_metric(f"{stem}_{days}d") for days in WINDOWS]
    assert [metric.window for metric in found if metric] == list(WINDOWS)


def test_minutes_is_another_name_for_touch_minutes() -> None:
    assert find_metric("minutes_90d") is find_metric("touch_minutes_90d")


def test_unknown_name_is_not_found() -> None:
    assert find_metric("tickts_28d") is None


def test_facts_have_no_window() -> None:
    facts = {name for name, metric in METRICS.items() if metric.window is None}
    of_invoices = {"days_overdue", "invoices_overdue", "amount_overdue", "late_payments_of_4"}
    assert facts == of_invoices | {"age_days", "seats", "revenue_month", "segment", "status", "strategic", "owner"}
    assert {name for name, metric in METRICS.items() if metric.daily} == of_invoices | {"age_days"}


def test_names_are_words_that_an_expression_can_hold() -> None:
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in METRICS)


def test_texts_and_answers_are_no_numbers() -> None:
    assert [unit for unit in Unit if not unit.is_number] == [Unit.TEXT, Unit.YES_NO]


def test_every_metric_says_in_one_sentence_what_it_is() -> None:
    assert all(metric.sentence and not metric.sentence.endswith(".") for metric in METRICS.values())
