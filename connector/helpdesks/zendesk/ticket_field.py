"""Finds a ticket field: by the id that the configuration names, else by its title."""

from connector.clock import Clock
from connector.helpdesk import Stream
from connector.helpdesks.zendesk.lists import read_list
from connector.helpdesks.zendesk.wire import FIELD_ROW, TICKET_FIELD_PAGE
from connector.http.decode import Layout
from connector.http.transport import Transport

TIMER_TITLE = "Total time spent (sec)"
"""The title that Zendesk's Time Tracking app gives to the ticket field with the timer's total."""

_FIELDS = Layout(stream=Stream.EVENTS, key="ticket_fields", page=TICKET_FIELD_PAGE, row=FIELD_ROW)
_LOOKED_AGAIN_AFTER = 3600.0


class TicketField:
    """One ticket field; ticket fields have no key of their own, and several may have one title."""

    def __init__(self, transport: Transport, title: str, clock: Clock, configured: int | None = None) -> None:
        self.title = title
        self._transport = transport
        self._clock = clock
        self._field = None if configured is None else str(configured)
        self._looked_at: float | None = None

    def field(self) -> str | None:
        """The field's id as events name it; None, looked for again each hour, while there is none."""
        now = self._clock.monotonic()
        if self._field is None and (self._looked_at is None or now - self._looked_at > _LOOKED_AGAIN_AFTER):
            return self.find()
        return self._field

    def find(self) -> str | None:
        """The same, looked for now; one that was found stays."""
        if self._field is None:
            rows, _ = read_list(self._transport, "/api/v2/ticket_fields", _FIELDS)
            titled = [row for row in rows if (row.get("title") or "").strip() == self.title]
            titled.sort(key=lambda row: row.get("active") is False)
            self._field = str(titled[0]["id"]) if titled else None
            self._looked_at = self._clock.monotonic()
        return self._field
