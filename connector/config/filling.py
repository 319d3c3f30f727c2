"""Which metrics a configuration can fill at all, and which of its keys are wanting for the others."""

from collections.abc import Iterator

from connector.settings import HelpdeskSettings
from rules.catalogue import Metric

_OF_RATES = frozenset({"touch_cost", "cost_share", "contribution", "cost_share_of_all"})
_OF_REVENUE = frozenset({"revenue", "cost_share", "contribution", "revenue_share_of_all"})
_OF_FIELDS = frozenset({"seats", "segment", "status", "strategic", "owner", "revenue_month"})


def wanting_keys(metric: Metric, settings: HelpdeskSettings) -> tuple[str, ...]:
    """The keys of config.yaml without which a metric stays unknown; () when it can be known."""
    return tuple(_wanting(metric.stem, settings))


def _wanting(stem: str, settings: HelpdeskSettings) -> Iterator[str]:
    if stem in _OF_RATES and not settings.cost.rates:
        yield "cost.per_hour"
    if stem in _OF_REVENUE and "revenue_month" not in settings.fields and not settings.billing:
        yield "fields.revenue_month or billing"
    if stem == "contribution" and settings.cost.gross_margin is None:
        yield "cost.gross_margin"
    if stem in _OF_FIELDS and stem not in settings.fields:
        yield f"fields.{stem}"
