"""The helpdesks that must keep the contract, each with the people who act on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from typing import Protocol

from steady_time import NOW, SteadyTime
from zendesk_account import settings

from connector.helpdesk import Helpdesk
from connector.helpdesks.memory import MemoryHelpdesk, MemoryUpdate
from connector.helpdesks.zendesk.helpdesk import open_zendesk
from connector.settings import Secret, WriteSettings
from connector.simulator import CLIENT_ID, CLIENT_SECRET, Fault, Server, World, serve
from rules.facts import AccountId, Agent, PersonKey, TicketId, UtcSecond
from rules.planning.writing import WritePolicy

FIELDS = {"care_state": "text", "care_tickets_90d": "integer", "care_share_90d": "decimal", "care_since": "date"}
AGENT = PersonKey(1)


class Place(Protocol):
    """One helpdesk with what a test does to it from outside."""

    helpdesk: Helpdesk

    def add_account(self, name: str) -> AccountId: ...
    def delete_account(self, account: AccountId) -> None: ...
    def merge_accounts(self, loser: AccountId, winner: AccountId) -> None: ...
    def person_tags(self, account: AccountId, tag: str) -> None: ...
    def switch_tagging_off(self) -> None: ...
    def lose_answers(self, number: int) -> None: ...
    def ask_to_wait(self, seconds: int) -> None: ...
    def sets_status(self, ticket: TicketId, status: str) -> None: ...
    def merges(self, ticket: TicketId) -> None: ...
    def deletes(self, ticket: TicketId) -> None: ...
    def notes(self, ticket: TicketId, text: str) -> None: ...
    def customer_notes(self, ticket: TicketId, text: str) -> None: ...
    def fills(self, ticket: TicketId, value: str) -> None: ...
    def tags_ticket(self, ticket: TicketId, tag: str) -> None: ...
    def later(self) -> None: ...
    def comments(self, ticket: TicketId) -> list[str]: ...
    def tickets_under(self, key: str) -> int: ...
    def mails_to_customers(self) -> int: ...


@dataclass
class MemoryPlace:
    helpdesk: MemoryHelpdesk
    numbers: Iterator[int]

    def add_account(self, name: str) -> AccountId:
        account = AccountId(str(next(self.numbers)))
        self.helpdesk.add(account, name=name, fields=tuple(FIELDS))
        return account

    def delete_account(self, account: AccountId) -> None:
        self.helpdesk.accounts[account] = replace(self.helpdesk.accounts[account], deleted=True)

    def merge_accounts(self, loser: AccountId, winner: AccountId) -> None:
        self.helpdesk.merge(loser, winner)

    def person_tags(self, account: AccountId, tag: str) -> None:
        self.helpdesk.tags[account].add(tag)

    def switch_tagging_off(self) -> None:
        self.helpdesk.tagging_on = False

    def lose_answers(self, number: int) -> None:
        self.helpdesk.lost_answers = number

    def ask_to_wait(self, seconds: int) -> None:
        self.helpdesk.asked_to_wait.append(timedelta(seconds=seconds))

    def sets_status(self, ticket: TicketId, status: str) -> None:
        self.helpdesk.alert_tickets[ticket] = replace(self.helpdesk.alert_tickets[ticket], status=status)

    def merges(self, ticket: TicketId) -> None:
        self.helpdesk.alert_tickets[ticket] = replace(self.helpdesk.alert_tickets[ticket], status="closed", merged=True)

    def deletes(self, ticket: TicketId) -> None:
        del self.helpdesk.alert_tickets[ticket]

    def notes(self, ticket: TicketId, text: str) -> None:
        self.helpdesk.updates.append(MemoryUpdate(ticket=ticket, by=AGENT, comment=text))

    def customer_notes(self, ticket: TicketId, text: str) -> None:
        self.helpdesk.updates.append(MemoryUpdate(ticket=ticket, by=PersonKey(2), comment=text))

    def fills(self, ticket: TicketId, value: str) -> None:
        self.helpdesk.updates.append(MemoryUpdate(ticket=ticket, by=AGENT, answer=value))

    def tags_ticket(self, ticket: TicketId, tag: str) -> None:
        self.helpdesk.updates.append(MemoryUpdate(ticket=ticket, by=AGENT, tag=tag))

    def later(self) -> None:
        self.helpdesk.now += timedelta(minutes=5)

    def comments(self, ticket: TicketId) -> list[str]:
        return [comment.text for comment in self.helpdesk.comments if comment.ticket == ticket and comment.text]

    def tickets_under(self, key: str) -> int:
        return sum(ticket.external_id == key for ticket in self.helpdesk.alert_tickets.values())

    def mails_to_customers(self) -> int:
        return 0


@dataclass
class SimulatedZendesk:
    helpdesk: Helpdesk
    world: World
    server: Server
    agent: int
    time: SteadyTime

    def add_account(self, name: str) -> AccountId:
        organization = self.world.people.add_organization(name)
        self.world.people.add_customer(organization, f"user-{organization}@{name.lower()}.test")
        return AccountId(str(organization))

    def delete_account(self, account: AccountId) -> None:
        self.world.people.delete_organization(int(account))

    def merge_accounts(self, loser: AccountId, winner: AccountId) -> None:
        self.world.people.merge_organizations(int(loser), int(winner))

    def person_tags(self, account: AccountId, tag: str) -> None:
        self.world.people.add_tag(int(account), tag)

    def switch_tagging_off(self) -> None:
        self.world.people.switch_tagging(enabled=False)

    def lose_answers(self, number: int) -> None:
        for endpoint in ("tags", "create_ticket", "update_ticket", "update_many"):
            self.world.faults.put(Fault(endpoint=endpoint, kind="lost_answer", times=number))

    def ask_to_wait(self, seconds: int) -> None:
        for endpoint in ("tags", "create_ticket", "update_ticket", "update_many"):
            self.world.faults.put(Fault(endpoint=endpoint, kind="429", retry_after=seconds))

    def sets_status(self, ticket: TicketId, status: str) -> None:
        self.world.people.change_ticket(ticket, self.agent, {"status": status})

    def merges(self, ticket: TicketId) -> None:
        other = self.world.people.create_ticket(self.agent, "Another", "A text")
        self.world.people.merge(ticket, other, self.agent)

    def deletes(self, ticket: TicketId) -> None:
        self.world.people.delete(ticket)

    def notes(self, ticket: TicketId, text: str) -> None:
        self.world.agents.note(ticket, self.agent, text)

    def customer_notes(self, ticket: TicketId, text: str) -> None:
        self.world.agents.note(ticket, self.world.people.add_customer(), text)

    def fills(self, ticket: TicketId, value: str) -> None:
        self.world.agents.fill(ticket, self.agent, "care_answer", value)

    def tags_ticket(self, ticket: TicketId, tag: str) -> None:
        self.world.people.tag_ticket(ticket, self.agent, tag)

    def later(self) -> None:
        self.world.advance(seconds=300)
        self.time.begun = self.world.now() - timedelta(seconds=self.time.passed)

    def comments(self, ticket: TicketId) -> list[str]:
        audits = self.world.audits_of[ticket]
        found = [audit.comment for audit in audits if audit.comment is not None]
        assert not any(comment.public for comment in found)
        return [comment.body for comment in found]

    def tickets_under(self, key: str) -> int:
        return len(self.world.with_external_id.get(key, []))

    def mails_to_customers(self) -> int:
        return sum(mail.audience == "customer" for mail in self.world.mails)


@contextmanager
def memory_place() -> Iterator[Place]:
    agents = (Agent(key=AGENT, since=UtcSecond(0), group=None),)
    yield MemoryPlace(MemoryHelpdesk(now=NOW, agents=agents), count(101))


@contextmanager
def simulated_place() -> Iterator[Place]:
    world = World.empty(now=NOW)
    agent = world.people.add_agent(group="Customer Success")
    for key, kind in FIELDS.items():
        world.fields.add_to_organizations(key, key, kind, NOW)
    world.fields.add_to_tickets("care_answer", "text", NOW)
    time = SteadyTime(begun=NOW)
    with serve(world) as server:
        account = settings(
            url=server.url,
            auth={"client_id": CLIENT_ID, "client_secret": Secret(reference=f"env:{CLIENT_SECRET}", place="c:1:1")},
            write=WriteSettings(policy=WritePolicy.SYNC, group="Customer Success"),
        )
        yield SimulatedZendesk(open_zendesk(account, time.outside()), world, server, agent, time)
    assert world.violations == []
