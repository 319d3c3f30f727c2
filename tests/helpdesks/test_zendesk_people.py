"""Agents, groups, ourselves and ignored addresses; and lists of many pages."""

from collections.abc import Iterator
from typing import Any

import pytest
import responses
from responses.matchers import query_param_matcher
from zendesk_account import EVENTS, HOST, event, events, ignoring, settings, walk

from connector.helpdesk import HelpdeskError, Page, Stream
from connector.helpdesks.zendesk.helpdesk import Zendesk, open_zendesk
from connector.testing.steady_time import SteadyTime
from rules.facts import Agent, PersonKey, UtcSecond

USERS, GROUPS, ME = f"{HOST}/api/v2/users", f"{HOST}/api/v2/groups", f"{HOST}/api/v2/users/me"
FIELDS = f"{HOST}/api/v2/ticket_fields"


@pytest.fixture
def time() -> SteadyTime:
    return SteadyTime()


@pytest.fixture
def web() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.add("GET", ME, json={"user": {"id": 9, "role": "admin"}})
        mock.add("GET", GROUPS, json=listed("groups", {"id": 5, "name": "Tier 1"}))
        yield mock


def listed(key: str, *rows: object, more: str | None = None) -> dict[str, Any]:
    """A page by cursor; `links.next` is given on the last one too."""
    return {
        key: list(rows),
        "meta": {"has_more": more is not None, "after_cursor": more or "last", "before_cursor": "x"},
        "links": {"prev": None, "next": f"{HOST}/api/v2/{key}?page[after]={more or 'last'}&page[size]=100"},
    }


def user(user_id: int, **changed: object) -> dict[str, Any]:
    return {"id": user_id, "role": "agent", "default_group_id": 5, "name": "x", "email": "x@acme.test", **changed}


def agents(zendesk: Zendesk) -> Page:
    (page,) = zendesk.pull(walk(Stream.AGENTS))
    return page


def calls(web: responses.RequestsMock, url: str) -> int:
    return sum((call.request.url or "").partition("?")[0] == url for call in web.calls)


def test_agents_and_administrators_come_with_the_name_of_their_group(
    web: responses.RequestsMock, time: SteadyTime
) -> None:
    web.add("GET", USERS, json=listed("users", user(1), user(2, role="admin", default_group_id=None)))
    page = agents(open_zendesk(settings(), time.outside()))
    assert page.agents == (
        Agent(key=PersonKey(-1), since=UtcSecond(0), group="Tier 1"),
        Agent(key=PersonKey(-2), since=UtcSecond(0), group=None),
    )
    assert (page.own, page.end) == (PersonKey(-9), True)
    assert web.calls[0].request.params == {"role[]": ["agent", "admin"], "page[size]": "100"}  # type: ignore[attr-defined]


def test_a_list_goes_on_while_there_is_more_and_not_while_there_is_a_link(
    web: responses.RequestsMock, time: SteadyTime
) -> None:
    web.add("GET", USERS, json=listed("users", user(1), more="abc"))
    web.add("GET", USERS, json=listed("users", user(2)))
    page = agents(open_zendesk(settings(), time.outside()))
    assert [agent.key for agent in page.agents] == [-1, -2]
    assert calls(web, USERS) == 2
    second = [call.request.params for call in web.calls if "abc" in (call.request.url or "")]  # type: ignore[attr-defined]
    assert second == [{"role[]": ["agent", "admin"], "page[after]": "abc", "page[size]": "100"}]


def test_a_list_without_cursors_is_followed_to_its_end(web: responses.RequestsMock, time: SteadyTime) -> None:
    following = f"{USERS}?page=2&per_page=100"
    web.add("GET", USERS, json={"users": [user(1)], "count": 2, "next_page": following, "previous_page": None})
    web.add("GET", USERS, json={"users": [user(2)], "count": 2, "next_page": None, "previous_page": None})
    page = agents(open_zendesk(settings(), time.outside()))
    assert [agent.key for agent in page.agents] == [-1, -2]
    assert web.calls[1].request.url == following


def test_a_list_that_leads_to_another_host_is_refused(web: responses.RequestsMock, time: SteadyTime) -> None:
    web.add("GET", USERS, json={"users": [user(1)], "next_page": "https://evil.test/api/v2/users?page=2"})
    with pytest.raises(HelpdeskError, match=r"evil\.test"):
        agents(open_zendesk(settings(), time.outside()))
    assert all((call.request.url or "").startswith(HOST) for call in web.calls)


def test_groups_and_ourselves_are_asked_for_seldom_and_agents_each_time(
    web: responses.RequestsMock, time: SteadyTime
) -> None:
    web.add("GET", USERS, json=listed("users", user(1), user(2, default_group_id=404)))
    zendesk = open_zendesk(settings(), time.outside())
    for _ in range(3):
        agents(zendesk)
    assert (calls(web, USERS), calls(web, GROUPS), calls(web, ME)) == (3, 1, 1)
    time.passed += 3601
    agents(zendesk)
    assert calls(web, GROUPS) == 2


def test_a_new_group_is_learned_at_once(web: responses.RequestsMock, time: SteadyTime) -> None:
    web.add("GET", USERS, json=listed("users", user(1)))
    zendesk = open_zendesk(settings(), time.outside())
    agents(zendesk)
    web.replace("GET", USERS, json=listed("users", user(1, default_group_id=6)))
    web.replace("GET", GROUPS, json=listed("groups", {"id": 6, "name": "Tier 2"}))
    assert [agent.group for agent in agents(zendesk).agents] == ["Tier 2"]


def test_an_event_carries_the_group_of_an_agent_who_is_known(web: responses.RequestsMock, time: SteadyTime) -> None:
    web.add("GET", USERS, json=listed("users", user(1)))
    web.add("GET", EVENTS, json=events(event(1, updater_id=1), event(2, updater_id=3)))
    zendesk = open_zendesk(settings(), time.outside())
    agents(zendesk)
    (page,) = zendesk.pull(walk(Stream.EVENTS))
    assert [row.group for row in page.events] == ["Tier 1", None]


def test_an_agent_who_cannot_be_read_is_set_aside(web: responses.RequestsMock, time: SteadyTime) -> None:
    web.add("GET", USERS, json=listed("users", user(1), {"id": "x"}, user(3)))
    page = agents(open_zendesk(settings(), time.outside()))
    assert [agent.key for agent in page.agents] == [-1, -3]
    assert [row.stream for row in page.rejected] == [Stream.AGENTS]


def test_an_ignored_address_is_compared_and_not_only_searched(web: responses.RequestsMock, time: SteadyTime) -> None:
    web.add("GET", USERS, json=listed("users", user(1)))
    found = [{"id": 7, "email": "Monitor@acme.test"}, {"id": 8, "email": "monitor@acme.test.example"}]
    match = query_param_matcher({"query": 'email:"monitor@acme.test"'})
    web.add("GET", f"{USERS}/search", json={"users": found, "next_page": None, "count": 2}, match=[match])
    zendesk = open_zendesk(ignoring("monitor@acme.test"), time.outside())
    assert agents(zendesk).ignored == {PersonKey(-7)}
    assert agents(zendesk).ignored == {PersonKey(-7)}
    assert calls(web, f"{USERS}/search") == 1


def test_nobody_is_searched_for_where_nobody_is_ignored(web: responses.RequestsMock, time: SteadyTime) -> None:
    web.add("GET", USERS, json=listed("users", user(1)))
    assert agents(open_zendesk(settings(), time.outside())).ignored == frozenset()
    assert calls(web, f"{USERS}/search") == 0


def field(field_id: int, title: str, **changed: object) -> dict[str, Any]:
    return {"id": field_id, "type": "integer", "title": title, "active": True, **changed}


def test_the_timers_field_is_found_by_its_title_once(web: responses.RequestsMock, time: SteadyTime) -> None:
    fields = field(1, "Time spent last update (sec)"), field(36, "Total time spent (sec)")
    web.add("GET", FIELDS, json=listed("ticket_fields", *fields))
    web.add("GET", EVENTS, json=events(event(1, {"custom_ticket_fields": {"36": "745", "1": "20"}})))
    zendesk = open_zendesk(settings(timer_field=None), time.outside())
    for _ in range(2):
        (page,) = zendesk.pull(walk(Stream.EVENTS))
        assert page.events[0].timer == 745
    assert calls(web, FIELDS) == 1


def test_without_the_timers_field_nothing_is_measured_and_it_is_looked_for_each_hour(
    web: responses.RequestsMock, time: SteadyTime
) -> None:
    web.add("GET", FIELDS, json=listed("ticket_fields", field(1, "Zeit gesamt")))
    web.add("GET", EVENTS, json=events(event(1, {"custom_ticket_fields": {"1": "745"}})))
    zendesk = open_zendesk(settings(timer_field=None), time.outside())
    (page,) = zendesk.pull(walk(Stream.EVENTS))
    list(zendesk.pull(walk(Stream.EVENTS)))
    assert page.events[0].timer is None
    assert calls(web, FIELDS) == 1
    time.passed += 3601
    list(zendesk.pull(walk(Stream.EVENTS)))
    assert calls(web, FIELDS) == 2
