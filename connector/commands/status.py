"""`touchcost status`: how every helpdesk stands."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

import typer

from connector.commands.beside import refused_by_daemon
from connector.commands.options import FAILED, JsonOption, config_path
from connector.installation import open_installation
from connector.reports.status import is_fresh, read_status
from connector.reports.status_document import status_document
from connector.terminal.screen import complain, say, say_json
from connector.terminal.status import status_parts

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}

_MaxAgeOption = Annotated[
    str | None, typer.Option(metavar="TIME", help="End with 1 when a last good cycle is older, such as 1h.")
]


def status(
    context: typer.Context,
    *,
    max_age: _MaxAgeOption = None,
    json: JsonOption = False,
) -> None:
    """Show last cycles, lag, open alerts, writes on their way or refused, and held plans.

    Example: touchcost status --max-age 1h
    """
    length = None if max_age is None else _length(max_age)
    with open_installation(config_path(context), rules=False) as installation:
        now = installation.clock.now()
        found = list(read_status(installation.store, installation.settings.helpdesks))
        refused = refused_by_daemon(installation.store)
    if json:
        helpdesks = [status_document(one, now) for one in found]
        say_json({"now": now.isoformat(), "refused_configuration": list(refused), "helpdesks": helpdesks})
    else:
        say(*(part for one in found for part in status_parts(one, now)))
    if refused:
        complain("The daemon keeps its old configuration, for the changed one is wrong:\n" + "\n".join(refused))
    if max_age is not None and length is not None:
        _end_where_late([one.helpdesk for one in found if one.configured and not is_fresh(one, now, length)], max_age)


def _end_where_late(helpdesks: Sequence[str], max_age: str) -> None:
    """Ends the command with 1 when a helpdesk had no good cycle within that time."""
    for helpdesk in helpdesks:
        complain(f"{helpdesk}: no good cycle within {max_age}")
    if helpdesks:
        raise typer.Exit(FAILED)


def _length(text: str) -> timedelta:
    found = re.fullmatch(r"([0-9]{1,5})([mhd])", text)
    if found is None:
        raise typer.BadParameter(f"write a time such as 30m, 1h or 2d, not {text}", param_hint="--max-age")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})
