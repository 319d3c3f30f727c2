"""The entries of `auth`, read when they are needed and kept out of whatever is shown."""

import re
from collections.abc import Mapping

from connector import log
from connector.helpdesk import HelpdeskError, Outside
from connector.http.wire import Wire
from connector.settings import Secret

_HEADER_TEXT = re.compile(r"[\x21-\x7e]{1,8000}")

Auth = Mapping[str, Secret | str]


class Secrets:
    """Reads the entries of `auth`, and sees to it that no answer shows one."""

    def __init__(self, auth: Auth, wire: Wire, outside: Outside) -> None:
        self._auth = auth
        self._wire = wire
        self._outside = outside

    def read(self, key: str) -> str:
        """The text of an entry. Raises ConfigError when it cannot be read, HelpdeskError when no header can hold it."""
        found = self._auth[key]
        text = self._outside.resolve(found) if isinstance(found, Secret) else found
        if not _HEADER_TEXT.fullmatch(text):
            raise HelpdeskError(f"{self._wire.name}: `auth.{key}` holds spaces, line breaks or other odd characters.")
        if isinstance(found, Secret):
            self.conceal(text)
        return text

    def conceal(self, text: str) -> None:
        """Keep a text out of logs and errors."""
        self._wire.conceal(text)
        log.hide(text)
