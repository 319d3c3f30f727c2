"""Opening a store: new ones, old ones, newer ones, several at once."""

from concurrent.futures import ProcessPoolExecutor
from datetime import date
from decimal import Decimal
from multiprocessing import get_context
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from facts_desk import ACME
from sqlalchemy import Connection, create_engine, insert, text

from connector.store import migrate
from connector.store.database import Database
from connector.store.rows import StoreError
from connector.store.store import open_store
from connector.store.tables import HELPDESK, METADATA, REVENUE
from rules.facts import AccountId


def test_a_new_store_has_every_table_as_the_code_knows_it(url: str) -> None:
    open_store(url).close()
    database = Database(url)
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    database.close()


def _earlier_versions() -> list[str]:
    """Every version of the store but the last."""
    scripts = ScriptDirectory.from_config(migrate._config())
    return sorted({script.revision for script in scripts.walk_revisions()} - {str(scripts.get_current_head())})


def _bring_to(connection: Connection, version: str) -> None:
    """A store as an earlier touchcost made it."""
    config = migrate._config()
    config.attributes["connection"] = connection
    command.upgrade(config, version)


def _make_store_of(url: str, version: str) -> None:
    """A store of an earlier version, with a helpdesk and a line of revenue."""
    database = Database(url)
    with database.write() as connection:
        _bring_to(connection, version)
        connection.execute(insert(HELPDESK).values(id=1, name=ACME, filling=1, due=0))
        line = {"account": "1", "first": date(2026, 1, 1), "last": date(2026, 1, 31), "currency": "EUR"}
        connection.execute(insert(REVENUE).values(helpdesk=1, line=0, amount=Decimal("12.50"), **line))
    database.close()


@pytest.mark.parametrize("version", _earlier_versions())
def test_a_store_of_an_earlier_version_comes_up_to_date_with_all_it_holds(url: str, version: str) -> None:
    _make_store_of(url, version)
    store = open_store(url)
    assert [str(one.amount) for one in store.billed(ACME).revenue] == ["12.50"]
    assert store.billed(ACME).invoices == ()
    store.close()
    database = Database(url)
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    database.close()


def test_days_that_an_earlier_version_kept_without_evidence_are_forgotten(url: str) -> None:
    database = Database(url)
    with database.write() as connection:
        _bring_to(connection, "0002")
        connection.execute(text("INSERT INTO helpdesk (name, filling, due) VALUES ('acme', 0, 0)"))
        columns = "(helpdesk, account, rule, day, value, operands, lines)"
        day = "SELECT id, '1', 'reopens', 739000, '4', '{}', '' FROM helpdesk"
        connection.execute(text(f"INSERT INTO verdict_day {columns} {day}"))
    database.close()
    store = open_store(url)
    assert store.verdict_days(ACME, AccountId("1")) == ()
    store.close()


def test_a_store_of_a_newer_version_is_refused_with_a_sentence(url: str) -> None:
    open_store(url).close()
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(StoreError, match=r"made by a newer version of touchcost .* install that version"):
        open_store(url)


def test_a_store_of_the_first_version_keeps_its_events(url: str) -> None:
    database = Database(url)
    with database.write() as connection:
        _bring_to(connection, "0001")
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
