"""20 rules of one quotient and one condition on 100,000 accounts: `python -m benchmarks.expressions ours`.

In the place of `ours`: `observed`, `simpleeval` or `rule_engine`. `ours` says between which lines an account stands,
`observed` gives the value to be stored and told as well.
Everybody gets the same numbers, made beforehand, and counts the accounts that meet the condition and are over the line;
the counts are printed beside the CPU seconds of that alone.
"""

import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from random import Random

import rule_engine
import simpleeval

from rules.facts import Day
from rules.judging.numbers import StatedNumbers
from rules.judging.reading import Reading, read
from rules.judging.watch import Moment, Watch, glance, observe, watch
from rules.language.expression import parse_condition, parse_signal
from rules.rule import Condition, Level, Lines, Rule, Signal

_ACCOUNTS = 100_000
_NAMES = ("tickets", "touches", "replies", "solved")
_NOW = Moment(at=datetime(2026, 11, 24, tzinfo=UTC), day=Day(739_943), midnight=True)
_LINES = tuple(Fraction(place + 1, 4) for place in range(20))
Row = Mapping[str, int]


def _pairs() -> Sequence[tuple[str, str, str]]:
    """Numerator, denominator and what the condition looks at, of each rule."""
    return [(f"{_NAMES[n % 4]}_90d", f"{_NAMES[(n + 1) % 4]}_365d", f"{_NAMES[(n + 2) % 4]}_90d") for n in range(20)]


def _rows() -> list[Row]:
    chance = Random(7)  # noqa: S311 - not a secret.
    names = [f"{name}_{days}d" for name in _NAMES for days in (90, 365)]
    return [{name: int(chance.paretovariate(1.2) * 3) for name in names} for _ in range(_ACCOUNTS)]


def _ours(rows: Sequence[Row]) -> Callable[[], int]:
    watches, accounts = _watches(), [StatedNumbers(dict(row)) for row in rows]

    def count() -> int:
        return sum(_is_over(glance(one, numbers)) for numbers in accounts for one in watches)

    return count


def _observed(rows: Sequence[Row]) -> Callable[[], int]:
    watches, accounts = _watches(), [StatedNumbers(dict(row)) for row in rows]

    def count() -> int:
        over = 0
        for numbers in accounts:
            for one in watches:
                seen = observe(one, numbers, _NOW, None)
                over += _is_over(read(seen.value, one.rule, condition=seen.condition))
        return over

    return count


def _is_over(reading: Reading | None) -> bool:
    return reading is not None and reading.reached is not None


def _watches() -> list[Watch]:
    lines = [Decimal(line.numerator) / line.denominator for line in _LINES]
    return [
        watch(_rule(f"{top} / {below}", f"{asked} >= 10", line))
        for (top, below, asked), line in zip(_pairs(), lines, strict=True)
    ]


def _rule(signal: str, condition: str, line: Decimal) -> Rule:
    parsed, asked = parse_signal(signal), parse_condition(condition)
    if not isinstance(parsed, Signal) or not isinstance(asked, Condition):
        raise SystemExit(f"{parsed} {asked}")
    levels = ((Level.AMBER, Lines(enter=line, exit=line)),)
    return Rule(id="rule", title="Rule", signal=parsed, only_if=asked, levels=levels)


def _texts() -> list[str]:
    """The same rules as one expression of floats, for those who know no exact numbers, units or unknowns."""
    return [
        f"{asked} >= 10 and {below} != 0 and {top} / {below} >= {float(line)}"
        for (top, below, asked), line in zip(_pairs(), _LINES, strict=True)
    ]


def _simpleeval(rows: Sequence[Row]) -> Callable[[], int]:
    evaluator = simpleeval.SimpleEval()
    parsed = [(text, evaluator.parse(text)) for text in _texts()]

    def count() -> int:
        over = 0
        for row in rows:
            evaluator.names = dict(row)
            over += sum(bool(evaluator.eval(text, previously_parsed=tree)) for text, tree in parsed)
        return over

    return count


def _rule_engine(rows: Sequence[Row]) -> Callable[[], int]:
    parsed = [rule_engine.Rule(text) for text in _texts()]

    def count() -> int:
        return sum(rule.matches(row) for row in rows for rule in parsed)

    return count


_CONTENDERS = {"ours": _ours, "observed": _observed, "simpleeval": _simpleeval, "rule_engine": _rule_engine}


def run(name: str) -> dict[str, object]:
    """How many met their rule, and the CPU seconds of finding that out."""
    count = _CONTENDERS[name](_rows())
    before = time.process_time()
    over = count()
    return {"who": name, "over": over, "cpu": round(time.process_time() - before, 2)}


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1])))
