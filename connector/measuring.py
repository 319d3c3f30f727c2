"""Brings an account's facts out of the store, ready to be measured and judged."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

from connector.settings import HelpdeskSettings
from connector.store.store import Store
from rules.counting.account_facts import Vocabulary, find_subject, is_ignored
from rules.counting.cost import Pricing
from rules.counting.history import DayRow, History
from rules.counting.subject import Subject, without_account
from rules.days import Calendar
from rules.facts import NOBODY, Account, AccountId, Billed, Day, Invoice, Revenue, UtcSecond
from rules.judging.judge import Course, Sight, course
from rules.judging.watch import Watch, watch
from rules.measuring.measure import Metrics, measure
from rules.measuring.stretch import Fleet


@dataclass(frozen=True, slots=True, kw_only=True)
class Yardstick:
    """What every account of a helpdesk is measured by, at one moment."""

    calendar: Calendar
    vocabulary: Vocabulary
    pricing: Pricing
    watches: tuple[Watch, ...]
    as_of: datetime
    facts_from: Day
    """The first day of which the store holds everything."""
    fleet: Fleet | None = None

    @property
    def today(self) -> Day:
        """The last day of every window."""
        return self.calendar.today(self.as_of)

    @property
    def course(self) -> Course:
        """The judgements up to now."""
        return course(self.calendar, self.facts_from, self.as_of, self.vocabulary.grace)

    def metrics(self, subject: Subject, history: History, day: Day) -> Metrics:
        """An account's numbers on windows that end with `day`."""
        return measure(subject, history, self.pricing, day, self.facts_from, fleet=self.fleet)

    def sight(self, subject: Subject, history: History) -> Sight:
        """An account as the judge sees it."""
        return Sight(measure=partial(self.metrics, subject, history), begun=subject.begun)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurable:
    """One account with its daily totals."""

    account: Account | None
    """None for the line *without account*, and for an organisation that tickets name and no list showed."""
    subject: Subject
    history: History


def make_calendar(settings: HelpdeskSettings) -> Calendar:
    """The helpdesk's days."""
    return Calendar(ZoneInfo(settings.time_zone))


def make_pricing(settings: HelpdeskSettings) -> Pricing:
    """What work costs there."""
    cost = settings.cost
    return Pricing(rates=cost.rates, minutes=cost.minutes, currency=cost.currency, gross_margin=cost.gross_margin)


def make_vocabulary(settings: HelpdeskSettings, teams: Iterable[str] = ()) -> Vocabulary:
    """How the helpdesk's accounts are read; `teams` are the names of its groups."""
    return Vocabulary(
        calendar=make_calendar(settings),
        fields=settings.fields,
        grace=settings.policy.grace,
        currency=settings.cost.currency,
        ignored=settings.ignore.accounts,
        ignored_status=settings.ignore.status,
        teams=frozenset(teams),
    )


def make_yardstick(store: Store, settings: HelpdeskSettings, as_of: datetime) -> Yardstick | None:
    """What accounts are measured by; None while there are no totals to measure."""
    standing = store.standing(settings.name)
    if standing.facts_from is None:
        return None
    calendar = make_calendar(settings)
    groups = {agent.group for agent in store.agents(settings.name) if agent.group}
    return Yardstick(
        calendar=calendar,
        vocabulary=make_vocabulary(settings, groups),
        pricing=make_pricing(settings),
        watches=tuple(watch(rule) for rule in settings.policy.rules if rule.enabled),
        as_of=as_of,
        facts_from=_first_whole_day(calendar, standing.facts_from),
    )


def read_accounts(
    store: Store, settings: HelpdeskSettings, yardstick: Yardstick, only: Sequence[AccountId] | None = None
) -> Iterator[Measurable]:
    """The accounts with their totals, those that are ignored left out; `only` these, or all with a ticket or a name.

    The line *without account* comes too when everything is asked for. One account is held at a time.
    """
    known = {account.id: account for account in store.accounts(settings.name)}
    billed = _by_account(store.billed(settings.name))
    begun = store.first_tickets(settings.name)
    for account_id, rows in _with_rows(store, settings, yardstick, known, only):
        account = known.get(account_id)
        if account is not None and (account.deleted or is_ignored(account, yardstick.vocabulary)):
            continue
        if account_id in settings.ignore.accounts:
            continue
        subject = _subject(
            account_id, account, yardstick.vocabulary, begun.get(account_id), billed.get(account_id, Billed())
        )
        yield Measurable(account=account, subject=subject, history=History(rows))


def tickets_without_account(store: Store, settings: HelpdeskSettings, yardstick: Yardstick) -> int:
    """How many tickets of the last 28 days belong to no account; 0 as long as the facts do not reach so far back."""
    nobody = next(iter(read_accounts(store, settings, yardstick, [NOBODY])), None)
    if nobody is None:
        return 0
    found = yardstick.metrics(nobody.subject, nobody.history, yardstick.today).value("tickets_28d")
    return found if isinstance(found, int) else 0


def _with_rows(
    store: Store,
    settings: HelpdeskSettings,
    yardstick: Yardstick,
    known: Mapping[AccountId, Account],
    only: Sequence[AccountId] | None,
) -> Iterator[tuple[AccountId, Sequence[DayRow]]]:
    seen: set[AccountId] = set()
    for account_id, rows in store.rows(settings.name, only, yardstick.facts_from, yardstick.today):
        seen.add(account_id)
        yield account_id, rows
    for account_id in known if only is None else only:
        if account_id not in seen:
            yield account_id, ()


def _subject(
    account_id: AccountId,
    account: Account | None,
    vocabulary: Vocabulary,
    first_ticket: UtcSecond | None,
    billed: Billed,
) -> Subject:
    if account_id == NOBODY:
        return without_account()
    if account is None:
        return Subject(id=account_id, name=account_id)
    return find_subject(account, vocabulary, first_ticket, billed)


def _by_account(billed: Billed) -> Mapping[AccountId, Billed]:
    revenue: dict[AccountId, list[Revenue]] = {}
    invoices: dict[AccountId, list[Invoice]] = {}
    for period in billed.revenue:
        revenue.setdefault(period.account, []).append(period)
    for invoice in billed.invoices:
        invoices.setdefault(invoice.account, []).append(invoice)
    return {
        account: Billed(revenue=tuple(revenue.get(account, ())), invoices=tuple(invoices.get(account, ())))
        for account in revenue.keys() | invoices.keys()
    }


def _first_whole_day(calendar: Calendar, facts_from: UtcSecond) -> Day:
    moment = datetime.fromtimestamp(facts_from, UTC)
    day = calendar.today(moment)
    return day if calendar.midnight(day) == moment else Day(day + 1)
