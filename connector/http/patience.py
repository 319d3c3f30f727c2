"""What follows a request that failed: what went wrong, and how long to wait before the next try."""

import email.utils
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from connector.helpdesk import HelpdeskBusyError, Outside
from connector.http.wire import Answer, Broken
from rules.facts import HelpdeskName

TRIES = 6
"""How often a read is tried within a cycle."""

ATTENDED_TRIES = 2
"""How often a host that nobody reaches is tried while a person waits for it."""

LONGEST_WAIT = timedelta(seconds=120)
"""A helpdesk that asks for more is left alone until then."""

_UNAUTHORIZED, _CONFLICT, _TOO_MANY, _GATEWAY_TIMEOUT = 401, 409, 429, 504
_SERVER_ERRORS = range(500, 600)
_SECONDS = re.compile(r"\d{1,15}(?:\.\d{1,9})?")
_LONGEST_READ = 1e9


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why a read is tried again."""

    what: str
    """A few words for a sentence: *status 503*."""
    wait: timedelta | None = None
    """What Retry-After asks for; None when it is absent, zero or past."""
    halve: bool = False
    """Ask for half as many rows."""
    too_large: bool = False
    credential: bool = False
    """The credential was not accepted."""
    budget: bool = False
    """Too many requests."""
    unreached: bool = False
    """The request reached nobody."""


def trouble(found: Answer | Broken, now: datetime) -> Trouble | None:
    """Why this answer to a read is no answer yet; None when it is one, a refusal too."""
    if isinstance(found, Broken):
        return Trouble(what=found.what, halve=found.too_large, too_large=found.too_large, unreached=not found.sent)
    what = f"status {found.status}"
    if found.status == _UNAUTHORIZED:
        return Trouble(what=what, credential=True)
    if found.status in (_CONFLICT, _TOO_MANY) or found.status in _SERVER_ERRORS:
        return Trouble(
            what=what,
            wait=retry_after(found.headers, now),
            halve=found.status == _GATEWAY_TIMEOUT,
            budget=found.status == _TOO_MANY,
        )
    if found.is_good and found.is_page:
        return Trouble(what="a page for people instead of JSON")
    return None


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long Retry-After (seconds, or an HTTP date) asks to wait; None when it is absent, zero, past or unreadable.

    A date is measured against the answer's own Date header, so that a clock that goes wrong does no harm.
    """
    text = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(text):
        wait = timedelta(seconds=min(float(text), _LONGEST_READ))
    else:
        until = http_date(text)
        wait = timedelta() if until is None else until - (http_date(headers.get("date", "")) or now)
    return wait if wait > timedelta() else None


def http_date(text: str) -> datetime | None:
    """The moment that an HTTP date names, None when the text is none."""
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        # The parser of the standard library answers odd texts with any of these.
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


class Patience:
    """Waits between two tries, unless we are asked to stop or to wait too long."""

    def __init__(self, name: HelpdeskName, origin: str, outside: Outside) -> None:
        self._name = name
        self._origin = origin
        self._outside = outside

    def pause(self, found: Trouble, path: str, tried: int) -> None:
        """Wait before the next try; `tried` counts the tries so far. Raises HelpdeskBusyError after the last one."""
        if tried >= (ATTENDED_TRIES if found.unreached and self._outside.attended else TRIES):
            raise HelpdeskBusyError(self._given_up(found, path, tried), found.wait)
        if found.wait is not None and found.wait > LONGEST_WAIT:
            seconds = found.wait.total_seconds()
            sentence = f"{self._name} asks for a wait of {seconds:.0f} seconds ({found.what} for {path})."
            raise HelpdeskBusyError(sentence, found.wait)
        seconds = self._growing(tried) if found.wait is None else found.wait.total_seconds()
        self._outside.log("read_again", after=found.what, seconds=round(seconds, 1), tried=tried)
        self.wait(seconds)

    def _given_up(self, found: Trouble, path: str, tried: int) -> str:
        if found.unreached:
            return f"{self._name}: cannot connect to {self._origin} ({found.what}, {tried} tries): check `url`."
        return f"{self._name}: {path} was asked for {tried} times in a row and the last answer was {found.what}."

    def wait(self, seconds: float) -> None:
        """Wait. Raises HelpdeskBusyError when we are asked to stop meanwhile."""
        if seconds > 0 and self._outside.wait(seconds):
            raise HelpdeskBusyError(f"{self._name}: stopped while waiting, as asked.")

    def _growing(self, tried: int) -> float:
        return float(2 ** (tried - 1)) * self._outside.random.uniform(0.75, 1.25)
