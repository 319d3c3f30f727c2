"""Signing in: the OAuth token endpoint, the current token, and who the caller is."""

from datetime import timedelta

from flask import Blueprint, Response

from connector.simulator.answers import Body, RefusedError, answer, base_url, body, caller, here
from connector.simulator.clock import iso
from connector.simulator.oauth import Client
from connector.simulator.render import anonymous_row, user_row

signin = Blueprint("signin", __name__)
SHORTEST, LONGEST = 300, 172_800


@signin.post("/oauth/tokens", endpoint="token")
def mint_token() -> Response:
    """An access token by client_credentials. Unknown scope names are accepted."""
    asked = body()
    if asked.get("grant_type") != "client_credentials":
        raise RefusedError(400, {"error": "unsupported_grant_type", "error_description": "Not supported"})
    client = _client(asked)
    seconds = asked.get("expires_in", here().settings.token_seconds)
    if not isinstance(seconds, int):
        raise RefusedError(400, {"error": "invalid_request", "error_description": "expires_in is a number"})
    scopes = str(asked.get("scope", "read")).split()
    token = here().vault.mint(client.user_id, scopes, seconds)
    return answer(
        {
            "access_token": token.text,
            "refresh_token": None,
            "token_type": "bearer",
            "scope": " ".join(scopes),
            "expires_in": seconds,
            "refresh_token_expires_in": None,
        }
    )


def _client(asked: Body) -> Client:
    client = here().vault.client(asked.get("client_id"), asked.get("client_secret"))
    if client is None:
        sentence = "Client authentication failed due to unknown client or wrong secret."
        raise RefusedError(401, {"error": "invalid_client", "error_description": sentence})
    return client


@signin.get("/api/v2/oauth/tokens/current", endpoint="token_current")
def current_token() -> Response:
    """The token that the call came with: scopes, and when it expires (null: never)."""
    token = caller().token
    if token is None:
        raise RefusedError(401, {"error": "Couldn't authenticate you"})
    left = here().vault.seconds_left(token)
    expires_at = None if left is None else iso(here().now() + timedelta(seconds=left))
    return answer(
        {
            "token": {
                "id": token.id,
                "user_id": token.user_id,
                "scopes": list(token.scopes),
                "expires_at": expires_at,
            }
        }
    )


@signin.get("/api/v2/users/me", endpoint="me")
def who_calls() -> Response:
    """The calling user. 200 with a null id where nobody signed in."""
    user_id = caller().user_id
    if user_id is None:
        return answer({"user": anonymous_row()})
    return answer({"user": user_row(here().users[user_id], base_url())})
