"""What a helpdesk can do, where helpdesks differ."""

from enum import StrEnum


class Capability(StrEnum):
    """One thing that not every helpdesk can do; the value is how `check` names it."""

    ACCOUNT_TAGS = "tags on accounts"
    """Tags of ours can stand on an account, beside those of others, and a person can take them off."""
    ACCOUNT_FIELDS = "fields on accounts"
    """Fields of ours can stand on an account, each read back as it was written."""
    ALERT_TICKETS = "alert tickets"
    """Tickets of ours can be made under a key, found by it, written on in private, and solved."""
    MACROS = "macros"
    """A person can answer on an alert ticket by one click that we prepared."""
    MEASURED_TIME = "measured time"
    """Updates may say how long the work took."""
    BULK_EVENTS = "events in bulk"
    """The updates of all tickets come together, never by a request for each ticket."""
    VISIBLE_DELETES = "visible deletes"
    """A ticket that was deleted comes once more, and says so."""


EVERYTHING = frozenset(Capability)
"""What a helpdesk can do unless it says otherwise."""
