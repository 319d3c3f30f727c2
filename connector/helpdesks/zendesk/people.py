"""Who works in the helpdesk, who we are, and who stands behind an ignored address: fingerprints alone."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NotRequired

from pydantic import TypeAdapter
from typing_extensions import TypedDict

from connector.helpdesk import HelpdeskError, Page, Stream
from connector.helpdesks.zendesk.errors import refused
from connector.helpdesks.zendesk.lists import read_list
from connector.helpdesks.zendesk.wire import (
    FOUND_PAGE,
    FOUND_ROW,
    GROUP_PAGE,
    GROUP_ROW,
    USER_PAGE,
    USER_ROW,
    UserRow,
)
from connector.http.decode import Layout
from connector.http.texts import clean
from connector.http.transport import Ask, Refusal, Transport
from rules.facts import Agent, PersonKey, UtcSecond

_USERS = Layout(stream=Stream.AGENTS, key="users", page=USER_PAGE, row=USER_ROW)
_FOUND = Layout(stream=Stream.AGENTS, key="users", page=FOUND_PAGE, row=FOUND_ROW)
_GROUPS = Layout(stream=Stream.AGENTS, key="groups", page=GROUP_PAGE, row=GROUP_ROW)
_WHO_WORKS = (("role[]", "agent"), ("role[]", "admin"))
_GROUPS_KEPT = 3600.0
_LONGEST_NAME = 250


class Me(TypedDict):
    """The user behind the credential. Zendesk answers 200 with a null id when there is none."""

    id: int | None
    role: NotRequired[str | None]


class _MeAnswer(TypedDict):
    user: Me


_ME = TypeAdapter(_MeAnswer)


class People:
    """Reads the people of one Zendesk account; groups and we ourselves are asked for seldom."""

    def __init__(
        self,
        transport: Transport,
        person: Callable[[int], PersonKey],
        ignored: Iterable[str],
        monotonic: Callable[[], float],
    ) -> None:
        """`ignored` are mail addresses in lower case."""
        self._transport = transport
        self._person = person
        self._monotonic = monotonic
        self._ignored: dict[str, frozenset[PersonKey]] = {address: frozenset() for address in ignored}
        self._me: Me | None = None
        self._group_names: dict[int, str | None] = {}
        self._groups_read_at: float | None = None
        self.groups: Mapping[PersonKey, str] = {}
        """The default group of each agent, as of the last list of agents."""
        self._agents: frozenset[PersonKey] | None = None

    def me(self) -> Me:
        """The user behind the credential. Raises HelpdeskError when there is none."""
        if self._me is None:
            self._me = self._who()
        return self._me

    def page(self) -> Page:
        """Every agent and administrator, as one page: the whole list, each time."""
        rows, rejected = read_list(self._transport, "/api/v2/users", _USERS, _WHO_WORKS)
        names = self._names(rows)
        agents = tuple(self._agent(row, names) for row in rows)
        self.groups = {agent.key: agent.group for agent in agents if agent.group is not None}
        self._agents = frozenset(agent.key for agent in agents)
        return Page(
            stream=Stream.AGENTS,
            cursor="",
            reached=None,
            end=True,
            agents=agents,
            ignored=frozenset().union(*self._behind_addresses()),
            own=self._person(self.me()["id"] or 0),
            rejected=rejected,
        )

    def agents(self) -> frozenset[PersonKey]:
        """Agents, light ones too, and administrators, as of the last list; listed now if there was none."""
        if self._agents is None:
            self.page()
        return self._agents or frozenset()

    def group_names(self) -> frozenset[str]:
        """The names of all groups."""
        groups, _ = read_list(self._transport, "/api/v2/groups", _GROUPS)
        return frozenset(clean(row["name"], _LONGEST_NAME) for row in groups)

    def _agent(self, row: UserRow, names: Mapping[int, str | None]) -> Agent:
        group = row.get("default_group_id")
        return Agent(key=self._person(row["id"]), since=UtcSecond(0), group=None if group is None else names.get(group))

    def _names(self, rows: Iterable[UserRow]) -> Mapping[int, str | None]:
        wanted = {group for row in rows if (group := row.get("default_group_id")) is not None}
        now = self._monotonic()
        stale = self._groups_read_at is None or now - self._groups_read_at > _GROUPS_KEPT
        if stale or wanted - self._group_names.keys():
            groups, _ = read_list(self._transport, "/api/v2/groups", _GROUPS)
            named = {row["id"]: clean(row["name"], _LONGEST_NAME) for row in groups}
            self._group_names = dict.fromkeys(wanted) | named
            self._groups_read_at = now
        return self._group_names

    def _behind_addresses(self) -> Iterator[frozenset[PersonKey]]:
        for address, known in self._ignored.items():
            self._ignored[address] = known or self._search(address)
            yield self._ignored[address]

    def _search(self, address: str) -> frozenset[PersonKey]:
        # Search takes no page size; what it finds is compared, for it finds likenesses too.
        path = "/api/v2/users/search"
        found = self._transport.read(Ask(path=path, params=[("query", f'email:"{address}"')]), _FOUND.read)
        if isinstance(found, Refusal):
            raise refused(self._transport.wire, path, found)
        rows = found.value.rows
        return frozenset(self._person(row["id"]) for row in rows if (row.get("email") or "").lower() == address)

    def _who(self) -> Me:
        path = "/api/v2/users/me"
        found = self._transport.read(Ask(path=path), _ME.validate_json)
        if isinstance(found, Refusal):
            raise refused(self._transport.wire, path, found)
        me = found.value["user"]
        if me["id"] is None:
            wire = self._transport.wire
            raise HelpdeskError(
                f"{wire.name}: {wire.origin} takes us for an anonymous visitor. Check `auth`: the credential is wrong, "
                "or of a kind that this account no longer accepts."
            )
        return me
