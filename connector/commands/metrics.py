"""`touchcost metrics`: every name that rules may use."""

import typer

from connector.commands.options import HelpdeskOption, JsonOption, chosen, config_path
from connector.installation import read_configuration
from connector.settings import HelpdeskSettings
from connector.terminal.metrics import metrics_document, metrics_parts
from connector.terminal.screen import complain, say, say_json


def metrics(context: typer.Context, *, helpdesk: HelpdeskOption = None, json: JsonOption = False) -> None:
    """Show every metric and fact: name, unit, window, what it is, and whether the configuration can fill it.

    Example: touchcost metrics
    """
    settings = _settings(context, helpdesk)
    if json:
        say_json(metrics_document(settings))
        return
    say(*metrics_parts(settings))
    if not settings:
        complain(f"There is no {config_path(context)}: whether a name can be filled is not said.")


def _settings(context: typer.Context, helpdesk: str | None) -> tuple[HelpdeskSettings, ...]:
    """The helpdesks; none without a configuration, for the names are the same everywhere."""
    path = config_path(context)
    if helpdesk is None and not path.exists():
        return ()
    configuration, _ = read_configuration(path, rules=False)
    return chosen(configuration.settings, helpdesk)
