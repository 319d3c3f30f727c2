"""A caller of the simulated helpdesk, signed in as the connector's user."""

from datetime import UTC, datetime
from typing import Any

import requests

from connector.simulator import CLIENT_ID, CLIENT_SECRET, Server
from connector.simulator.clock import unix

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
START = unix(datetime(2026, 1, 1, tzinfo=UTC))


class Client:
    """Calls the API as the connector's user; each method answers the response."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.session = requests.Session()
        self.sign_in()

    def sign_in(
        self,
        client_id: str = CLIENT_ID,
        secret: str = CLIENT_SECRET,
        scope: str = "read write",
        **more: object,
    ) -> requests.Response:
        asked = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
        answer = requests.post(f"{self.server.url}/oauth/tokens", json={**asked, "scope": scope, **more}, timeout=10)
        if answer.ok:
            self.session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        return answer

    def get(self, path: str, **parameters: object) -> requests.Response:
        return self.send("GET", path, params=parameters)

    def send(self, method: str, path: str, **more: object) -> requests.Response:
        url = path if path.startswith("http") else f"{self.server.url}/api/v2/{path}"
        return self.session.request(method, url, timeout=10, allow_redirects=False, **more)

    def control(self, path: str, body: dict[str, Any]) -> dict[str, object]:
        answer = requests.post(f"{self.server.url}/_sim/{path}", json=body, timeout=10)
        assert answer.ok, answer.text
        return answer.json()
