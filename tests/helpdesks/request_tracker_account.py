"""A Request Tracker for tests: its settings, opened as one of its users."""

from datetime import date
from typing import Any

from request_tracker_server import NOW, RequestTracker

from connector.helpdesk import Helpdesk, Page, Stream, Walk
from connector.helpdesks.request_tracker.helpdesk import open_request_tracker
from connector.helpdesks.request_tracker.people import People
from connector.helpdesks.request_tracker.searches import Searcher
from connector.helpdesks.request_tracker.seeing import Sight
from connector.helpdesks.request_tracker.sign_in import TokenSignIn
from connector.http.auth import Secrets
from connector.http.budget import Budget
from connector.http.transport import Transport
from connector.http.wire import open_wire
from connector.settings import HelpdeskSettings, Secret
from connector.testing.steady_time import SteadyTime
from rules.facts import HelpdeskName
from rules.rule import Policy


def settings(url: str, token: str, **changed: object) -> HelpdeskSettings:
    """One Request Tracker, signed in to by a token."""
    wanted: dict[str, Any] = {
        "name": HelpdeskName("acme"),
        "kind": "request_tracker",
        "url": url,
        "auth": {"token": Secret(reference=f"env:{token}", place="config.yaml:5:12")},
        "since": date(2026, 8, 1),
        "policy": Policy(rules=()),
        "requests_per_minute": 100_000,
    }
    return HelpdeskSettings(**{**wanted, **changed})


def opened(
    server: RequestTracker, who: str = "reader", time: SteadyTime | None = None, page: int = 100, **changed: object
) -> Helpdesk:
    """The running one, as this user sees it."""
    around = (time or SteadyTime(begun=NOW)).outside()
    return open_request_tracker(settings(server.url, server.tokens[who], **changed), around, page)


def sight_of(server: RequestTracker, who: str) -> Sight:
    """What this user sees."""
    around, wanted = SteadyTime(begun=NOW).outside(), settings(server.url, server.tokens[who])
    wire = open_wire(wanted.name, wanted.url)
    sign_in = TokenSignIn(Secrets(wanted.auth, wire, around))
    budget = Budget(wanted.requests_per_minute, wanted.exports_per_minute, around.clock.monotonic)
    searcher = Searcher(Transport(wire, budget, sign_in, around), "/REST/2.0")
    return Sight(searcher, People(searcher, sign_in, around.clock, ()), wanted)


def pulled(helpdesk: Helpdesk, stream: Stream, **changed: Any) -> list[Page]:  # noqa: ANN401
    """The pages of a walk through all that was seeded."""
    return list(helpdesk.pull(Walk(**{"stream": stream, "start": BEGINNING, **changed})))


BEGINNING = NOW.replace(month=7, day=1)
"""Before everything."""
