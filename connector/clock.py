"""The only reader of time: the moment it is, and the running of seconds."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import requests

from connector.address import is_loopback

_TIMEOUT = (10.0, 10.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Two readings of time. Tests and the demo replace the first; the second is never replaced in production."""

    now: Callable[[], datetime]
    """The moment it is, in aware UTC: the time of the facts."""
    monotonic: Callable[[], float]
    """Seconds that run, from no particular beginning: for waits, deadlines, budgets and progress."""


def open_clock(override: str | None, helpdesk_urls: Iterable[str]) -> Clock:
    """The machine's clock, or one whose `now` is what TOUCHCOST_NOW says: an ISO time, or a URL that answers one.

    Raises ValueError with a sentence when the override is no time, or when one of the helpdesks is not on loopback.
    A URL is asked at each reading, which raises OSError when it does not answer and ValueError when it answers
    something else.
    """
    if not override:
        return Clock(now=_machine_time, monotonic=time.monotonic)
    if not all(is_loopback(url) for url in helpdesk_urls):
        raise ValueError("TOUCHCOST_NOW is set, but it is only for helpdesks on this machine (127.0.0.1): unset it.")
    return Clock(now=_replacement(override), monotonic=time.monotonic)


def _machine_time() -> datetime:
    return datetime.now(UTC)


def _replacement(override: str) -> Callable[[], datetime]:
    if not override.startswith(("http://", "https://")):
        moment = _moment(override)
        return lambda: moment
    if not is_loopback(override):
        raise ValueError("TOUCHCOST_NOW names a URL that is not on this machine (127.0.0.1).")
    return lambda: _moment(_answer(override))


def _answer(url: str) -> str:
    with requests.Session() as session:
        session.trust_env = False
        try:
            response = session.get(url, timeout=_TIMEOUT, allow_redirects=False)
            response.raise_for_status()
        except requests.RequestException:
            raise OSError(f"the clock that TOUCHCOST_NOW names does not answer: {url}") from None
        return response.text


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text.strip().strip('"'))
    except ValueError:
        raise ValueError("TOUCHCOST_NOW is neither an ISO time nor a URL that answers one.") from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
