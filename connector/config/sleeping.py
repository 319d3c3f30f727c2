"""Rules that sleep: nothing that the configuration names could ever fill one of their numbers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from connector.settings import HelpdeskSettings
from rules.catalogue import METRICS, Metric, find_metric
from rules.counting.invoices import OWED
from rules.expression import names
from rules.rule import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Sleep:
    """One thing that is missing, and the rules that sleep for want of it."""

    why: str
    """What is missing, as a clause."""
    keys: str
    """The keys of config.yaml, or the columns of a table, that wake the rules."""
    stems: frozenset[str]
    """The metrics that stay unknown, without their windows."""
    rules: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """Who sleeps, and why; without a full stop."""
        verb = "sleeps" if len(self.rules) == 1 else "sleep"
        return f"{', '.join(self.rules)} {verb}: {self.why}"

    @property
    def remedy(self) -> str:
        """What to write."""
        return f"write {self.keys}"

    @property
    def fillable(self) -> frozenset[str]:
        """The names of the metrics that this cause leaves known."""
        return frozenset(metric.name for metric in METRICS.values() if metric.stem not in self.stems)


_Cause = tuple[str, str, frozenset[str]]

_OF_REVENUE = frozenset({"revenue", "cost_share", "contribution", "revenue_share_of_all"})
_OF_INVOICES = frozenset(OWED)
_RATES = (
    "the configuration names no hourly rate",
    "cost.per_hour and cost.currency",
    frozenset({"touch_cost", "touch_cost_all", "cost_share", "contribution", "cost_share_of_all"}),
)
_REVENUE = (
    "the configuration names no revenue",
    "fields.revenue_month, or a table under billing",
    _OF_REVENUE,
)
_INVOICES = (
    "the configuration names no table of invoices",
    "a table under billing with the columns number, due and paid",
    _OF_INVOICES,
)
_NO_PERIODS = (
    "no table under billing has the columns from and to",
    "fields.revenue_month, or these columns",
    _OF_REVENUE,
)
_NO_INVOICES = ("no table under billing has the columns number, due and paid", "these columns", _OF_INVOICES)
_MARGIN = ("the configuration names no gross margin", "cost.gross_margin", frozenset({"contribution"}))
_FIELDS = ("revenue_month", "seats", "segment", "status", "strategic", "owner")


def find_sleeping(settings: HelpdeskSettings) -> tuple[Sleep, ...]:
    """One for each cause; a rule that lacks two things is named twice."""
    return _sleeps(settings, _missing(settings))


def find_untold(settings: HelpdeskSettings, *, tells_revenue: bool, tells_invoices: bool) -> tuple[Sleep, ...]:
    """The same of tables that were read, by what they have columns for."""
    revenue = settings.billing and "revenue_month" not in settings.fields and not tells_revenue
    invoices = settings.billing and not tells_invoices
    return _sleeps(settings, [*([_NO_PERIODS] if revenue else ()), *([_NO_INVOICES] if invoices else ())])


def _sleeps(settings: HelpdeskSettings, causes: Iterable[_Cause]) -> tuple[Sleep, ...]:
    found = (
        Sleep(why=why, keys=keys, stems=stems, rules=tuple(_asleep(settings, stems))) for why, keys, stems in causes
    )
    return tuple(one for one in found if one.rules)


def wanting_keys(metric: Metric, settings: HelpdeskSettings) -> tuple[str, ...]:
    """The keys of config.yaml without which a metric stays unknown; () when it can be known."""
    return tuple(keys for _, keys, stems in _missing(settings) if metric.stem in stems)


def _missing(settings: HelpdeskSettings) -> Iterator[_Cause]:
    if not settings.cost.rates:
        yield _RATES
    if "revenue_month" not in settings.fields and not settings.billing:
        yield _REVENUE
    if not settings.billing:
        yield _INVOICES
    if settings.cost.gross_margin is None:
        yield _MARGIN
    for word in _FIELDS:
        if word not in settings.fields:
            yield f"the configuration names no field for {word}", f"fields.{word}", frozenset({word})


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
