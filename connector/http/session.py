"""A requests session for a client library: its requests go through our transport, and fail at once where ours do."""

import json
from collections.abc import Mapping
from io import BytesIO

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import HTTPResponse

from connector.address import origin
from connector.helpdesk import Outcome
from connector.http.transport import Ask, Refusal, Sent, Transport
from connector.http.wire import USER_AGENT

PLACE = ("helpdesk", "invalid")
"""Subdomain and domain to give to a library that builds its own URLs; the host is replaced by the real one."""

_OK = 200
_CODING = ("content-encoding", "content-length", "transfer-encoding")


class NotAppliedError(Exception):
    """A write through the library's session did not end well; `sent` says how. Nothing was repeated."""

    def __init__(self, sent: Sent) -> None:
        super().__init__(f"{sent.outcome}: {sent.what}")
        self.sent = sent


def open_session(transport: Transport) -> requests.Session:
    """A session that a library takes for signed in. It holds no credential: the transport signs.

    A GET is tried again as `Transport.read` does and raises what that raises. A write is sent once and raises
    NotAppliedError unless it was applied, so that no library waits or repeats. Refused reads come back as answers.
    """
    session = requests.Session()
    session.trust_env = False
    session.headers["User-Agent"] = USER_AGENT
    session.authorized = True  # type: ignore[attr-defined]  # zenpy asks for this attribute.
    for scheme in ("https://", "http://"):
        session.mount(scheme, _Line(transport))
    return session


class _Line(BaseAdapter):
    """Where requests hands over a prepared request; one that leads to another host is refused by the transport."""

    def __init__(self, transport: Transport) -> None:
        super().__init__()
        self._transport = transport
        self._builder = HTTPAdapter()

    def send(self, request: requests.PreparedRequest, *_: object, **__: object) -> requests.Response:
        """Read or write, by the method."""
        here = self._redirected(request)
        return self._read(here) if request.method == "GET" else self._write(here)

    def close(self) -> None:
        """The transport closes its connections itself."""

    def _redirected(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        here = request.copy()
        if origin(request.url or "").host == ".".join(PLACE):
            here.url = f"{self._transport.wire.origin}{request.path_url}"
        return here

    def _read(self, request: requests.PreparedRequest) -> requests.Response:
        self._transport.wire.refuse_link(request.url)
        found = self._transport.read(Ask(path=request.path_url), _whole)
        if isinstance(found, Refusal):
            return self._response(request, found.status, found.body, {})
        return self._response(request, _OK, found.value, {})

    def _write(self, request: requests.PreparedRequest) -> requests.Response:
        sent = self._transport.send(request)
        if sent.outcome is not Outcome.APPLIED:
            raise NotAppliedError(sent)
        return self._response(request, sent.status or _OK, sent.body, sent.headers)

    def _response(
        self, request: requests.PreparedRequest, status: int, body: bytes, headers: Mapping[str, str]
    ) -> requests.Response:
        # The body is decoded already and bounded; what the headers say of its coding is no longer true.
        kept = {name: text for name, text in headers.items() if name.lower() not in _CODING}
        kept.setdefault("Content-Type", "application/json; charset=utf-8")
        raw = HTTPResponse(body=BytesIO(body), headers=kept, status=status, preload_content=False)
        asked = request.copy()
        # A library that built the URL knows its own answers by it.
        asked.url = f"https://{'.'.join(PLACE)}{request.path_url}"
        return self._builder.build_response(asked, raw)


def _whole(body: bytes) -> bytes:
    json.loads(body)
    return body
