"""The three ways to sign in to Zendesk: an OAuth client, a bearer token, and the API tokens that are going away."""

import base64
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, NotRequired

from pydantic import Field, TypeAdapter
from typing_extensions import TypedDict

from connector.helpdesk import HelpdeskError, Outside
from connector.helpdesks.zendesk.errors import said
from connector.http.auth import Auth, Secrets
from connector.http.transport import Ask, Refusal, SignIn, Transport

LEGACY_WARNING = (
    "The sign-in is an API token. Zendesk makes no new API tokens since 2026-10-27, and all of them stop for good on "
    "2027-04-30; one that is not used for 30 days stops earlier."
)
LEGACY_REMEDY = "Make an OAuth client and write client_id and client_secret under `auth`: see docs/zendesk-setup.md."

_READING, _WRITING = "read", "read write"
_RENEWED_BEFORE = timedelta(seconds=60)


class _TokenAnswer(TypedDict):
    access_token: Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,8000}$")]
    expires_in: NotRequired[Annotated[int, Field(ge=1)] | None]


_TOKEN_ANSWER = TypeAdapter(_TokenAnswer)


class FixedSignIn:
    """A token that is there already: `Bearer`, or `Basic` for an API token."""

    def __init__(self, secrets: Secrets, *, legacy: bool) -> None:
        self._secrets = secrets
        self._legacy = legacy
        self._header: str | None = None

    def authorization(self, *, writing: bool) -> str:  # noqa: ARG002  Such a token has the scopes it was made with.
        """The header; the secret is read once, and again after `renew`."""
        if self._header is None:
            self._header = self._basic() if self._legacy else f"Bearer {self._secrets.read('token')}"
        return self._header

    def renew(self) -> None:
        """Read the secret again: somebody may have replaced it."""
        self._header = None

    def _basic(self) -> str:
        pair = f"{self._secrets.read('email')}/token:{self._secrets.read('api_token')}"
        encoded = base64.b64encode(pair.encode()).decode()
        self._secrets.conceal(encoded)
        return f"Basic {encoded}"


class ClientSignIn:
    """An OAuth client that asks for tokens of its own by client_credentials; the token is kept in memory alone.

    Source: Zendesk's page on grant-type tokens (`POST /oauth/tokens` with JSON; `expires_in` is in seconds).
    """

    def __init__(self, secrets: Secrets, unsigned: Transport, monotonic: Callable[[], float], scope: str) -> None:
        self._secrets = secrets
        self._unsigned = unsigned
        self._monotonic = monotonic
        self._scope = scope
        self._token: str | None = None
        self._good_until: float | None = None

    def authorization(self, *, writing: bool) -> str:
        """The header. A scope that is `read` stays so until something is written."""
        if writing and self._scope != _WRITING:
            self._scope, self._token = _WRITING, None
        if self._token is None or self._is_old():
            self._mint()
        return f"Bearer {self._token}"

    def renew(self) -> None:
        """Forget the token; the next request asks for another."""
        self._token = None

    def _is_old(self) -> bool:
        return self._good_until is not None and self._monotonic() >= self._good_until

    def _mint(self) -> None:
        asked_at = self._monotonic()
        answer = self._ask()
        self._token = answer["access_token"]
        self._secrets.conceal(self._token)
        seconds = answer.get("expires_in")
        margin = 0.0 if seconds is None else min(_RENEWED_BEFORE.total_seconds(), seconds / 2)
        self._good_until = None if seconds is None else asked_at + seconds - margin

    def _ask(self) -> _TokenAnswer:
        body = {
            "grant_type": "client_credentials",
            "client_id": self._secrets.read("client_id"),
            "client_secret": self._secrets.read("client_secret"),
            "scope": self._scope,
        }
        found = self._unsigned.read(Ask(path="/oauth/tokens", body=body), _TOKEN_ANSWER.validate_json)
        if isinstance(found, Refusal):
            raise self._refused(found)
        return found.value

    def _refused(self, refusal: Refusal) -> HelpdeskError:
        wire = self._unsigned.wire
        told = ": ".join(part for part in said(refusal.body) if part)
        return HelpdeskError(
            f"{wire.name}: {wire.origin} gave the OAuth client no token for the scope `{self._scope}` (status "
            f"{refusal.status}{', ' if told else ''}{told}). Check client_id, client_secret and the client's scopes."
        )


def sign_in(auth: Auth, unsigned: Transport, outside: Outside, *, writes: bool) -> SignIn:
    """The sign-in that `auth` describes: an OAuth client first, then a token, then an API token with its address.

    `writes` makes an OAuth client ask for the right to write from the beginning.
    """
    secrets = Secrets(auth, unsigned.wire, outside)
    if "client_id" in auth:
        return ClientSignIn(secrets, unsigned, outside.clock.monotonic, _WRITING if writes else _READING)
    return FixedSignIn(secrets, legacy="token" not in auth)
