"""Custom fields of tickets and organisations: the Time Tracking app's pair, and those that are made."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from connector.simulator.records import Field, Value

TYPES = (
    "text",
    "textarea",
    "checkbox",
    "date",
    "integer",
    "decimal",
    "regexp",
    "dropdown",
    "lookup",
)
# The titles that the Time Tracking app gives its two ticket fields (help article 4408822487450).
TOTAL_TITLE = "Total time spent (sec)"
LAST_TITLE = "Time spent last update (sec)"


class BadValueError(ValueError):
    """A value that a field of this type does not take; its text is the sentence to answer."""


class Fields:
    """The fields of one account: ticket fields by id, organisation fields by key."""

    def __init__(self, new_id: Callable[[], int], now: datetime) -> None:
        self._new_id = new_id
        self.of_tickets: dict[int, Field] = {}
        self.of_organizations: dict[str, Field] = {}
        self.total = self.add_to_tickets(TOTAL_TITLE, "integer", now)
        self.last = self.add_to_tickets(LAST_TITLE, "integer", now)

    def add_to_tickets(self, title: str, kind: str, now: datetime, target: str | None = None) -> int:
        """A ticket field's id; `target` is what a lookup field points to."""
        made = Field(id=self._new_id(), key=title, title=title, type=kind, created_at=now, target=target)
        self.of_tickets[made.id] = made
        return made.id

    def titled(self, title: str) -> int:
        """The id of the ticket field of this title. Raises KeyError when there is none."""
        for made in self.of_tickets.values():
            if made.title == title:
                return made.id
        raise KeyError(title)

    def add_to_organizations(self, key: str, title: str, kind: str, now: datetime, description: str = "") -> Field:
        """The new organisation field. Raises KeyError when the key is taken."""
        if key in self.of_organizations:
            raise KeyError(key)
        made = Field(id=self._new_id(), key=key, title=title, type=kind, created_at=now, description=description)
        self.of_organizations[key] = made
        return made

    def need_in_organizations(self, key: str, value: Value, now: datetime) -> None:
        """Makes the organisation field where there is none: decimal for a number, else text."""
        if key not in self.of_organizations:
            kind = "decimal" if isinstance(value, int | float) else "text"
            self.add_to_organizations(key, key.replace("_", " ").capitalize(), kind, now)

    def known(self, values: Mapping[str, object]) -> dict[str, Value]:
        """The values of fields that exist, in the form in which they are kept. Raises BadValueError."""
        fields = self.of_organizations
        return {key: _kept(fields[key], value) for key, value in values.items() if key in fields}

    def unknown(self, values: Mapping[str, object]) -> list[str]:
        """Keys that no field has; they are ignored when written."""
        return [key for key in values if key not in self.of_organizations]


def _kept(field: Field, value: object) -> Value:
    if value is None or value == "":
        return None
    try:
        return _typed(field.type, value)
    except ValueError as wrong:
        raise BadValueError(f"{field.title}: is not a valid {field.type}") from wrong


def _typed(kind: str, value: object) -> Value:
    if kind == "integer":
        return int(str(value))
    if kind == "decimal":
        return float(str(value))
    if kind == "date":
        return date.fromisoformat(str(value)[:10]).isoformat()
    if kind == "checkbox":
        return bool(value)
    return str(value)
