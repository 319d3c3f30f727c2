"""The command line: options that stand before a command, its exit status, and what is said when something is wrong."""

import gc
import sys
import traceback
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Annotated

import typer
from typer.core import TyperGroup
from typer.main import get_group

from connector import log
from connector.commands.loading import COMMANDS, LazyCommand
from connector.commands.options import FAILED, WRONG, Asked
from connector.terminal.screen import complain, say_lines, survive_odd_text
from connector.yaml.error import ConfigError

_LEVELS = ("debug", "info", "warning", "error")
_BETWEEN_COLLECTIONS = 10_000


def main() -> None:
    """The command `touchcost`."""
    survive_odd_text(sys.stdout, sys.stderr)
    sys.excepthook = _tell_fault
    # A page is some thousand values that live for a moment. To look for cycles among every 700 of them, as Python does,
    # takes a fifth of all time and frees nothing.
    gc.set_threshold(_BETWEEN_COLLECTIONS)
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Runs one command and gives its exit status; a fault of our own comes out as the exception it is."""
    try:
        make_app().main(args=list(arguments), prog_name="touchcost")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else FAILED
    except ConfigError as wrong:
        complain(str(wrong))
        return WRONG
    except OSError as refused:
        complain(f"{refused.filename or 'touchcost'}: {refused.strerror or refused}")
        return FAILED
    except _expected() as known:
        complain(str(known))
        return FAILED
    return 0


def _expected() -> tuple[type[Exception], ...]:
    from connector.commands.failures import EXPECTED  # noqa: PLC0415 - only a command that ran can end with one.

    return EXPECTED


def make_app() -> TyperGroup:
    """Every command by name, and the options that stand before it."""
    app = typer.Typer(
        help=(
            "What each customer account costs your support team, and who crosses the line, "
            "as tags and alerts inside the helpdesk itself."
        ),
        add_completion=False,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_before)
    group = get_group(app)
    for name, summary in COMMANDS.items():
        group.add_command(LazyCommand(name=name, help=summary))
    return group


def _tell_version(asked: bool) -> None:  # noqa: FBT001 - called by typer
    if asked:
        say_lines(f"touchcost {version('touchcost')}\n")
        raise typer.Exit


def _known_level(level: str | None) -> str | None:
    if level is not None and level not in _LEVELS:
        raise typer.BadParameter(f"one of {', '.join(_LEVELS)}")
    return level


def _before(
    context: typer.Context,
    *,
    config: Annotated[Path, typer.Option("--config", "-c", help="The configuration.")] = Path("config.yaml"),
    log_level: Annotated[
        str | None,
        typer.Option(
            metavar="LEVEL",
            callback=_known_level,
            help="debug, info, warning or error. Left out: info for run, else warning.",
        ),
    ] = None,
    log_json: Annotated[bool, typer.Option("--log-json", help="Log lines as JSON.")] = False,
    version: Annotated[  # noqa: ARG001 - its callback answers
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    level = log_level or ("info" if context.invoked_subcommand == "run" else "warning")
    log.start(level, log.LogForm.JSON if log_json else log.LogForm.TEXT, sys.stderr)
    context.obj = Asked(config=config, log_level=log_level, log_json=log_json)


def _tell_fault(kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> None:
    """A fault of our own, with its traceback and without any secret in it."""
    complain("".join(traceback.format_exception(kind, fault, trace)).rstrip())
    complain("touchcost stopped on a fault of its own. Please report it with the lines above.")
