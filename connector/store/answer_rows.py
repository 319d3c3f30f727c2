"""The table of answers: what people said on alert tickets and by command tags, as it was taken. Append-only."""

from collections.abc import Iterable

from pydantic import TypeAdapter
from sqlalchemy import Connection, insert, select

from connector.store.tables import ANSWER
from rules.command import Command, Taken

_PLAIN = ("account", "at", "by", "until")
_COMMAND = TypeAdapter(Command)


def save_answers(connection: Connection, desk: int, answers: Iterable[Taken]) -> None:
    """Appends them in their order."""
    rows = [
        {name: getattr(answer, name) for name in _PLAIN}
        | {
            "helpdesk": desk,
            "rules": list(answer.rules),
            "command": _COMMAND.dump_json(answer.command, exclude_defaults=True).decode(),
        }
        for answer in answers
    ]
    if rows:
        connection.execute(insert(ANSWER), rows)


def read_answers(connection: Connection, desk: int) -> tuple[Taken, ...]:
    """Every answer that was taken in this helpdesk, the oldest first."""
    found = connection.execute(select(ANSWER).where(ANSWER.c.helpdesk == desk).order_by(ANSWER.c.at, ANSWER.c.id))
    return tuple(
        Taken(
            command=_COMMAND.validate_json(row["command"]),
            rules=tuple(row["rules"]),
            **{name: row[name] for name in _PLAIN},
        )
        for row in found.mappings()
    )
