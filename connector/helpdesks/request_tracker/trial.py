"""Tries what we may write, for RT answers 200 whatever happens: writes another value, reads it, and takes it back.

It is tried on what is ours alone: the user behind the token, who is no customer, the alert queue, and a ticket in it
that says what it is for. An unchanged value proves nothing, for RT looks at rights only where there is something to do.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from connector.helpdesk import HelpdeskBusyError, Outcome
from connector.helpdesks.request_tracker.needed import TRIED
from connector.helpdesks.request_tracker.searches import Searcher
from connector.helpdesks.request_tracker.seeing import ANYTHING
from connector.helpdesks.request_tracker.sending import Sending
from connector.helpdesks.request_tracker.values import custom_fields

_COLUMN = "FinalPriority"
_TRIES = 3
_SETTLED = (Outcome.APPLIED, Outcome.REFUSED)


NOTHING: Mapping[str, str] = MappingProxyType({})
"""No value that must not be lost."""


class Trial:
    """Tries it in one Request Tracker."""

    def __init__(self, searcher: Searcher, sending: Sending) -> None:
        self._searcher = searcher
        self._sending = sending

    def unwritable(self, path: str, names: Iterable[str], keeping: Mapping[str, str] = NOTHING) -> frozenset[str]:
        """Those of the custom fields in which nothing can be written; the others hold again what they held.

        `keeping` are the beginnings of values that must not be lost if we are cut off: what is tried begins with them.
        """
        held = custom_fields(self._page(path))
        tried = {name: (keeping.get(name, "") + TRIED,) for name in names}
        self._put(path, {"CustomFields": _written(tried)})
        after = custom_fields(self._page(path))
        back = {name: tuple(text for text in held.get(name, ()) if text != tried[name][0]) for name in tried}
        back |= {name: (begin,) for name, begin in keeping.items() if name in tried}
        self._put(path, {"CustomFields": _written(back)})
        return frozenset(name for name in tried if after.get(name) != tried[name])

    def is_refused(self, path: str) -> bool:
        """Whether a thing may not be changed at all; nothing of it is."""
        return self._put(path, {}) is Outcome.REFUSED

    def is_unchangeable(self, path: str) -> bool:
        """Whether a column of a ticket of ours cannot be changed; it holds again what it held."""
        before = str(self._page(path).get(_COLUMN))
        other = "1" if before == "0" else "0"
        self._put(path, {_COLUMN: other})
        after = str(self._page(path).get(_COLUMN))
        self._put(path, {_COLUMN: before})
        return after != other

    def _page(self, path: str) -> dict[str, Any]:
        return self._searcher.get(path, ANYTHING.validate_json)

    def _put(self, path: str, body: Mapping[str, object]) -> Outcome:
        """Write; again where nobody knows whether it came, for the same values do no harm twice."""
        ended = self._sending.put(path, body)
        for _ in range(_TRIES - 1):
            if ended.outcome is not Outcome.UNCLEAR:
                break
            ended = self._sending.put(path, body)
        if ended.outcome not in _SETTLED:
            raise HelpdeskBusyError(f"{self._searcher.name}: {path} could not be tried: {ended.reason}.", ended.wait)
        return ended.outcome


def _written(values: Mapping[str, tuple[str, ...]]) -> dict[str, object]:
    """A field that holds one value takes the first of a list, and is emptied by none."""
    return {name: list(texts) for name, texts in values.items()}
