"""A Request Tracker for tests: its settings, opened as one of its users."""

from datetime import date
from typing import Any

from request_tracker_server import NOW, RequestTracker

from connector.helpdesk import Helpdesk, Page, Stream, Walk
from connector.helpdesks.request_tracker.helpdesk import open_request_tracker
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


def pulled(helpdesk: Helpdesk, stream: Stream, **changed: Any) -> list[Page]:  # noqa: ANN401
    """The pages of a walk through all that was seeded."""
    return list(helpdesk.pull(Walk(**{"stream": stream, "start": BEGINNING, **changed})))


BEGINNING = NOW.replace(month=7, day=1)
"""Before everything."""
