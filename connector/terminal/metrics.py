"""The catalogue of metrics as a table, and as JSON."""

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from connector.config.sleeping import wanting_keys
from connector.settings import HelpdeskSettings
from rules.catalogue import METRICS, WINDOWS, Metric
from rules.facts import HelpdeskName


def metrics_parts(helpdesks: Sequence[HelpdeskSettings]) -> Iterator[RenderableType]:
    """A line for each stem, for its windows differ in nothing else; then what each helpdesk's configuration lacks."""
    *first, last = WINDOWS
    windows = f"{', '.join(map(str, first))} or {last}"
    yield f"N is {windows} days, today so far included. On the day: the one that is judged."
    yield "All else is known as it is now."
    yield Text()
    yield _table(helpdesks)
    wanting = [(helpdesk.name, *each) for helpdesk in helpdesks for each in _wanting(helpdesk)]
    if wanting:
        yield Text()
    for name, metric, keys in wanting:
        yield Text(f"{_prefix(name, helpdesks)}{metric} needs {keys}", "yellow")


def metrics_document(helpdesks: Sequence[HelpdeskSettings]) -> dict[str, Any]:
    """Every name one by one."""
    return {
        "metrics": [
            {
                "name": name,
                "unit": metric.unit.value,
                "window_days": metric.window,
                "daily": metric.daily,
                "sentence": metric.sentence,
                "alias_of": None if name == metric.name else metric.name,
                "missing": {str(helpdesk.name): list(wanting_keys(metric, helpdesk)) for helpdesk in helpdesks},
            }
            for name, metric in METRICS.items()
        ]
    }


def _table(helpdesks: Sequence[HelpdeskSettings]) -> Table:
    shown = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for name in ("Name", "Unit"):
        shown.add_column(name, no_wrap=True)
    shown.add_column("What it is")
    if helpdesks:
        shown.add_column("Known", no_wrap=True)
    for metric in _stems():
        known = [_known(metric, helpdesks)] if helpdesks else []
        shown.add_row(_name(metric), metric.unit, _sentence(metric), *known)
    return shown


def _known(metric: Metric, helpdesks: Sequence[HelpdeskSettings]) -> Text:
    """Yes or no; with several helpdesks where it is known in some alone: in how many."""
    known = sum(not wanting_keys(metric, helpdesk) for helpdesk in helpdesks)
    if known == len(helpdesks):
        return Text("yes", "green")
    return Text(f"in {known} of {len(helpdesks)}" if known else "no", "yellow")


def _wanting(helpdesk: HelpdeskSettings) -> Iterator[tuple[str, str]]:
    for metric in _stems():
        keys = wanting_keys(metric, helpdesk)
        if keys:
            yield _name(metric), ", ".join(keys)


def _prefix(name: HelpdeskName, helpdesks: Sequence[HelpdeskSettings]) -> str:
    return "" if len(helpdesks) == 1 else f"{name}: "


def _stems() -> Iterator[Metric]:
    seen: set[str] = set()
    for metric in METRICS.values():
        if metric.stem not in seen:
            seen.add(metric.stem)
            yield metric


def _name(metric: Metric) -> str:
    return metric.name if metric.window is None else f"{metric.stem}_Nd"


def _sentence(metric: Metric) -> str:
    said = metric.sentence.removesuffix(f", in the last {metric.window} days")
    return f"{said}, on the day" if metric.daily else said
