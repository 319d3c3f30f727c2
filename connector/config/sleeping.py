"""Rules that sleep: the configuration names nothing that could ever fill one of their numbers."""

from collections.abc import Iterator
from dataclasses import dataclass

from connector.settings import HelpdeskSettings
from rules.catalogue import METRICS, Metric, find_metric
from rules.expression import names
from rules.rule import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Sleep:
    """One thing that is missing, and the rules that sleep for want of it."""

    missing: str
    keys: str
    """The keys of config.yaml that wake the rules."""
    stems: frozenset[str]
    """The metrics that stay unknown, without their windows."""
    rules: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """Who sleeps, and why; without a full stop."""
        verb = "sleeps" if len(self.rules) == 1 else "sleep"
        return f"{', '.join(self.rules)} {verb}: the configuration names no {self.missing}"

    @property
    def remedy(self) -> str:
        """What to write."""
        return f"write {self.keys}"

    @property
    def fillable(self) -> frozenset[str]:
        """The names of the metrics that this cause leaves known."""
        return frozenset(metric.name for metric in METRICS.values() if metric.stem not in self.stems)


_RATES = (
    "hourly rate",
    "cost.per_hour and cost.currency",
    frozenset({"touch_cost", "cost_share", "contribution", "cost_share_of_all"}),
)
_REVENUE = (
    "revenue",
    "fields.revenue_month, or a table under billing",
    frozenset({"revenue", "cost_share", "contribution", "revenue_share_of_all"}),
)
_MARGIN = ("gross margin", "cost.gross_margin", frozenset({"contribution"}))
_FIELDS = ("revenue_month", "seats", "segment", "status", "strategic", "owner")


def find_sleeping(settings: HelpdeskSettings) -> tuple[Sleep, ...]:
    """One for each cause; a rule that lacks two things is named twice."""
    found = (
        Sleep(missing=missing, keys=keys, stems=stems, rules=tuple(_asleep(settings, stems)))
        for missing, keys, stems in _missing(settings)
    )
    return tuple(one for one in found if one.rules)


def wanting_keys(metric: Metric, settings: HelpdeskSettings) -> tuple[str, ...]:
    """The keys of config.yaml without which a metric stays unknown; () when it can be known."""
    return tuple(keys for _, keys, stems in _missing(settings) if metric.stem in stems)


def _missing(settings: HelpdeskSettings) -> Iterator[tuple[str, str, frozenset[str]]]:
    if not settings.cost.rates:
        yield _RATES
    if "revenue_month" not in settings.fields and not settings.billing:
        yield _REVENUE
    if settings.cost.gross_margin is None:
        yield _MARGIN
    for word in _FIELDS:
        if word not in settings.fields:
            yield f"field for {word}", f"fields.{word}", frozenset({word})


def _asleep(settings: HelpdeskSettings, stems: frozenset[str]) -> Iterator[str]:
    for rule in settings.policy.rules:
        if rule.enabled and not stems.isdisjoint(_stems(rule)):
            yield rule.id


def _stems(rule: Rule) -> Iterator[str]:
    """What the rule must know to open."""
    trees = [rule.signal.tree] if rule.only_if is None else [rule.signal.tree, rule.only_if.tree]
    for name in (name for tree in trees for name in names(tree)):
        metric = find_metric(name.name)
        if metric is not None:
            yield metric.stem
