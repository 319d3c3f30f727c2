"""Every engine that the store runs on."""

import os
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex

import pytest
from sqlalchemy import create_engine, make_url, text

from connector.store.store import Store, open_store

POSTGRESQL = os.environ.get("TOUCHCOST_TEST_POSTGRESQL")
"""The URL of a PostgreSQL database in which the tests may make and drop schemas."""


@pytest.fixture(params=["sqlite", "postgresql"] if POSTGRESQL else ["sqlite"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty store."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'store.db'}"
        return
    assert POSTGRESQL is not None
    schema = f"touchcost_{token_hex(6)}"
    engine = create_engine(POSTGRESQL)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    within = make_url(POSTGRESQL).update_query_dict({"options": f"-csearch_path={schema}"})
    yield within.render_as_string(hide_password=False)
    with engine.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    engine.dispose()


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An empty store."""
    opened = open_store(url)
    yield opened
    opened.close()
