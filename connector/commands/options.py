"""What several commands ask in the same words."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from connector.settings import HelpdeskSettings, Settings
from connector.yaml.error import ConfigError
from rules.language.suggestion import did_you_mean

FAILED, WRONG = 1, 2
"""Exit status: something failed or was refused; wrong usage, configuration or rule file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What stands before the command's name."""

    config: Path
    log_level: str | None
    """None: the command's own choice."""
    log_json: bool


def asked(context: typer.Context) -> Asked:
    """What stood before the command's name. Raises TypeError where the command line was not read."""
    found = context.obj
    if not isinstance(found, Asked):
        raise TypeError("the command was called without the options before its name")
    return found


def config_path(context: typer.Context) -> Path:
    """The configuration file that was asked for."""
    return asked(context).config


def chosen(settings: Settings, name: str | None) -> tuple[HelpdeskSettings, ...]:
    """Every helpdesk, or the one of this name. Raises ConfigError for a name that is not configured."""
    if name is None:
        return settings.helpdesks
    found = tuple(helpdesk for helpdesk in settings.helpdesks if helpdesk.name == name)
    if not found:
        names = [str(helpdesk.name) for helpdesk in settings.helpdesks]
        near = did_you_mean(name, names) or f"; configured are {', '.join(names)}"
        raise ConfigError([f"--helpdesk: there is no helpdesk '{name}'{near}"])
    return found


def read_day(text: str | None, option: str) -> date | None:
    """A day as it is typed; None where none was. Raises BadParameter for anything else."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"write a day such as 2026-10-31, not {text}", param_hint=option) from None


JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
HelpdeskOption = Annotated[str | None, typer.Option("--helpdesk", metavar="NAME", help="Only this helpdesk.")]
YesOption = Annotated[bool, typer.Option("--yes", help="Do it, after having shown it.")]
