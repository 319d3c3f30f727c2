"""How people react to the marks and alert tickets that an outsider writes into their helpdesk."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from connector.simulator.profiles import CALMING
from connector.simulator.records import Ticket

if TYPE_CHECKING:
    from connector.simulator.world import World

ALERT_KEY = "touchcost:"
PREFIX = "care_"
_DAY = timedelta(days=1)
_THINKS = timedelta(days=3)
_BEARS = timedelta(days=6)
_ANSWERED_A_DAY = 0.3
_DONE = ("solved", "closed", "deleted")


class Reactions:
    """Once a day at ten: alert tickets are answered after some days, and one tag is taken off, once.

    The account that calms down by itself is left alone, so that its marks go without anybody's answer.
    """

    def __init__(self, world: "World", random: Random, people: tuple[int, ...]) -> None:
        self._world = world
        self._random = random
        self._people = people
        self._seen: dict[int, datetime] = {}
        self._has_taken_off = False

    def begin(self) -> None:
        """React from now on."""
        ten = self._world.now().replace(hour=10, minute=0, second=0)
        self._world.schedule(ten, self._react)

    def _react(self) -> None:
        for ticket in list(self._alerts()):
            if self._random.random() < _ANSWERED_A_DAY:
                person = self._random.choice(self._people)
                self._world.people.answer(ticket.id, person, public=False, status="solved", body="Talked to them.")
        self._take_one_tag_off()
        self._world.schedule(self._world.now() + _DAY, self._react)

    def _alerts(self) -> Iterator[Ticket]:
        for key, numbers in self._world.with_external_id.items():
            if not key.startswith(ALERT_KEY) or self._is_calming(key):
                continue
            for number in numbers:
                ticket = self._world.tickets[number]
                if ticket.status not in _DONE and ticket.created_at + _THINKS <= self._world.now():
                    yield ticket

    def _is_calming(self, key: str) -> bool:
        account = key.split(":")[2]
        return not account.isdigit() or self._world.kinds.get(int(account)) == CALMING

    def _take_one_tag_off(self) -> None:
        for organization in self._world.organizations.values():
            marks = [tag for tag in organization.tags if tag.startswith(PREFIX)]
            if not marks or self._world.kinds.get(organization.id) == CALMING:
                continue
            since = self._seen.setdefault(organization.id, self._world.now())
            if not self._has_taken_off and since + _BEARS <= self._world.now():
                self._has_taken_off = True
                self._world.people.remove_tag(organization.id, marks[0])
