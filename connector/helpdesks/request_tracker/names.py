"""The names of what an administrator of Request Tracker makes for us; all but the queue begin with `write.prefix`."""

from dataclasses import dataclass

from rules.planning.desired import answer_field, field_names
from rules.planning.writing import WriteSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The custom fields, each of type Freeform, and the queue."""

    tags: str
    """Of users, or of queues where these are the accounts: our tags, and those of others; holds many values."""
    fields: tuple[str, ...]
    """Of users or queues likewise: one for each key that is written, holding one value."""
    key: str
    """Of tickets in the alert queue: the key of an alert ticket; holds one value."""
    answer: str
    """Of tickets in the alert queue: what people answer; holds one value."""
    message: str
    """Of transactions of tickets in the alert queue: the key of a message; holds one value."""
    queue: str | None
    """The alert queue, `write.group`; None: there is none, hence no alert tickets."""


def names_of(writing: WriteSettings) -> Names:
    """What the names are with this configuration."""
    prefix = writing.prefix
    return Names(
        tags=f"{prefix}tags",
        fields=tuple(f"{prefix}{name}" for name in field_names(writing)),
        key=f"{prefix}key",
        answer=answer_field(writing),
        message=f"{prefix}message",
        queue=writing.group,
    )
