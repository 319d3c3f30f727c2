"""An account is found by what people call it."""

from connector.reports.naming import find_account
from rules.facts import Account, AccountId


def account(number: int, name: str, domain: str = "", *, deleted: bool = False) -> Account:
    return Account(
        id=AccountId(str(number)),
        name=name,
        external_id=None,
        domains=(domain,) if domain else (),
        created=None,
        deleted=deleted,
        fields=(),
    )


ACCOUNTS = [
    account(1, "Rossi Meccanica", "rossi.test"),
    account(2, "Rossi"),
    account(3, "Old Rossi", deleted=True),
    account(12, "1"),
]


def ids(said: str) -> list[str]:
    return [found.id for found in find_account(said, ACCOUNTS).accounts]


def test_id_comes_before_a_name_that_is_the_same() -> None:
    assert ids("1") == ["1"]


def test_whole_name_comes_before_a_part_of_another() -> None:
    assert ids("  rossi ") == ["2"]


def test_domain_and_link_lead_to_the_account() -> None:
    assert ids("ROSSI.test") == ["1"]
    assert ids("https://acme.zendesk.com/agent/organizations/12/tickets") == ["12"]


def test_part_of_a_name_is_enough_where_it_is_the_only_one() -> None:
    assert ids("meccanica") == ["1"]


def test_deleted_account_answers_to_its_id_alone() -> None:
    assert ids("Old Rossi") == []
    assert ids("3") == ["3"]


def test_nothing_is_nobody() -> None:
    assert ids("") == []
    assert find_account("Rosi", ACCOUNTS).suggestions == ("Rossi",)
