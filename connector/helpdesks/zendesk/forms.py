"""Makes what `setup` asks for: organisation fields, the ticket field of answers, macros."""

from zenpy import Zenpy
from zenpy.lib.api_objects import Macro, OrganizationField
from zenpy.lib.api_objects import TicketField as ZenpyTicketField

from connector.helpdesk import Outcome, Write, WriteKind
from connector.helpdesks.zendesk.sending import Ended, try_once
from connector.helpdesks.zendesk.ticket_field import TicketField

MAKES = (WriteKind.MAKE_FIELD, WriteKind.MAKE_TICKET_FIELD, WriteKind.MAKE_MACRO)


class Forms:
    """Makes fields and macros of one Zendesk account, each by one request."""

    def __init__(self, client: Zenpy, answer: TicketField) -> None:
        """`answer` is the ticket field in which people answer."""
        self._client = client
        self._answer = answer

    def make(self, write: Write) -> Ended:
        """Send one of `MAKES`."""
        if write.kind is WriteKind.MAKE_FIELD:
            return self._field(write)
        return self._macro(write) if write.kind is WriteKind.MAKE_MACRO else self._ticket_field(write)

    def _field(self, write: Write) -> Ended:
        field = OrganizationField(**{name: write.body[name] for name in ("key", "title", "type", "description")})
        return try_once(lambda: self._client.organization_fields.create(field))

    def _ticket_field(self, write: Write) -> Ended:
        """Only agents see it: customers are never shown the field. Source: Zendesk's page on ticket fields."""
        words = {name: write.body[name] for name in ("title", "type", "description")}
        field = ZenpyTicketField(**words, visible_in_portal=False, editable_in_portal=False)
        return try_once(lambda: self._client.ticket_fields.create(field))

    def _macro(self, write: Write) -> Ended:
        """A macro names a custom field by its id. Source: Zendesk's page on macros."""
        field = self._answer.find()
        if field is None:
            return Ended(outcome=Outcome.REFUSED, reason=f"there is no ticket field {self._answer.title}")
        actions = [{"field": f"custom_fields_{field}", "value": write.body["answer"]}]
        macro = Macro(title=write.body["title"], description=write.body["description"], actions=actions)
        return try_once(lambda: self._client.macros.create(macro))
