"""A Plaindesk with the people who act on it, as the contract asks for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from plaindesk.server import TOKEN, Desk, serve

from connector.helpdesk import Helpdesk
from connector.installation import open_helpdesk
from connector.settings import HelpdeskSettings, Secret, WritePolicy, WriteSettings
from connector.testing import NOW, ImpossibleError, Place, SteadyTime
from rules.facts import AccountId, HelpdeskName, TicketId
from rules.rule import Policy

FIELDS = ("care_state", "care_tickets_90d", "care_share_90d", "care_since")


@dataclass
class PlainPlace:
    helpdesk: Helpdesk
    desk: Desk
    agent: int
    customers: dict[AccountId, int]
    time: SteadyTime
    many: int = 230

    def add_account(self, name: str) -> AccountId:
        account = self.desk.add_account(name)
        self.customers[AccountId(str(account))] = self.desk.add_person(account)
        return AccountId(str(account))

    def delete_account(self, account: AccountId) -> None:
        self.desk.delete_account(int(account))

    def merge_accounts(self, loser: AccountId, winner: AccountId) -> None:
        raise ImpossibleError(f"Plaindesk merges no account, neither {loser} nor {winner}")

    def person_tags(self, account: AccountId, tag: str) -> None:
        raise ImpossibleError(f"no account {account} of Plaindesk has tags such as {tag}")

    def switch_tagging_off(self) -> None:
        raise ImpossibleError("Plaindesk has no tags to switch off")

    def lose_answers(self, number: int) -> None:
        self.desk.lost = number

    def ask_to_wait(self, seconds: int) -> None:
        raise ImpossibleError(f"Plaindesk asks nobody to wait {seconds} seconds")

    def customer_asks(self, account: AccountId) -> TicketId:
        ticket = self.desk.open(self.customers[account])
        self.desk.write(ticket, self.customers[account], "asked", "new")
        return TicketId(ticket)

    def customer_writes(self, ticket: TicketId) -> None:
        row = self.desk.tickets[ticket]
        self.desk.write(ticket, row["by"], "asked", "open" if row["status"] == "solved" else None)

    def agent_replies(self, ticket: TicketId, seconds: int = 0) -> None:
        assert not seconds, "Plaindesk measures no time"
        self.desk.write(ticket, self.agent, "replied")

    def agent_notes(self, ticket: TicketId, text: str = "A note.") -> None:
        self.desk.note(ticket, self.agent, text)

    def agent_solves(self, ticket: TicketId) -> None:
        self.desk.write(ticket, self.agent, "changed", "solved")

    def sets_status(self, ticket: TicketId, status: str) -> None:
        self.desk.write(ticket, self.agent, "changed", status)

    def merges(self, ticket: TicketId, into: TicketId) -> None:
        raise ImpossibleError(f"nobody can merge ticket {ticket} of Plaindesk into {into}")

    def moves(self, ticket: TicketId, account: AccountId) -> None:
        self.desk.tickets[ticket]["account"] = int(account)
        self.desk.write(ticket, self.agent, "changed")

    def deletes(self, ticket: TicketId) -> None:
        self.desk.write(ticket, self.agent, "changed", "deleted")

    def customer_notes(self, ticket: TicketId, text: str) -> None:
        self.desk.note(ticket, self.desk.add_person(1), text)

    def fills(self, ticket: TicketId, value: str) -> None:
        raise ImpossibleError(f"ticket {ticket} of Plaindesk has no field for {value}")

    def tags_ticket(self, ticket: TicketId, tag: str) -> None:
        raise ImpossibleError(f"ticket {ticket} of Plaindesk has no tags such as {tag}")

    def now(self) -> datetime:
        return self.desk.now

    def later(self) -> None:
        self.desk.pass_by(timedelta(seconds=301))
        self.time.passed += 301

    def comments(self, ticket: TicketId) -> list[str]:
        return [note["text"] for note in self.desk.tickets[ticket]["notes"]]

    def tickets_under(self, key: str) -> int:
        return sum(row["key"] == key for row in self.desk.tickets.values())

    def mails_to_customers(self) -> int:
        return 0  # Plaindesk has no mail.


def settings(url: str, **more: object) -> HelpdeskSettings:
    wanted: dict[str, object] = {
        "name": HelpdeskName("plain"),
        "kind": "plaindesk",
        "url": url,
        "auth": {"token": Secret(reference=f"env:{TOKEN}", place="config.yaml:5:12")},
        "since": date(2026, 1, 1),
        "policy": Policy(rules=()),
        "requests_per_minute": 100_000,
        "write": WriteSettings(policy=WritePolicy.SYNC, group="Customer Success"),
        **more,
    }
    return HelpdeskSettings(**wanted)  # type: ignore[arg-type]


@contextmanager
def plain_place() -> Iterator[Place]:
    desk, time = Desk(now=NOW, largest_page=2), SteadyTime()
    for key in FIELDS:
        desk.add_field(key)
    agent = desk.add_person()
    with serve(desk, own=desk.add_person()) as url:
        yield PlainPlace(open_helpdesk(settings(url), time.outside()), desk, agent, {}, time)
