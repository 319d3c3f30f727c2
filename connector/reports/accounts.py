"""The table of accounts of one helpdesk, read from the store while others may write to it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from connector.measuring import Measurable, Yardstick, make_yardstick, read_accounts
from connector.settings import HelpdeskSettings
from connector.store.store import Store
from rules.alert import State
from rules.counting.history import History
from rules.counting.subject import without_account
from rules.days import Calendar
from rules.facts import NOBODY, AccountId, Day, HelpdeskName
from rules.measuring.account_table import AccountLine, Methods, as_fields, line_of_90_days, line_of_month, month_days
from rules.rule import Level, Rule

Month = tuple[int, int]
"""A year and a month."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedAlert:
    """A rule that stands open on an account."""

    rule: str
    level: Level
    since: date | None
    acknowledged: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedAccount:
    """One line of the table."""

    helpdesk: HelpdeskName
    line: AccountLine
    alerts: tuple[ListedAlert, ...] | None
    """Those that stand open now; None in the table of a month that is over, which knows nothing of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountList:
    """One helpdesk's table."""

    helpdesk: HelpdeskName
    accounts: tuple[ListedAccount, ...]
    nobody: AccountLine
    """The line *without account*."""
    as_of: datetime
    facts_from: Day
    """A window that begins earlier is unknown."""
    filling: bool
    """True while the first pull goes on."""
    judged: bool
    """False: no judgement was saved yet, and so no alert."""
    month: Month | None = None
    """None: the last 90 days."""
    month_is_over: bool = False

    @property
    def is_before_facts(self) -> bool:
        """Whether the whole month lies before everything that is known."""
        return self.month is not None and month_days(*self.month)[1] < self.facts_from


def list_accounts(store: Store, settings: HelpdeskSettings, month: Month | None) -> AccountList | None:
    """The table over the last 90 days or a calendar month; None while nothing was pulled yet."""
    as_of = store.absorbed_until(settings.name)
    yardstick = None if as_of is None else make_yardstick(store, settings, as_of)
    if yardstick is None:
        return None
    standing = store.standing(settings.name)
    is_over = month is not None and month_days(*month)[1] < yardstick.today
    lines = {one.subject.id: _line(one, yardstick, month) for one in read_accounts(store, settings, yardstick)}
    nobody = lines.pop(NOBODY, None) or _line(_nothing(), yardstick, month)
    alerts_of = _open_alerts(store, settings, yardstick.calendar)
    return AccountList(
        helpdesk=settings.name,
        accounts=tuple(
            ListedAccount(helpdesk=settings.name, line=line, alerts=None if is_over else alerts_of(account))
            for account, line in lines.items()
        ),
        nobody=nobody,
        as_of=yardstick.as_of,
        facts_from=yardstick.facts_from,
        filling=standing.filling,
        judged=standing.judged_at is not None,
        month=month,
        month_is_over=is_over,
    )


def sort_accounts(accounts: Iterable[ListedAccount], by: str) -> list[ListedAccount]:
    """The largest first, unknown ones last; equal ones by name. `by` is a key of SORTS."""
    listed = list(accounts)
    # Where nothing has a rate, work is what costs.
    key = SORTS["minutes" if by == "cost" and all(one.line.cost is None for one in listed) else by]

    def place(one: ListedAccount) -> tuple[bool, Decimal, str]:
        amount = key(one)
        return amount is None, -(amount or Decimal(0)), one.line.name.casefold()

    return sorted(listed, key=place)


def as_document(tables: Sequence[AccountList], accounts: Iterable[ListedAccount]) -> dict[str, object]:
    """The document of `accounts --json`; work without account is added up over the helpdesks, of which there is one."""
    return {
        "as_of": min(table.as_of for table in tables).isoformat(),
        "accounts": [account_fields(one) for one in accounts],
        "without_account": as_fields(_together([table.nobody for table in tables])),
    }


def account_fields(one: ListedAccount) -> dict[str, object]:
    """One account as `accounts --json` shows it."""
    return {
        "helpdesk": one.helpdesk,
        "account": one.line.account,
        "name": one.line.name,
        **as_fields(one.line),
        "alerts": None if one.alerts is None else [_alert_fields(alert) for alert in one.alerts],
    }


def _alert_fields(alert: ListedAlert) -> dict[str, object]:
    return {
        "rule": alert.rule,
        "level": alert.level.word,
        "since": None if alert.since is None else alert.since.isoformat(),
        "acknowledged": alert.acknowledged,
    }


SORTS: Mapping[str, Callable[[ListedAccount], Decimal | None]] = {
    "cost": lambda one: one.line.cost,
    "minutes": lambda one: one.line.minutes,
    "touches": lambda one: _decimal(one.line.touches),
    "contacts": lambda one: _decimal(one.line.contacts),
    "tickets": lambda one: _decimal(one.line.tickets),
    "revenue": lambda one: one.line.revenue,
    "share": lambda one: one.line.cost_share,
    "alerts": lambda one: Decimal(sum(10**alert.level for alert in one.alerts or ())),
}
"""What the table may be sorted by."""


def _line(one: Measurable, yardstick: Yardstick, month: Month | None) -> AccountLine:
    metrics = yardstick.metrics(one.subject, one.history, yardstick.today)
    return line_of_90_days(metrics) if month is None else line_of_month(metrics, *month)


def _nothing() -> Measurable:
    return Measurable(account=None, subject=without_account(), history=History(()))


def _open_alerts(
    store: Store, settings: HelpdeskSettings, calendar: Calendar
) -> Callable[[AccountId], tuple[ListedAlert, ...]]:
    states, rules = store.states(settings.name), {rule.id: rule for rule in settings.policy.rules}
    return lambda account: _alerts(states.get(account, {}), rules, calendar)


def _alerts(states: Mapping[str, State], rules: Mapping[str, Rule], calendar: Calendar) -> tuple[ListedAlert, ...]:
    """The alerts that stand open, the loudest first; rules in shadow only watch."""
    found = (
        ListedAlert(
            rule=rule,
            level=state.level,
            since=None if state.since is None else calendar.shown(state.since),
            acknowledged=state.acknowledged is not None,
        )
        for rule, state in states.items()
        if state.level is not None and rule in rules and rules[rule].enabled and not rules[rule].shadow
    )
    return tuple(sorted(found, key=lambda alert: (-alert.level, alert.rule)))


def _together(lines: Sequence[AccountLine]) -> AccountLine:
    """The sum of some lines. What is unknown in one is unknown, and currencies are never added."""
    first = lines[0]
    if len(lines) == 1:
        return first
    one_currency = len({line.currency for line in lines}) == 1
    return replace(
        first,
        tickets_28d=_count([line.tickets_28d for line in lines]),
        tickets=_count([line.tickets for line in lines]),
        touches=_count([line.touches for line in lines]),
        contacts=_count([line.contacts for line in lines]),
        minutes=_amount([line.minutes for line in lines]),
        cost=_amount([line.cost for line in lines]) if one_currency else None,
        touches_all=_count([line.touches_all for line in lines]),
        minutes_all=_amount([line.minutes_all for line in lines]),
        cost_all=_amount([line.cost_all for line in lines]) if one_currency else None,
        methods=_methods(lines),
    )


def _methods(lines: Sequence[AccountLine]) -> Methods | None:
    known = [(line.methods, line.minutes) for line in lines if line.methods is not None and line.minutes]
    minutes = sum((weight for _, weight in known), Decimal(0))
    if not minutes:
        return None
    return Methods(
        measured=sum((one.measured * weight for one, weight in known), Decimal(0)) / minutes,
        inferred=sum((one.inferred * weight for one, weight in known), Decimal(0)) / minutes,
        assumed=sum((one.assumed * weight for one, weight in known), Decimal(0)) / minutes,
    )


def _count(numbers: Sequence[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if len(known) == len(numbers) else None


def _amount(amounts: Sequence[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if len(known) == len(amounts) else None


def _decimal(number: int | None) -> Decimal | None:
    return None if number is None else Decimal(number)
