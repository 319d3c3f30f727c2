"""Tells a monitor that all is well: one call to an address, whose answer means nothing to us."""

from contextlib import suppress

import requests

_TIMEOUT = (5.0, 10.0)
"""Seconds to reach it, and to wait for each part of its answer."""


def beat(url: str) -> None:
    """Calls the address once. A monitor that is down must not hold up what it watches: what goes wrong is not told."""
    with suppress(requests.RequestException), requests.get(url, timeout=_TIMEOUT, allow_redirects=False, stream=True):
        pass
