"""Credentials: OAuth clients with their tokens, and the API tokens that are being removed."""

import base64
import binascii
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import count

from connector.simulator.clock import Monotonic

CLIENT_ID = "touchcost"
# Not secrets: they open a helpdesk on this machine that holds made-up rows.
CLIENT_SECRET = "simulated-secret"  # noqa: S105
API_TOKEN = "simulated-api-token"  # noqa: S105


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A confidential OAuth client; it acts as the user who owns it."""

    id: str
    secret: str
    user_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """An access token; `expires_at` is on the running clock, None means never."""

    id: int
    text: str
    user_id: int
    scopes: tuple[str, ...]
    expires_at: float | None

    def allows(self, access: str, resource: str) -> bool:
        """Whether `read` or `write` of the resource is in scope."""
        return access in self.scopes or f"{resource}:{access}" in self.scopes


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who calls. Without a token every scope is given: API tokens are unscoped."""

    user_id: int | None
    token: Token | None = None


ANONYMOUS = Caller(user_id=None)


class WrongTokenError(Exception):
    """A credential that is no longer, or never was, valid."""


class Vault:
    """All credentials of the account. Tokens expire by running time, never by the helpdesk's clock."""

    def __init__(self, monotonic: Monotonic, owner_id: int) -> None:
        self._monotonic = monotonic
        self._numbers = count(1)
        self.clients = {CLIENT_ID: Client(id=CLIENT_ID, secret=CLIENT_SECRET, user_id=owner_id)}
        self.tokens: dict[str, Token] = {}
        self.api_tokens = {API_TOKEN}

    def add_client(self, client_id: str, secret: str, user_id: int) -> Client:
        """Another client, which acts as another user."""
        made = Client(id=client_id, secret=secret, user_id=user_id)
        self.clients[client_id] = made
        return made

    def client(self, client_id: object, secret: object) -> Client | None:
        """The client with this secret, or None."""
        known = self.clients.get(client_id) if isinstance(client_id, str) else None
        return known if known is not None and known.secret == secret else None

    def mint(self, user_id: int, scopes: Iterable[str], seconds: float | None) -> Token:
        """A new access token. Unknown scope names are accepted; such a token opens nothing."""
        number = next(self._numbers)
        text = hashlib.sha256(f"token {number}".encode()).hexdigest()
        expires_at = None if seconds is None else self._monotonic() + seconds
        token = Token(id=number, text=text, user_id=user_id, scopes=tuple(scopes), expires_at=expires_at)
        self.tokens[text] = token
        return token

    def seconds_left(self, token: Token) -> float | None:
        """How long the token is good for, None for ever."""
        return None if token.expires_at is None else token.expires_at - self._monotonic()

    def expire(self) -> None:
        """Make every token that was minted until now expire."""
        moment = self._monotonic()
        self.tokens = {text: replace(token, expires_at=moment) for text, token in self.tokens.items()}

    def caller(self, authorization: str | None, users: dict[str, int]) -> Caller:
        """Who signs in with this header. `users` has the ids of verified users by address.

        Zendesk takes a request without credential, or with a password, as anonymous. Raises WrongTokenError.
        """
        scheme, _, rest = (authorization or "").partition(" ")
        if scheme.lower() == "bearer":
            return self._bearer(rest.strip())
        if scheme.lower() == "basic":
            return self._basic(rest.strip(), users)
        return ANONYMOUS

    def _bearer(self, text: str) -> Caller:
        token = self.tokens.get(text)
        if token is None:
            raise WrongTokenError
        if token.expires_at is not None and token.expires_at <= self._monotonic():
            raise WrongTokenError
        return Caller(user_id=token.user_id, token=token)

    def _basic(self, encoded: str, users: dict[str, int]) -> Caller:
        try:
            name, _, password = base64.b64decode(encoded).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError) as broken:
            raise WrongTokenError from broken
        address, slash, _ = name.rpartition("/token")
        if not slash:
            return ANONYMOUS
        if password not in self.api_tokens or address not in users:
            raise WrongTokenError
        return Caller(user_id=users[address])
