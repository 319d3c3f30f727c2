"""The queues of alert tickets: whether theirs can hold them, and who watches the one in which a ticket is now."""

from connector.helpdesks.request_tracker.alert_tickets import OWN_PAGE, AlertTickets, OwnPage
from connector.helpdesks.request_tracker.carriers import QUEUES
from connector.helpdesks.request_tracker.errors import UnseenError
from connector.helpdesks.request_tracker.names import Names
from connector.helpdesks.request_tracker.searches import Searcher
from connector.helpdesks.request_tracker.values import number_of
from connector.http.transport import Refusal


class AlertQueue:
    """Those of one Request Tracker, for one delivery: who watches a queue is looked up once."""

    def __init__(self, searcher: Searcher, alerts: AlertTickets, names: Names) -> None:
        self._searcher = searcher
        self._alerts = alerts
        self._names = names
        self._known: dict[int, OwnPage] = {}

    def find(self) -> int | str:
        """Its number, or in one sentence why no alert ticket can be made there."""
        name = self._names.queue
        if name is None:
            return "write.group names no queue"
        pages = self._searcher.listed(QUEUES, "")
        number = next((row["id"] for found in pages for row in found.rows if row["Name"] == name), None)
        page = None if number is None else self._searcher.look(f"queue/{number}", OWN_PAGE.validate_json)
        if page is None or isinstance(page, Refusal):
            return f"there is no queue {name} that we may see"
        return self._problem(page.value) or page.value["id"]

    def of(self, ticket: OwnPage) -> OwnPage:
        """The queue in which a ticket is now. Raises UnseenError when we may not see it."""
        number = number_of(ticket.get("Queue"))
        if number is None:
            raise UnseenError(f"the queue of ticket {ticket['id']} cannot be seen: give SeeQueue on it")
        if number not in self._known:
            found = self._searcher.look(f"queue/{number}", OWN_PAGE.validate_json)
            if isinstance(found, Refusal):
                raise UnseenError(
                    f"queue {number}, in which ticket {ticket['id']} is, cannot be seen (status {found.status}): give "
                    "SeeQueue on it"
                )
            self._known[number] = found.value
        return self._known[number]

    def _problem(self, page: OwnPage) -> str | None:
        for name, fields in (
            (self._names.key, page.get("TicketCustomFields")),
            (self._names.message, page.get("TicketTransactionCustomFields")),
        ):
            if name not in {field.get("name") for field in fields or ()}:
                return (
                    f"custom field {name} of queue {self._names.queue} is not seen: apply it, and give SeeCustomField"
                )
        if self._alerts.mails_outside(page):
            return f"queue {self._names.queue} would mail a Cc or AdminCc who does not work here: take them out"
        return None
