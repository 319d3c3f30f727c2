"""`touchcost run`: the daemon."""

from threading import Event

import typer

from connector import daemon
from connector.commands.options import config_path


def run(context: typer.Context) -> None:
    """Run a cycle of every helpdesk again and again, until SIGTERM. SIGHUP or a changed file: read the files anew.

    Example: touchcost run
    """
    signals = daemon.Signals(Event())
    signals.listen()
    daemon.run(config_path(context), signals)
