"""Pages of a list: by cursor when `page[size]` is asked for, else by page number."""

import base64
import binascii
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar
from urllib.parse import urlencode

from flask import Response, request

from connector.simulator.answers import RefusedError, answer, base_url

LARGEST_PAGE = 100
DEEPEST_RECORD = 10_000


class _Identified(Protocol):
    @property
    def id(self) -> int: ...


T = TypeVar("T", bound=_Identified)


def page(name: str, rows: Sequence[T], render: Callable[[T], object]) -> Response:
    """The page that the request asks for of `rows`, which stand in the order of their ids."""
    if "page[size]" in request.args or "page[after]" in request.args:
        return _cursor_page(name, rows, render)
    return _numbered_page(name, rows, render)


def _cursor_page(name: str, rows: Sequence[T], render: Callable[[T], object]) -> Response:
    size = _number("page[size]", LARGEST_PAGE)
    start = bisect_right(rows, _place(request.args.get("page[after]")), key=lambda row: row.id)
    shown = rows[start : start + size]
    # A next link stands on the last page too; only has_more decides.
    after = _cursor(shown[-1].id) if shown else None
    before = _cursor(shown[0].id) if shown else None
    return answer(
        {
            name: [render(row) for row in shown],
            "meta": {
                "has_more": start + size < len(rows),
                "after_cursor": after,
                "before_cursor": before,
            },
            "links": {
                "prev": _link({"page[before]": before}) if before else None,
                "next": _link({"page[after]": after}) if after else None,
            },
        }
    )


def _numbered_page(name: str, rows: Sequence[T], render: Callable[[T], object]) -> Response:
    number, size = _number("page"), _number("per_page", LARGEST_PAGE)
    if number * size > DEEPEST_RECORD:
        detail = {"code": "InvalidPaginationDepth", "title": "Pagination depth exceeded"}
        raise RefusedError(400, {"errors": [detail]})
    shown = rows[(number - 1) * size : number * size]
    more = number * size < len(rows)
    return answer(
        {
            name: [render(row) for row in shown],
            "next_page": _link({"page": str(number + 1)}) if more else None,
            "previous_page": _link({"page": str(number - 1)}) if number > 1 else None,
            "count": len(rows),
        }
    )


def _number(name: str, largest: int | None = None) -> int:
    text = request.args.get(name, "")
    asked = int(text) if text.isdigit() else 0
    if largest is None:
        return asked or 1
    return min(asked or largest, largest)


def _place(cursor: str | None) -> int:
    if cursor is None:
        return -1
    try:
        return int(base64.urlsafe_b64decode(cursor).decode())
    except (binascii.Error, ValueError) as wrong:
        raise RefusedError(400, {"errors": [{"code": "InvalidCursor", "title": "Bad cursor"}]}) from wrong


def _cursor(row_id: int) -> str:
    return base64.urlsafe_b64encode(str(row_id).encode()).decode()


def _link(changed: dict[str, str]) -> str:
    kept = [(key, value) for key, value in request.args.items(multi=True) if key not in changed]
    kept = [pair for pair in kept if pair[0] not in ("page[after]", "page[before]")]
    return f"{base_url()}{request.path}?{urlencode([*kept, *changed.items()])}"
