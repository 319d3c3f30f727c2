"""Who may call, and what the helpdesk says to those who may not."""

import pytest
import requests
from simulator_client import Client

from connector.simulator import API_TOKEN, Server, World


def test_client_credentials_mint_a_bearer_token(client: Client) -> None:
    answer = client.sign_in(expires_in=600)
    assert answer.status_code == 200
    assert (answer.json()["token_type"], answer.json()["expires_in"]) == ("bearer", 600)
    assert client.get("users/me").json()["user"]["role"] == "admin"


def test_an_unknown_secret_is_refused_with_401(client: Client) -> None:
    assert client.sign_in(secret="another").status_code == 401


def test_current_token_tells_scopes_and_expiry(client: Client) -> None:
    client.sign_in(scope="read", expires_in=600)
    token = client.get("oauth/tokens/current").json()["token"]
    assert token["scopes"] == ["read"]
    assert token["expires_at"].startswith("2026-11-22T09:")


def test_an_expired_token_is_answered_with_401_invalid_token(client: Client, world: World) -> None:
    world.vault.expire()
    answer = client.get("users/me")
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token")


def test_nobody_is_an_anonymous_user_with_200_and_no_id(server: Server) -> None:
    answer = requests.get(f"{server.url}/api/v2/users/me.json", timeout=10)
    assert (answer.status_code, answer.json()["user"]["id"]) == (200, None)


def test_a_password_is_anonymous_and_a_wrong_api_token_is_401(server: Server) -> None:
    url = f"{server.url}/api/v2/users/me.json"
    assert requests.get(url, auth=("agent-0@helpdesk.test", "pass"), timeout=10).json()["user"]["id"] is None
    assert requests.get(url, auth=("agent-0@helpdesk.test/token", "no"), timeout=10).status_code == 401


def test_an_api_token_acts_as_any_user_it_names(server: Server, world: World, agent: int) -> None:
    address = world.users[agent].email
    answer = requests.get(f"{server.url}/api/v2/users/me", auth=(f"{address}/token", API_TOKEN), timeout=10)
    assert answer.json()["user"]["id"] == agent


def test_a_list_without_credential_is_401(server: Server) -> None:
    answer = requests.get(f"{server.url}/api/v2/groups", timeout=10)
    assert (answer.status_code, answer.json()) == (401, {"error": "Couldn't authenticate you"})


@pytest.mark.parametrize("scope", ["write", "nonsense"])
def test_a_missing_scope_is_403_with_the_scopes_name(client: Client, scope: str) -> None:
    client.sign_in(scope=scope)
    answer = client.get("groups")
    assert answer.status_code == 403
    assert answer.json()["error"]["message"] == "You are missing the following required scopes: read"


def test_a_scope_of_one_resource_opens_that_resource_alone(client: Client) -> None:
    client.sign_in(scope="organizations:read")
    assert client.get("organizations").status_code == 200
    assert client.get("ticket_fields").status_code == 403


def test_an_agent_may_neither_export_nor_tag_organisations(client: Client, world: World, agent: int, acme: int) -> None:
    world.vault.add_client("of-an-agent", "secret", agent)
    client.sign_in("of-an-agent", "secret")
    assert client.get("incremental/organizations", start_time=0).status_code == 403
    assert client.send("PUT", f"organizations/{acme}/tags", json={"tags": ["a"]}).status_code == 403
    assert client.send("PUT", f"organizations/{acme}", json={"organization": {"notes": "a"}}).status_code == 200


def test_unknown_paths_are_told_from_missing_records(client: Client) -> None:
    assert client.get("no/such/thing").json()["error"] == "InvalidEndpoint"
    assert client.get("organizations/5").json() == {"error": "RecordNotFound", "description": "Not found"}
