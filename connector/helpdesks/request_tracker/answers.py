"""Reads what people answered on alert tickets: commands alone, the words around them go no further."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from html.parser import HTMLParser
from typing import Any, NotRequired, TypeVar

from pydantic import Base64Bytes, TypeAdapter
from typing_extensions import TypedDict

from connector.helpdesk import Hearing, Stream
from connector.helpdesks.request_tracker.events import OF_TICKETS
from connector.helpdesks.request_tracker.people import People
from connector.helpdesks.request_tracker.searches import Search, Searcher
from connector.helpdesks.request_tracker.values import (
    Values,
    custom_values,
    name_of,
    number_of,
    number_of_field,
)
from connector.helpdesks.request_tracker.wire import (
    TRANSACTION_PAGE,
    TRANSACTION_ROW,
    Id,
    TicketRow,
    TransactionPage,
    TransactionRow,
)
from connector.http.decode import Layout
from connector.http.texts import moment
from connector.http.transport import OversizeError, Refusal
from rules.command import Heard
from rules.planning.commands import first_line, read_command

_STILL_MOVING = timedelta(seconds=60)
"""A ticket that changed within this time may change again within the same second."""

_UPDATES: Search[TransactionPage, TransactionRow] = Search(
    path="transactions",
    layout=Layout(stream=Stream.EVENTS, key="items", page=TRANSACTION_PAGE, row=TRANSACTION_ROW),
    fields=(("fields", "ObjectId,Type,Created,Creator,Field,NewValue"), ("fields[Creator]", "id,Name")),
)
_PLAIN, _HTML = "text/plain", "text/html"
_READ = (_PLAIN, _HTML)
_WHOLE_LIST = "fields=ContentType,Filename&orderby=id&per_page=100"
_HIDDEN = frozenset({"style", "script", "title"})
_BREAKS = frozenset({"br", "p", "div", "li", "tr", "h1", "h2", "h3", "blockquote", "pre"})

_T = TypeVar("_T")


class _Part(TypedDict):
    id: Id
    ContentType: NotRequired[str | None]
    Filename: NotRequired[str | None]


class _Parts(TypedDict):
    items: list[_Part]


class _Written(TypedDict):
    Content: NotRequired[Base64Bytes | None]


_PARTS = TypeAdapter(_Parts)
_WRITTEN = TypeAdapter(_Written)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listened:
    """What was heard on one ticket, and how far it was listened to."""

    hearing: Hearing
    answers: tuple[Heard, ...] = ()


class Answers:
    """Listens on one Request Tracker. Only people who work there are heard; never a customer, and not ourselves."""

    def __init__(self, searcher: Searcher, people: People, values: Values, field: str) -> None:
        """`field` is the ticket field of answers."""
        self._searcher = searcher
        self._people = people
        self._values = values
        self._field = field

    def stands(self, row: Mapping[str, Any]) -> bool:
        """Whether something stands in the answer field of a ticket."""
        return bool(custom_values(row, self._field))

    def listen(self, row: TicketRow, heard: Hearing, now: datetime) -> Listened:
        """What people answered in the updates after `heard`: a request, and two more for each comment of theirs.

        None for a ticket that did not change. Raises HelpdeskBusyError or HelpdeskError.
        """
        changed_at = _changed_at(row)
        if changed_at is not None and changed_at == heard.changed_at:
            return Listened(hearing=heard)
        last, field = heard.update or 0, number_of_field(row, self._field)
        answers: list[Heard] = []
        query = f"{OF_TICKETS} AND ObjectId = {row['id']} AND (Type = 'Comment' OR Type = 'CustomField')"
        for found in self._searcher.every(_UPDATES, query, last):
            last = found.last
            for update in found.rows:
                answers += self._answers(update, field)
        is_settled = changed_at is not None and now - changed_at > _STILL_MOVING
        hearing = Hearing(update=last or None, changed_at=changed_at if is_settled else heard.changed_at)
        return Listened(hearing=hearing, answers=tuple(answers))

    def _answers(self, update: TransactionRow, field: str | None) -> Iterator[Heard]:
        author = update.get("Creator")
        if name_of(author) not in self._people.staff().names or number_of(author) == self._people.me()["id"]:
            return
        line = self._line(update, field)
        if line:
            yield Heard(update=update["id"], by=self._values.author(author), command=read_command(line))

    def _line(self, update: TransactionRow, field: str | None) -> str | None:
        """What may be a command in one update."""
        if update["Type"] == "Comment":
            return first_line(self._text(update["id"]))
        value = update.get("NewValue")
        return value if str(update.get("Field")) == field and isinstance(value, str) else None

    def _text(self, update: int) -> str:
        """The words of a comment: as they were written, or out of the HTML that RT's own page makes of them.

        What we may not see, or is too large to be a command, says nothing: it must not be in the way of the others.
        """
        found = self._look(f"transaction/{update}/attachments?{_WHOLE_LIST}", _PARTS.validate_json)
        # Files come behind the comment itself, in any of its forms, and have a name.
        words = (part for part in (found["items"] if found else ()) if not part.get("Filename"))
        first = next((part for part in words if part.get("ContentType") in _READ), None)
        return "" if first is None else self._words(first)

    def _words(self, part: _Part) -> str:
        written = self._look(f"attachment/{part['id']}", _WRITTEN.validate_json)
        text = ((written or {}).get("Content") or b"").decode(errors="replace")
        return _plain(text) if part.get("ContentType") == _HTML else text

    def _look(self, path: str, decode: Callable[[bytes], _T]) -> _T | None:
        try:
            found = self._searcher.look(path, decode)
        except OversizeError:
            return None
        return None if isinstance(found, Refusal) else found.value


class _Words(HTMLParser):
    """Keeps the text, and where its lines end."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self._is_hidden = False

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002  The parser's own protocol.
        self._is_hidden = tag in _HIDDEN
        self.text += "\n" if tag in _BREAKS else ""

    def handle_endtag(self, tag: str) -> None:
        self._is_hidden = False
        self.text += "\n" if tag in _BREAKS else ""

    def handle_data(self, data: str) -> None:
        if not self._is_hidden:
            # A line that ends in the source of a page does not end on the page.
            self.text += data.replace("\n", " ")


def _plain(html: str) -> str:
    words = _Words()
    words.feed(html)
    words.close()
    return words.text.lstrip()


def _changed_at(row: TicketRow) -> datetime | None:
    try:
        return moment(row["LastUpdated"])
    except ValueError:
        return None
