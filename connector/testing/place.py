"""A helpdesk with the people who act on it: what the author of one provides for the contract."""

from datetime import datetime
from typing import Protocol

from connector.helpdesk import Helpdesk
from rules.facts import AccountId, TicketId


class ImpossibleError(Exception):
    """This helpdesk has no such thing, and the sentence says what. The promise is skipped, loudly."""


class Place(Protocol):
    """One helpdesk, empty but for a group or queue *Customer Success*, fields of ours, an agent and our own user.

    A deed that the helpdesk does not know raises ImpossibleError. Each promise is tried on a place of its own.
    """

    helpdesk: Helpdesk
    """Opened with `write.policy: sync`, `write.group: Customer Success` and the prefix `care_`; with fields of ours
    `care_state` (text), `care_tickets_90d` (integer), `care_share_90d` (decimal) and `care_since` (date); and with so
    few rows a page that a handful of tickets take several."""
    many: int
    """How many accounts are many: more than go into one request, and few enough to be made for one test."""

    def add_account(self, name: str) -> AccountId:
        """A new account with one person in it who may write tickets."""

    def delete_account(self, account: AccountId) -> None:
        """It is gone."""

    def merge_accounts(self, loser: AccountId, winner: AccountId) -> None:
        """The agent merges an account into another one: the loser is gone, its tickets are the winner's."""

    def person_tags(self, account: AccountId, tag: str) -> None:
        """Somebody sets a tag on an account."""

    def switch_tagging_off(self) -> None:
        """Tags on accounts are switched off for the whole helpdesk."""

    def lose_answers(self, number: int) -> None:
        """So many of the next writes are done, and nobody hears of it."""

    def ask_to_wait(self, seconds: int) -> None:
        """The next write is not done, and the helpdesk asks to wait."""

    def customer_asks(self, account: AccountId) -> TicketId:
        """The account's person writes a new ticket."""

    def customer_writes(self, ticket: TicketId) -> None:
        """And writes on it again; it is open again if it was solved."""

    def agent_replies(self, ticket: TicketId, seconds: int = 0) -> None:
        """The agent writes to the customer; `seconds` of work where the helpdesk measures time, in whole minutes."""

    def agent_notes(self, ticket: TicketId, text: str = "A note.") -> None:
        """The agent writes a private comment."""

    def agent_solves(self, ticket: TicketId) -> None:
        """The agent solves a ticket of a customer."""

    def sets_status(self, ticket: TicketId, status: str) -> None:
        """The agent sets an alert ticket solved or closed."""

    def merges(self, ticket: TicketId, into: TicketId) -> None:
        """The agent merges a ticket, an alert ticket too, into another."""

    def moves(self, ticket: TicketId, account: AccountId) -> None:
        """The agent gives a ticket of a customer to another account."""

    def deletes(self, ticket: TicketId) -> None:
        """The agent deletes a ticket."""

    def customer_notes(self, ticket: TicketId, text: str) -> None:
        """Somebody who is no agent writes on an alert ticket."""

    def fills(self, ticket: TicketId, value: str) -> None:
        """The agent writes into the answer field of an alert ticket."""

    def tags_ticket(self, ticket: TicketId, tag: str) -> None:
        """The agent sets a tag on an alert ticket."""

    def now(self) -> datetime:
        """The time of the helpdesk's data."""

    def later(self) -> None:
        """Enough time passes for everything so far to be seen by a pull."""

    def comments(self, ticket: TicketId) -> list[str]:
        """The texts on an alert ticket, each of them private."""

    def tickets_under(self, key: str) -> int:
        """How many alert tickets carry this key."""

    def mails_to_customers(self) -> int:
        """How many mails left for anybody who is no agent, because of us."""
