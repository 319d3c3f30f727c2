"""How many requests may go out, and when: our share of the limits of a helpdesk."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

_MINUTE = 60.0

# The names of these headers differ by year and by account, hence patterns. Source: Zendesk's page on rate limits, and
# recorded answers: X-Rate-Limit-Remaining, ratelimit-reset, rate-limit, zendesk-ratelimit-incremental-exports.
_ACCOUNT = re.compile(r"(?:x-)?rate-?limit(?:-(limit|remaining|reset))?", re.IGNORECASE)
_ENDPOINT = re.compile(r"zendesk-rate-?limit-(.+)", re.IGNORECASE)
_PART = re.compile(r"(total|remaining|resets)=(\d{1,9})")


class Limit(NamedTuple):
    """What headers say of one limit; None is what they leave out."""

    total: int | None = None
    """Requests a minute."""
    remaining: int | None = None
    resets: int | None = None
    """Seconds until the limit is whole again."""


def account_limit(headers: Mapping[str, str]) -> Limit:
    """What the headers of an answer say of the limit of the whole account."""
    told: dict[str, int] = {}
    for name, text in headers.items():
        found = _ACCOUNT.fullmatch(name)
        if found is not None and text.strip().isdecimal():
            told[(found[1] or "limit").lower()] = int(text)
    return Limit(told.get("limit"), told.get("remaining"), told.get("reset"))


def endpoint_limits(headers: Mapping[str, str]) -> Iterator[tuple[str, Limit]]:
    """What the headers say of limits of endpoints, each with its name in lower case."""
    for name, text in headers.items():
        found = _ENDPOINT.fullmatch(name)
        if found is not None:
            told = {part: int(number) for part, number in _PART.findall(text)}
            yield found[1].lower(), Limit(told.get("total"), told.get("remaining"), told.get("resets"))


class Bucket:
    """So many requests at once as may be sent in a minute, then that rate."""

    def __init__(self, per_minute: int, monotonic: Callable[[], float]) -> None:
        self._share = per_minute
        self._monotonic = monotonic
        self._size = float(per_minute)
        self._left = self._size
        self._filled_at = self._shut_until = monotonic()

    def take(self) -> float:
        """Take one request; the seconds to wait before it is sent."""
        now = self._monotonic()
        self._left = min(self._size, self._left + (now - self._filled_at) * self._size / _MINUTE) - 1
        self._filled_at = now
        return max(0.0, -self._left * _MINUTE / self._size, self._shut_until - now)

    def learn(self, limit: Limit) -> None:
        """Hold to what the helpdesk says where that is less than our share."""
        if limit.total:
            self._size = float(min(self._share, limit.total))
        if limit.remaining is not None:
            self._left = min(self._left, float(limit.remaining))
        if limit.remaining == 0 and limit.resets is not None:
            self._shut_until = self._monotonic() + min(float(limit.resets), _MINUTE)

    def empty(self) -> None:
        """Go on at the plain rate: others have used up what was left."""
        self._left = min(self._left, 0.0)


class Budget:
    """The buckets of one helpdesk: one for every request, and one more for exports, which all apps share."""

    def __init__(self, requests_per_minute: int, exports_per_minute: int, monotonic: Callable[[], float]) -> None:
        self._every = Bucket(requests_per_minute, monotonic)
        self._exports = Bucket(exports_per_minute, monotonic)

    def take(self, *, export: bool) -> float:
        """Take one request; the seconds to wait before it is sent."""
        wait = self._every.take()
        return max(wait, self._exports.take()) if export else wait

    def learn(self, headers: Mapping[str, str]) -> None:
        """Hold to what the headers of an answer say."""
        self._every.learn(account_limit(headers))
        for name, limit in endpoint_limits(headers):
            if "incremental" in name:
                self._exports.learn(limit)

    def refused(self, *, export: bool) -> None:
        """A request was refused for want of budget (429)."""
        (self._exports if export else self._every).empty()
