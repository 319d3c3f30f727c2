"""The page to look at, as it is sent."""

from html.parser import HTMLParser

import pytest
import requests
from simulator_client import Client

from connector.simulator import World


class _Assets(HTMLParser):
    """Collects what a page would load from somewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        named = dict(attributes)
        if tag in ("script", "img", "link", "iframe"):
            self.found.append(str(named.get("src") or named.get("href")))


def _page(client: Client, path: str = "/?still=1") -> str:
    answer = requests.get(f"{client.server.url}{path}", timeout=10)
    assert answer.status_code == 200
    return answer.text


@pytest.fixture
def alert(client: Client, world: World, acme: int) -> int:
    world.people.add_organization("Calm")
    client.get("incremental/organizations", start_time=0)
    field = {"key": "care_state", "title": "State", "type": "text"}
    client.send("POST", "organization_fields", json={"organization_field": field})
    row = {"id": acme, "organization_fields": {"care_state": "for review"}}
    client.send("PUT", f"organizations/{acme}", json={"organization": row})
    client.send("PUT", f"organizations/{acme}/tags", json={"tags": ["care_review"]})
    ticket = {
        "subject": "For review: Acme",
        "comment": {"body": "Support took <31 %> of it.", "public": False},
        "external_id": f"touchcost:demo:{acme}:1",
    }
    return client.send("POST", "tickets", json={"ticket": ticket}).json()["ticket"]["id"]


def test_an_empty_helpdesk_has_a_page(client: Client) -> None:
    assert "No alert tickets yet." in _page(client)


def test_accounts_for_review_stand_first_with_their_marks(client: Client, alert: int) -> None:
    text = _page(client)
    assert text.index("Acme") < text.index("Calm")
    assert 'review">for review</span>' in text
    assert 'mark">care_review</span>' in text
    assert f"#{alert}" in text


def test_private_notes_and_the_last_cycles_changes_are_shown_escaped(client: Client, alert: int) -> None:
    text = _page(client)
    assert alert
    assert "Support took &lt;31 %&gt; of it." in text
    assert "in cycle 1 of 1: 4 writes" in text
    assert "added care_review" in text


def test_an_account_and_a_ticket_have_pages_of_their_own(client: Client, alert: int, acme: int) -> None:
    assert "care_state" in _page(client, f"/accounts/{acme}")
    assert "private note" in _page(client, f"/tickets/{alert}")
    assert requests.get(f"{client.server.url}/tickets/999", timeout=10).status_code == 404


def test_the_page_loads_itself_again_and_nothing_from_elsewhere(client: Client, alert: int) -> None:
    assert alert
    text = _page(client, "/")
    assert 'http-equiv="refresh"' in text
    assets = _Assets()
    assets.feed(text)
    assert assets.found == ["data:,"]


def test_pages_are_also_where_agents_find_them_in_zendesk(client: Client, acme: int, alert: int) -> None:
    assert _page(client, f"/agent/organizations/{acme}") == _page(client, f"/accounts/{acme}")
    assert _page(client, f"/agent/tickets/{alert}") == _page(client, f"/tickets/{alert}")


def test_an_address_in_a_note_is_a_link_and_markup_is_text(client: Client, acme: int, alert: int) -> None:
    note = {"comment": {"body": f"See {client.server.url}/agent/organizations/{acme} <b>", "public": False}}
    client.send("PUT", f"tickets/{alert}", json={"ticket": note})
    shown = _page(client, f"/tickets/{alert}")
    assert f'href="{client.server.url}/agent/organizations/{acme}"' in shown
    assert "<b>" not in shown.partition("private note")[2]


def test_a_browser_that_asks_for_what_is_not_there_gets_a_page(client: Client) -> None:
    accept = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    for path in ("/accounts/1", "/agent/tickets/999", "/<b>nothing"):
        answer = requests.get(f"{client.server.url}{path}", headers=accept, timeout=10)
        assert (answer.status_code, answer.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
        assert "There is no such page" in answer.text
        assert "<b>nothing" not in answer.text
    answer = requests.get(f"{client.server.url}/accounts/1", timeout=10)
    assert answer.json()["error"] == "InvalidEndpoint"
