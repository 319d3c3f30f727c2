"""The peer: the same pages read by urllib3 and turned into zenpy's objects. `python -m benchmarks.peer URL`."""

import sys

import urllib3
from zenpy.lib.api_objects import Ticket

from benchmarks.floor import events, tickets


def build(url: str) -> int:
    """How many objects were built; none is kept."""
    pool = urllib3.PoolManager()
    rows = sum(len(page["ticket_events"]) for page in events(url, pool))
    for page in tickets(url, pool):
        rows += len([Ticket(**row) for row in page["tickets"]])
    return rows


if __name__ == "__main__":
    print(build(sys.argv[1]))
