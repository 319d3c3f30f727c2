"""Signals and conditions as rule files write them."""

from rules.language.expression import parse_condition, parse_signal
from rules.rule import Condition, Signal


def signal(text: str) -> Signal:
    parsed = parse_signal(text)
    assert isinstance(parsed, Signal), parsed
    return parsed


def condition(text: str) -> Condition:
    parsed = parse_condition(text)
    assert isinstance(parsed, Condition), parsed
    return parsed
