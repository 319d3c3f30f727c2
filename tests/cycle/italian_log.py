"""The Italian helpdesk's log counted from its CSV file alone: nothing here knows how the product counts."""

import csv
import gzip
import os
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

FILE = "italian_helpdesk.csv.gz"
ZONE = ZoneInfo("Europe/Rome")
_MINUTE = timedelta(seconds=60)


def find_log() -> Path:
    """Where the log is; a test that asks for it is skipped, loudly, where it is not."""
    beside = Path(__file__).parents[3] / "shared" / "streams"
    path = Path(os.environ.get("TOUCHCOST_STREAMS", beside)) / FILE
    if not path.exists():
        pytest.skip(f"NOT TESTED: the real log is not at {path}; set TOUCHCOST_STREAMS to the folder that holds it")
    return path


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One account's numbers, by day of the helpdesk's zone."""

    tickets: Mapping[date, int]
    touches: Mapping[tuple[date, str], int]
    """By day and the agent's workgroup."""

    def tickets_in(self, last: date, days: int) -> int:
        return sum(number for day, number in self.tickets.items() if _is_within(day, last, days))

    def touches_in(self, last: date, days: int) -> int:
        return sum(number for (day, _), number in self.touches.items() if _is_within(day, last, days))

    def cost_in(self, last: date, days: int, minutes: int, rates: Mapping[str, Decimal], usual: Decimal) -> Decimal:
        """By the hour of each touch's workgroup."""
        found = ((group, number) for (day, group), number in self.touches.items() if _is_within(day, last, days))
        return sum((number * minutes * rates.get(group, usual) for group, number in found), Decimal()) / 60


def _is_within(day: date, last: date, days: int) -> bool:
    return last - timedelta(days=days) < day <= last


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    case: str
    resource: str
    activity: str
    at: datetime
    customer: str
    workgroup: str


def count_log(path: Path, last_event_at: datetime, until: datetime) -> Mapping[str, Counted]:
    """By the name of the account, what had happened by `until` when the log's last event happens at `last_event_at`.

    A case is a ticket of its first row's customer. Rows but `Closed` are touches; those of one person on one case
    within a minute of the first of them are one.
    """
    rows = _read(path)
    shift = last_event_at - max(row.at for row in rows)
    groups = _workgroups(rows)
    cases: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        cases[row.case].append(row)
    tickets: dict[str, Counter[date]] = defaultdict(Counter)
    touches: dict[str, Counter[tuple[date, str]]] = defaultdict(Counter)
    for case in cases.values():
        account = f"Client {case[0].customer.rpartition(' ')[2]}"
        happened = [row for row in case if row.at + shift <= until]
        tickets[account].update(_day(row.at + shift) for row in happened[:1])
        touches[account].update((_day(row.at + shift), groups[row.resource]) for row in _first_of_minutes(happened))
    return {name: Counted(tickets=tickets[name], touches=touches[name]) for name in tickets}


def _first_of_minutes(case: Sequence[_Row]) -> list[_Row]:
    begun: dict[str, datetime] = {}
    found = []
    for row in case:
        if row.activity == "Closed":
            continue
        if row.resource in begun and row.at - begun[row.resource] <= _MINUTE:
            continue
        begun[row.resource] = row.at
        found.append(row)
    return found


def _workgroups(rows: Sequence[_Row]) -> Mapping[str, str]:
    """Each person's workgroup: the one that stands with most of their rows."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        found[row.resource][row.workgroup.replace("Value", "Workgroup")] += 1
    return {resource: counter.most_common(1)[0][0] for resource, counter in found.items()}


def _read(path: Path) -> list[_Row]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [
            _Row(
                case=row["Case ID"],
                resource=row["Resource"],
                activity=row["Activity"],
                at=datetime.strptime(row["Complete Timestamp"], "%Y/%m/%d %H:%M:%S.%f").replace(tzinfo=UTC),
                customer=row["customer"],
                workgroup=row["workgroup"],
            )
            for row in csv.DictReader(lines)
        ]


def _day(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()
