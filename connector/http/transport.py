"""The transport to a helpdesk: reads that are tried again, writes that are sent once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar

import requests

from connector.helpdesk import HelpdeskError, Outcome, Outside
from connector.http.budget import Budget
from connector.http.patience import Patience, Trouble, http_date, retry_after, trouble
from connector.http.wire import USER_AGENT, Answer, Broken, Wire

_T = TypeVar("_T")
_UNAUTHORIZED, _CONFLICT, _TOO_MANY = 401, 409, 429
_REFUSALS = range(400, 500)


class OversizeError(HelpdeskError):
    """An answer over the limit that cannot be asked for in smaller parts: do without it."""


class SignIn(Protocol):
    """What makes a request ours."""

    def authorization(self, *, writing: bool) -> str:
        """The Authorization header; may ask the helpdesk for a token."""

    def renew(self) -> None:
        """Forget a token that was not accepted. What cannot be renewed stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A read, or a request that may be sent again like one."""

    path: str
    params: Sequence[tuple[str, str]] = ()
    size: int | None = None
    """Rows a page; None where that cannot be chosen."""
    size_key: str = "per_page"
    export: bool = False
    """Whether it counts against the limit of exports too."""
    body: Mapping[str, object] | None = None
    """A body makes it a POST."""
    introduces: bool = False
    """Whether it is asked who answers there: a page for people is then a refusal, and not a trouble that passes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply(Generic[_T]):
    """A good answer to a read."""

    value: _T
    asked_at: datetime
    """When the try began that was answered."""
    size: int | None
    """Rows a page that were asked for in the end."""
    date: datetime | None
    """The helpdesk's own time."""
    etag: str | None = None
    """By which a change of what was answered is noticed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A definite no to a read: a status between 400 and 499 that trying again would not change."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What became of a write: APPLIED, REFUSED, POSTPONED (certainly not applied, may be sent again) or UNCLEAR."""

    outcome: Outcome
    what: str
    """A few words for a sentence: *status 503*."""
    status: int | None = None
    headers: Mapping[str, str]
    body: bytes = b""
    wait: timedelta | None = None
    """What Retry-After asks for."""


class Transport:
    """Signs, paces and sends requests to one helpdesk."""

    def __init__(self, wire: Wire, budget: Budget, sign_in: SignIn | None, outside: Outside) -> None:
        """Without a sign-in requests go out unsigned: that is how a token is asked for."""
        self._wire = wire
        self._budget = budget
        self._sign_in = sign_in
        self._outside = outside
        self._patience = Patience(wire.name, str(wire.origin), outside)

    @property
    def wire(self) -> Wire:
        """The way to the host."""
        return self._wire

    def read(self, ask: Ask, decode: Callable[[bytes], _T | Trouble]) -> Reply[_T] | Refusal:
        """Ask up to six times, with growing waits or those that Retry-After asks for.

        `decode` raises ValueError for a body that is not whole, and gives a Trouble for one to be asked for again.
        Raises HelpdeskBusyError when no try was answered, HelpdeskError when the credential is not accepted.
        """
        size, renewed, tried = ask.size, False, 1
        while isinstance(found := self._try(ask, size, decode), Trouble):
            if found.credential:
                self._renew(already=renewed)
                renewed = True
                continue
            size = self._next_size(found, size)
            self._patience.pause(found, ask.path, tried)
            tried += 1
        return found

    def send(self, request: requests.PreparedRequest) -> Sent:
        """Send a write once; once more only after a 401, which applies nothing: the second raises HelpdeskError."""
        for renewed in (False, True):
            self._patience.wait(self._budget.take(export=False))
            found = self._wire.exchange(self._signed(request, writing=True))
            if isinstance(found, Answer):
                self._budget.learn(found.headers)
            if not (isinstance(found, Answer) and found.status == _UNAUTHORIZED):
                break
            self._renew(already=renewed)
        return sent(found, self._outside.clock.now())

    def _try(
        self, ask: Ask, size: int | None, decode: Callable[[bytes], _T | Trouble]
    ) -> Reply[_T] | Refusal | Trouble:
        self._patience.wait(self._budget.take(export=ask.export))
        asked_at = self._outside.clock.now()
        answer = self._wire.exchange(self._signed(self._prepared(ask, size), writing=False))
        self._note(answer, export=ask.export)
        found = trouble(answer, asked_at)
        is_page = ask.introduces and isinstance(answer, Answer) and answer.is_good and answer.is_page
        if (found is not None and not is_page) or isinstance(answer, Broken):
            return found or Trouble(what="no answer")
        if is_page or not answer.is_good:
            return Refusal(status=answer.status, body=answer.body)
        try:
            value = decode(answer.body)
        except ValueError:
            return Trouble(what="an answer that is not whole JSON")
        if isinstance(value, Trouble):
            return value
        date, etag = http_date(answer.headers.get("date", "")), answer.headers.get("etag")
        return Reply(value=value, asked_at=asked_at, size=size, date=date, etag=etag)

    def _note(self, answer: Answer | Broken, *, export: bool) -> None:
        if isinstance(answer, Broken):
            return
        self._budget.learn(answer.headers)
        if answer.status == _TOO_MANY:
            self._budget.refused(export=export)

    def _next_size(self, found: Trouble, size: int | None) -> int | None:
        if found.too_large and size in (None, 1):
            raise OversizeError(f"{self._wire.name}: {self._wire.origin} gave {found.what}; it was abandoned.")
        return max(1, size // 2) if found.halve and size is not None else size

    def _renew(self, *, already: bool) -> None:
        if already or self._sign_in is None:
            raise HelpdeskError(
                f"{self._wire.name}: {self._wire.origin} does not accept our credentials (status 401). Check `auth`: "
                "the client or token may be wrong, expired or switched off."
            )
        self._sign_in.renew()

    def _prepared(self, ask: Ask, size: int | None) -> requests.PreparedRequest:
        params = list(ask.params) if size is None else [*ask.params, (ask.size_key, str(size))]
        method = "GET" if ask.body is None else "POST"
        url = f"{self._wire.origin}{ask.path}"
        return requests.Request(method, url, params=params, json=ask.body).prepare()

    def _signed(self, request: requests.PreparedRequest, *, writing: bool) -> requests.PreparedRequest:
        signed = request.copy()
        signed.headers.update({"User-Agent": USER_AGENT, "Accept": "application/json"})
        signed.headers.setdefault("Accept-Encoding", requests.utils.DEFAULT_ACCEPT_ENCODING)
        if self._sign_in is not None:
            signed.headers["Authorization"] = self._sign_in.authorization(writing=writing)
        return signed


def sent(found: Answer | Broken, now: datetime) -> Sent:
    """What became of a write, by its answer. A conflict (409) and every server error are unclear: look first."""
    if isinstance(found, Broken):
        outcome = Outcome.UNCLEAR if found.sent else Outcome.POSTPONED
        return Sent(outcome=outcome, what=found.what, headers={})
    return Sent(
        outcome=_outcome(found),
        what="a page for people instead of JSON" if found.is_good and found.is_page else f"status {found.status}",
        status=found.status,
        headers=found.headers,
        body=found.body,
        wait=retry_after(found.headers, now),
    )


def _outcome(answer: Answer) -> Outcome:
    if answer.is_good:
        return Outcome.UNCLEAR if answer.is_page else Outcome.APPLIED
    if answer.status == _TOO_MANY:
        return Outcome.POSTPONED
    if answer.status in _REFUSALS and answer.status != _CONFLICT:
        return Outcome.REFUSED
    return Outcome.UNCLEAR
