"""20 rules of one quotient and one condition on 100,000 accounts: `python -m benchmarks.expressions ours`.

In the place of `ours`: `observed`, `measured`, `simpleeval` or `rule_engine`. `ours` says between which lines an
account stands, `observed` gives the value to be stored and told as well, `measured` takes the numbers from daily totals
first. Everybody else gets the same numbers made beforehand. All count the accounts that meet the condition and are over
the line; the counts are printed beside the CPU seconds of that alone.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from random import Random

import rule_engine
import simpleeval

from rules.counting.cost import Pricing
from rules.facts import AccountId, Day, Kind, Method
from rules.judging.numbers import StatedNumbers
from rules.judging.reading import Reading, read
from rules.judging.watch import Moment, Watch, glance, observe, watch
from rules.language.expression import parse_condition, parse_signal
from rules.measuring.measure import DayRow, History, Subject, measure
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

    def drawn() -> dict[str, int]:
        found = {name: int(chance.paretovariate(1.2) * 3) for name in _NAMES}
        return {**found, "touches": found["touches"] + found["replies"]}

    return [_row(drawn(), drawn()) for _ in range(_ACCOUNTS)]


def _row(recent: Row, older: Row) -> Row:
    """Everything within 90 days is within 365."""
    lately = {f"{name}_90d": number for name, number in recent.items()}
    return {**lately, **{f"{name}_365d": number + older[name] for name, number in recent.items()}}


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


def _measured(rows: Sequence[Row]) -> Callable[[], int]:
    watches, accounts = _watches(), [_history(row) for row in rows]
    pricing = Pricing(rates=(), minutes={"email": Decimal(5)}, currency=None, gross_margin=None)
    subject, reach = Subject(id=AccountId("1"), name="Account"), Day(_NOW.day - 365)

    def count() -> int:
        every = (measure(subject, history, pricing, _NOW.day, reach) for history in accounts)
        return sum(_is_over(glance(one, metrics)) for metrics in every for one in watches)

    return count


def _history(row: Row) -> History:
    """Daily totals that come to the same numbers: what is recent on one day, what is older on another."""
    recent = {name: row[f"{name}_90d"] for name in _NAMES}
    older = {name: row[f"{name}_365d"] - number for name, number in recent.items()}
    return History([*_totals(Day(_NOW.day - 200), older), *_totals(Day(_NOW.day - 20), recent)])


def _totals(day: Day, counts: Row) -> Iterator[DayRow]:
    yield DayRow(day, "", "", None, None, 0, 0, counts["tickets"], counts["solved"], 0)
    for kind, number in ((Kind.REPLY, counts["replies"]), (Kind.NOTE, counts["touches"] - counts["replies"])):
        yield DayRow(day, "", "email", kind, Method.ASSUMED, number, 0, 0, 0, 0)


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


_CONTENDERS = {
    "ours": _ours,
    "observed": _observed,
    "measured": _measured,
    "simpleeval": _simpleeval,
    "rule_engine": _rule_engine,
}


def run(name: str) -> dict[str, object]:
    """How many met their rule, and the CPU seconds of finding that out."""
    count = _CONTENDERS[name](_rows())
    before = time.process_time()
    over = count()
    return {"who": name, "over": over, "cpu": round(time.process_time() - before, 2)}


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1])))
