"""Which account a line of billing belongs to."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rules.facts import Account, AccountId, Invoice, Revenue


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledPeriod:
    """What billing says somebody pays for a period of service."""

    key: str
    """Who: the account as billing calls it."""
    first: date
    last: date
    """Inclusive."""
    amount: Decimal
    """Net of tax; a credit is negative."""
    currency: str
    place: str
    """Where it stands, such as file:row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledInvoice:
    """What billing says somebody was asked to pay."""

    key: str
    """Who: the account as billing calls it."""
    number: str
    due: date
    paid: date | None
    """None: not paid yet."""
    amount: Decimal
    """More than 0."""
    currency: str
    place: str
    """Where it stands, such as file:row. The period of the same line has the same place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedInvoice:
    """An invoice of an account, and where billing says so."""

    invoice: Invoice
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """Billing by account, and what found none."""

    revenue: tuple[Revenue, ...] = ()
    invoices: tuple[PlacedInvoice, ...] = ()
    """In the order of the lines; a number may come more than once."""
    unmatched: tuple[str, ...] = ()
    """Each `place: sentence`, once a line."""


def match_billing(
    periods: Iterable[BilledPeriod],
    invoices: Iterable[BilledInvoice],
    accounts: Iterable[Account],
    ways: Sequence[str],
) -> Matched:
    """Gives each period and invoice to the one account that answers to its key, trying the ways in order.

    Ways: external_id, field:<key>, domain, name. Names are compared without regard to case and spacing. A key that
    several accounts answer to belongs to none of them; nothing is ever matched by likeness.
    """
    owners = _Owners(accounts, ways)
    revenue = [_revenue(period, owner) for period in periods if (owner := owners.find(period)) is not None]
    placed = [_placed(invoice, owner) for invoice in invoices if (owner := owners.find(invoice)) is not None]
    return Matched(revenue=tuple(revenue), invoices=tuple(placed), unmatched=tuple(owners.unmatched))


class _Owners:
    """The accounts by what they answer to, and every line that none of them did."""

    def __init__(self, accounts: Iterable[Account], ways: Sequence[str]) -> None:
        known = [account for account in accounts if not account.deleted]
        self._ways = ways
        self._indexes = [(way, _index(known, way)) for way in ways]
        # A line that is a period and an invoice is told once.
        self.unmatched: dict[str, None] = {}

    def find(self, line: BilledPeriod | BilledInvoice) -> AccountId | None:
        """The one account that answers to the key in the first way in which any does."""
        answers = (index.get(_reading(way)(line.key)) for way, index in self._indexes)
        found: Sequence[AccountId] = next((found for found in answers if found), ())
        if len(found) == 1:
            return found[0]
        self.unmatched[f"{line.place}: {_why_none(line.key, found, self._ways)}"] = None
        return None


def _why_none(key: str, found: Sequence[AccountId], ways: Sequence[str]) -> str:
    if found:
        return f"{key!r} could be any of the accounts {', '.join(sorted(found))}"
    return f"no account has {key!r} as its {' or '.join(ways)}"


def _index(accounts: Iterable[Account], way: str) -> Mapping[str, list[AccountId]]:
    index: dict[str, list[AccountId]] = defaultdict(list)
    read = _reading(way)
    for account in accounts:
        for key in {read(said) for said in _keys(account, way)}:
            index[key].append(account.id)
    return index


def _keys(account: Account, way: str) -> Iterator[str]:
    """What an account answers to in one way."""
    if way == "domain":
        yield from account.domains
        return
    said = account.name if way == "name" else account.external_id
    if way.startswith("field:"):
        said = account.field(way.removeprefix("field:"))
    if said and said.strip():
        yield said


def _reading(way: str) -> Callable[[str], str]:
    return _folded if way in ("name", "domain") else str.strip


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _revenue(period: BilledPeriod, account: AccountId) -> Revenue:
    return Revenue(
        account=account, first=period.first, last=period.last, amount=period.amount, currency=period.currency
    )


def _placed(billed: BilledInvoice, account: AccountId) -> PlacedInvoice:
    invoice = Invoice(
        account=account,
        number=billed.number,
        due=billed.due,
        paid=billed.paid,
        amount=billed.amount,
        currency=billed.currency,
    )
    return PlacedInvoice(invoice=invoice, place=billed.place)
