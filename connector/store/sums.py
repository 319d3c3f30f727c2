"""Daily totals: contributions added up, and what of them has to be written."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import ClauseElement, Column, Connection, Table, bindparam, delete, insert, literal_column

from connector.store.database import Statement, Values, upsert
from connector.store.packing import KIND_NUMBERS, METHOD_NUMBERS
from connector.store.tables import ACCOUNT_DAY, EFFORT_DAY
from rules.counting.contribution import Contribution, EffortKey
from rules.facts import AccountId, Day

_Key = TypeVar("_Key")


@dataclass(frozen=True, slots=True)
class _Account:
    days: dict[Day, list[int]] = field(default_factory=dict)
    effort: dict[EffortKey, list[int]] = field(default_factory=dict)

    def is_anything(self) -> bool:
        return any(map(any, self.days.values())) or any(map(any, self.effort.values()))


class Sums:
    """Contributions added and subtracted, by account. What comes to zero is as if it had never been."""

    __slots__ = ("_accounts",)

    def __init__(self) -> None:
        self._accounts: dict[AccountId, _Account] = {}

    def add(self, contributions: Iterable[Contribution], sign: int = 1) -> None:
        """Adds them, or takes them away with `sign` -1."""
        for contribution in contributions:
            account = self._accounts.setdefault(contribution.account, _Account())
            _add(account.days, contribution.days, sign)
            _add(account.effort, contribution.effort, sign)

    def accounts(self) -> frozenset[AccountId]:
        """The accounts with anything but zero."""
        return frozenset(name for name, account in self._accounts.items() if account.is_anything())

    def days(self) -> Iterator[Values]:
        """Rows of `account_day` without the helpdesk, in the order of their key."""
        for name, account in sorted(self._accounts.items()):
            for day, numbers in sorted(account.days.items()):
                if any(numbers):
                    yield (name, day, *numbers)

    def effort(self) -> Iterator[Values]:
        """Rows of `effort_day` without the helpdesk, in the order of their key."""
        for name, account in sorted(self._accounts.items()):
            rows = [(_packed(key), numbers) for key, numbers in account.effort.items() if any(numbers)]
            yield from ((name, *key, *numbers) for key, numbers in sorted(rows))


def insert_sums(connection: Connection, desk: int, sums: Sums) -> None:
    """Writes the totals of accounts that have none."""
    for table, rows in _rows(desk, sums):
        names = [column.name for column in table.columns]
        Statement(connection.dialect, insert(table), names).run(connection, rows)


def change_sums(connection: Connection, desk: int, sums: Sums) -> None:
    """Adds to the totals that are there, and drops what comes to zero."""
    for table, rows in _rows(desk, sums):
        names = [column.name for column in table.columns]
        keys = [column.name for column in table.primary_key.columns]
        Statement(connection.dialect, _change(connection, table), names).run(connection, rows)
        Statement(connection.dialect, _drop(table), keys).run(connection, [row[: len(keys)] for row in rows])


def _rows(desk: int, sums: Sums) -> Iterator[tuple[Table, list[Values]]]:
    yield ACCOUNT_DAY, [(desk, *row) for row in sums.days()]
    yield EFFORT_DAY, [(desk, *row) for row in sums.effort()]


def _change(connection: Connection, table: Table) -> ClauseElement:
    fresh = upsert(connection.dialect, table)
    sums = {column.name: column + fresh.excluded[column.name] for column in _numbers(table)}
    return fresh.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=sums)


def _drop(table: Table) -> ClauseElement:
    at_key = (column == bindparam(column.name) for column in table.primary_key.columns)
    return delete(table).where(*at_key, *(column == literal_column("0") for column in _numbers(table)))


def _numbers(table: Table) -> list[Column[Any]]:
    return [column for column in table.columns if not column.primary_key]


def _packed(key: EffortKey) -> Values:
    own_fault = 1 if key.own_fault else 0
    return (key.day, key.group, key.channel, KIND_NUMBERS[key.kind], METHOD_NUMBERS[key.method], own_fault)


def _add(sums: dict[_Key, list[int]], counts: Mapping[_Key, Sequence[int]], sign: int) -> None:
    for key, numbers in counts.items():
        found = sums.get(key)
        if found is None:
            sums[key] = [sign * number for number in numbers]
        else:
            for place, number in enumerate(numbers):
                found[place] += sign * number
