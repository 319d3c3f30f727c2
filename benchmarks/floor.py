"""The floor: the same pages read by urllib3 and decoded by json, nothing kept. `python -m benchmarks.floor URL`."""

import json
import sys
from collections.abc import Iterator
from typing import Any

import urllib3


def tickets(url: str, pool: urllib3.PoolManager) -> Iterator[dict[str, Any]]:
    """The pages of the cursor export, decoded."""
    query = "start_time=0"
    while True:
        page = json.loads(pool.request("GET", f"{url}/api/v2/incremental/tickets/cursor?{query}").data)
        yield page
        if page["end_of_stream"]:
            return
        query = f"cursor={page['after_cursor']}"


def events(url: str, pool: urllib3.PoolManager) -> Iterator[dict[str, Any]]:
    """The pages of the ticket events, decoded."""
    start = 0
    while True:
        page = json.loads(pool.request("GET", f"{url}/api/v2/incremental/ticket_events?start_time={start}").data)
        yield page
        if page["end_of_stream"]:
            return
        start = page["end_time"]


if __name__ == "__main__":
    connections = urllib3.PoolManager()
    rows = sum(len(page["ticket_events"]) for page in events(sys.argv[1], connections))
    rows += sum(len(page["tickets"]) for page in tickets(sys.argv[1], connections))
    print(rows)
