"""The helpdesks that must keep the contract, each with the people who act on it."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from zendesk_account import settings

from connector.helpdesk import Helpdesk
from connector.helpdesks.memory import MemoryHelpdesk, MemoryUpdate
from connector.helpdesks.zendesk.helpdesk import open_zendesk
from connector.settings import Secret, WriteSettings
from connector.simulator import CLIENT_ID, CLIENT_SECRET, Fault, Limits, Server, World, serve
from connector.testing import Place
from connector.testing.steady_time import NOW, SteadyTime
from rules.facts import AccountId, Agent, Comment, Event, PersonKey, Ticket, TicketId, TicketStatus, UtcSecond
from rules.planning.writing import WritePolicy

FIELDS = {"care_state": "text", "care_tickets_90d": "integer", "care_share_90d": "decimal", "care_since": "date"}
AGENT, CUSTOMER, OURS = PersonKey(1), PersonKey(2), PersonKey(3)
PAGE = 2
"""Rows a page."""


@dataclass
class MemoryPlace:
    helpdesk: MemoryHelpdesk
    numbers: Iterator[int]
    timers: Counter[TicketId] = field(default_factory=Counter)
    many: int = 230

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

    def customer_asks(self, account: AccountId) -> TicketId:
        number = TicketId(next(self.numbers))
        self.helpdesk.tickets.append(
            Ticket(
                id=number,
                organization=account,
                domain=None,
                requester=CUSTOMER,
                assignee=None,
                channel="email",
                created=self._second(),
                changed=self._second(),
                status=TicketStatus.NEW,
                own=False,
                tags=(),
            )
        )
        self._happen(number, CUSTOMER, Comment.PUBLIC, TicketStatus.NEW)
        return number

    def customer_writes(self, ticket: TicketId) -> None:
        [status] = [one.status for one in self.helpdesk.tickets if one.id == ticket]
        self._happen(ticket, CUSTOMER, Comment.PUBLIC, TicketStatus.OPEN if status is TicketStatus.SOLVED else None)

    def agent_replies(self, ticket: TicketId, seconds: int = 0) -> None:
        self.timers[ticket] += seconds
        self._happen(ticket, AGENT, Comment.PUBLIC, timer=self.timers[ticket] if seconds else None)

    def agent_notes(self, ticket: TicketId, text: str = "A note.") -> None:
        if ticket in self.helpdesk.alert_tickets:
            self.helpdesk.updates.append(MemoryUpdate(ticket=ticket, by=AGENT, comment=text))
        else:
            self._happen(ticket, AGENT, Comment.PRIVATE)

    def agent_solves(self, ticket: TicketId) -> None:
        self._happen(ticket, AGENT, None, TicketStatus.SOLVED)

    def sets_status(self, ticket: TicketId, status: str) -> None:
        self.helpdesk.alert_tickets[ticket] = replace(self.helpdesk.alert_tickets[ticket], status=status)

    def merges(self, ticket: TicketId, into: TicketId) -> None:
        if ticket in self.helpdesk.alert_tickets:
            alert = replace(self.helpdesk.alert_tickets[ticket], status="closed", merged=True)
            self.helpdesk.alert_tickets[ticket] = alert
            return
        self._happen(ticket, AGENT, Comment.PRIVATE, TicketStatus.CLOSED, merge=True)
        self._happen(into, AGENT, Comment.PRIVATE, merge=True)

    def moves(self, ticket: TicketId, account: AccountId) -> None:
        self._change(ticket, organization=account)

    def deletes(self, ticket: TicketId) -> None:
        if self.helpdesk.alert_tickets.pop(ticket, None) is None:
            self._change(ticket, status=TicketStatus.DELETED)

    def customer_notes(self, ticket: TicketId, text: str) -> None:
        self.helpdesk.updates.append(MemoryUpdate(ticket=ticket, by=CUSTOMER, comment=text))

    def fills(self, ticket: TicketId, value: str) -> None:
        self.helpdesk.updates.append(MemoryUpdate(ticket=ticket, by=AGENT, answer=value))

    def tags_ticket(self, ticket: TicketId, tag: str) -> None:
        self.helpdesk.updates.append(MemoryUpdate(ticket=ticket, by=AGENT, tag=tag))

    def now(self) -> datetime:
        return self.helpdesk.now

    def later(self) -> None:
        self.helpdesk.now += timedelta(minutes=5, seconds=1)

    def comments(self, ticket: TicketId) -> list[str]:
        return [comment.text for comment in self.helpdesk.comments if comment.ticket == ticket and comment.text]

    def tickets_under(self, key: str) -> int:
        return sum(ticket.external_id == key for ticket in self.helpdesk.alert_tickets.values())

    def mails_to_customers(self) -> int:
        return 0

    def _second(self) -> UtcSecond:
        return UtcSecond(int(self.helpdesk.now.timestamp()))

    def _happen(
        self,
        ticket: TicketId,
        author: PersonKey,
        comment: Comment | None,
        status: TicketStatus | None = None,
        *,
        timer: int | None = None,
        merge: bool = False,
    ) -> None:
        self.helpdesk.events.append(
            Event(
                ticket=ticket,
                id=next(self.numbers),
                at=self._second(),
                author=author,
                group=None,
                comment=comment,
                status=status,
                timer=timer,
                merge=merge,
            )
        )
        self._change(ticket, **({} if status is None else {"status": status}))

    def _change(self, ticket: TicketId, **changes: object) -> None:
        changed: dict[str, Any] = {**changes, "changed": self._second()}
        self.helpdesk.tickets = [one._replace(**changed) if one.id == ticket else one for one in self.helpdesk.tickets]


@dataclass
class SimulatedZendesk:
    helpdesk: Helpdesk
    world: World
    server: Server
    agent: int
    time: SteadyTime
    many: int = 230

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

    def merges(self, ticket: TicketId, into: TicketId) -> None:
        self.world.people.merge(ticket, into, self.agent)

    def moves(self, ticket: TicketId, account: AccountId) -> None:
        self.world.people.move_ticket(ticket, int(account), self.agent)

    def deletes(self, ticket: TicketId) -> None:
        self.world.people.delete(ticket)

    def customer_asks(self, account: AccountId) -> TicketId:
        [person] = [user.id for user in self.world.users.values() if user.organization_id == int(account)]
        return TicketId(self.world.people.create_ticket(person))

    def customer_writes(self, ticket: TicketId) -> None:
        self.world.people.write(ticket)

    def agent_replies(self, ticket: TicketId, seconds: int = 0) -> None:
        self.world.people.answer(ticket, self.agent, seconds=seconds or None)

    def agent_notes(self, ticket: TicketId, text: str = "A note.") -> None:
        self.world.agents.note(ticket, self.agent, text)

    def agent_solves(self, ticket: TicketId) -> None:
        self.world.people.solve(ticket, self.agent)

    def customer_notes(self, ticket: TicketId, text: str) -> None:
        self.world.agents.note(ticket, self.world.people.add_customer(), text)

    def fills(self, ticket: TicketId, value: str) -> None:
        self.world.agents.fill(ticket, self.agent, "care_answer", value)

    def tags_ticket(self, ticket: TicketId, tag: str) -> None:
        self.world.people.tag_ticket(ticket, self.agent, tag)

    def now(self) -> datetime:
        return self.world.now()

    def later(self) -> None:
        self.world.advance(seconds=301)
        self.time.begun = self.world.now() - timedelta(seconds=self.time.passed)

    def comments(self, ticket: TicketId) -> list[str]:
        audits = self.world.audits_of[ticket]
        found = [audit.comment for audit in audits if audit.comment is not None]
        assert not any(comment.public for comment in found)
        return [comment.body for comment in found]

    def tickets_under(self, key: str) -> int:
        return len(self.world.with_external_id.get(key, []))

    def mails_to_customers(self) -> int:
        ours = (mail for mail in self.world.mails if mail.caused_by == self.world.connector)
        return sum(mail.audience == "customer" for mail in ours)


@contextmanager
def memory_place() -> Iterator[Place]:
    agents = (Agent(key=AGENT, since=UtcSecond(0), group=None),)
    yield MemoryPlace(MemoryHelpdesk(now=NOW, agents=agents, own=OURS, page_size=PAGE), count(101))


@contextmanager
def simulated_place() -> Iterator[Place]:
    world = World.empty(now=NOW, limits=Limits(account=None, exports=None))
    world.settings.largest_page = PAGE
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
            timer_field=None,
        )
        yield SimulatedZendesk(open_zendesk(account, time.outside()), world, server, agent, time)
    assert world.violations == []
