"""Twelve rules, as a rule file says them and as anybody's expressions can."""

from dataclasses import dataclass

NUMBERS = "numbers.jsonl"
"""The file of numbers made beforehand, beside the configuration."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One rule: what it watches, what must be true besides, and its lowest lines; amber is half as much again."""

    signal: str
    only_if: str
    enter: float
    exit: float

    @property
    def divisor(self) -> str | None:
        """What the signal is divided by."""
        return self.signal.split(" / ")[1] if " / " in self.signal else None


LINES = (
    Line(signal="tickets_7d", only_if="tickets_90d >= 20", enter=15.5, exit=11.5),
    Line(signal="tickets_28d", only_if="tickets_90d >= 20", enter=58.5, exit=48.5),
    Line(signal="touches_28d", only_if="tickets_28d >= 10", enter=110.5, exit=90.5),
    Line(signal="contacts_28d", only_if="tickets_28d >= 10", enter=110.5, exit=90.5),
    Line(signal="changes_28d", only_if="touches_28d >= 10", enter=55.5, exit=45.5),
    Line(signal="reopens_90d / solved_90d", only_if="reopens_90d >= 4", enter=0.215, exit=0.185),
    Line(signal="touches_90d / tickets_90d", only_if="tickets_90d >= 20", enter=2.415, exit=2.285),
    Line(signal="touch_minutes_28d / tickets_28d", only_if="tickets_28d >= 10", enter=13.65, exit=12.35),
    Line(signal="touch_cost_90d / revenue_90d", only_if="touches_90d >= 10", enter=0.905, exit=0.705),
    Line(signal="touch_cost_28d / revenue_28d", only_if="touches_28d >= 10", enter=0.905, exit=0.705),
    Line(signal="tickets_28d / tickets_90d", only_if="tickets_90d >= 20", enter=0.415, exit=0.355),
    Line(signal="contacts_90d / touches_90d", only_if="touches_90d >= 10", enter=1.045, exit=1.005),
)


def rule_file() -> str:
    """The twelve rules, as a rule file says them."""
    return "version: 1\nrules:\n" + "".join(
        f"  - id: rule-{place}\n    title: Rule {place}\n    signal: {line.signal}\n    only_if: {line.only_if}\n"
        f"    levels:\n      watch: {{enter: {line.enter}, exit: {line.exit}}}\n"
        f"      amber: {{enter: {line.enter * 1.5:.4f}, exit: {line.exit * 1.5:.4f}}}\n"
        for place, line in enumerate(LINES, start=1)
    )
