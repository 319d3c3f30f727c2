"""Who works in Request Tracker, who we are, and who stands behind an ignored address: fingerprints alone."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from connector.clock import Clock
from connector.helpdesk import HelpdeskError, Page, Stream
from connector.helpdesks.request_tracker.errors import UnseenError
from connector.helpdesks.request_tracker.searches import Search, Searcher
from connector.helpdesks.request_tracker.sign_in import TokenSignIn
from connector.helpdesks.request_tracker.wire import GROUP, ME, NAMED_PAGE, NAMED_ROW, USER_PAGE, USER_ROW, Group, Me
from connector.http.decode import Layout
from connector.http.transport import Refusal
from rules.facts import PersonKey

_USERS = Search(
    path="users",
    layout=Layout(stream=Stream.AGENTS, key="items", page=USER_PAGE, row=USER_ROW),
    fields=(("fields", "id,EmailAddress"), ("find_disabled_rows", "1")),
)
_GROUPS = Search(
    path="groups",
    layout=Layout(stream=Stream.AGENTS, key="items", page=NAMED_PAGE, row=NAMED_ROW),
    fields=(("fields", "Name"),),
)
_INTERNAL, _USER_DEFINED = "SystemInternal", "UserDefined"
_PRIVILEGED = "Privileged"
_KEPT = 3600.0
_UTC = frozenset({"utc", "etc/utc", "gmt", "etc/gmt"})


class Staff(NamedTuple):
    """Everybody who works there, by name."""

    names: frozenset[str]
    groups: Mapping[str, str]
    """The first group of each person among those that have a rate."""


class People:
    """Reads the people of one Request Tracker."""

    def __init__(self, searcher: Searcher, sign_in: TokenSignIn, clock: Clock, rated: Iterable[str]) -> None:
        """`rated` are the names of groups that have a rate, the first one first."""
        self._searcher = searcher
        self._rated = tuple(rated)
        self._sign_in = sign_in
        self._clock = clock
        self._introduced = False
        self._me: Me | None = None
        self._staff: Staff | None = None
        self._numbers: dict[tuple[str, str], int | None] = {}
        self._groups: dict[str, str] = {}
        self._groups_read_at: float | None = None

    def me(self) -> Me:
        """The user behind the token. Raises HelpdeskError when there is none."""
        if not self._introduced:
            # A token that is none is said before anything is asked.
            self._sign_in.owner()
            self._searcher.introduce()
            self._introduced = True
        if self._me is None:
            self._me = self._searcher.get(f"user/{self._sign_in.owner()}", ME.validate_json)
        return self._me

    def refuse_other_zones(self) -> None:
        """Raises HelpdeskError unless dates are read as UTC: in another zone searches lose hours, and nothing says so.

        The zone that RT takes where a user has none is not told, hence the user's own must be set.
        """
        zone = self.me().get("Timezone") or ""
        if zone.lower() not in _UTC:
            raise HelpdeskError(
                f"{self._searcher.name}: user {self.me()['id']} has the time zone {zone or 'of the server'}, and "
                "searches by date would lose hours. Set the user's time zone to UTC in RT."
            )

    def page(self, person: Callable[[int], PersonKey], ignored: Iterable[str]) -> Page:
        """Ourselves, and who stands behind the addresses. Agents come with their events: here they are only named."""
        self._me = self._staff = None
        return Page(
            stream=Stream.AGENTS,
            cursor="",
            reached=None,
            end=True,
            ignored=frozenset(person(number) for address in ignored for number in self._behind(address)),
            own=person(self.me()["id"]),
        )

    def staff(self) -> Staff:
        """Everybody privileged, as of the last AGENTS page; of groups only those that have a rate are read."""
        if self._staff is None:
            number = self._find_group(_INTERNAL, _PRIVILEGED)
            if number is None:
                raise HelpdeskError(
                    f"{self._searcher.name}: the group of privileged users cannot be seen, and so every author "
                    "would count as a customer. Give the user behind the token the right SeeGroup."
                )
            self._staff = Staff(names=frozenset(self._members(number)), groups=self._groups_of_people())
        return self._staff

    def outsiders(self, watchers: Iterable[object]) -> int:
        """How many of these users and groups are, or hold, somebody who does not work there.

        Raises UnseenError for a group that cannot be seen.
        """
        return sum(not self._works_there(watcher) for watcher in watchers)

    def _works_there(self, watcher: object) -> bool:
        named = watcher if isinstance(watcher, dict) else {}
        number = str(named.get("id"))
        if named.get("type") == "group" and number.isdecimal():
            return self._members(int(number)) <= self.staff().names
        return number in self.staff().names

    def _groups_of_people(self) -> Mapping[str, str]:
        now = self._clock.monotonic()
        if self._groups_read_at is None or now - self._groups_read_at > _KEPT:
            self._groups = {}
            for group in self._rated:
                number = self._find_group(_USER_DEFINED, group)
                for name in () if number is None else self._members(number):
                    self._groups.setdefault(name, group)
            self._groups_read_at = now
        return self._groups

    def _members(self, number: int) -> set[str]:
        """The names of everybody in a group, and in the groups that it holds."""
        names: set[str] = set()
        seen, left = {number}, [number]
        while left:
            members = self._group(left.pop())["Members"]
            names |= {member["id"] for member in members if member["type"] == "user"}
            inner = {int(member["id"]) for member in members if member["type"] == "group" and member["id"].isdecimal()}
            left += sorted(inner - seen)
            seen |= inner
        return names

    def _group(self, number: int) -> Group:
        found = self._searcher.look(f"group/{number}", GROUP.validate_json)
        if isinstance(found, Refusal):
            raise UnseenError(
                f"{self._searcher.name}: who is in group {number} cannot be seen (status {found.status}). Give the "
                "user behind the token the right SeeGroup, or take the group out of the watchers."
            )
        return found.value

    def _find_group(self, domain: str, name: str) -> int | None:
        if self._numbers.get((domain, name)) is None:
            limits = [{"field": "Domain", "value": domain}, {"field": "Name", "value": name}]
            rows = self._searcher.ask(_GROUPS, json.dumps(limits)).rows
            self._numbers[domain, name] = next((row["id"] for row in rows if row["Name"] == name), None)
        return self._numbers[domain, name]

    def _behind(self, address: str) -> Iterable[int]:
        # What may not be searched by is left out without a word: what is found is compared.
        query = json.dumps([{"field": "EmailAddress", "value": address}])
        rows = self._searcher.ask(_USERS, query).rows
        return [row["id"] for row in rows if str(row.get("EmailAddress")).lower() == address]
