"""The helpdesks that must keep the contract of pulling, each with the people who work and write there."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Protocol

from request_tracker_account import opened
from request_tracker_desk import Desk
from request_tracker_server import NOW as RT_NOW
from request_tracker_server import RequestTracker
from zendesk_account import settings

from connector.helpdesk import Helpdesk
from connector.helpdesks.memory import MemoryHelpdesk
from connector.helpdesks.zendesk.helpdesk import open_zendesk
from connector.settings import Secret
from connector.simulator import CLIENT_ID, CLIENT_SECRET, Limits, World, serve
from connector.testing.steady_time import NOW, SteadyTime
from rules.facts import (
    AccountId,
    Agent,
    Comment,
    Event,
    PersonKey,
    Ticket,
    TicketId,
    TicketStatus,
    UtcSecond,
)

PAGE = 2
"""Rows a page, so that little is needed for several."""

_AGENT, _CUSTOMER, _OURS = PersonKey(1), PersonKey(2), PersonKey(3)


class PullPlace(Protocol):
    """One helpdesk with what people do in it. Two accounts can be added."""

    helpdesk: Helpdesk
    start: datetime
    """Nothing that a test does happened before."""

    def now(self) -> datetime: ...
    def passes(self, seconds: int) -> None: ...
    def add_account(self, name: str) -> AccountId: ...
    def opens(self, account: AccountId) -> TicketId: ...
    def writes(self, ticket: TicketId) -> None: ...
    def replies(self, ticket: TicketId, minutes: int = 0) -> None: ...
    def notes(self, ticket: TicketId, minutes: int = 0) -> None: ...
    def solves(self, ticket: TicketId) -> None: ...
    def moves(self, ticket: TicketId, account: AccountId) -> None: ...
    def merges(self, ticket: TicketId, into: TicketId) -> None: ...
    def deletes(self, ticket: TicketId) -> None: ...


@dataclass
class MemoryPull:
    """The reference: rows are put where another helpdesk would make them."""

    helpdesk: MemoryHelpdesk
    start: datetime
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def now(self) -> datetime:
        return self.helpdesk.now

    def passes(self, seconds: int) -> None:
        self.helpdesk.now += timedelta(seconds=seconds)

    def add_account(self, name: str) -> AccountId:
        self.helpdesk.add(AccountId(name))
        return AccountId(name)

    def opens(self, account: AccountId) -> TicketId:
        number = TicketId(next(self.numbers))
        self.helpdesk.tickets.append(
            Ticket(
                id=number,
                organization=account,
                domain=None,
                requester=_CUSTOMER,
                assignee=None,
                channel="email",
                created=self._second(),
                changed=self._second(),
                status=TicketStatus.NEW,
                own=False,
                tags=(),
            )
        )
        self._event(number, _CUSTOMER, Comment.PUBLIC)
        return number

    def writes(self, ticket: TicketId) -> None:
        solved = self._ticket(ticket).status is TicketStatus.SOLVED
        self._event(ticket, _CUSTOMER, Comment.PUBLIC, TicketStatus.OPEN if solved else None)

    def replies(self, ticket: TicketId, minutes: int = 0) -> None:
        self._event(ticket, _AGENT, Comment.PUBLIC, spent=minutes * 60 or None)

    def notes(self, ticket: TicketId, minutes: int = 0) -> None:
        self._event(ticket, _AGENT, Comment.PRIVATE, spent=minutes * 60 or None)

    def solves(self, ticket: TicketId) -> None:
        self._event(ticket, _AGENT, None, TicketStatus.SOLVED)

    def moves(self, ticket: TicketId, account: AccountId) -> None:
        self._change(ticket, organization=account)

    def merges(self, ticket: TicketId, into: TicketId) -> None:
        self._event(ticket, _AGENT, Comment.PRIVATE, TicketStatus.CLOSED, merge=True)
        self._event(into, _AGENT, Comment.PRIVATE, merge=True)

    def deletes(self, ticket: TicketId) -> None:
        self._change(ticket, status=TicketStatus.DELETED)

    def _second(self) -> UtcSecond:
        return UtcSecond(int(self.helpdesk.now.timestamp()))

    def _ticket(self, number: TicketId) -> Ticket:
        return next(ticket for ticket in self.helpdesk.tickets if ticket.id == number)

    def _change(self, number: TicketId, **changes: object) -> None:
        place = self.helpdesk.tickets.index(self._ticket(number))
        self.helpdesk.tickets[place] = self._ticket(number)._replace(changed=self._second(), **changes)  # type: ignore[arg-type]

    def _event(
        self,
        ticket: TicketId,
        author: PersonKey,
        comment: Comment | None,
        status: TicketStatus | None = None,
        *,
        spent: int | None = None,
        merge: bool = False,
    ) -> None:
        number = next(self.numbers)
        self.helpdesk.events.append(
            Event(ticket, number, self._second(), author, None, comment, status, None, merge, spent)
        )
        self._change(ticket, **({} if status is None else {"status": status}))


@dataclass
class SimulatedPull:
    helpdesk: Helpdesk
    start: datetime
    world: World
    agent: int
    time: SteadyTime

    def now(self) -> datetime:
        return self.world.now()

    def passes(self, seconds: int) -> None:
        self.world.advance(seconds=seconds)
        self.time.begun = self.world.now() - timedelta(seconds=self.time.passed)

    def add_account(self, name: str) -> AccountId:
        return AccountId(str(self.world.people.add_organization(name)))

    def opens(self, account: AccountId) -> TicketId:
        return TicketId(self.world.people.create_ticket(self.world.people.add_customer(int(account))))

    def writes(self, ticket: TicketId) -> None:
        self.world.people.write(ticket)

    def replies(self, ticket: TicketId, minutes: int = 0) -> None:
        self.world.people.answer(ticket, self.agent, seconds=minutes * 60 or None)

    def notes(self, ticket: TicketId, minutes: int = 0) -> None:
        self.world.people.answer(ticket, self.agent, public=False, seconds=minutes * 60 or None)

    def solves(self, ticket: TicketId) -> None:
        self.world.people.solve(ticket, self.agent)

    def moves(self, ticket: TicketId, account: AccountId) -> None:
        self.world.people.move_ticket(ticket, int(account), self.agent)

    def merges(self, ticket: TicketId, into: TicketId) -> None:
        self.world.people.merge(ticket, into, self.agent)

    def deletes(self, ticket: TicketId) -> None:
        self.world.people.delete(ticket)


@dataclass
class RealPull:
    """A running Request Tracker: the customers are two of its users, whose organisation a test names."""

    helpdesk: Helpdesk
    start: datetime
    desk: Desk
    time: SteadyTime
    customers: dict[AccountId, str] = field(default_factory=dict)

    def now(self) -> datetime:
        return self.time.now()

    def passes(self, seconds: int) -> None:
        self.time.begun += timedelta(seconds=seconds)
        self.desk.server.set_time(self.time.now())

    def add_account(self, name: str) -> AccountId:
        customer = ("user0001", "user0002")[len(self.customers)]
        self.desk.put("root", f"/user/{customer}", {"Organization": name})
        self.customers[AccountId(name)] = customer
        return AccountId(name)

    def opens(self, account: AccountId) -> TicketId:
        customer = self.customers[account]
        return TicketId(self.desk.open(customer, "Support", Requestor=customer))

    def writes(self, ticket: TicketId) -> None:
        self._written(ticket, self._customer_of(ticket), "correspond", 0)

    def replies(self, ticket: TicketId, minutes: int = 0) -> None:
        self._written(ticket, "agent06", "correspond", minutes)

    def notes(self, ticket: TicketId, minutes: int = 0) -> None:
        self._written(ticket, "agent06", "comment", minutes)

    def solves(self, ticket: TicketId) -> None:
        self.desk.put("agent06", f"/ticket/{ticket}", {"Status": "resolved"})

    def moves(self, ticket: TicketId, account: AccountId) -> None:
        self.desk.put("agent06", f"/ticket/{ticket}", {"Requestor": [self.customers[account]]})

    def merges(self, ticket: TicketId, into: TicketId) -> None:
        self.desk.put("agent06", f"/ticket/{ticket}", {"MergeInto": into})

    def deletes(self, ticket: TicketId) -> None:
        assert self.desk.ask("DELETE", "agent06", f"/ticket/{ticket}").status_code == 204

    def _customer_of(self, ticket: TicketId) -> str:
        creator = "SELECT Users.Name FROM Users JOIN Tickets ON Tickets.Creator = Users.id WHERE Tickets.id = ?"
        return str(self.desk.value(creator, ticket))

    def _written(self, ticket: TicketId, who: str, how: str, minutes: int) -> None:
        assert self.desk.write(who, ticket, how, TimeTaken=minutes).status_code == 201


@contextmanager
def memory_pull() -> Iterator[PullPlace]:
    agents = (Agent(key=_AGENT, since=UtcSecond(0), group="Tier 2"),)
    yield MemoryPull(MemoryHelpdesk(now=NOW, agents=agents, own=_OURS, page_size=PAGE), NOW)


@contextmanager
def simulated_pull() -> Iterator[PullPlace]:
    world = World.empty(now=NOW, limits=Limits(account=None, exports=None))
    world.settings.largest_page = PAGE
    agent = world.people.add_agent(group="Tier 2")
    time = SteadyTime(begun=NOW)
    with serve(world) as server:
        account = settings(
            url=server.url,
            auth={"client_id": CLIENT_ID, "client_secret": Secret(reference=f"env:{CLIENT_SECRET}", place="c:1:1")},
            timer_field=None,
        )
        yield SimulatedPull(open_zendesk(account, time.outside()), NOW, world, agent, time)


@contextmanager
def real_pull(server: RequestTracker) -> Iterator[PullPlace]:
    time = SteadyTime(begun=RT_NOW)
    yield RealPull(opened(server, time=time, page=PAGE), RT_NOW, Desk(server), time)
