"""Reads what accounts and alert tickets show: directly, a hundred a request, never from an export."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from connector.clock import Clock
from connector.helpdesk import NOTHING, AccountMarks, AlertTicketMark, Hearing, MarksRead
from connector.helpdesks.request_tracker.alert_tickets import AlertTickets
from connector.helpdesks.request_tracker.answers import Answers
from connector.helpdesks.request_tracker.carriers import Carrier, Carriers
from connector.helpdesks.request_tracker.statuses import Statuses
from connector.helpdesks.request_tracker.values import Values
from connector.helpdesks.request_tracker.wire import TicketRow
from rules.facts import AccountId, TicketId


class ShownAccounts:
    """What accounts show: the tags that anybody carries, and what stands in the fields of all who carry them."""

    def __init__(self, carriers: Carriers, prefix: str, tags: str) -> None:
        """`prefix` is that of our fields, `tags` the field that holds tags."""
        self._carriers = carriers
        self._prefix = prefix
        self._tags = tags

    def read(self, accounts: Sequence[AccountId]) -> tuple[tuple[AccountMarks, ...], bool]:
        """The marks of those that anybody carries, and whether tags can be seen at all."""
        found: dict[AccountId, list[Carrier]] = defaultdict(list)
        for carrier in self._carriers.of(frozenset(accounts)):
            found[carrier.account].append(carrier)
        marks = tuple(self._shown(account, carriers) for account, carriers in sorted(found.items()))
        return marks, all(self._tags in carrier.values for carriers in found.values() for carrier in carriers)

    def _shown(self, account: AccountId, carriers: Sequence[Carrier]) -> AccountMarks:
        held = [frozenset(carrier.values.get(self._tags, ())) for carrier in carriers]
        tags, by_all = frozenset.union(*held), frozenset.intersection(*held)
        names = sorted({name for carrier in carriers for name in carrier.values if self._is_field(name)})
        fields = {name: _agreed(carrier.values.get(name, ()) for carrier in carriers) for name in names}
        return AccountMarks(account=account, tags=tags, fields=fields, partly=tags - by_all)

    def _is_field(self, name: str) -> bool:
        return name.startswith(self._prefix) and name != self._tags


class ShownTickets:
    """What alert tickets show."""

    def __init__(self, alerts: AlertTickets, answers: Answers, values: Values, statuses: Statuses) -> None:
        self._alerts = alerts
        self._answers = answers
        self._values = values
        self._statuses = statuses

    def read(
        self, tickets: Sequence[TicketId], heard: Mapping[TicketId, Hearing], now: datetime
    ) -> tuple[AlertTicketMark, ...]:
        """Those that are still there; ones that were merged away say so."""
        seen = self._alerts.numbered(frozenset(tickets))
        merged = (
            AlertTicketMark(id=TicketId(number), external_id="", status="closed", merged=True) for number in seen.merged
        )
        shown = (self._shown(row, heard.get(TicketId(row["id"])), now) for row in seen.rows)
        return (*shown, *merged)

    def _shown(self, row: TicketRow, heard: Hearing | None, now: datetime) -> AlertTicketMark:
        listened = None if heard is None else self._answers.listen(row, heard, now)
        return AlertTicketMark(
            id=TicketId(row["id"]),
            external_id=self._alerts.key_of(row),
            status=self._statuses.shown(row["Status"]),
            # Nobody owns it: to RT that is a person, to us none.
            assignee=self._values.author(row.get("Owner")) or None,
            heard=None if listened is None else listened.hearing,
            answers=() if listened is None else listened.answers,
            answer_stands=self._answers.stands(row),
        )


class Marks:
    """Reads marks of one Request Tracker."""

    def __init__(self, accounts: ShownAccounts | None, tickets: ShownTickets, clock: Clock) -> None:
        """`accounts` is None where they can have no marks."""
        self._accounts = accounts
        self._tickets = tickets
        self._clock = clock

    def read(
        self, accounts: Sequence[AccountId], tickets: Sequence[TicketId], heard: Mapping[TicketId, Hearing] = NOTHING
    ) -> MarksRead:
        """What they show. The time is that of the first request: nothing later is promised."""
        read_at = self._clock.now()
        found, is_tagging_on = self._accounts.read(accounts) if self._accounts and accounts else ((), True)
        return MarksRead(
            read_at=read_at,
            accounts=found,
            tickets=self._tickets.read(tickets, heard, read_at) if tickets else (),
            tagging_on=is_tagging_on,
        )


def _agreed(values: Iterator[tuple[str, ...]]) -> str | None:
    """What all hold, None for nothing; where they differ, all of it, which is nothing that we ever want."""
    texts = {held[0] if held else None for held in values}
    return texts.pop() if len(texts) == 1 else " | ".join(sorted(text or "-" for text in texts))
