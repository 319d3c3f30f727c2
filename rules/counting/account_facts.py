"""What the organisation fields of an account say, in our words."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from rules.counting.revenue import Monthly
from rules.counting.subject import Subject
from rules.days import Calendar
from rules.facts import Account, AccountId, Billed, Day, UtcSecond

# Up to 18 digits and 9 decimals: more than any amount of money, and few enough for sums to stay exact.
_NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,9})?")
# Date fields come as a date, or as midnight of it with an offset: the date is what was entered.
_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(T.*)?")
_CURRENCY = re.compile(r"[A-Za-z]{3}")
_ANSWERS = {"true": True, "false": False}
_NOTHING_BILLED = Billed()


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """How the accounts of one helpdesk are read."""

    calendar: Calendar
    fields: Mapping[str, str]
    """Our word → the organisation field's key."""
    grace: timedelta
    currency: str | None = None
    """The currency of monthly figures where no field is named for it."""
    ignored: frozenset[AccountId] = frozenset()
    ignored_status: frozenset[str] = frozenset()
    teams: frozenset[str] = frozenset()
    """Names of groups: an owner of such a name is no person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A field that holds something else than its word needs: the fact is unknown. Never holds the field's text."""

    account: AccountId
    word: str
    key: str
    needs: str


def plain_number(text: str) -> Decimal | None:
    """A number written as plain decimal text such as 1200 or 1200.50; None for anything else."""
    return Decimal(text.strip()) if _NUMBER.fullmatch(text.strip()) else None


def find_subject(
    account: Account, vocabulary: Vocabulary, first_ticket: UtcSecond | None, billed: Billed = _NOTHING_BILLED
) -> Subject:
    """An account's facts. `billed` is what billing says of this account alone.

    It begins with `customer_since`, else with the earlier of its creation and its first ticket.
    """
    said = _Said(account=account, fields=vocabulary.fields)
    begun = said.day() or _first_seen(account, first_ticket, vocabulary.calendar)
    status, owner = said.text("status"), said.text("owner")
    return Subject(
        id=account.id,
        name=account.name,
        begun=begun,
        judged_from=_judged_from(begun, vocabulary.grace),
        status=status,
        pays=_pays(status, vocabulary),
        segment=said.text("segment"),
        strategic=said.answer("strategic"),
        seats=said.amount("seats"),
        owner=owner,
        owner_is_person=owner is not None and not _is_team(owner, vocabulary),
        periods=billed.revenue,
        monthly=_monthly(said, vocabulary),
        invoices=billed.invoices,
    )


def is_ignored(account: Account, vocabulary: Vocabulary) -> bool:
    """True for an account that the configuration leaves out, by its id or its status."""
    status = _Said(account=account, fields=vocabulary.fields).text("status")
    return account.id in vocabulary.ignored or status in vocabulary.ignored_status


def find_unreadable(account: Account, vocabulary: Vocabulary) -> Iterator[Unreadable]:
    """The fields that are filled, but not with what their word needs."""
    said = _Said(account=account, fields=vocabulary.fields)
    understood = {
        "revenue_month": ("a number from 0 up, as plain decimal text", said.amount("revenue_month")),
        "seats": ("a number from 0 up, as plain decimal text", said.amount("seats")),
        "currency": ("three letters such as EUR", said.currency()),
        "customer_since": ("a date such as 2026-03-31", said.day()),
        "strategic": ("true or false", said.answer("strategic")),
    }
    for word, (needs, fact) in understood.items():
        if fact is None and said.text(word) is not None:
            yield Unreadable(account=account.id, word=word, key=vocabulary.fields[word], needs=needs)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What one account's fields say under our words."""

    account: Account
    fields: Mapping[str, str]

    def text(self, word: str) -> str | None:
        key = self.fields.get(word)
        said = self.account.field(key) if key else None
        return said.strip() or None if said else None

    def amount(self, word: str) -> Decimal | None:
        said = self.text(word)
        number = plain_number(said) if said else None
        return number if number is not None and number >= 0 else None

    def answer(self, word: str) -> bool | None:
        said = self.text(word)
        return _ANSWERS.get(said.casefold()) if said else None

    def currency(self) -> str | None:
        said = self.text("currency")
        return said.upper() if said and _CURRENCY.fullmatch(said) else None

    def day(self) -> Day | None:
        written = _DATE.fullmatch(self.text("customer_since") or "")
        try:
            return Day(date.fromisoformat(written[1]).toordinal()) if written else None
        except ValueError:
            return None


def _pays(status: str | None, vocabulary: Vocabulary) -> bool:
    # Who does not pay belongs in the ignored statuses; any other status is a customer's.
    return status is not None and status not in vocabulary.ignored_status


def _is_team(owner: str, vocabulary: Vocabulary) -> bool:
    return owner.casefold() in {team.casefold() for team in vocabulary.teams}


def _first_seen(account: Account, first_ticket: UtcSecond | None, calendar: Calendar) -> Day | None:
    ticket = None if first_ticket is None else datetime.fromtimestamp(first_ticket, UTC)
    moments = [moment for moment in (account.created, ticket) if moment is not None]
    return calendar.today(min(moments)) if moments else None


def _judged_from(begun: Day | None, grace: timedelta) -> Day | None:
    return None if begun is None or not grace else Day(begun + grace.days)


def _monthly(said: _Said, vocabulary: Vocabulary) -> Monthly | None:
    amount = said.amount("revenue_month")
    if amount is None:
        return None
    return Monthly(amount=amount, currency=said.currency() if "currency" in said.fields else vocabulary.currency)
