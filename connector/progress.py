"""What long work says of itself while it runs."""

from datetime import datetime
from typing import Protocol

from connector.helpdesk import Stream
from rules.facts import HelpdeskName


class Progress(Protocol):
    """Hears of long work. Nothing depends on what it does with that."""

    def pulled(self, helpdesk: HelpdeskName, stream: Stream, rows: int, reached: datetime | None) -> None:
        """A page was absorbed: its rows, and up to when its walk has come."""

    def filling(self, helpdesk: HelpdeskName, walk: int, walks: int, start: datetime) -> None:
        """The first pull begins its walk number `walk` of `walks`, back to `start`."""

    def counting(self, helpdesk: HelpdeskName) -> None:
        """The daily totals are built from the rows."""

    def judging(self, helpdesk: HelpdeskName, accounts: int) -> None:
        """So many accounts have been judged so far."""

    def delivering(self, helpdesk: HelpdeskName, sent: int, writes: int) -> None:
        """So many writes of so many are done."""


class Silent:
    """Says nothing: for the daemon, whose log has one line a cycle."""

    def pulled(self, helpdesk: HelpdeskName, stream: Stream, rows: int, reached: datetime | None) -> None:
        """See Progress."""

    def filling(self, helpdesk: HelpdeskName, walk: int, walks: int, start: datetime) -> None:
        """See Progress."""

    def counting(self, helpdesk: HelpdeskName) -> None:
        """See Progress."""

    def judging(self, helpdesk: HelpdeskName, accounts: int) -> None:
        """See Progress."""

    def delivering(self, helpdesk: HelpdeskName, sent: int, writes: int) -> None:
        """See Progress."""
