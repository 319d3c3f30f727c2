"""What the simulated helpdesk shows at a moment, and what became new between two."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from connector.simulator.page_lines import AccountLine, Counts, TicketLine, account_lines, alert_lines, counts
from rules.rule import Level

if TYPE_CHECKING:
    from connector.simulator import World

FOR_REVIEW = "for review"
MARKED = (FOR_REVIEW, "watched")
Loudness = tuple[Level, Decimal]
"""The level of an account's loudest alert, and how far that is over its line."""

_QUIET = (0, Decimal(0))
_SOLVED = "solved"
_OVER = (_SOLVED, "closed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The accounts, those for review first, the alert tickets and the figures of the page."""

    accounts: Mapping[int, AccountLine]
    tickets: Mapping[int, TicketLine]
    counts: Counts

    @property
    def marked(self) -> tuple[AccountLine, ...]:
        """Accounts that are for review or watched."""
        return tuple(line for line in self.accounts.values() if line.is_marked)

    @property
    def open_tickets(self) -> tuple[TicketLine, ...]:
        """Alert tickets that wait for an answer, newest first."""
        return tuple(ticket for ticket in self.tickets.values() if ticket.status not in _OVER)

    def ordered(self, loudness: Mapping[int, Loudness]) -> "Look":
        """The same with the loudest accounts first, and the others in their order."""
        numbers = sorted(self.accounts, key=lambda number: loudness.get(number, _QUIET), reverse=True)
        return replace(self, accounts={number: self.accounts[number] for number in numbers})

    def name_of(self, ticket: TicketLine) -> str:
        """Which account an alert ticket is about; its subject where it is about none."""
        return ticket.account.name if ticket.account else ticket.subject


class Who(StrEnum):
    """Whose doing it was."""

    PEOPLE = "people"
    TOUCHCOST = "touchcost"


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One thing that changed in the helpdesk."""

    who: Who
    account: str
    what: str


def look(world: "World") -> Look:
    """What the helpdesk shows now."""
    with world.lock:
        lines = account_lines(world)
        return Look(
            accounts={line.id: line for line in lines},
            tickets={ticket.id: ticket for ticket in alert_lines(world)},
            counts=counts(world, lines),
        )


def news(who: Who, before: Look, after: Look) -> Iterator[News]:
    """What changed between two looks, all of it by the same hand: one piece an account, in the order of the page."""
    said: dict[str, list[str]] = {line.name: [] for line in after.accounts.values()}
    for number, line in after.accounts.items():
        said[line.name] += _account_news(who, before.accounts.get(number), line)
    for number, ticket in sorted(after.tickets.items()):
        parts = said.setdefault(after.name_of(ticket), [])
        parts += _ticket_news(who, before.tickets.get(number), ticket, is_alone=not parts)
    for account, parts in said.items():
        if parts:
            yield News(who=who, account=account, what="; ".join(parts))


def _account_news(who: Who, before: AccountLine | None, after: AccountLine) -> Iterator[str]:
    if before is None:
        return
    if after.state != before.state and (after.state in MARKED or before.state in MARKED):
        yield f"{after.state}: {after.why}" if after.why else f"{after.state}"
    gone = [tag for tag in before.marks if tag not in after.marks]
    if gone:
        yield f"{', '.join(gone)} {'taken off' if who is Who.PEOPLE else 'removed'}"


def _ticket_news(who: Who, before: TicketLine | None, after: TicketLine, *, is_alone: bool) -> Iterator[str]:
    if before is None:
        # The subject is "For review: <account> – <reason>", and said already where the account's state is news too.
        reason = after.subject.rpartition(" – ")[2]
        yield f"alert ticket #{after.id}: {reason}" if is_alone else f"alert ticket #{after.id}"
        return
    is_solved = after.status == _SOLVED and before.status != _SOLVED
    if who is Who.PEOPLE and is_solved:
        yield f"answered #{after.id} and solved it"
    if who is Who.TOUCHCOST and len(after.notes) > len(before.notes):
        yield f"on #{after.id}: {after.notes[-1].body.partition(chr(10))[0]}"
    if who is Who.TOUCHCOST and is_solved:
        yield f"#{after.id} solved"
