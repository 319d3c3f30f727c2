"""The table of accounts: the same numbers for each account and for the work without account."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rules.catalogue import Unit
from rules.facts import AccountId, Day
from rules.measuring.measure import Metrics, plain
from rules.measuring.shown import money_field, number_field
from rules.measuring.stretch import Stretch

_QUARTER_DAYS = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Methods:
    """Where the minutes come from: shares that add up to 1."""

    measured: Decimal
    inferred: Decimal
    assumed: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLine:
    """One line of the table, over the last 90 days or a calendar month; None is unknown. Unrounded."""

    account: AccountId
    """NOBODY on the line without account."""
    name: str
    window: str
    """What ends the names of its numbers: `_90d`, or nothing for a month."""
    tickets_28d: int | None
    """None in a month's table."""
    tickets: int | None
    touches: int | None
    contacts: int | None
    minutes: Decimal | None
    cost: Decimal | None
    touches_all: int | None
    """With our own fault; so are the next two."""
    minutes_all: Decimal | None
    cost_all: Decimal | None
    currency: str | None
    revenue: Decimal | None
    revenue_currency: str | None
    cost_share: Decimal | None
    """Infinite where an account whose status says it pays pays nothing."""
    methods: Methods | None
    """None where there are no minutes."""

    @property
    def own_fault_minutes(self) -> Decimal | None:
        """The minutes that are our own fault."""
        return None if self.minutes is None or self.minutes_all is None else self.minutes_all - self.minutes

    @property
    def own_fault_cost(self) -> Decimal | None:
        """What our own fault cost."""
        return None if self.cost is None or self.cost_all is None else self.cost_all - self.cost

    @property
    def own_fault_share(self) -> Decimal | None:
        """The share of all minutes that is our own fault; None where there are no minutes."""
        ours = self.own_fault_minutes
        return ours / self.minutes_all if ours is not None and self.minutes_all else None


def line_of_90_days(metrics: Metrics) -> AccountLine:
    """An account's line of the table, on the windows that end with the metrics' last day."""
    recent = metrics.value("tickets_28d")
    first = Day(metrics.last_day - _QUARTER_DAYS + 1)
    return _line(metrics, metrics.over(first, metrics.last_day), "_90d", recent if isinstance(recent, int) else None)


def line_of_month(metrics: Metrics, year: int, month: int) -> AccountLine:
    """An account's line for a calendar month, for as much of it as has passed; finance's table.

    `cost_all` of all lines adds up to what was paid for.
    """
    first, last = month_days(year, month)
    return _line(metrics, metrics.over(first, min(last, metrics.last_day)), "", None)


def month_days(year: int, month: int) -> tuple[Day, Day]:
    """The first and the last day of a calendar month."""
    first = date(year, month, 1).toordinal()
    return Day(first), Day(first + monthrange(year, month)[1] - 1)


def as_fields(line: AccountLine) -> Mapping[str, object]:
    """The line's numbers under the names of `accounts --json`, unknown as null.

    Money is text with two decimals; minutes have at most two, shares at most four.
    """
    window = line.window
    recent = {"tickets_28d": line.tickets_28d} if window else {}
    return {
        **recent,
        f"tickets{window}": line.tickets,
        f"touches{window}": line.touches,
        f"contacts{window}": line.contacts,
        f"touch_minutes{window}": _number(line.minutes, Unit.MINUTES),
        f"touch_cost{window}": _money(line.cost),
        f"touches_all{window}": line.touches_all,
        f"touch_minutes_all{window}": _number(line.minutes_all, Unit.MINUTES),
        f"touch_cost_all{window}": _money(line.cost_all),
        f"own_fault_share{window}": _number(line.own_fault_share, Unit.RATIO),
        "currency": line.currency,
        "revenue_currency": line.revenue_currency,
        f"revenue{window}": _money(line.revenue),
        f"cost_share{window}": _number(line.cost_share, Unit.RATIO),
        "method": _shares(line.methods),
    }


def _line(metrics: Metrics, stretch: Stretch, window: str, recent: int | None) -> AccountLine:
    return AccountLine(
        account=metrics.subject.id,
        name=metrics.subject.name,
        window=window,
        tickets_28d=recent,
        tickets=_count(stretch, "tickets"),
        touches=_count(stretch, "touches"),
        contacts=_count(stretch, "contacts"),
        minutes=_amount(stretch, "touch_minutes"),
        cost=_amount(stretch, "touch_cost"),
        touches_all=_count(stretch, "touches_all"),
        minutes_all=_amount(stretch, "touch_minutes_all"),
        cost_all=_amount(stretch, "touch_cost_all"),
        currency=metrics.currency("touch_cost_90d"),
        revenue=_amount(stretch, "revenue"),
        revenue_currency=stretch.earned().currency,
        cost_share=_amount(stretch, "cost_share"),
        methods=_methods(stretch),
    )


def _methods(stretch: Stretch) -> Methods | None:
    measured, assumed = _amount(stretch, "measured_share"), _amount(stretch, "assumed_share")
    inferred = plain(stretch.inferred_share())
    if measured is None or assumed is None or inferred is None:
        return None
    return Methods(measured=measured, inferred=Decimal(inferred), assumed=assumed)


def _count(stretch: Stretch, stem: str) -> int | None:
    found = stretch.read(stem)
    return found if isinstance(found, int) else None


def _amount(stretch: Stretch, stem: str) -> Decimal | None:
    found = plain(stretch.read(stem))
    return None if found is None else Decimal(found)


def _money(amount: Decimal | None) -> str | None:
    return None if amount is None else money_field(amount)


def _number(amount: Decimal | None, unit: Unit) -> int | float | None:
    if amount is None or not amount.is_finite():
        return None
    short = number_field(amount, unit)
    return int(short) if short == short.to_integral_value() else float(short)


def _shares(methods: Methods | None) -> Mapping[str, int | float | None]:
    if methods is None:
        return {"measured": None, "inferred": None, "assumed": None}
    shares = {"measured": methods.measured, "inferred": methods.inferred, "assumed": methods.assumed}
    return {name: _number(share, Unit.RATIO) for name, share in shares.items()}
