"""The requests of a steady cycle to a running Request Tracker, as JSON; `null` where it is not installed."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from loopback_way import open_way
from request_tracker_server import NOW, RequestTracker, is_installed, serve_request_tracker

from benchmarks.asked_cycles import CHANGED, CONFIG, SECRET, count_requests
from connector.simulator import World, serve

_SCRIPT = Path(__file__).with_name("asked_request_tracker.pl")
_QUARTER = timedelta(minutes=15)


def main() -> None:
    """Prints both cycles."""
    if not is_installed():
        print(json.dumps(None))
        return
    with serve_request_tracker() as tracker:
        tracker.reset()
        _act(tracker, "make")
        _measure(tracker)


def _measure(tracker: RequestTracker) -> None:
    clock = World.empty(NOW)

    def change(changes: bool) -> None:  # noqa: FBT001  What is called back.
        clock.advance(seconds=_QUARTER.total_seconds())
        if changes:
            _act(tracker, "change", str(int(clock.now().timestamp())))
        tracker.set_time(clock.now())

    with open_way(tracker.url) as way, serve(clock) as server:

        def asked() -> Iterator[str]:
            paths = [urlsplit(call.path).path for call in way.calls]
            way.calls.clear()
            return iter(paths)

        auth = f"token: env:{SECRET}"
        config = CONFIG.format(kind="request_tracker", url=way.url, auth=auth, since="2026-08-01")
        found = count_requests(config, f"{server.url}/_sim/now", tracker.tokens["reader"], asked, change)
    print(json.dumps(found))


def _act(tracker: RequestTracker, what: str, *when: str) -> None:
    tracker.administrate("perl", str(_SCRIPT), what, str(CHANGED), *when)


if __name__ == "__main__":
    main()
