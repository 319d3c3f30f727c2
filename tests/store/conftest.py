"""Every engine that the store runs on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from postgresql_server import empty_schema
from sqlalchemy import URL

from connector.store.store import Store, open_store


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty store."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'store.db'}"
        return
    server: URL = request.getfixturevalue("postgresql")
    with empty_schema(server) as within:
        yield within.render_as_string(hide_password=False)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An empty store."""
    opened = open_store(url)
    yield opened
    opened.close()
