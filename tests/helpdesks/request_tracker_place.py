"""A running Request Tracker with the people who act on it, for the contract of every helpdesk."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from loopback_way import Reply, Way, open_way
from request_tracker_account import settings
from request_tracker_desk import Desk
from request_tracker_server import NOW, RequestTracker

from connector.helpdesk import Helpdesk
from connector.helpdesks.request_tracker.helpdesk import open_request_tracker
from connector.settings import ORGANIZATION, QUEUE, AccountSource, HelpdeskSettings, WriteSettings
from connector.testing import ImpossibleError, Place
from connector.testing.steady_time import SteadyTime
from rules.facts import AccountId, TicketId

ALERTS = "Customer Success"
_TOO_MANY = 429

_TEXTS = """
    SELECT Transactions.Type, Attachments.Content FROM Transactions
    JOIN Attachments ON Attachments.TransactionId = Transactions.id
    WHERE Transactions.ObjectType = 'RT::Ticket' AND Transactions.ObjectId = ?
        AND Transactions.Type IN ('Create', 'Comment', 'Correspond')
    ORDER BY Transactions.id
"""
_UNDER = """
    SELECT count(DISTINCT held.ObjectId) FROM ObjectCustomFieldValues AS held
    JOIN CustomFields ON CustomFields.id = held.CustomField
    WHERE CustomFields.Name = 'care_key' AND held.Disabled = 0 AND held.Content = ?
"""
_WHO = "SELECT Users.Name FROM Users JOIN Tickets ON Tickets.Creator = Users.id WHERE Tickets.id = ?"
_FIELD = "SELECT id FROM CustomFields WHERE Name = 'care_tags' AND LookupType = ?"


@dataclass
class RequestTrackerPlace:
    """Accounts are organisations of users, each with one user in it."""

    helpdesk: Helpdesk
    desk: Desk
    way: Way
    time: SteadyTime
    user: str = "connector"
    agent: str = "agent06"
    many: int = 30
    customers: dict[AccountId, str] = field(default_factory=dict)

    def add_account(self, name: str) -> AccountId:
        user = f"{name.lower()}01"
        self.desk.add_customer(user, name)
        self.customers[AccountId(name)] = user
        return AccountId(name)

    def delete_account(self, account: AccountId) -> None:
        assert self.desk.put("root", f"/user/{self.customers[account]}", {"Disabled": 1}).status_code == 200

    def person_tags(self, account: AccountId, tag: str) -> None:
        self.desk.put("root", f"/user/{self.customers[account]}", {"CustomFields": {"care_tags": [tag]}})

    def switch_tagging_off(self) -> None:
        self._disable_field("RT::User")

    def lose_answers(self, number: int) -> None:
        self.way.lose_answers(number)

    def ask_to_wait(self, seconds: int) -> None:
        self.way.reply_instead(Reply(_TOO_MANY, {"Retry-After": str(seconds)}))

    def customer_asks(self, account: AccountId) -> TicketId:
        return TicketId(self.desk.asks(self.customers[account]))

    def customer_writes(self, ticket: TicketId) -> None:
        self.desk.writes(str(self.desk.value(_WHO, ticket)), ticket)

    def agent_replies(self, ticket: TicketId, seconds: int = 0) -> None:
        self._written(ticket, self.agent, "correspond", TimeTaken=seconds // 60)

    def agent_notes(self, ticket: TicketId, text: str = "A note.") -> None:
        self._written(ticket, self.agent, "comment", Content=text)

    def agent_solves(self, ticket: TicketId) -> None:
        self.desk.put(self.agent, f"/ticket/{ticket}", {"Status": "resolved"})

    def sets_status(self, ticket: TicketId, status: str) -> None:
        if status == "closed":
            raise ImpossibleError("Request Tracker closes no ticket for good")
        self.desk.put(self.agent, f"/ticket/{ticket}", {"Status": "resolved"})

    def merges(self, ticket: TicketId, into: TicketId) -> None:
        self.desk.put(self.agent, f"/ticket/{ticket}", {"MergeInto": into})

    def moves(self, ticket: TicketId, account: AccountId) -> None:
        self.desk.put(self.agent, f"/ticket/{ticket}", {"Requestor": [self.customers[account]]})

    def deletes(self, ticket: TicketId) -> None:
        assert self.desk.ask("DELETE", self.agent, f"/ticket/{ticket}").status_code == 204

    def customer_notes(self, ticket: TicketId, text: str) -> None:
        self._written(ticket, "outsider", "comment", Content=text)

    def fills(self, ticket: TicketId, value: str) -> None:
        self.desk.put(self.agent, f"/ticket/{ticket}", {"CustomFields": {"care_answer": value}})

    def tags_ticket(self, ticket: TicketId, tag: str) -> None:  # noqa: ARG002  There is no such thing.
        raise ImpossibleError("tickets have no tags in Request Tracker")

    def now(self) -> datetime:
        return self.time.now()

    def later(self) -> None:
        self.time.begun += timedelta(minutes=5, seconds=1)
        self.desk.server.set_time(self.time.now())

    def comments(self, ticket: TicketId) -> list[str]:
        page = self.desk.get("root", f"/ticket/{ticket}")
        assert (page["Requestor"], page["Cc"]) == ([], [])
        found = self.desk.rows(_TEXTS, ticket)
        assert "Correspond" not in {kind for kind, _ in found}
        return [text for _, text in found]

    def tickets_under(self, key: str) -> int:
        return int(self.desk.value(_UNDER, key))

    def mails_to_customers(self) -> int:
        return sum(not address.endswith("@rt.example") for address in self.desk.server.recipients(self.user))

    def _disable_field(self, kind: str) -> None:
        number = self.desk.value(_FIELD, kind)
        assert self.desk.put("root", f"/customfield/{number}", {"Disabled": 1}).status_code == 200

    def _written(self, ticket: TicketId, who: str, how: str, **more: object) -> None:
        done = self.desk.write(who, ticket, how, **more)
        assert done.status_code == 201, done.text


@dataclass
class QueuePlace(RequestTrackerPlace):
    """The same where queues are the accounts."""

    user: str = "steward"

    def add_account(self, name: str) -> AccountId:
        assert self.desk.ask("POST", "root", "/queue", json={"Name": name}).status_code == 201
        return AccountId(name)

    def delete_account(self, account: AccountId) -> None:
        assert self.desk.put("root", f"/queue/{account}", {"Disabled": 1}).status_code == 200

    def person_tags(self, account: AccountId, tag: str) -> None:
        self.desk.put("root", f"/queue/{account}", {"CustomFields": {"care_tags": [tag]}})

    def switch_tagging_off(self) -> None:
        self._disable_field("RT::Queue")


@contextmanager
def request_tracker_place(server: RequestTracker, page: int = 20) -> Iterator[Place]:
    """Nothing in it but what an administrator made; asked for so many rows a page."""
    with open_way(server.url) as way:
        server.clear()
        time = SteadyTime(begun=NOW)
        account = _settings(server, way, "connector", ORGANIZATION)
        yield RequestTrackerPlace(open_request_tracker(account, time.outside(), page), Desk(server), way, time)


@contextmanager
def queue_place(server: RequestTracker) -> Iterator[Place]:
    """The same where queues are the accounts."""
    with open_way(server.url) as way:
        server.clear()
        time = SteadyTime(begun=NOW)
        account = _settings(server, way, "steward", QUEUE)
        yield QueuePlace(open_request_tracker(account, time.outside()), Desk(server), way, time)


def _settings(server: RequestTracker, way: Way, who: str, source: AccountSource) -> HelpdeskSettings:
    """Under `report-only`: what a cycle looks at and tries before it reads and writes is shown in test_rt_check.py."""
    write = WriteSettings(group=ALERTS)
    return settings(way.url, server.tokens[who], account=(source,), write=write)
