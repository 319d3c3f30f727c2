"""Opening a store: new ones, old ones, newer ones, several at once."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from facts_desk import ACME
from sqlalchemy import Connection, create_engine, text

from connector.store.database import Database
from connector.store.migrate import _config
from connector.store.rows import StoreError
from connector.store.store import open_store
from connector.store.tables import METADATA


def test_a_new_store_has_every_table_as_the_code_knows_it(url: str) -> None:
    open_store(url).close()
    database = Database(url)
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    database.close()


def test_a_store_of_a_newer_version_is_refused_with_a_sentence(url: str) -> None:
    open_store(url).close()
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(StoreError, match=r"made by a newer version of touchcost .* install that version"):
        open_store(url)


def _of_version(connection: Connection, version: str) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, version)


def test_a_store_of_the_version_before_comes_up_to_date_and_keeps_its_events(url: str) -> None:
    database = Database(url)
    with database.write() as connection:
        _of_version(connection, "0001")
        connection.execute(
            text(
                'INSERT INTO event (helpdesk, ticket, id, at, author, "group", comment, status, timer, merge) '
                "VALUES (1, 7, 8, 9, 10, 'Tier 1', 1, 0, 60, 0)"
            )
        )
    database.close()
    open_store(url).close()
    database = Database(url)
    with database.read() as connection:
        rows = connection.execute(text("SELECT ticket, id, timer, spent FROM event")).all()
    assert [tuple(row) for row in rows] == [(7, 8, 60, None)]
    database.close()


def _open_and_name(url: str) -> int:
    store = open_store(url)
    try:
        return store.person_key(7)
    finally:
        store.close()


def test_several_that_open_a_new_store_at_once_find_one_store(url: str) -> None:
    with ProcessPoolExecutor(4, mp_context=get_context("fork")) as pool:
        keys = set(pool.map(_open_and_name, [url] * 8))
    assert len(keys) == 1


def test_fingerprints_are_the_same_in_one_store_and_others_in_another(tmp_path: Path) -> None:
    urls = [f"sqlite:///{tmp_path / name}.db" for name in ("one", "two")]
    assert _open_and_name(urls[0]) == _open_and_name(urls[0])
    assert _open_and_name(urls[0]) != _open_and_name(urls[1])


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("touchcost.db", "no engine for this URL"),
        ("oracle://somewhere/db", "no engine|not supported"),
        ("mysql+pymysql://somewhere/db", "no engine|not supported"),
        ("sqlite://", "SQLite needs a file"),
        ("sqlite:////nowhere/at/all/touchcost.db", "cannot open sqlite:////nowhere/at/all/touchcost.db"),
    ],
)
def test_a_store_that_cannot_be_used_is_refused_with_a_sentence(url: str, sentence: str) -> None:
    with pytest.raises(StoreError, match=sentence):
        open_store(url)


def test_a_file_that_is_no_store_is_refused_with_a_sentence(tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    other.write_text("this is a letter and no database " * 100)
    with pytest.raises(StoreError, match="cannot open"):
        open_store(f"sqlite:///{other}")


def test_no_password_is_shown_when_a_server_does_not_answer() -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(StoreError) as refused:
        open_store("postgresql+psycopg://someone:canary@127.0.0.1:1/touchcost")
    assert "canary" not in str(refused.value)


def test_an_unknown_helpdesk_is_empty_and_is_not_made_by_reading(url: str) -> None:
    store = open_store(url)
    assert store.standing(ACME).filling
    assert (store.walks(ACME), store.outbox(ACME), dict(store.states(ACME))) == ((), (), {})
    assert store.helpdesks() == ()
    store.close()
