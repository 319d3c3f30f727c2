"""One request, one answer: bounded, timed out, never redirected, never to another host."""

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, replace
from http.cookiejar import DefaultCookiePolicy
from typing import TypedDict

import requests
import urllib3
from requests.cookies import RequestsCookieJar

from connector import log
from connector.address import Origin, origin
from connector.helpdesk import HelpdeskError
from rules.facts import HelpdeskName

LARGEST = 32 * 1024 * 1024
"""Bytes of an answer; a larger one is abandoned."""

TIMEOUT = (10.0, 60.0)
"""Seconds to connect, and seconds without a byte."""

USER_AGENT = "touchcost"
_REDIRECTS = range(300, 400)
_NO_CONTENT = 204


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A whole answer."""

    status: int
    headers: Mapping[str, str]
    """Names in any case."""
    body: bytes

    @property
    def is_good(self) -> bool:
        """Whether the status is a success."""
        return 200 <= self.status < 300  # noqa: PLR2004  The class of success.

    @property
    def is_page(self) -> bool:
        """Whether this is a page for people where JSON was asked for; an answer without a body is none."""
        return self.status != _NO_CONTENT and "html" in self.headers.get("content-type", "").lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """No whole answer came."""

    what: str
    """A few words for a sentence: *no connection*."""
    sent: bool = True
    """False when the request certainly reached nobody."""
    too_large: bool = False


class _Surroundings(TypedDict):
    proxies: MutableMapping[str, str]
    verify: bool | str | None
    cert: str | tuple[str, str] | None


class Wire:
    """The way to one helpdesk's host, and to no other."""

    def __init__(self, name: HelpdeskName, url: str) -> None:
        self.name = name
        self.origin: Origin = origin(url)
        self._secrets: set[bytes] = set()
        self._session = requests.Session()
        self._session.trust_env = not self.origin.is_loopback
        # A cookie would be a second, silent sign-in.
        self._session.cookies = RequestsCookieJar(policy=DefaultCookiePolicy(allowed_domains=[]))
        found = self._session.merge_environment_settings(str(self.origin), {}, None, None, None)
        self._around = _Surroundings(proxies=found["proxies"], verify=found["verify"], cert=found["cert"])

    def conceal(self, secret: str) -> None:
        """From now on blot this text out of every answer that tells of a failure."""
        if len(secret) >= log.SHORTEST_HIDDEN:
            self._secrets.add(secret.encode())

    def exchange(self, request: requests.PreparedRequest) -> Answer | Broken:
        """Send the request once. Raises HelpdeskError when it would lead, or is led, to another place."""
        self._refuse_elsewhere(request.url or "")
        try:
            response = self._session.send(request, stream=True, timeout=TIMEOUT, allow_redirects=False, **self._around)
        except requests.RequestException as error:
            return _broken(error)
        with response:
            return self._whole(response)

    def refuse_link(self, link: str | None) -> None:
        """Raises HelpdeskError when a link that the helpdesk gave leads to another host."""
        if link:
            self._refuse_elsewhere(link)

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _refuse_elsewhere(self, url: str) -> None:
        try:
            there = origin(url)
        except ValueError as wrong:
            raise HelpdeskError(f"{self.name}: {self.origin} gave a link that cannot be followed: {wrong}.") from None
        if there != self.origin:
            raise HelpdeskError(
                f"{self.name}: {self.origin} leads to {there}, another host, and was not followed: no credential goes "
                "there. If the helpdesk has moved, change `url`."
            )

    def _whole(self, response: requests.Response) -> Answer | Broken:
        if response.status_code in _REDIRECTS:
            raise HelpdeskError(self._redirected(response))
        body = _body(response)
        if isinstance(body, Broken):
            return body
        answer = Answer(status=response.status_code, headers=response.headers, body=body)
        return answer if answer.is_good else replace(answer, body=self._blotted(body))

    def _redirected(self, response: requests.Response) -> str:
        try:
            place = str(origin(response.headers.get("location", "")))
        except ValueError:
            place = "another path"
        return (
            f"{self.name}: {self.origin} answered with a redirect to {place}, which is never followed: no credential "
            "goes there. Set `url` to the address at which the API itself answers."
        )

    def _blotted(self, body: bytes) -> bytes:
        for secret in self._secrets:
            body = body.replace(secret, b"***")
        return body


def open_wire(name: HelpdeskName, url: str) -> Wire:
    """The way to the host of a URL. Raises HelpdeskError for a URL that cannot be."""
    try:
        place = origin(url)
    except ValueError as wrong:
        raise HelpdeskError(f"{name}: `url` cannot be used: {wrong}.") from None
    if place.scheme == "http" and not place.is_loopback:
        raise HelpdeskError(f"{name}: `url` must begin with https://; plain http is for this machine alone.")
    return Wire(name, url)


def _body(response: requests.Response) -> bytes | Broken:
    try:
        body: bytes = response.raw.read(LARGEST + 1, decode_content=True)
    except (urllib3.exceptions.HTTPError, OSError):
        return Broken(what="an answer that broke off")
    if len(body) > LARGEST:
        return Broken(what="an answer over 32 MB", too_large=True)
    return body


def _broken(error: requests.RequestException) -> Broken:
    if isinstance(error, requests.exceptions.SSLError):
        return Broken(what="no trustworthy TLS connection")
    if isinstance(error, requests.ConnectTimeout) or _is_unreached(error):
        return Broken(what=_unreached(error), sent=False)
    if isinstance(error, requests.Timeout):
        return Broken(what="no answer in 60 seconds")
    return Broken(what="a connection that broke off")


def _is_unreached(error: requests.RequestException) -> bool:
    return isinstance(_reason(error), urllib3.exceptions.NewConnectionError)


def _unreached(error: requests.RequestException) -> str:
    is_nameless = isinstance(_reason(error), urllib3.exceptions.NameResolutionError)
    return "no host of that name" if is_nameless else "no connection"


def _reason(error: requests.RequestException) -> object:
    return getattr(error.args[0] if error.args else None, "reason", None)
