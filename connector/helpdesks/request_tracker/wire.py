"""The answers of Request Tracker that are read in bulk: only the keys we need are built, straight from the bytes.

Shapes: REST2 of RT 5. An id is a text in lists and a number where it was asked for, and what is missing is ''.
"""

from typing import Annotated, Any, NotRequired

from pydantic import BeforeValidator, Field, TypeAdapter
from typing_extensions import TypedDict


def _no_truth(value: object) -> object:
    # `true` would pass for the number 1, and so for the first ticket there is.
    if isinstance(value, bool):
        raise ValueError("a number, not yes or no")  # noqa: TRY004  pydantic makes a problem of a ValueError alone.
    return value


Id = Annotated[int, BeforeValidator(_no_truth), Field(ge=1, lt=2**63)]


class Frame(TypedDict):
    """What stands around the rows of a search."""

    total: NotRequired[int | None]
    """How many rows there are; None where rows that we may not see are among them."""


class TransactionRow(TypedDict):
    """One transaction: what somebody did to a ticket, or to a user."""

    id: Id
    ObjectId: Id
    Type: str
    Created: str
    Creator: NotRequired[Any]
    Field: NotRequired[Any]
    NewValue: NotRequired[Any]
    TimeTaken: NotRequired[Any]
    CustomFields: NotRequired[Any]


class TransactionPage(Frame):
    """A page of `/transactions`."""

    items: list[TransactionRow]


class TicketRow(TypedDict):
    """A ticket with those around it."""

    id: Id
    Status: str
    Created: str
    LastUpdated: str
    Creator: NotRequired[Any]
    Owner: NotRequired[Any]
    Queue: NotRequired[Any]
    Requestor: NotRequired[list[Any]]
    CustomFields: NotRequired[Any]
    EffectiveId: NotRequired[Id]


class TicketPage(Frame):
    """A page of `/tickets`."""

    items: list[TicketRow]


class UserRow(TypedDict):
    """A person. Name and address are there to be compared, the address for its domain too, and go no further."""

    id: Id
    Name: NotRequired[Any]
    Organization: NotRequired[Any]
    EmailAddress: NotRequired[Any]
    Created: NotRequired[Any]
    CustomFields: NotRequired[Any]


class UserPage(Frame):
    """A page of `/users`."""

    items: list[UserRow]


class NamedRow(TypedDict):
    """A queue or a group."""

    id: Id
    Name: str
    CustomFields: NotRequired[Any]
    Disabled: NotRequired[Any]


class NamedPage(Frame):
    """A page of `/queues/all` or `/groups`."""

    items: list[NamedRow]


class FieldRow(TypedDict):
    """A custom field."""

    id: Id
    Name: str
    LookupType: NotRequired[Any]
    Type: NotRequired[Any]
    MaxValues: NotRequired[Any]


class FieldPage(Frame):
    """A page of `/customfields`."""

    items: list[FieldRow]


class Member(TypedDict):
    """A user, whose id is a name here, or a group."""

    type: str
    id: str


class Group(TypedDict):
    """A group with everybody in it, in one answer."""

    Members: list[Member]


class Me(TypedDict):
    """The user behind the token, as only that user and administrators see it."""

    id: Id
    Timezone: NotRequired[str | None]
    CustomFields: NotRequired[Any]


class About(TypedDict):
    """What REST2 says of itself."""

    Version: str


TRANSACTION_PAGE = TypeAdapter(TransactionPage)
TRANSACTION_ROW = TypeAdapter(TransactionRow)
TICKET_PAGE = TypeAdapter(TicketPage)
TICKET_ROW = TypeAdapter(TicketRow)
USER_PAGE = TypeAdapter(UserPage)
USER_ROW = TypeAdapter(UserRow)
NAMED_PAGE = TypeAdapter(NamedPage)
NAMED_ROW = TypeAdapter(NamedRow)
FIELD_PAGE = TypeAdapter(FieldPage)
FIELD_ROW = TypeAdapter(FieldRow)
GROUP = TypeAdapter(Group)
ABOUT = TypeAdapter(About)
ME = TypeAdapter(Me)
