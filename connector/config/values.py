"""One value of config.yaml at a time: what it may be, and the sentence when it is something else.

Each function raises ValueError with that sentence: pydantic makes a problem of it, and of no other error.
"""

import re
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from connector.settings import EMAIL_DOMAIN, ORGANIZATION, QUEUE, AccountSource, SourceKind
from connector.yaml.values import said, text
from rules.language.suggestion import did_you_mean
from rules.rule import Level

_Word = TypeVar("_Word", bound=StrEnum)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_MOST_MINUTES = 600
_LATER_ACCOUNTS = ("helpdesk", "requester")
_ACCOUNTS = {str(source): source for source in (ORGANIZATION, EMAIL_DOMAIN, QUEUE)}
_OF_FIELD = re.compile(r"field:\s*(\S(?:.{0,98}\S)?)")
_MATCHES = ("external_id", "field:<key>", "domain", "name")


def name(value: object) -> str:
    """A helpdesk's name: at most 40 of a-z, 0-9 and -."""
    if not isinstance(value, str) or not re.fullmatch(r"[a-z0-9-]{1,40}", value):
        raise ValueError(f"write at most 40 of a-z, 0-9 and -, not {said(value)}")
    return value


def prefix(value: object) -> str:
    """The beginning of our tags and field keys."""
    if not isinstance(value, str) or not re.fullmatch(r"[a-z0-9_]{1,20}", value):
        raise ValueError(f"write at most 20 of a-z, 0-9 and _, not {said(value)}")
    return value


def day(value: object) -> date:
    """A day written as 2025-11-01."""
    try:
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            return date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"the calendar has no {value}") from None
    raise ValueError(f"write a day such as 2025-11-01, not {said(value)}")


def every(value: object) -> timedelta:
    """How often a cycle runs: a minute to a day. A helpdesk hides the last minute, so faster finds nothing."""
    found = re.fullmatch(r"([0-9]{1,5})([smhdw])", value) if isinstance(value, str) else None
    if found is None:
        raise ValueError(f"write a duration such as 15m, 1h or 1d, not {said(value)}")
    length = timedelta(**{_UNITS[found[2]]: int(found[1])})
    if not timedelta(minutes=1) <= length <= timedelta(days=1):
        raise ValueError(f"a cycle runs at most every 1m and at least every 1d, not every {value}")
    return length


def time_zone(value: object) -> str:
    """The name of a time zone of the IANA database."""
    if not isinstance(value, str):
        raise ValueError(f"write a time zone such as Europe/Rome, not {said(value)}")  # noqa: TRY004
    try:
        return ZoneInfo(value).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        near = did_you_mean(value, available_timezones())
        raise ValueError(f"there is no time zone {said(value)}{near or '; write one such as Europe/Rome'}") from None


def money(value: object) -> Decimal:
    """An amount: quoted text or a whole number, never a broken number without quotes."""
    found = _exact(value, "an amount")
    if found <= 0:
        raise ValueError(f"an amount is more than 0, not {said(value)}")
    return found


def gross_margin(value: object) -> Decimal:
    """The share of revenue that is left after the cost of what is sold, before support: more than 0, at most 1."""
    found = _exact(value, "a share")
    if not 0 < found <= 1:
        raise ValueError(f'a gross margin is more than 0 and at most 1, such as "0.78", not {said(value)}')
    return found


def minutes(value: object) -> Decimal:
    """Minutes of one touch, 0 to 600. Written exactly, so quotes are not needed."""
    try:
        found = Decimal(text(str(value) if isinstance(value, Decimal) else value))
    except (ArithmeticError, ValueError):
        raise ValueError(f"write minutes such as 5 or 7.5, not {said(value)}") from None
    if not found.is_finite() or not 0 <= found <= _MOST_MINUTES:
        raise ValueError(f"minutes are 0 to {_MOST_MINUTES}, not {said(value)}")
    return found


def currency(value: object) -> str:
    """An ISO 4217 code."""
    if not isinstance(value, str) or not re.fullmatch(r"[A-Z]{3}", value):
        raise ValueError(f"write a currency's three capital letters, such as EUR, not {said(value)}")
    return value


def level(value: object) -> Level:
    """One of the three levels."""
    known = [level.word for level in Level]
    if not isinstance(value, str) or value not in known:
        raise ValueError(f"write {' or '.join(known)}, not {said(value)}{did_you_mean(str(value), known)}")
    return Level[value.upper()]


def billing_kind(value: object) -> str:
    """The kind of a source of billing: csv."""
    if value != "csv":
        near = did_you_mean(str(value), ["csv"])
        raise ValueError(f"{said(value)} is not in this version{near or '; csv is'}")
    return "csv"


def account(value: object) -> AccountSource:
    """One way a ticket finds its account."""
    if value in _LATER_ACCOUNTS:
        raise ValueError(f"{said(value)} is not in this version")
    field = _OF_FIELD.fullmatch(value) if isinstance(value, str) and value.isprintable() else None
    if field is not None:
        return AccountSource(kind=SourceKind.FIELD, field=field[1])
    if isinstance(value, str) and value in _ACCOUNTS:
        return _ACCOUNTS[value]
    near = did_you_mean(value, list(_ACCOUNTS)) if isinstance(value, str) else ""
    raise ValueError(f"write {', '.join(_ACCOUNTS)} or field:<name>, not {said(value)}{near}")


def match(value: object) -> str:
    """One way a line of billing finds its account."""
    if isinstance(value, str) and (value in _MATCHES[:1] + _MATCHES[2:] or re.fullmatch(r"field:\w+", value)):
        return value
    near = did_you_mean(str(value), _MATCHES)
    raise ValueError(f"write {', '.join(_MATCHES[:-1])} or {_MATCHES[-1]}, not {said(value)}{near}")


def language(value: object) -> str:
    """The language of what is written: English."""
    if value != "en":
        raise ValueError(f"{said(value)} is not in this version; texts are in English (en)")
    return "en"


def address(value: object) -> str:
    """A mail address, in lower case."""
    if not isinstance(value, str) or not re.fullmatch(r"[^@\s]+@[^@\s]+", value):
        raise ValueError(f"write a mail address, not {said(value)}")
    return value.lower()


def field_name(value: object) -> str:
    """The key of an organisation field, or its name where fields have no keys."""
    if not isinstance(value, str) or not re.fullmatch(r"[\w.-]+(?: [\w.-]+)*", value):
        raise ValueError(f"write the key of an organisation field, not {said(value)}")
    return value


def field_key(value: object) -> str:
    """The key of an organisation field."""
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z0-9_.-]+", value):
        raise ValueError(f"write the key of an organisation field, not {said(value)}")
    return value


def _exact(value: object, what: str) -> Decimal:
    if isinstance(value, Decimal):
        raise ValueError(f'{what} with a fraction stands in quotes, so that it stays exact: write "{value}"')  # noqa: TRY004
    try:
        found = Decimal(text(value))
    except (ArithmeticError, ValueError):
        point = ", with a point and without commas" if "," in str(value) else ""
        raise ValueError(f'write {what} as "60.00" or 60{point}, not {said(value)}') from None
    if not found.is_finite():
        raise ValueError(f'write {what} as "60.00" or 60, not {said(value)}')
    return found
