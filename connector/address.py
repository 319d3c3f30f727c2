"""Where a URL leads: its origin, and whether it stays on this machine."""

from typing import NamedTuple
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Origin(NamedTuple):
    """Who answers at a URL. Two URLs with the same origin reach the same server."""

    scheme: str
    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        """True for 127.0.0.1, ::1 and localhost, the only hosts that plain http may reach."""
        return self.host in _LOOPBACK

    @property
    def netloc(self) -> str:
        """Host and port as they stand in a URL; the port only where it is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.netloc}"


def origin(url: str) -> Origin:
    """The origin of an absolute http or https URL. Raises ValueError with what is wrong, never with the URL."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        # The library's sentence repeats what stands in the URL.
        raise ValueError("the URL has no proper host and port") from None
    if parts.scheme not in _PORTS:
        raise ValueError("the URL begins with neither https:// nor http://")
    if parts.hostname is None:
        raise ValueError("the URL names no host")
    if parts.username is not None or parts.password is not None:
        raise ValueError("the URL holds a user name or a password")
    return Origin(parts.scheme, parts.hostname, _PORTS[parts.scheme] if port is None else port)


def is_loopback(url: str) -> bool:
    """Whether the URL leads to this machine; False for what is no http URL."""
    try:
        return origin(url).is_loopback
    except ValueError:
        return False
