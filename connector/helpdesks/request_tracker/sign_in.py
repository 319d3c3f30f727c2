"""Signs in to Request Tracker by one of its authentication tokens, which names its owner."""

import re

from connector.helpdesk import HelpdeskError
from connector.http.auth import Secrets

_TOKEN = re.compile(r"1-([1-9][0-9]{0,17})-[0-9a-f]+")
"""Version, number of the user, secret. Source: RT::AuthToken."""


class TokenSignIn:
    """Sends the token as it is. Every request is checked by it, which costs RT a quarter of a second of CPU."""

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        self._token: str | None = None

    def authorization(self, *, writing: bool) -> str:  # noqa: ARG002  A token may do what its owner may.
        """The header; the secret is read once, and again after `renew`."""
        return f"token {self._read()}"

    def renew(self) -> None:
        """Read the secret again: somebody may have replaced it."""
        self._token = None

    def owner(self) -> int:
        """The number of the user whose token it is. Raises HelpdeskError when it is no token of Request Tracker."""
        found = _TOKEN.fullmatch(self._read())
        if found is None:
            raise HelpdeskError(
                "`auth.token` is no authentication token of Request Tracker: it looks like 1-<number>-<secret>, and is "
                "made in RT under Settings, Auth Tokens."
            )
        return int(found[1])

    def _read(self) -> str:
        if self._token is None:
            self._token = self._secrets.read("token")
        return self._token
