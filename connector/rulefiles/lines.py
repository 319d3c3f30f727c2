"""The lines of a rule and of its overrides: their unit, their sides and their order."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from connector.rulefiles.drafts import Draft
from connector.rulefiles.keys import LevelKeys, LineKeys, given
from connector.rulefiles.problems import Spot
from connector.rulefiles.values import Line
from connector.yaml.marks import Problem, Trail
from rules.catalogue import Unit
from rules.language.doubt import doubt_of
from rules.language.expression import signal_unit, unfit
from rules.rule import Direction, Level, Lines


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSet:
    """The levels of a rule, or of one of its overrides."""

    draft: Draft
    levels: LevelKeys
    trail: Trail
    """Where they stand: ("levels",) or ("overrides", 0, "levels")."""

    @property
    def name(self) -> str:
        """The beginning of every sentence about them: `rule 'id': `, and which override."""
        return f"{self.draft.name}{part_name(self.trail)}"

    def spot(self, *trail: str) -> Spot:
        """Where one of their keys is written."""
        return self.draft.spot(*self.trail, *trail)

    def has_unknown_key(self, level: Level) -> bool:
        """True when a level has a key that is neither enter nor exit, and may be meant as one."""
        here = (*self.trail, level.word)
        return any(bad[:-1] == here and bad[-1] not in LineKeys.model_fields for bad in self.draft.bad)

    def is_bad_below(self, *trail: str) -> bool:
        """True when something of it is written but wrong."""
        return self.draft.is_bad_below(*self.trail, *trail)


def part_name(trail: Trail) -> str:
    """`override 2: ` for what stands in the second override; empty elsewhere."""
    return f"override {int(trail[1]) + 1}: " if len(trail) > 1 and trail[0] == "overrides" else ""


def line_sets(draft: Draft) -> Iterator[LineSet]:
    """The rule's own lines, then those of each override."""
    if draft.keys.levels is not None:
        yield LineSet(draft=draft, levels=draft.keys.levels, trail=("levels",))
    for index, override in enumerate(draft.keys.overrides or ()):
        if override.levels is not None:
            yield LineSet(draft=draft, levels=override.levels, trail=("overrides", index, "levels"))


def line_problems(draft: Draft) -> Iterator[Problem]:
    """Everything that is wrong with the lines of a draft."""
    for lines in line_sets(draft):
        yield from _missing(lines)
        yield from _unit_problems(lines)
        yield from _doubts(lines)
        yield from _side_problems(lines)


def lines_of(levels: LevelKeys | None) -> tuple[tuple[Level, Lines], ...]:
    """Lines that were checked."""
    return () if levels is None else tuple((level, _lines(pair)) for level, pair in levels.lines())


def _lines(pair: LineKeys) -> Lines:
    enter = _number(pair.enter)
    return Lines(enter=enter, exit=enter if pair.exit is None else _number(pair.exit))


def _number(line: Line | None) -> Decimal:
    if line is None or not isinstance(line.constant.value, Decimal):
        raise TypeError("a line is checked before it is used")
    return line.constant.value


def _missing(lines: LineSet) -> Iterator[Problem]:
    if not lines.levels.lines() and not lines.is_bad_below():
        yield lines.spot().problem(f"{lines.name}levels: write at least one of watch, amber and red")
    for level, pair in lines.levels.lines():
        is_written = lines.draft.is_bad(*lines.trail, level.word, "enter") or lines.has_unknown_key(level)
        if pair.enter is None and not is_written:
            yield lines.spot(level.word).problem(f"{lines.name}level {level.word}: enter is missing")


def _unit_problems(lines: LineSet) -> Iterator[Problem]:
    """Lines that are no number of the signal's unit."""
    for level, pair in lines.levels.lines():
        for side, sentence in _unfit(lines.draft, pair).items():
            yield lines.spot(level.word, side).problem(f"{lines.name}level {level.word}: {sentence}")


def _doubts(lines: LineSet) -> Iterator[Problem]:
    """Warnings about lines that fit the signal's unit and were probably meant otherwise."""
    signal = lines.draft.keys.signal
    if signal is None:
        return
    for level, pair in lines.levels.lines():
        for side, line in given(pair).items():
            sentence = doubt_of(signal_unit(signal), line.constant)
            if sentence is not None:
                yield lines.spot(level.word, side).warning(f"{lines.name}level {level.word}: {side} {sentence}")


def _unfit(draft: Draft, pair: LineKeys) -> Mapping[str, str]:
    """What is wrong with each side of a pair; nothing while the signal itself is wrong."""
    signal = draft.keys.signal
    if signal is None:
        return {}
    unit = signal_unit(signal)
    return {side: sentence for side, line in given(pair).items() if (sentence := _unfit_line(unit, line))}


def _unfit_line(unit: Unit, line: Line) -> str | None:
    if unit is Unit.MONEY and line.unquoted:
        return f'write money in quotes, so that it stays exact: "{line.constant.text}"'
    return unfit(unit, line.constant)


def _side_problems(lines: LineSet) -> Iterator[Problem]:
    """Exits on the wrong side, exits left out, and lines of two levels that are not in order."""
    if lines.draft.is_bad("direction"):
        return
    lower: tuple[Level, LineKeys] | None = None
    for level, pair in lines.levels.lines():
        if pair.enter is None or _unfit(lines.draft, pair):
            continue
        yield from _exit_problems(lines, level, pair, pair.enter)
        if lower is not None:
            yield from _order_problems(lines, lower, (level, pair))
        lower = (level, pair)


def _exit_problems(lines: LineSet, level: Level, pair: LineKeys, enter: Line) -> Iterator[Problem]:
    head = f"{lines.name}level {level.word}: "
    if pair.exit is None:
        if not lines.is_bad_below(level.word):
            sentence = f"exit is left out, so it is equal to enter {enter.constant.text}: alerts may come and go"
            yield lines.spot(level.word).warning(f"{head}{sentence}")
    elif _is_beyond(lines.draft, _number(pair.exit), _number(enter)):
        sentence = f"exit {pair.exit.constant.text} is on the wrong side of enter {enter.constant.text}"
        yield lines.spot(level.word, "exit").problem(f"{head}{sentence}")


def _order_problems(lines: LineSet, lower: tuple[Level, LineKeys], upper: tuple[Level, LineKeys]) -> Iterator[Problem]:
    """A higher level begins strictly beyond the lower one, and does not end before it."""
    for side in ("enter", "exit"):
        low, high = _side(lower[1], side), _side(upper[1], side)
        if low is None or high is None:
            continue
        is_back = _is_beyond(lines.draft, _number(low), _number(high))
        if is_back or (side == "enter" and _number(low) == _number(high)):
            level = upper[0].word
            where = lines.draft.spots.get((*lines.trail, level, side), lines.spot(level))
            sentence = f"{side} {high.constant.text} does not lie beyond level {lower[0].word}'s {low.constant.text}"
            yield where.problem(f"{lines.name}level {level}: {sentence}")


def _is_beyond(draft: Draft, value: Decimal, line: Decimal) -> bool:
    """True on the side of a line that is a concern; compared exactly."""
    return value < line if draft.keys.direction is Direction.BELOW else value > line


def _side(pair: LineKeys, side: str) -> Line | None:
    return pair.enter if side == "enter" or pair.exit is None else pair.exit
