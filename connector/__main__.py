"""`touchcost` and `python -m connector`: begins the command line, which Ctrl-C ends quietly even while it loads."""

import sys

_INTERRUPTED = 130


def main() -> None:
    """The command `touchcost`."""
    try:
        from connector.cli import main as begin  # noqa: PLC0415 - inside, for loading takes the longest.

        begin()
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)


if __name__ == "__main__":
    main()
