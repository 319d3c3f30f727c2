"""Writes as a plan makes them, and what became of them."""

from collections.abc import Mapping
from itertools import count

from connector.helpdesk import AccountMarks, Outcome, Receipt, Write, WriteKind
from connector.testing.place import Place
from rules.facts import AccountId, TicketId

TEXT = "Support cost 4,180 of the 13,500 EUR paid."


class Sender:
    """Sends writes to one place, each under a number of its own."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._numbers = count(1)

    def write(
        self, kind: WriteKind, account: AccountId, body: Mapping[str, object], key: str = "", *, tried: bool = False
    ) -> Write:
        """One write, not sent yet."""
        return Write(id=next(self._numbers), account=account, kind=kind, body=body, key=key, tried=tried)

    def tags(self, account: AccountId, *tags: str) -> Write:
        """Adds tags."""
        return self.write(WriteKind.ADD_TAG, account, {"tags": list(tags)})

    def untags(self, account: AccountId, *tags: str) -> Write:
        """Takes tags off."""
        return self.write(WriteKind.REMOVE_TAG, account, {"tags": list(tags)})

    def fields(self, account: AccountId, **values: str | None) -> Write:
        """Sets fields; None empties one."""
        return self.write(WriteKind.SET_FIELD, account, {"fields": values})

    def opening(self, account: AccountId, number: int = 1, *, tried: bool = False) -> Write:
        """Opens alert ticket `number` of an account."""
        body = {
            "subject": "For review: Acme",
            "comment": TEXT,
            "priority": "high",
            "due_at": "2026-11-27T09:00:00+00:00",
            "tags": ["care_alert"],
            "group": "Customer Success",
        }
        return self.write(WriteKind.OPEN_ALERT, account, body, key_of(account, number), tried=tried)

    def update(
        self,
        account: AccountId,
        ticket: TicketId,
        text: str = "Raised.",
        status: str | None = None,
        *,
        tried: bool = False,
    ) -> Write:
        """Writes on an alert ticket."""
        body = {"ticket": ticket, "comment": text, "status": status}
        return self.write(WriteKind.UPDATE_ALERT, account, body, f"{key_of(account)}:raised:{text}", tried=tried)

    def confirming(self, account: AccountId, ticket: TicketId, *tags: str, tried: bool = False) -> Write:
        """Confirms what a person answered."""
        body = {"ticket": ticket, "comment": "Snoozed.", "status": None, "clears": True, "untag": list(tags)}
        return self.write(WriteKind.UPDATE_ALERT, account, body, f"{key_of(account)}:answer:1", tried=tried)

    def closing(self, account: AccountId, ticket: TicketId, *tags: str) -> Write:
        """Solves an alert ticket."""
        body = {"ticket": ticket, "comment": "Back under the line.", "tags": list(tags)}
        return self.write(WriteKind.CLOSE_ALERT, account, body, f"{key_of(account)}:all_clear:0")

    def send(self, *writes: Write) -> dict[int, Receipt]:
        """The final receipt of each write; every write has exactly one."""
        found: dict[int, Receipt] = {}
        for receipt in self.place.helpdesk.apply(writes):
            if receipt.outcome is not Outcome.JOB_STARTED:
                assert not found.keys() & set(receipt.writes), "a write has two final receipts"
                found |= dict.fromkeys(receipt.writes, receipt)
        assert found.keys() == {one.id for one in writes}, "a write has no final receipt"
        return found

    def outcome(self, one: Write) -> Outcome:
        """What became of one write."""
        return self.send(one)[one.id].outcome

    def opened(self, account: AccountId, number: int = 1) -> TicketId:
        """A new alert ticket."""
        one = self.opening(account, number)
        ticket = self.send(one)[one.id].ticket
        assert ticket is not None, "a ticket that was made has no number"
        return ticket

    def shown(self, account: AccountId) -> AccountMarks:
        """What an account shows now."""
        return self.place.helpdesk.read_marks([account], []).accounts[0]

    def status(self, ticket: TicketId) -> str:
        """The status of an alert ticket now."""
        return self.place.helpdesk.read_marks([], [ticket]).tickets[0].status


def key_of(account: AccountId, number: int = 1) -> str:
    """The key of an alert ticket."""
    return f"touchcost:contract:{account}:{number}"
