"""Who carries the marks of accounts: the users of an organisation, or a queue.

There is no object for an organisation in Request Tracker, hence its marks stand on everybody in it who is a customer
and not disabled. Custom fields of a user show in lists to everybody with the right SeeCustomField; on the user's own
page they show to administrators alone.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple, Protocol

from connector.helpdesk import Stream
from connector.helpdesks.request_tracker.needed import ON_QUEUES, ON_USERS, carrier_of
from connector.helpdesks.request_tracker.people import People
from connector.helpdesks.request_tracker.searches import IN_AN_ORGANIZATION, Search, Searcher
from connector.helpdesks.request_tracker.values import account_name, custom_fields, number_of
from connector.helpdesks.request_tracker.wire import NAMED_PAGE, NAMED_ROW, USER_PAGE, USER_ROW, NamedRow, UserRow
from connector.http.decode import Layout
from connector.http.transport import Refusal
from connector.settings import HelpdeskSettings
from rules.facts import AccountId

_USERS = Search(
    path="users",
    layout=Layout(stream=Stream.ACCOUNTS, key="items", page=USER_PAGE, row=USER_ROW),
    fields=(("fields", "id,Name,Organization,CustomFields"),),
)
QUEUES = Search(
    path="queues/all",
    layout=Layout(stream=Stream.ACCOUNTS, key="items", page=NAMED_PAGE, row=NAMED_ROW),
    fields=(("fields", "id,Name,CustomFields"),),
)
"""Every queue that is not disabled, with its custom fields."""
_NAMES_AT_ONCE = 25
"""As many as make an address that every server takes."""


class Carrier(NamedTuple):
    """One user or queue."""

    path: str
    """Where it is read and written: `user/93`."""
    name: str
    account: AccountId
    values: Mapping[str, tuple[str, ...]]
    """What stands in each custom field that we may see, by the field's name."""


class Carriers(Protocol):
    """Finds those of one Request Tracker."""

    def of(self, accounts: Collection[AccountId]) -> Iterator[Carrier]:
        """Everybody who carries the marks of these accounts."""

    def again(self, carriers: Sequence[Carrier]) -> Iterator[Carrier]:
        """The same as they are now, without those who carry the account's marks no more."""


class Users:
    """Customers who are not disabled, by their organisation. Without the right AdminUsers all users are looked at."""

    def __init__(self, searcher: Searcher, people: People) -> None:
        self._searcher = searcher
        self._people = people

    def of(self, accounts: Collection[AccountId]) -> Iterator[Carrier]:
        """A request for every hundred users."""
        return (carrier for carrier in self._found(IN_AN_ORGANIZATION) if carrier.account in accounts)

    def again(self, carriers: Sequence[Carrier]) -> Iterator[Carrier]:
        """A request for every twenty-five."""
        known = {(carrier.path, carrier.account) for carrier in carriers}
        for names in _chunks(carrier.name for carrier in carriers):
            limits = [{"field": "Name", "value": name, "entry_aggregator": "OR"} for name in names]
            found = self._found(json.dumps(limits))
            yield from (carrier for carrier in found if (carrier.path, carrier.account) in known)

    def _found(self, query: str) -> Iterator[Carrier]:
        staff = self._people.staff().names
        for found in self._searcher.listed(_USERS, query):
            for row in found.rows:
                account = account_name(row.get("Organization"))
                if account and row.get("Name") not in staff:
                    yield _carrier("user", row, account)


class Queues:
    """Queues, of which there are few; the page of each shows its custom fields."""

    def __init__(self, searcher: Searcher, alert_queue: str | None) -> None:
        self._searcher = searcher
        self._alert_queue = alert_queue

    def of(self, accounts: Collection[AccountId]) -> Iterator[Carrier]:
        """A request for every hundred queues."""
        for found in self._searcher.listed(QUEUES, ""):
            for row in found.rows:
                carrier = self._carrier(row)
                if carrier.account in accounts and carrier.account != self._alert_queue:
                    yield carrier

    def again(self, carriers: Sequence[Carrier]) -> Iterator[Carrier]:
        """A request for each."""
        for carrier in carriers:
            found = self._searcher.look(carrier.path, NAMED_ROW.validate_json)
            if isinstance(found, Refusal) or number_of(found.value.get("Disabled")):
                continue
            now = self._carrier(found.value)
            if now.account == carrier.account:
                yield now

    def _carrier(self, row: NamedRow) -> Carrier:
        return _carrier("queue", row, account_name(row["Name"]))


def open_carriers(settings: HelpdeskSettings, searcher: Searcher, people: People) -> Carriers | None:
    """Who carries marks where accounts are found like this; None where nobody can."""
    carrier = carrier_of(settings)
    if carrier == ON_USERS:
        return Users(searcher, people)
    return Queues(searcher, settings.write.group) if carrier == ON_QUEUES else None


def _carrier(kind: str, row: UserRow | NamedRow, account: str) -> Carrier:
    return Carrier(f"{kind}/{row['id']}", str(row.get("Name")), AccountId(account), custom_fields(row))


def _chunks(names: Iterable[str]) -> Iterator[Sequence[str]]:
    left = iter(names)
    while chunk := tuple(islice(left, _NAMES_AT_ONCE)):
        yield chunk
