"""A Request Tracker that knows nothing of us yet, and the command of somebody who begins to write to it."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from request_tracker_desk import Desk

from connector.cli import run

QUEUE = "Key accounts"
_WRITTEN = """
    SELECT count(*) FROM Transactions JOIN Users ON Users.id = Transactions.Creator
    WHERE Users.Name = 'reader' AND NOT (ObjectType = 'RT::User' AND ObjectId = Users.id)
    AND NOT (ObjectType = 'RT::Ticket' AND ObjectId IN (SELECT id FROM Tickets WHERE Subject LIKE 'touchcost tries %'))
"""
CONFIG = """\
version: 1
helpdesks:
  - name: {name}
    kind: request_tracker
    url: {url}
    auth: {{token: env:TEST_TOKEN}}
    since: 2026-10-20
    account: [{account}]
    requests_per_minute: 100000
    write: {{policy: {policy}, prefix: desk_, group: {group}}}
rules: [rules.yaml]
"""
_RULES = """\
version: 1
defaults: {grace: 0d, min_history: 0d, hold: 0d, clear_after: 7d}
guard: {max_new_per_run: 100, max_new_share: 100%, max_open_share: 100%, max_new_per_week: 100, first_run: alert}
rules:
  - id: busy
    title: Many tickets in four weeks
    signal: tickets_28d
    levels: {amber: {enter: 2, exit: 1}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """How a command ended, and what it said on one line."""

    status: int
    out: str
    err: str

    @property
    def line(self) -> str:
        return " ".join(f"{self.out} {self.err}".split())


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A configuration for the running one, and the command."""

    desk: Desk
    folder: Path
    capture: pytest.CaptureFixture[str]
    patch: pytest.MonkeyPatch
    name: str = "acme"
    """That of the helpdesk."""

    def write(
        self,
        who: str = "reader",
        *,
        policy: str = "sync",
        url: str = "",
        group: str = QUEUE,
        account: str = "organization",
    ) -> None:
        """Another configuration, signed in as this user."""
        where = url or self.desk.server.url
        config = CONFIG.format(name=self.name, url=where, policy=policy, group=group, account=account)
        (self.folder / "config.yaml").write_text(config)
        (self.folder / "rules.yaml").write_text(_RULES)
        self.patch.setenv("TEST_TOKEN", self.desk.server.tokens[who])

    def at(self, now: datetime) -> None:
        """Both sides have this time."""
        self.desk.server.set_time(now)
        self.patch.setenv("TOUCHCOST_NOW", now.isoformat())

    def run(self, *arguments: str) -> Said:
        self.capture.readouterr()
        status = run(["-c", str(self.folder / "config.yaml"), *arguments])
        out, err = self.capture.readouterr()
        assert not [token for token in self.desk.server.tokens.values() if token in out + err]
        return Said(status=status, out=out, err=err)

    def commands(self) -> str:
        """Those that `setup` shows, as they stand."""
        shown = self.run("setup").out
        return shown[shown.index("cat >") : shown.index("Nothing was made.")]

    def administrate(self) -> str:
        """They are run by an administrator of Request Tracker; what that said."""
        return self.desk.server.administrate("sh", "-euc", self.commands())

    def take(self, *what: str) -> None:
        """A right or a custom field is taken away again."""
        self.desk.server.administrate("perl", str(Path(__file__).with_name("take.pl")), *what)

    def queue(self) -> int:
        """The number of the alert queue."""
        return int(self.desk.value("SELECT id FROM Queues WHERE Name = ?", QUEUE))

    def written(self) -> int:
        """How many transactions we made, but on ourselves and on the ticket that is there to be tried on."""
        return int(self.desk.value(_WRITTEN))
