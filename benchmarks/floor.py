"""The floor: the same pages read by urllib3 and decoded by json, nothing kept. `python -m benchmarks.floor URL`."""

import json
import sys
from collections.abc import Iterator
from typing import Any

import urllib3


def pages(path: str, pool: urllib3.PoolManager) -> Iterator[dict[str, Any]]:
    """The pages of an export, decoded; each says where the next one is."""
    link = path
    while True:
        page = json.loads(pool.request("GET", link).data)
        yield page
        if page["end_of_stream"]:
            return
        link = page.get("after_url") or page["next_page"]


if __name__ == "__main__":
    connections = urllib3.PoolManager()
    exports = f"{sys.argv[1]}/api/v2/incremental"
    rows = sum(len(page["ticket_events"]) for page in pages(f"{exports}/ticket_events?start_time=0", connections))
    rows += sum(len(page["tickets"]) for page in pages(f"{exports}/tickets/cursor?start_time=0", connections))
    print(rows)
