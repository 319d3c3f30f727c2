"""What a configuration needs of a Request Tracker and an administrator alone can make: custom fields, queue, rights."""

from collections.abc import Iterator
from typing import NamedTuple

from connector.helpdesks.request_tracker.names import names_of
from connector.settings import HelpdeskSettings, SourceKind
from rules.planning.writing import AlertChoice, TagChoice, WriteSettings

ON_USERS, ON_QUEUES = "RT::User", "RT::Queue"
ON_TICKETS = "RT::Queue-RT::Ticket"
ON_MESSAGES = "RT::Queue-RT::Ticket-RT::Transaction"

EVERYWHERE = ("SeeCustomField", "SeeGroup", "ShowUserHistory")
"""Rights that reading needs globally."""

OF_TICKETS = ("SeeQueue", "ShowTicket", "ShowTicketComments")
"""Rights that reading needs on each queue that counts, and writing on the alert queue."""

IN_ALERT_QUEUE = ("CreateTicket", "CommentOnTicket", "ModifyTicket")
"""Rights that writing needs there besides."""

TRIED_KEY = "touchcost:(check)"
"""The key of the ticket on which is tried what we may do in the alert queue; no helpdesk has such a name."""

TRIED = "(tried)"
"""What is tried in a custom field, behind the value that must not be lost."""

TRIED_KEYS = (TRIED_KEY, TRIED_KEY + TRIED)
"""What that ticket holds: the second one where we were cut off."""


class Field(NamedTuple):
    """A custom field of type Freeform."""

    name: str
    on: str
    """RT's LookupType."""
    most: int
    """How many values it holds; 0: any number."""


class Needed(NamedTuple):
    """What one configuration needs."""

    fields: tuple[Field, ...]
    key_field: str
    queue: str | None
    """The alert queue; None where no alert tickets are made."""
    everywhere: tuple[str, ...]
    """Global rights."""

    def named(self, on: str) -> frozenset[str]:
        """The names of the fields of one kind of thing."""
        return frozenset(field.name for field in self.fields if field.on == on)


def needed_by(settings: HelpdeskSettings) -> Needed:
    """What this configuration needs under `sync`."""
    writing, names = settings.write, names_of(settings.write)
    queue = names.queue if writing.alerts is AlertChoice.TICKET else None
    carrier = carrier_of(settings)
    fields = [*_on_accounts(writing, carrier)] if carrier else []
    if queue is not None:
        fields += [Field(names.key, ON_TICKETS, 1), Field(names.answer, ON_TICKETS, 1)]
        fields.append(Field(names.message, ON_MESSAGES, 1))
    everywhere = (*EVERYWHERE, "AdminQueue") if fields and carrier == ON_QUEUES else EVERYWHERE
    return Needed(tuple(fields), names.key, queue, everywhere)


def carrier_of(settings: HelpdeskSettings) -> str | None:
    """What carries the marks of accounts that are found like this; None where nothing can."""
    kinds = {source.kind for source in settings.account}
    if kinds <= {SourceKind.ORGANIZATION, SourceKind.EMAIL_DOMAIN}:
        return ON_USERS
    return ON_QUEUES if kinds == {SourceKind.QUEUE} else None


def _on_accounts(writing: WriteSettings, carrier: str) -> Iterator[Field]:
    names = names_of(writing)
    if writing.tags is not TagChoice.OFF:
        yield Field(names.tags, carrier, 0)
    yield from (Field(name, carrier, 1) for name in names.fields)
