"""What `check` says of the ticket field and the macros by which people answer."""

from collections.abc import Iterator

from connector.helpdesk import Finding, Need, Severity, Stream
from connector.helpdesks.zendesk.lists import read_list
from connector.helpdesks.zendesk.wire import FIELD_ROW, MACRO_PAGE, MACRO_ROW, TICKET_FIELD_PAGE
from connector.http.decode import Layout
from connector.http.transport import Transport

_FIELDS = Layout(stream=Stream.TICKETS, key="ticket_fields", page=TICKET_FIELD_PAGE, row=FIELD_ROW)
_MACROS = Layout(stream=Stream.TICKETS, key="macros", page=MACRO_PAGE, row=MACRO_ROW)
_REMEDY = "Run `touchcost setup`; until then people answer by private comments and tags."


class FormsInspector:
    """Looks for the ticket field and the macros by their titles, for neither has a key."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def findings(self, need: Need) -> Iterator[Finding]:
        """Nothing where no alert tickets are made. Raises HelpdeskError where a list is refused."""
        if need.answer_field is not None:
            fields, _ = read_list(self._transport, "/api/v2/ticket_fields", _FIELDS)
            present = frozenset((row.get("title") or "").strip() for row in fields if row.get("active") is not False)
            yield _finding("ticket field", frozenset({need.answer_field}), present)
        if need.macros:
            macros, _ = read_list(self._transport, "/api/v2/macros", _MACROS)
            present = frozenset((row.get("title") or "").strip() for row in macros if row.get("active") is not False)
            yield _finding("macro", need.macros, present)


def _finding(what: str, wanted: frozenset[str], present: frozenset[str]) -> Finding:
    missing = wanted - present
    if not missing:
        sentence = f"All that people answer by is there: {len(wanted)} {what}{'s' if len(wanted) > 1 else ''}."
        return Finding(severity=Severity.FINE, sentence=sentence, looked_for=wanted)
    named = ", ".join(f"“{title}”" for title in sorted(missing))
    return Finding(
        severity=Severity.NOTE,
        sentence=f"Missing by which people answer: {what} {named}.",
        remedy=_REMEDY,
        looked_for=wanted,
        missing=missing,
    )
