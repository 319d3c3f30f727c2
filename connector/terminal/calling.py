"""How this process was called, so that what we tell people to type works where they stand."""

import shutil
import sys
from pathlib import Path
from shlex import join, quote

_NAME = "touchcost"


def as_called(*more: str) -> str:
    """The command with more words, as a line for a shell: by its bare name only where the shell finds it by that."""
    return f"{_program(Path(sys.argv[0]))} {join(more)}" if more else _program(Path(sys.argv[0]))


def _program(called: Path) -> str:
    if called.parts[-2:] == ("connector", "__main__.py"):
        return f"{quote(sys.executable)} -m connector"
    if called.name != _NAME or not called.is_file():
        return _NAME
    found = shutil.which(_NAME)
    is_found = found is not None and Path(found).samefile(called)
    return _NAME if is_found else quote(str(called))
