"""A store of an earlier version is brought up to date when it is opened, with everything that is in it."""

from alembic import command
from facts_desk import ACME
from sqlalchemy import Connection, text

from connector.store.database import Database
from connector.store.migrate import _config
from connector.store.store import open_store

FIRST = "0001"


def _begin(url: str) -> None:
    """A store as the first version made it, with one helpdesk and two accounts."""
    database = Database(url)
    config = _config()
    with database.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, FIRST)
        _fill(connection)
    database.close()


def _fill(connection: Connection) -> None:
    connection.execute(text("INSERT INTO helpdesk (id, name, filling, due) VALUES (1, 'acme', 0, 0)"))
    account = text(
        "INSERT INTO account (helpdesk, id, name, deleted, fields) VALUES (1, :id, 'Acme', :deleted, :fields)"
    )
    fields = '[["mrr", "5"]]'
    connection.execute(account, [{"id": str(number + 1), "deleted": number, "fields": fields} for number in (0, 1)])


def test_accounts_of_the_first_version_are_kept_and_nobody_knows_where_they_went(url: str) -> None:
    _begin(url)
    store = open_store(url)
    found = [(one.id, one.deleted, one.fields, one.merged_into) for one in store.accounts(ACME)]
    store.close()
    assert found == [("1", False, (("mrr", "5"),), None), ("2", True, (("mrr", "5"),), None)]


def test_an_upgrade_changes_nothing_the_second_time(url: str) -> None:
    _begin(url)
    for _ in range(2):
        store = open_store(url)
        assert [one.id for one in store.accounts(ACME)] == ["1", "2"]
        store.close()
