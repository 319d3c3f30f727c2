"""Which account a line of billing belongs to."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rules.facts import Account, AccountId, Revenue


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
class Matched:
    """Billing by account, and what found none."""

    revenue: tuple[Revenue, ...]
    unmatched: tuple[str, ...]
    """Each `place: sentence`."""


def match_revenue(periods: Iterable[BilledPeriod], accounts: Iterable[Account], ways: Sequence[str]) -> Matched:
    """Gives each period to the one account that answers to its key, trying the ways in order.

    Ways: external_id, field:<key>, domain, name. Names are compared without regard to case and spacing. A key that
    several accounts answer to belongs to none of them; nothing is ever matched by likeness.
    """
    known = [account for account in accounts if not account.deleted]
    indexes = [(way, _index(known, way)) for way in ways]
    revenue: list[Revenue] = []
    unmatched: list[str] = []
    for period in periods:
        found = _find(period.key, indexes)
        if len(found) == 1:
            revenue.append(_revenue(period, found[0]))
        else:
            unmatched.append(f"{period.place}: {_why_none(period.key, found, ways)}")
    return Matched(revenue=tuple(revenue), unmatched=tuple(unmatched))


_Index = Mapping[str, list[AccountId]]


def _find(key: str, indexes: Sequence[tuple[str, _Index]]) -> Sequence[AccountId]:
    """Every account that answers to the key in the first way in which any does."""
    answers = (index.get(_reading(way)(key)) for way, index in indexes)
    return next((found for found in answers if found), ())


def _why_none(key: str, found: Sequence[AccountId], ways: Sequence[str]) -> str:
    if found:
        return f"{key!r} could be any of the accounts {', '.join(sorted(found))}"
    return f"no account has {key!r} as its {' or '.join(ways)}"


def _index(accounts: Iterable[Account], way: str) -> _Index:
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
