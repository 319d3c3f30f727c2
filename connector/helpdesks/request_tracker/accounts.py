"""Lists the accounts that users and queues name; those that only tickets name come with the tickets.

There is no object for an organisation in Request Tracker: it is a text on users. What is known of one is what its
users say: the first that has a value, in the order of their numbers.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from connector.helpdesk import Page, Rejected, Stream
from connector.helpdesks.request_tracker.mail_services import PUBLIC
from connector.helpdesks.request_tracker.people import People
from connector.helpdesks.request_tracker.searches import IN_AN_ORGANIZATION, Search, Searcher
from connector.helpdesks.request_tracker.values import account_name, custom_values, domain_of, second
from connector.helpdesks.request_tracker.wire import (
    NAMED_PAGE,
    NAMED_ROW,
    USER_PAGE,
    USER_ROW,
    Frame,
    NamedRow,
    UserRow,
)
from connector.http.decode import Layout
from connector.http.texts import clean
from connector.settings import HelpdeskSettings, SourceKind
from rules.facts import Account, AccountId

_USERS = Layout(stream=Stream.ACCOUNTS, key="items", page=USER_PAGE, row=USER_ROW)
_QUEUES = Layout(stream=Stream.ACCOUNTS, key="items", page=NAMED_PAGE, row=NAMED_ROW)

_F = TypeVar("_F", bound=Frame)
_R = TypeVar("_R", bound=Mapping[str, Any])


@dataclass(slots=True)
class _Gathered:
    """What is known of an account so far."""

    created: datetime | None = None
    fields: dict[str, str] = field(default_factory=dict)
    domains: set[str] = field(default_factory=set)


class Accounts:
    """Lists the accounts of one Request Tracker: a request for every hundred users and queues."""

    def __init__(self, searcher: Searcher, people: People, settings: HelpdeskSettings) -> None:
        self._searcher = searcher
        self._people = people
        self._kinds = frozenset(source.kind for source in settings.account)
        self._keys = sorted(settings.account_fields)
        # The queue of alert tickets is no account.
        self._alert_queue = settings.write.group
        custom: tuple[str, ...] = ("CustomFields",) if self._keys else ()
        person = _columns("id", "Name", "Organization", "EmailAddress", "Created", *custom)
        self._users = Search(
            path="users",
            layout=_USERS,
            fields=(person, ("find_disabled_rows", "1")),
        )
        self._queues = Search(path="queues/all", layout=_QUEUES, fields=(_columns("Name", *custom),))

    def page(self) -> Page:
        """All of them as one page. Raises HelpdeskBusyError and HelpdeskError."""
        gathered: dict[str, _Gathered] = defaultdict(_Gathered)
        rejected: list[Rejected] = []
        if self._kinds & {SourceKind.ORGANIZATION, SourceKind.EMAIL_DOMAIN}:
            self._gather_users(gathered, rejected)
        if SourceKind.QUEUE in self._kinds:
            self._gather_queues(gathered, rejected)
        accounts = tuple(_account(name, found) for name, found in sorted(gathered.items()))
        return Page(
            stream=Stream.ACCOUNTS, cursor="", reached=None, end=True, accounts=accounts, rejected=tuple(rejected)
        )

    def _gather_users(self, gathered: dict[str, _Gathered], rejected: list[Rejected]) -> None:
        claims: dict[str, set[str]] = defaultdict(set)
        by_domain = SourceKind.EMAIL_DOMAIN in self._kinds
        staff = self._people.staff().names if by_domain else frozenset[str]()
        for row in self._rows(self._users, IN_AN_ORGANIZATION, rejected):
            name = account_name(row.get("Organization"))
            if not name:
                continue
            self._add(gathered[name], row)
            # Whoever works there has our own domain, whatever organisation is written on them.
            if by_domain and row.get("Name") not in staff:
                claims[domain_of(row) or ""].add(name)
        for domain, names in claims.items():
            if domain and domain not in PUBLIC and len(names) == 1:
                gathered[next(iter(names))].domains.add(domain)

    def _gather_queues(self, gathered: dict[str, _Gathered], rejected: list[Rejected]) -> None:
        for row in self._rows(self._queues, "", rejected):
            name = account_name(row["Name"])
            if name and name != self._alert_queue:
                self._add(gathered[name], row)

    def _add(self, account: _Gathered, row: UserRow | NamedRow) -> None:
        for key in self._keys:
            value = ",".join(clean(value) for value in custom_values(row, key))
            if value:
                account.fields.setdefault(key, value)
        with suppress(ValueError):
            # Without the right AdminUsers every user seems never to have been made.
            created = datetime.fromtimestamp(second(str(row.get("Created"))), UTC)
            account.created = min(created, account.created or created)

    def _rows(self, search: Search[_F, _R], query: str, rejected: list[Rejected]) -> Iterator[_R]:
        for found in self._searcher.listed(search, query):
            yield from found.rows
            rejected += found.rejected


def _columns(*names: str) -> tuple[str, str]:
    return "fields", ",".join(names)


def _account(name: str, found: _Gathered) -> Account:
    return Account(
        id=AccountId(name),
        name=name,
        external_id=None,
        domains=tuple(sorted(found.domains)),
        created=found.created,
        deleted=False,
        fields=tuple(sorted(found.fields.items())),
    )
