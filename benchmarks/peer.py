"""The peer: the same pages read as zenpy's objects, one at a time, none kept. `python -m benchmarks.peer URL`.

As its users write it: `for ticket in client.tickets.incremental(...)`. Its cache of objects is off, to its advantage.
"""

import sys

import requests
from requests.adapters import HTTPAdapter
from zenpy import Zenpy

_ELSEWHERE = "https://benchmark.zendesk.com"


class _Loopback(HTTPAdapter):
    """zenpy always speaks https to a subdomain; here that is the benchmark's server."""

    def __init__(self, origin: str) -> None:
        super().__init__()
        self._origin = origin

    def send(self, request: requests.PreparedRequest, *arguments: object, **named: object) -> requests.Response:
        asked = request.url or ""
        request.url = asked.replace(_ELSEWHERE, self._origin)
        response = super().send(request, *arguments, **named)  # type: ignore[arg-type]
        request.url = asked
        return response


def read(origin: str) -> int:
    """How many objects came by."""
    session = requests.Session()
    session.authorized = True  # type: ignore[attr-defined]
    session.mount(_ELSEWHERE, _Loopback(origin))
    client = Zenpy(subdomain="benchmark", session=session, disable_cache=True)
    rows = sum(1 for event in client.tickets.events(start_time=0) if event.ticket_id)
    return rows + sum(1 for ticket in client.tickets.incremental(start_time=0) if ticket.id)


if __name__ == "__main__":
    print(read(sys.argv[1]))
