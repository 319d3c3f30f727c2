"""Sends the outbox to a Request Tracker, in its order."""

from collections.abc import Callable, Iterator, Sequence

from connector.helpdesk import Receipt, Write, WriteKind
from connector.helpdesks.request_tracker.account_writes import AccountWrites
from connector.helpdesks.request_tracker.alerts import Alerts
from connector.helpdesks.request_tracker.sending import Ended, refused

_ON_ACCOUNTS = frozenset({WriteKind.ADD_TAG, WriteKind.REMOVE_TAG, WriteKind.SET_FIELD})
_ON_TICKETS = frozenset({WriteKind.OPEN_ALERT, WriteKind.UPDATE_ALERT, WriteKind.CLOSE_ALERT})

_NO_MARKS = refused("accounts that are found like this can have no marks: `account` mixes what has none in common")
_NOT_MADE = refused("it is made by an administrator of Request Tracker, as docs/request-tracker-setup.md shows")


class Writes:
    """Writes to one Request Tracker."""

    def __init__(self, accounts: Callable[[], AccountWrites] | None, alerts: Callable[[], Alerts]) -> None:
        """Each begins to write for one delivery. `accounts` writes their marks; None where these can have none."""
        self._accounts = accounts
        self._alerts = alerts

    def apply(self, writes: Sequence[Write]) -> Iterator[Receipt]:
        """Send them one by one. Where RT asks to wait, the rest is postponed without being sent."""
        marks, alerts = None, self._alerts()
        wait: Ended | None = None
        for write in writes:
            if wait is not None:
                yield wait.receipt(write)
                continue
            if write.kind in _ON_ACCOUNTS and marks is None and self._accounts is not None:
                marks = self._accounts()
                marks.look_up(one for one in writes if one.kind in _ON_ACCOUNTS)
            receipt, ended = alerts.apply(write) if write.kind in _ON_TICKETS else self._one(write, marks)
            yield receipt
            wait = ended if ended.stops_all else None

    def _one(self, write: Write, marks: AccountWrites | None) -> tuple[Receipt, Ended]:
        ended = self._mark(write, marks) if write.kind in _ON_ACCOUNTS else _NOT_MADE
        return ended.receipt(write), ended

    def _mark(self, write: Write, marks: AccountWrites | None) -> Ended:
        return _NO_MARKS if marks is None else marks.apply(write)
