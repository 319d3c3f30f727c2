"""Reads whole lists, page after page."""

from collections.abc import Sequence
from typing import TypeVar
from urllib.parse import urlsplit

from connector.helpdesk import HelpdeskError, Rejected
from connector.helpdesks.zendesk.errors import refused
from connector.helpdesks.zendesk.wire import Frame
from connector.http.decode import Batch, Layout
from connector.http.transport import Ask, Refusal, Transport

PAGE = 100
_MOST_PAGES = 1000

_F = TypeVar("_F", bound=Frame)
_R = TypeVar("_R")


def read_list(
    transport: Transport, path: str, layout: Layout[_F, _R], params: Sequence[tuple[str, str]] = ()
) -> tuple[list[_R], tuple[Rejected, ...]]:
    """Every row of a list, and the rows that could not be read.

    By cursor: only `meta.has_more` says whether there is more, for a next link is given on the last page too. Where an
    account answers without cursors, `next_page` is followed. Raises HelpdeskError when the list is refused.
    """
    ask: Ask | None = Ask(path=path, params=params, size=PAGE, size_key="page[size]")
    rows: list[_R] = []
    rejected: tuple[Rejected, ...] = ()
    for _ in range(_MOST_PAGES):
        if ask is None:
            return rows, rejected
        batch = _read(transport, ask, layout)
        rows.extend(batch.rows)
        rejected += batch.rejected
        ask = _following(transport, ask, params, batch.frame)
    raise HelpdeskError(f"{transport.wire.name}: {path} goes on for more than {_MOST_PAGES} pages; it was left there.")


def _read(transport: Transport, ask: Ask, layout: Layout[_F, _R]) -> Batch[_F, _R]:
    found = transport.read(ask, layout.read)
    if isinstance(found, Refusal):
        raise refused(transport.wire, ask.path.partition("?")[0], found)
    return found.value


def _following(transport: Transport, ask: Ask, params: Sequence[tuple[str, str]], frame: Frame) -> Ask | None:
    meta, link = frame.get("meta"), frame.get("next_page")
    if meta is not None:
        after = meta.get("after_cursor")
        following = [*params, ("page[after]", after or "")]
        return Ask(path=ask.path, params=following, size=PAGE, size_key="page[size]") if meta["has_more"] else None
    if link is None:
        return None
    transport.wire.refuse_link(link)
    parts = urlsplit(link)
    return Ask(path=f"{parts.path}?{parts.query}")
