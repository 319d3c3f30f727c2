"""Which organisation a deleted one was merged into is asked for seldom, and never at the price of the pull."""

from collections.abc import Iterator

import pytest
import responses
from zendesk_account import HOST, ORGANIZATIONS, organization, organizations, settings, walk

from connector.helpdesk import HelpdeskBusyError, Stream
from connector.helpdesks.zendesk.helpdesk import open_zendesk
from connector.testing.steady_time import SteadyTime
from rules.facts import Account, AccountId

GONE = "2023-09-18T16:00:00Z"


@pytest.fixture
def web() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def merges_of(number: int) -> str:
    return f"{HOST}/api/v2/organizations/{number}/merges"


def merges(*rows: tuple[int, int, str]) -> dict[str, object]:
    """A page of merges: loser, winner, status."""
    listed = [
        {"id": "01HPZM6206BF4G63783E5349AD", "loser_id": loser, "winner_id": winner, "status": status, "url": HOST}
        for loser, winner, status in rows
    ]
    return {"organization_merges": listed, "meta": {"has_more": False, "after_cursor": None}, "links": {"next": None}}


def pulled(web: responses.RequestsMock, traced: set[int], *rows: object) -> dict[str, Account]:
    """The accounts of one page."""
    web.add("GET", ORGANIZATIONS, json=organizations(*rows))
    wanted = walk(Stream.ACCOUNTS, traced=frozenset(AccountId(str(number)) for number in traced))
    pages = open_zendesk(settings(), SteadyTime().outside()).pull(wanted)
    return {account.id: account for page in pages for account in page.accounts}


def asked(web: responses.RequestsMock) -> list[str]:
    return [call.request.url.partition("?")[0] for call in web.calls if "/merges" in (call.request.url or "")]


def test_only_deleted_organisations_that_matter_are_asked_about(web: responses.RequestsMock) -> None:
    web.add("GET", merges_of(1), json=merges((9, 1, "complete"), (1, 2, "complete")))
    web.add("GET", merges_of(2), json=merges((1, 2, "complete")))
    found = pulled(web, {1, 2}, organization(1, deleted_at=GONE), organization(2), organization(3, deleted_at=GONE))
    assert {name: one.merged_into for name, one in found.items()} == {"1": "2", "2": None, "3": None}
    assert asked(web) == [merges_of(1), merges_of(2)]


def test_a_chain_of_merges_is_followed_to_its_end(web: responses.RequestsMock) -> None:
    web.add("GET", merges_of(1), json=merges((1, 2, "complete")))
    web.add("GET", merges_of(2), json=merges((1, 2, "complete"), (2, 3, "complete")))
    web.add("GET", merges_of(3), json=merges((2, 3, "complete")))
    found = pulled(web, {1}, organization(1, deleted_at=GONE), organization(2, deleted_at=GONE))
    assert found["1"].merged_into == "3"


def test_merges_that_lead_back_come_to_an_end(web: responses.RequestsMock) -> None:
    both = merges((1, 2, "complete"), (2, 1, "complete"))
    for number in (1, 2):
        web.add("GET", merges_of(number), json=both)
    assert pulled(web, {1}, organization(1, deleted_at=GONE))["1"].merged_into == "2"
    assert len(asked(web)) == 2


def test_a_merge_that_failed_is_none_and_the_last_one_counts(web: responses.RequestsMock) -> None:
    web.add("GET", merges_of(1), json=merges((1, 2, "error")))
    web.add("GET", merges_of(4), json=merges((4, 2, "error"), (4, 3, "complete")))
    web.add("GET", merges_of(3), json=merges())
    found = pulled(web, {1, 4}, organization(1, deleted_at=GONE), organization(4, deleted_at=GONE))
    assert (found["1"].merged_into, found["4"].merged_into) == (None, "3")


@pytest.mark.parametrize("status", [403, 404, 422])
def test_a_refusal_is_not_known_and_the_pull_goes_on(web: responses.RequestsMock, status: int) -> None:
    web.add("GET", merges_of(1), json={"error": "RecordNotFound", "description": "Not found"}, status=status)
    found = pulled(web, {1}, organization(1, deleted_at=GONE), organization(2))
    assert (found["1"].deleted, found["1"].merged_into, found["2"].deleted) == (True, None, False)


def test_what_is_not_answered_is_asked_again_with_the_page(web: responses.RequestsMock) -> None:
    web.add("GET", merges_of(1), status=503)
    with pytest.raises(HelpdeskBusyError):
        pulled(web, {1}, organization(1, deleted_at=GONE))


def test_hostile_rows_of_a_merge_are_set_aside(web: responses.RequestsMock) -> None:
    page = merges((1, 2, "complete"))
    web.add(
        "GET", merges_of(1), json={**page, "organization_merges": [{"loser_id": "x"}, *page["organization_merges"]]}
    )  # type: ignore[misc]
    web.add("GET", merges_of(2), json=merges())
    assert pulled(web, {1}, organization(1, deleted_at=GONE))["1"].merged_into == "2"


def test_of_very_many_that_are_deleted_at_once_only_some_are_asked_about(web: responses.RequestsMock) -> None:
    for number in range(1, 121):
        web.add("GET", merges_of(number), json=merges())
    rows = [organization(number, deleted_at=GONE) for number in range(1, 121)]
    assert len(pulled(web, set(range(1, 121)), *rows)) == 120
    assert len(asked(web)) == 100
