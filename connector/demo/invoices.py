"""The invoices of a demo: what its billing exports, where everybody pays in time but one customer, once."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from connector.simulator import World

TABLE = "invoices.csv"
"""The file's name, beside config.yaml."""

_COLUMNS = ("account", "number", "due", "paid", "amount", "currency")
_MONTH = timedelta(days=30)
_MONTHS = range(-12, 3)
_DUE_BEFORE = timedelta(days=9)
"""How long before the demo begins the newest invoices fell due."""
_IN_TIME, _LATE = timedelta(days=-1), timedelta(days=29)
_STEADY = "steady"


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """The demo's billing. It tells the present alone, like any other."""

    folder: Path
    world: World
    begun: date
    """The day on which the demo began."""

    def export(self) -> None:
        """Writes the table as it is on the helpdesk's day: a payment stands in it from its own day on."""
        with (self.folder / TABLE).open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow(_COLUMNS)
            table.writerows(self._rows(self.world.now().date()))

    def _rows(self, today: date) -> Iterator[tuple[object, ...]]:
        late = self._late_payer()
        with self.world.lock:
            organizations = sorted(self.world.organizations.items())
        for number, organization in organizations:
            for month in _MONTHS:
                due = self.begun - _DUE_BEFORE + month * _MONTH
                paid = due + (_LATE if (number, month) == (late, 0) else _IN_TIME)
                if due - _MONTH <= today and (amount := organization.fields.get("mrr")):
                    told = paid if paid <= today else ""
                    yield organization.name, f"{due:%y%m%d}-{number % 1000:03}", due, told, amount, "EUR"

    def _late_payer(self) -> int:
        """An account of which nothing else is to be told."""
        steady = [number for number, kind in self.world.kinds.items() if kind == _STEADY]
        return min(steady or self.world.organizations)
