"""Other lines for a rule, and the lines that would have given so many alerts a week."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal

from rules.rule import Direction, Lines, Rule

_DIGITS = 4
_READABLE = 3
_MOST = 48


def move_lines(rule: Rule, enter: Decimal) -> Rule:
    """The rule with its lowest enter at `enter`; its other lines keep their proportion to it, in four digits.

    Those of overrides stay. Raises ValueError for a rule whose lowest enter is 0: nothing is in proportion to that.
    """
    lowest = rule.levels[0][1].enter
    if not lowest:
        raise ValueError(f"rule '{rule.id}': its lowest enter is 0, and no line is in proportion to that")
    factor = enter / lowest
    return replace(rule, levels=tuple((level, _moved(lines, factor)) for level, lines in rule.levels))


def lines_to_try(peaks: Iterable[Decimal], rule: Rule, alerts: int) -> tuple[Decimal, ...]:
    """Lowest enters worth a try for so many alerts, the strictest first.

    An account with its peak over a line has at least one alert if it stays there for `hold`: the line lies near the
    peak that so many accounts reach.
    """
    above = rule.direction is Direction.ABOVE
    ranked = sorted((peak for peak in peaks if peak.is_finite() and peak), reverse=above)
    near = ranked[: 4 * alerts + _MOST]
    step = max(1, -(-len(near) // _MOST))
    sign = 1 if rule.levels[0][1].enter > 0 else -1
    found = dict.fromkeys(_readable(peak, calm_is_less=above) for peak in near[::step] if peak * sign > 0)
    return tuple(sorted(found, reverse=above))


def choose(tried: Sequence[tuple[Decimal, int]], alerts: int) -> Decimal | None:
    """The enter that came nearest to so many alerts without going over it; `tried`, the strictest first.

    Of several with as many it is the most generous one. A more generous line may give fewer alerts than a stricter
    one, for what stays over a line is one alert. None: each gave more, or nothing was tried.
    """
    fitting = [(found, place) for place, (_, found) in enumerate(tried) if found <= alerts]
    return tried[max(fitting)[1]][0] if fitting else None


def _moved(lines: Lines, factor: Decimal) -> Lines:
    return Lines(enter=_rounded(lines.enter * factor, _DIGITS), exit=_rounded(lines.exit * factor, _DIGITS))


def _readable(peak: Decimal, *, calm_is_less: bool) -> Decimal:
    """A line in three digits that the peak still reaches."""
    return _rounded(peak, _READABLE, ROUND_FLOOR if calm_is_less else ROUND_CEILING)


def _rounded(value: Decimal, digits: int, rounding: str = ROUND_HALF_EVEN) -> Decimal:
    if not value:
        return value
    unit = Decimal(1).scaleb(value.adjusted() - digits + 1)
    # Whole numbers keep their last digits: 1,234 tickets are no harder to read than 1,230.
    return value.quantize(min(unit, Decimal(1)), rounding=rounding).normalize() + 0
