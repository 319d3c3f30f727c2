"""From Request Tracker's rows to our own values."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from connector.helpdesks.request_tracker.statuses import Statuses
from connector.helpdesks.request_tracker.wire import TicketRow, TransactionRow
from connector.http.texts import clean, moment
from connector.settings import EMAIL_DOMAIN, AccountSource, SourceKind
from rules.facts import SYSTEM, Account, AccountId, Comment, Event, PersonKey, Ticket, TicketId, TicketStatus, UtcSecond

OWN_KEY = "touchcost:"
"""How the key of every alert ticket begins, of any installation."""

_KEYS_KEPT = 20_000
_LONGEST_NAME = 250
_MINUTE = 60
_NOBODY = ("Nobody", "RT_System")
_CHANNEL = "email"
"""RT tells nowhere how a ticket came, and most come by mail."""

_COMMENTS = {"Create": Comment.PUBLIC, "Correspond": Comment.PUBLIC, "Comment": Comment.PRIVATE}
_CHANGES = frozenset(
    {
        "Status",
        "Set",
        "SetWatcher",
        "AddWatcher",
        "DelWatcher",
        "CustomField",
        "AddLink",
        "DeleteLink",
        "Take",
        "Untake",
        "Give",
        "Steal",
        "Force",
        "Subject",
        "Forward Ticket",
        "Forward Transaction",
    }
)
_MERGED = ("AddLink", "MergedInto")
_MINUTES = re.compile(r"-?\d{1,9}")
_DOMAIN = re.compile(r"[^\s@,;]{1,253}")
_NOT_SET = 0
"""The second by which RT writes a time that is not set."""


class Values:
    """Makes our values of rows. People become fingerprints here and nowhere later."""

    def __init__(
        self,
        person_key: Callable[[int], PersonKey],
        sources: Sequence[AccountSource],
        statuses: Statuses,
        key_field: str,
    ) -> None:
        """`key_field` is the ticket field that holds the key of an alert ticket."""
        self.person = lru_cache(maxsize=_KEYS_KEPT)(person_key)
        self._sources = [source for source in sources if source != EMAIL_DOMAIN]
        self._by_domain = EMAIL_DOMAIN in sources
        self._statuses = statuses
        self._key_field = key_field

    def forget(self) -> None:
        """What may be told otherwise in another pull is asked about again."""
        self._statuses.forget_open()

    def author(self, reference: object) -> PersonKey:
        """The fingerprint of a person; SYSTEM for what no person did, and for RT's *Nobody*."""
        number = number_of(reference)
        return SYSTEM if number is None or name_of(reference) in _NOBODY else self.person(number)

    def event(self, row: TransactionRow, groups: Mapping[str, str]) -> Event | None:
        """One transaction; None for what is no update of a ticket. Raises ValueError for a time that is none."""
        kind, field = row["Type"], row.get("Field")
        comment = _COMMENTS.get(kind)
        if comment is None and kind not in _CHANGES:
            return None
        author = row.get("Creator")
        return Event(
            ticket=TicketId(row["ObjectId"]),
            id=row["id"],
            at=second(row["Created"]),
            author=self.author(author),
            group=groups.get(name_of(author)),
            comment=comment,
            status=self._statuses.read(str(row.get("NewValue"))) if kind == "Status" else None,
            timer=None,
            merge=(kind, field) == _MERGED,
            spent=_seconds(row.get("TimeTaken")),
        )

    def ticket(self, row: TicketRow, *, own: bool) -> Ticket:
        """A ticket. Raises ValueError for a time that is none."""
        requesters = _in_order(row.get("Requestor") or (), number_of(row.get("Creator")))
        created = second(row["Created"])
        owner = row.get("Owner")
        return Ticket(
            id=TicketId(row["id"]),
            organization=self._account(row, requesters),
            domain=next(filter(None, map(domain_of, requesters)), None) if self._by_domain else None,
            requester=self.author(requesters[0]) if requesters else SYSTEM,
            assignee=None if name_of(owner) in _NOBODY else self.author(owner) or None,
            channel=_CHANNEL,
            created=created,
            # Never before it was made: what was changed long ago is pruned.
            changed=UtcSecond(max(second(row["LastUpdated"]), created)),
            status=self._statuses.read(row["Status"]),
            own=own,
            tags=(),
        )

    def merged(self, row: TicketRow, into: Ticket) -> Ticket:
        """A ticket that was merged into another: it is over, and belongs to whom the other belongs."""
        created = second(row["Created"])
        return into._replace(
            id=TicketId(row["id"]),
            created=created,
            changed=UtcSecond(max(second(row["LastUpdated"]), created, into.changed)),
            status=TicketStatus.CLOSED,
            own=into.own or self.is_ours(row),
        )

    def deleted(self, row: TransactionRow) -> Ticket:
        """A ticket as the transaction that deleted it shows it: nothing of it counts any more."""
        at = second(row["Created"])
        return Ticket(
            id=TicketId(row["ObjectId"]),
            organization=None,
            domain=None,
            requester=SYSTEM,
            assignee=None,
            channel=_CHANNEL,
            # When it was made is not told, and counts nowhere.
            created=at,
            changed=at,
            status=TicketStatus.DELETED,
            own=False,
            tags=(),
        )

    def is_ours(self, row: Mapping[str, Any]) -> bool:
        """Whether a ticket holds the key of an alert ticket, of any installation."""
        return any(value.startswith(OWN_KEY) for value in custom_values(row, self._key_field))

    def _account(self, row: TicketRow, requesters: Sequence[Any]) -> str | None:
        return next((name for source in self._sources for name in _named(source, row, requesters) if name), None)


def named_account(name: str) -> Account:
    """An account of which nothing is known but its name, which is its id."""
    return Account(id=AccountId(name), name=name, external_id=None, domains=(), created=None, deleted=False, fields=())


def account_name(text: object) -> str:
    """The text that names an account: on one line and without spaces around it; '' where there is none.

    Capitals are kept: two spellings are two accounts, as they are to whoever reads them in RT.
    """
    return clean(text, _LONGEST_NAME) if isinstance(text, str) else ""


def second(text: str) -> UtcSecond:
    """Raises ValueError, without the text, for what is no time or none that is set."""
    found = int(moment(text).timestamp())
    if found <= _NOT_SET:
        raise ValueError("a time is not set")
    return UtcSecond(found)


def number_of(reference: object) -> int | None:
    """The number of a person or thing that a row refers to, None where that is not told."""
    told = reference.get("id") if isinstance(reference, dict) else reference
    if isinstance(told, bool) or not isinstance(told, int | str):
        return None
    return int(told) if str(told).isdecimal() and str(told).isascii() and int(told) > 0 else None


def name_of(reference: object) -> str:
    """The name of a person or thing that a row refers to, '' where that is not told."""
    name = reference.get("Name") if isinstance(reference, dict) else None
    return name if isinstance(name, str) else ""


def domain_of(row: object) -> str | None:
    """The mail domain of a user, lower case; the address itself goes no further."""
    address = row.get("EmailAddress") if isinstance(row, dict) else None
    domain = address.rpartition("@")[2].lower() if isinstance(address, str) and "@" in address else ""
    return domain if _DOMAIN.fullmatch(domain) else None


def custom_fields(row: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """What stands in each custom field of a ticket, transaction, user or queue that we may see, by the field's name."""
    fields = (one for one in row.get("CustomFields") or () if isinstance(one, dict))
    # A value that was emptied may stay as one that is null.
    return {str(one.get("name")): tuple(filter(_is_text, one.get("values") or ())) for one in fields}


def custom_values(row: Mapping[str, Any], field: str) -> tuple[str, ...]:
    """What stands in one of them."""
    return custom_fields(row).get(field, ())


def number_of_field(row: Mapping[str, Any], field: str) -> str | None:
    """The number by which transactions name a custom field; None where it is not seen."""
    fields = (one for one in row.get("CustomFields") or () if isinstance(one, dict))
    return next((str(one.get("id")) for one in fields if one.get("name") == field), None)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value != ""


def _named(source: AccountSource, row: TicketRow, requesters: Sequence[Any]) -> Iterator[str]:
    if source.kind is SourceKind.QUEUE:
        yield account_name(name_of(row.get("Queue")))
    elif source.field is not None:
        yield from (account_name(value) for value in custom_values(row, source.field))
    else:
        yield from (account_name(one.get("Organization")) for one in requesters)


def _in_order(requesters: Iterable[Any], creator: int | None) -> list[Any]:
    """Who wrote first comes first, the others in the order of their numbers."""
    known = [one for one in requesters if isinstance(one, dict) and number_of(one) is not None]
    return sorted(known, key=lambda one: (number_of(one) != creator, number_of(one)))


def _seconds(minutes: object) -> int | None:
    """What was entered; nothing entered is 0 to RT, and unknown to us."""
    text = str(minutes).strip()
    return int(text) * _MINUTE or None if _MINUTES.fullmatch(text) else None
