"""The peers: the same twelve rules on every account and day, by other evaluators of expressions.

`python -m benchmarks.past_peer simpleeval NUMBERS`, or `rule_engine`: the numbers are a line of JSON for each account
and day, made beforehand. Nothing is counted over windows, and nothing has a life: no hold, no exit, no alert.
"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import rule_engine
import simpleeval

from benchmarks.past_lines import LINES, Line

Row = Mapping[str, float]
Matches = Callable[[Row], int]
"""How many rules an account meets on a day."""


def read(who: str, numbers: Path) -> int:
    """How often a rule's lowest line was reached."""
    matches = _PEERS[who]([_text(line) for line in LINES])
    return sum(matches(row) for row in _rows(numbers))


def _rows(numbers: Path) -> Iterator[Row]:
    with numbers.open() as lines:
        yield from map(json.loads, lines)


def _text(line: Line) -> str:
    known = f" and {line.divisor} != 0" if line.divisor else ""
    return f"{line.only_if}{known} and {line.signal} >= {line.enter}"


def _simpleeval(texts: Sequence[str]) -> Matches:
    evaluator = simpleeval.SimpleEval()
    parsed = [(text, evaluator.parse(text)) for text in texts]

    def matches(row: Row) -> int:
        evaluator.names = dict(row)
        return sum(bool(evaluator.eval(text, previously_parsed=tree)) for text, tree in parsed)

    return matches


def _rule_engine(texts: Sequence[str]) -> Matches:
    parsed = [rule_engine.Rule(text) for text in texts]
    return lambda row: sum(rule.matches(row) for rule in parsed)


_PEERS = {"simpleeval": _simpleeval, "rule_engine": _rule_engine}

if __name__ == "__main__":
    print(read(sys.argv[1], Path(sys.argv[2])))
