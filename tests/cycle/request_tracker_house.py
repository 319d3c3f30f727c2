"""An installation beside a running Request Tracker, with customers who write more in one week than in another."""

import io
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from cycle_config import FICKLE, SECRET, write_config
from cycle_desk import NAME, Said
from cycle_dump import Names, Rows, dump_store
from cycle_time import Hurry
from loopback_way import Way
from request_tracker_desk import Desk
from request_tracker_server import NOW

from connector import cli
from connector.clock import Clock
from connector.cycle import Cycle, CycleReport
from connector.installation import Installation, read_configuration
from connector.progress import Silent
from connector.store.rows import CycleEnd
from connector.store.store import Store, open_store

ACCOUNTS = ("Alfa", "Bravo", "Carlo", "Delta", "Echo", "Fox")
AGENT = "agent06"
End = Mapping[str, Rows]

_WHEN_READ = frozenset({("alert_ticket", "seen_at")})
"""A read at the very moment of the one before tells nothing, and time stands still while cycles are killed."""

_KEYS = """
    SELECT held.Content, held.ObjectId FROM ObjectCustomFieldValues AS held
    JOIN CustomFields ON CustomFields.id = held.CustomField
    WHERE CustomFields.Name = 'care_key' AND held.Disabled = 0 ORDER BY held.Content
"""
_TRANSACTIONS = "SELECT id FROM Transactions WHERE ObjectType = 'RT::Ticket' AND ObjectId = ? ORDER BY id"
_CARRIED = """
    SELECT Users.Name, CustomFields.Name, held.Content FROM ObjectCustomFieldValues AS held
    JOIN CustomFields ON CustomFields.id = held.CustomField JOIN Users ON Users.id = held.ObjectId
    WHERE held.ObjectType = 'RT::User' AND held.Disabled = 0 AND held.Content != ''
"""
_SAID = """
    SELECT Transactions.Type, Attachments.Content, keys.Content FROM Transactions
    JOIN Attachments ON Attachments.TransactionId = Transactions.id
    LEFT JOIN ObjectCustomFieldValues AS keys
        ON keys.ObjectType = 'RT::Transaction' AND keys.ObjectId = Transactions.id
    WHERE Transactions.ObjectType = 'RT::Ticket' AND Transactions.ObjectId = ? ORDER BY Transactions.id
"""


@dataclass(slots=True)
class House:
    """A configuration for the running one, its store, and the time that both have."""

    desk: Desk
    way: Way
    path: Path
    """Of config.yaml."""
    installation: Installation
    now: datetime = NOW

    @property
    def store(self) -> Store:
        return self.installation.store

    def pass_by(self, **length: float) -> None:
        """Time passes on both sides."""
        self.now += timedelta(**length)
        self.desk.server.set_time(self.now)

    def once(self) -> CycleReport:
        """One cycle, whatever comes of it."""
        return Cycle(self.installation, self.installation.settings.helpdesks[0]).run_once(Silent())

    def good(self) -> CycleReport:
        """One cycle that must come to its end."""
        report = self.once()
        assert report.end is CycleEnd.FINE, report.sentence
        return report

    def touchcost(self, *arguments: str) -> Said:
        """A command, as somebody types it."""
        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            patch.setenv("TOUCHCOST_NOW", self.now.isoformat())
            status = cli.run(["-c", str(self.path), *arguments])
        return Said(status=status, out=out.getvalue(), err=err.getvalue())

    @property
    def alerts(self) -> dict[str, int]:
        """The alert tickets by their keys, of which each stands on one ticket."""
        found = self.desk.rows(_KEYS)
        keys = Counter(key for key, _ in found)
        assert all(count == 1 for count in keys.values()), keys
        return dict(found)

    def mailed_outside(self) -> list[str]:
        """Whom mails went to, because of us, that does not work there."""
        return self.desk.server.mailed_outside()

    def live(self, step: int) -> None:
        """What people do in some days; in every run the same."""
        chance = Random(step)  # noqa: S311  Not a secret.
        for account in ACCOUNTS:
            for _ in range(chance.choice((0, 0, 1, 3, 5))):
                self.pass_by(minutes=7)
                ticket = self.desk.asks(f"{account.lower()}{chance.randrange(2)}")
                self.desk.write(AGENT, ticket, "correspond", TimeTaken=chance.randrange(20))
        self._answer(chance)
        self.pass_by(minutes=30)

    def _answer(self, chance: Random) -> None:
        for _, ticket in sorted(self.alerts.items()):
            deed = chance.randrange(8)
            if deed == 0:
                self.desk.write(AGENT, ticket, "comment", Content="#take")
            elif deed == 1:
                self.desk.put(AGENT, f"/ticket/{ticket}", {"CustomFields": {"care_answer": "snooze 3d"}})
            elif deed == 2:
                self.desk.put(AGENT, f"/ticket/{ticket}", {"Status": "resolved"})

    def end(self) -> End:
        """Where store and helpdesk have come to, by names that mean the same in every run."""
        names = self._names()
        return {
            **dump_store(self.path.parent / "desk.db", names, besides=_WHEN_READ),
            "carried": tuple(sorted((user, key, names.text(text)) for user, key, text in self.desk.rows(_CARRIED))),
            "alert tickets": tuple((key, *self._shown(ticket, names)) for key, ticket in self.alerts.items()),
        }

    def _shown(self, ticket: int, names: Names) -> tuple[object, ...]:
        page = self.desk.get("root", f"/ticket/{ticket}")
        fields = {one["name"]: one["values"] for one in page["CustomFields"]}
        said = [
            (kind, names.text(text), None if key is None else names.text(key))
            for kind, text, key in self.desk.rows(_SAID, ticket)
        ]
        kept = ("Status", "Priority", "Due", "Subject", "Requestor", "Cc")
        return (*(page[name] for name in kept), [text for text in fields["care_answer"] if text], said)

    def _names(self) -> Names:
        tickets = {ticket: key for key, ticket in self.alerts.items()}
        numbers = [number for (number,) in self.desk.rows("SELECT id FROM Tickets")]
        events = {
            event: f"{tickets.get(number, number)} {place}"
            for number in numbers
            for place, (event,) in enumerate(self.desk.rows(_TRANSACTIONS, number))
        }
        users = [user for (user,) in self.desk.rows("SELECT id FROM Users")]
        return Names(people={int(self.store.person_key(user)): user for user in users}, tickets=tickets, events=events)


@contextmanager
def open_house(desk: Desk, way: Way, folder: Path, rule_file: str = FICKLE) -> Iterator[House]:
    """The helpdesk as an administrator left it, with two users in each account, and a configuration for it."""
    desk.server.clear()
    for account in ACCOUNTS:
        for number in range(2):
            desk.add_customer(f"{account.lower()}{number}", account)
    write = {"tags": "each", "alert_from": "watch"}
    with open_installed(desk, way, folder, rule_file, write) as house:
        yield house


@contextmanager
def open_installed(
    desk: Desk, way: Way, folder: Path, rule_file: str, write: Mapping[str, object] | None = None
) -> Iterator[House]:
    """A configuration for the helpdesk as it is, with `write` on top of `policy: sync`."""
    path = write_config(folder, _helpdesk(way.url, write or {}), rule_file=rule_file)
    (folder / SECRET).write_text(desk.server.tokens["connector"])
    configuration, _ = read_configuration(path, {})
    stop = Hurry()
    with closing(open_store(configuration.settings.store)) as store:
        house: House
        clock = Clock(now=lambda: house.now, monotonic=stop.monotonic)
        installation = Installation(configuration=configuration, store=store, clock=clock, stop=stop)
        house = House(desk, way, path, installation)
        yield house


def unlike(one: End, other: End) -> list[str]:
    """What stands in one of the two and not in the other."""
    found: list[str] = []
    for part in one:
        left, right = Counter(map(repr, one[part])), Counter(map(repr, other[part]))
        found += [f"{part} +{row}" for row in left - right] + [f"{part} -{row}" for row in right - left]
    return found


def _helpdesk(url: str, write: Mapping[str, object]) -> dict[str, object]:
    return {
        "name": NAME,
        "kind": "request_tracker",
        "url": url,
        "auth": {"token": f"file:{SECRET}"},
        "since": "2026-08-01",
        "requests_per_minute": 100_000,
        "write": {"policy": "sync", "group": "Customer Success", **write},
    }
