"""One line an event, to stderr: a name and fields, never prose, and never a secret.

Fields are numbers, ids, moments and short words: no text of a ticket, no name or address of a person.
"""

import json
import logging
import re
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import TextIO
from urllib.parse import quote, quote_plus

SHORTEST_HIDDEN = 8
"""Characters. To blot out a shorter text would blot out half of every line with it."""

_LOGGER = "touchcost"
_MASK = "[secret]"
_PLAIN = re.compile(r"[\w.,:;/@+%*()-]+", re.ASCII)
_BEARER = re.compile(r"(?i)\b(bearer|authorization['\"]?: *['\"]?\w+) +[\w.~+/=-]+")


class LogForm(StrEnum):
    """How a line is written."""

    TEXT = "text"
    """`at=… level=info event=cycle_ended helpdesk=acme`"""
    JSON = "json"
    """One JSON object a line."""


def start(level: str, form: LogForm, stream: TextIO) -> None:
    """Sends every line at or over `level` (debug, info, warning, error) to the stream, replacing an earlier start.

    Lines of libraries come too, from warning on.
    """
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_Formatter(form))
    logging.getLogger().handlers[:] = [handler]
    logging.getLogger(_LOGGER).setLevel(level.upper())


def hide(secret: str) -> None:
    """From now on this text shows as [secret] in every line, in whatever way it is quoted.

    One of fewer than SHORTEST_HIDDEN characters cannot be hidden and stays as it is.
    """
    if len(secret) >= SHORTEST_HIDDEN:
        _redaction().hide(secret)


def redact(text: str) -> str:
    """The text without any hidden secret; for output that does not go through the log."""
    return _redaction().redact(text)


def info(event: str, /, **fields: object) -> None:
    """A line that is written in ordinary times: one a cycle, one a write."""
    _write(logging.INFO, event, fields)


def warning(event: str, /, **fields: object) -> None:
    """A line about something refused, held or put off."""
    _write(logging.WARNING, event, fields)


def error(event: str, /, **fields: object) -> None:
    """A line about something that failed and was understood."""
    _write(logging.ERROR, event, fields)


def failure(event: str, cause: BaseException, /, **fields: object) -> None:
    """A line about something that failed and was not understood, with its traceback."""
    _write(logging.ERROR, event, fields, cause)


class _Redaction(logging.Filter):
    """Keeps the texts that no line may show. It hangs on the logger, so that one process has one."""

    def __init__(self) -> None:
        super().__init__()
        self._hidden: tuple[str, ...] = ()

    def hide(self, secret: str) -> None:
        forms = {*self._hidden, *_forms(secret)}
        self._hidden = tuple(sorted(forms, key=len, reverse=True))

    def redact(self, text: str) -> str:
        for form in self._hidden:
            text = text.replace(form, _MASK)
        return _BEARER.sub(rf"\1 {_MASK}", text)


class _Formatter(logging.Formatter):
    def __init__(self, form: LogForm) -> None:
        super().__init__()
        self._form = form

    def format(self, record: logging.LogRecord) -> str:
        fields = _fields(record)
        trace = redact(self.formatException(record.exc_info)) if record.exc_info else ""
        if self._form is LogForm.JSON:
            return redact(json.dumps({**fields, "traceback": trace} if trace else fields))
        line = " ".join(f"{name}={_shown(value)}" for name, value in fields.items())
        return redact(f"{line}\n{trace}" if trace else line)


def _write(level: int, event: str, fields: dict[str, object], cause: BaseException | None = None) -> None:
    logging.getLogger(_LOGGER).log(level, event, exc_info=cause, extra={"fields": fields})


def _redaction() -> _Redaction:
    logger = logging.getLogger(_LOGGER)
    for found in logger.filters:
        if isinstance(found, _Redaction):
            return found
    made = _Redaction()
    logger.addFilter(made)
    return made


def _forms(secret: str) -> set[str]:
    return {secret, json.dumps(secret)[1:-1], repr(secret)[1:-1], quote(secret, safe=""), quote_plus(secret)}


def _fields(record: logging.LogRecord) -> dict[str, object]:
    at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    head: dict[str, object] = {"at": at, "level": record.levelname.lower()}
    fields: dict[str, object] | None = getattr(record, "fields", None)
    if fields is None:
        return {**head, "event": "library", "logger": record.name, "message": redact(record.getMessage())}
    return {**head, "event": record.msg, **{name: _value(field) for name, field in fields.items()}}


def _value(field: object) -> object:
    if field is None or isinstance(field, bool | int | float):
        return field
    if isinstance(field, date):
        return field.isoformat()
    if isinstance(field, timedelta):
        return field.total_seconds()
    if isinstance(field, list | tuple | set | frozenset):
        return [redact(str(item)) for item in (sorted(field) if isinstance(field, set | frozenset) else field)]
    return redact(str(field))


def _shown(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return str(value).lower()
    text = ",".join(value) if isinstance(value, list) else str(value)
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=not text.isprintable())
