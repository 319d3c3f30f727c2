"""From the bytes of a page to its rows; rows that cannot be read are set aside, and the others go on."""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from connector.helpdesk import Rejected, Stream
from connector.http.salvage import tear

_R = TypeVar("_R")
_V = TypeVar("_V")
_F = TypeVar("_F", bound=Mapping[str, object])
_ID = re.compile(rb'"id"\s*:\s*(\d{1,19})\b')
_ID_BITS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch(Generic[_F, _R]):
    """The rows of one page, with what stands around them."""

    frame: _F
    rows: Sequence[_R]
    rejected: tuple[Rejected, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout(Generic[_F, _R]):
    """How the pages of one stream are read."""

    stream: Stream
    key: str
    page: TypeAdapter[_F]
    row: TypeAdapter[_R]

    def read(self, body: bytes) -> Batch[_F, _R]:
        """The rows of a page: all at once, or one by one where that fails. Raises ValueError when it is not whole."""
        try:
            frame = self.page.validate_json(body)
        except ValidationError:
            return self._piece_by_piece(body)
        return Batch(frame=frame, rows=cast(Mapping[str, Sequence[_R]], frame)[self.key])

    def _piece_by_piece(self, body: bytes) -> Batch[_F, _R]:
        frame, pieces = _pieces(body, self.key)
        rows: list[_R] = []
        rejected: list[Rejected] = []
        for place, piece in enumerate(pieces, start=1):
            found = _shaped(piece, self.row)
            if isinstance(found, _Unreadable):
                rejected.append(Rejected(stream=self.stream, row=_name(piece, place), problem=found.problem))
            else:
                rows.append(found)
        around = _shaped(frame, self.page)
        if isinstance(around, _Unreadable):
            raise ValueError(around.problem)  # noqa: TRY004  A page that is no page, whatever its types.
        return Batch(frame=around, rows=rows, rejected=tuple(rejected))

    def values(self, rows: Iterable[_R], make: Callable[[_R], _V]) -> tuple[list[_V], tuple[Rejected, ...]]:
        """What `make` makes of each row; a row for which it raises ValueError is set aside."""
        made: list[_V] = []
        rejected: list[Rejected] = []
        for row in rows:
            try:
                made.append(make(row))
            except ValueError as wrong:
                name = str(cast(dict[str, Any], row)["id"])
                rejected.append(Rejected(stream=self.stream, row=name, problem=str(wrong)))
        return made, tuple(rejected)


@dataclass(frozen=True, slots=True)
class _Unreadable:
    problem: str
    row: str | None = None


def _pieces(body: bytes, key: str) -> tuple[object, list[object]]:
    """The page with an empty list in the place of its rows, and each row. Raises ValueError when it is not whole."""
    try:
        page = _lenient(body)
    except (ValueError, RecursionError):
        page = None
    if isinstance(page, dict) and isinstance(page.get(key), list):
        return {**page, key: []}, page[key]
    torn = tear(body, key)
    return _lenient(torn.frame), [_read_alone(raw) for raw in torn.rows]


def _read_alone(raw: bytes) -> object:
    try:
        return _lenient(raw)
    except (ValueError, RecursionError):
        found = _ID.search(raw)
        return _Unreadable("not JSON, or nested too deep", found[1].decode() if found else None)


def _lenient(raw: bytes) -> object:
    # Lone surrogates and raw control characters in a text that nobody reads are no reason to lose a row.
    return json.loads(raw.decode(errors="replace"), strict=False)


def _shaped(piece: object, shape: TypeAdapter[_R]) -> _R | _Unreadable:
    if isinstance(piece, _Unreadable):
        return piece
    try:
        return shape.validate_python(piece)
    except ValidationError as wrong:
        return _Unreadable(problem(wrong))


def problem(wrong: ValidationError) -> str:
    """The first problem in a few words: which field and what was expected, never what stood there."""
    first = wrong.errors(include_input=False, include_url=False, include_context=False)[0]
    place = ".".join(str(part) for part in first["loc"][:2])
    return f"{place}: {first['type']}" if place else str(first["type"])


def _name(piece: object, place: int) -> str:
    known = piece.get("id") if isinstance(piece, dict) else getattr(piece, "row", None)
    if isinstance(known, int) and known.bit_length() <= _ID_BITS:
        return str(known)
    return known if isinstance(known, str) and known.isdecimal() and known.isascii() else f"row {place} of the page"
