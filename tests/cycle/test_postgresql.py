"""The whole of a cycle on PostgreSQL, by nothing but another URL."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cycle_config import helpdesk, write_config
from cycle_desk import Desk, open_installed
from cycle_worlds import Office
from postgresql_server import empty_schema
from sqlalchemy import URL

from connector.simulator import Server

SINCE = "2026-09-15"


@pytest.fixture
def desk(
    office: Office, server: Server, tmp_path: Path, postgresql: URL, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    """An installation as `desk` is elsewhere, its store in PostgreSQL."""
    with empty_schema(postgresql) as url:
        if url.password is not None:
            monkeypatch.setenv("PGPASSWORD", str(url.password))
        without_password = url._replace(password=None).render_as_string()
        path = write_config(tmp_path, helpdesk(server.url, SINCE), store=without_password)
        with open_installed(office.world, server, path) as opened:
            yield opened


def test_once_and_once_again_write_what_is_wanted_a_single_time(desk: Desk, office: Office) -> None:
    busy, calm = office.account("Busy"), office.account("Calm")
    assert desk.touchcost("once").status == 0
    office.tickets(busy, 10)
    office.tickets(calm, 1)
    desk.night(3)
    office.world.advance(days=1)
    first = desk.touchcost("once")
    assert (first.status, first.err) == (0, "")
    assert [office.world.organizations[account].tags for account in (busy, calm)] == [("care_review",), ()]
    assert [len(office.alerts(account)) for account in (busy, calm)] == [1, 0]
    comments = office.comments(office.alerts(busy)[0].id)
    again = desk.touchcost("once")
    assert (again.status, again.err) == (0, "")
    assert office.comments(office.alerts(busy)[0].id) == comments
    assert [len(office.alerts(account)) for account in (busy, calm)] == [1, 0]
    assert desk.touchcost("doctor").status == 0
