"""`python -m connector.simulator`: the simulated helpdesk alone, until it is interrupted."""

import argparse
import sys
from pathlib import Path

from connector.simulator.limits import Limits, no_limits
from connector.simulator.oauth import CLIENT_ID, CLIENT_SECRET
from connector.simulator.server import LOOPBACK, serve
from connector.simulator.world import World


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted; real time moves the clock. 1 and a sentence for a port or log that cannot be used."""
    asked = _parser().parse_args(arguments)
    try:
        _serve(asked)
    except KeyboardInterrupt:
        return 0
    except OSError as refused:
        what = refused.filename or f"port {asked.port} of {LOOPBACK}"
        sys.stderr.write(f"{what}: {refused.strerror or refused}\n")
        return 1
    return 0


def _serve(asked: argparse.Namespace) -> None:
    world = _world(asked)
    world.clock.run()
    with serve(world, asked.port) as server:
        sys.stdout.write(f"{server.url}  client {CLIENT_ID}, secret {CLIENT_SECRET}\n")
        sys.stdout.flush()
        server.join()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m connector.simulator", description=__doc__)
    parser.add_argument("--port", type=_port, default=0, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--stream", type=Path, help="replay this ticket log instead of made-up customers")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--days", type=int, default=120, help="days of history")
    parser.add_argument("--accounts", type=int, default=60)
    parser.add_argument("--no-limits", action="store_true", help="answer without Zendesk's request limits")
    return parser


def _port(text: str) -> int:
    number = int(text)
    if number not in range(65_536):
        raise argparse.ArgumentTypeError("write a number from 0 to 65535")
    return number


def _world(asked: argparse.Namespace) -> World:
    limits = no_limits() if asked.no_limits else Limits()
    if asked.stream is not None:
        return World.from_stream(asked.stream, seed=asked.seed, limits=limits)
    return World.lively(seed=asked.seed, accounts=asked.accounts, days=asked.days, limits=limits)


if __name__ == "__main__":
    sys.exit(main())
