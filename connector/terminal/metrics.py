"""The catalogue of metrics as a table, and as JSON."""

from collections.abc import Iterator, Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from connector.config.sleeping import wanting_keys
from connector.settings import HelpdeskSettings
from rules.catalogue import METRICS, WINDOWS, Metric


def metrics_table(helpdesks: Sequence[HelpdeskSettings]) -> Table:
    """A line for each stem: its windows differ in nothing else."""
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("Name", "Unit", "Window", "What it is"):
        shown.add_column(name, overflow="fold")
    for helpdesk in helpdesks:
        shown.add_column("Known" if len(helpdesks) == 1 else f"Known in {helpdesk.name}", overflow="fold")
    for metric in _stems():
        is_fact = metric.window is None
        name = metric.name if is_fact else f"{metric.stem}_Nd"
        window = _time_of_fact(metric) if is_fact else f"N = {', '.join(map(str, WINDOWS))}"
        known = [_known(metric, helpdesk) for helpdesk in helpdesks]
        shown.add_row(name, metric.unit, window, _sentence(metric), *known)
    return shown


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


def _stems() -> Iterator[Metric]:
    seen: set[str] = set()
    for metric in METRICS.values():
        if metric.stem not in seen:
            seen.add(metric.stem)
            yield metric


def _time_of_fact(metric: Metric) -> str:
    return "on the day" if metric.daily else "as it is now"


def _sentence(metric: Metric) -> str:
    return metric.sentence.removesuffix(f", in the last {metric.window} days")


def _known(metric: Metric, helpdesk: HelpdeskSettings) -> Text:
    keys = wanting_keys(metric, helpdesk)
    return Text(f"needs {', '.join(keys)}", "yellow") if keys else Text("yes", "green")
