"""The commands by name. Each is imported when it is called: help and version wait for no store, helpdesk or page."""

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand
from typer.main import get_command

COMMANDS = {
    "demo": "Run the main job on a simulated helpdesk, with a page.",
    "init": "Write a commented config.yaml.",
    "check": "Look for everything that is wrong, before anything runs.",
    "setup": "Make the organisation fields that are missing.",
    "plan": "Show every write with its reason; write nothing.",
    "once": "Run one cycle of every helpdesk.",
    "run": "Run cycles until SIGTERM: the daemon.",
    "status": "Show last cycles, lag, open alerts and writes on their way.",
    "accounts": "Show volume, work, cost, revenue and alerts of every account.",
    "explain": "Show every rule of one account, with its numbers.",
    "backtest": "Show what rules would have raised in the past.",
    "test-rules": "Run the tests of rule files.",
    "metrics": "Show every number that rules may name.",
    "schema": "Print the JSON Schema of rule files, for editors.",
    "approve": "Release what the guard holds.",
    "withdraw": "Take everything of ours out of a helpdesk again.",
    "doctor": "Check the store.",
}
"""What the list of commands says of each, in its order. Each is a function and a module of its name, with _ for -."""


class LazyCommand(TyperCommand):
    """A name in the list of commands, until it is called."""

    def make_context(self, *arguments: Any, **more: Any) -> Any:  # noqa: ANN401 - typer's own types have no public name.
        """The context of the command itself."""
        return load_command(str(self.name)).make_context(*arguments, **more)


def load_command(name: str) -> TyperCommand:
    """The command with its options and its help. Raises KeyError for a name that is not in COMMANDS."""
    if name not in COMMANDS:
        raise KeyError(name)
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    module = name.replace("-", "_")
    app.command(name)(getattr(import_module(f"connector.commands.{module}"), module))
    found = get_command(app)
    if not isinstance(found, TyperCommand):
        raise TypeError(f"{name} is no command")
    return found
