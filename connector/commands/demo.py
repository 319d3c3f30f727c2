"""`touchcost demo`: the main job on a simulated helpdesk, with a page to look at."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from connector.commands.options import FAILED
from connector.stopping import end_at_once_on_signals
from connector.terminal.screen import complain

_PACKAGES = ("cheroot", "flask")
_MISSING = "The simulated helpdesk needs two more packages: install touchcost[demo] where you installed touchcost."

_Stream = Annotated[
    Path | None,
    typer.Option(metavar="FILE", exists=True, dir_okay=False, help="Replay this ticket log: CSV, gzipped or not."),
]
_Folder = Annotated[
    Path | None,
    typer.Option(file_okay=False, help="An empty folder for its files, which stay. [default: a temporary one]"),
]


def demo(
    *,
    once: Annotated[bool, typer.Option("--once", help="End after a cycle that writes and one that need not.")] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the page. [default: a free one]")] = 0,
    days: Annotated[int, typer.Option(min=0, max=400, help="Simulated days, one every two seconds.")] = 60,
    seed: Annotated[int, typer.Option(help="Another number is another story.")] = 1,
    stream: _Stream = None,
    folder: _Folder = None,
) -> None:
    """Start a simulated helpdesk with a page to look at, and run the main job on it.

    Nothing is written outside its folder, and nothing leaves this machine. Ctrl-C ends it.

    Example: touchcost demo --port 8080
    """
    _need_packages()
    end_at_once_on_signals()
    try:
        with _folder(folder) as place:
            is_good = _play(place, once=once, port=port, days=days, seed=seed, stream=stream)
    except KeyboardInterrupt:
        complain("Ended before it had begun.")
        return
    if not is_good:
        raise typer.Exit(FAILED)


def _need_packages() -> None:
    if any(find_spec(name) is None for name in _PACKAGES):
        complain(_MISSING)
        raise typer.Exit(FAILED)


def _play(place: Path, *, once: bool, port: int, days: int, seed: int, stream: Path | None) -> bool:
    # Here, for their packages are an extra.
    from connector.demo.run import run_demo  # noqa: PLC0415
    from connector.demo.stage import Wish  # noqa: PLC0415

    return run_demo(Wish(folder=place, port=port, days=days, seed=seed, stream=stream), once=once)


@contextmanager
def _folder(asked: Path | None) -> Iterator[Path]:
    """The folder that was asked for, or a temporary one that goes at the end."""
    if asked is None:
        with TemporaryDirectory(prefix="touchcost-demo-") as made:
            yield Path(made)
        return
    asked.mkdir(parents=True, exist_ok=True)
    if any(asked.iterdir()):
        raise typer.BadParameter(f"{asked} is not empty; the demo wants a folder of its own", param_hint="--folder")
    yield asked.resolve()
