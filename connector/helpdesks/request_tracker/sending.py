"""Sends one write to Request Tracker and says how it ended; it is never repeated here.

What was not done is answered with 200 too, so that *applied* only means that it arrived: what it did is read back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import requests

from connector.helpdesk import Outcome, Receipt, Write
from connector.helpdesks.request_tracker.errors import said
from connector.http.transport import Transport
from connector.http.wire import TIMEOUT

_FORBIDDEN, _STALE, _TOO_MANY = 403, 412, 429
_POST = "POST"
_UNDER_WAY = timedelta(seconds=sum(TIMEOUT))
"""RT knows no key by which it would make a thing once: what nobody heard of may be made yet, and is not seen before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What became of one request, or of all that one write took."""

    outcome: Outcome
    reason: str = ""
    left: str = ""
    """As in a receipt."""
    wait: timedelta | None = None
    status: int | None = None
    body: bytes = b""

    @property
    def is_applied(self) -> bool:
        """Whether it arrived."""
        return self.outcome is Outcome.APPLIED

    @property
    def is_stale(self) -> bool:
        """Whether somebody changed it since it was read."""
        return self.status == _STALE

    @property
    def stops_all(self) -> bool:
        """Whether the whole helpdesk asks to wait."""
        return self.outcome is Outcome.POSTPONED and self.status == _TOO_MANY

    def receipt(self, write: Write) -> Receipt:
        """The receipt of one write that this was the end of."""
        return Receipt(writes=(write.id,), outcome=self.outcome, reason=self.reason, left=self.left, wait=self.wait)


APPLIED = Ended(outcome=Outcome.APPLIED)


def refused(reason: str) -> Ended:
    """What sending it again would not change."""
    return Ended(outcome=Outcome.REFUSED, reason=reason)


class Sending:
    """Writes to one Request Tracker."""

    def __init__(self, transport: Transport, root: str) -> None:
        """`root` is the path below which REST2 answers."""
        self._transport = transport
        self._root = root

    def put(self, path: str, body: Mapping[str, object], etag: str | None = None) -> Ended:
        """Change something; with an ETag only as it was when that was read."""
        return self._send("PUT", path, body, {} if etag is None else {"If-Match": etag})

    def post(self, path: str, body: Mapping[str, object]) -> Ended:
        """Make something. Whether that was done, where nobody heard of it, is to be looked up after a wait."""
        return self._send(_POST, path, body, {})

    def _send(self, method: str, path: str, body: Mapping[str, object], headers: Mapping[str, str]) -> Ended:
        url = f"{self._transport.wire.origin}{self._root}/{path}"
        sent = self._transport.send(requests.Request(method, url, json=body, headers=dict(headers)).prepare())
        told = "" if sent.outcome is Outcome.APPLIED else said(sent.body)
        is_under_way = method == _POST and sent.outcome is Outcome.UNCLEAR
        remedy = f"the user behind the token lacks a right on {path}" if sent.status == _FORBIDDEN else ""
        return Ended(
            outcome=sent.outcome,
            reason=": ".join(filter(None, (sent.what, told, remedy))),
            wait=max(sent.wait or _UNDER_WAY, _UNDER_WAY) if is_under_way else sent.wait,
            status=sent.status,
            body=sent.body,
        )
