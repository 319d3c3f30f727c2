"""`touchcost doctor`: whether the store is sound."""

import typer

from connector.commands.options import FAILED, JsonOption, config_path
from connector.counting import make_counting
from connector.installation import open_installation
from connector.terminal.screen import say, say_json


def doctor(context: typer.Context, *, json: JsonOption = False) -> None:
    """Check the store: its integrity, and every total against the facts it is made of.

    Example: touchcost doctor
    """
    with open_installation(config_path(context)) as installation:
        store = installation.store
        found = {
            str(settings.name): store.doctor(settings.name, make_counting(store, settings))
            for settings in installation.settings.helpdesks
        }
    if json:
        say_json({"helpdesks": [{"helpdesk": name, "problems": list(problems)} for name, problems in found.items()]})
    else:
        say(*(f"{name}: {problem}" for name, problems in found.items() for problem in problems or ("sound",)))
    if any(found.values()):
        raise typer.Exit(FAILED)
