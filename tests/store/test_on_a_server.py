"""What only a server asks for: drivers, lost connections, several writers at once."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from facts_desk import ACME, COUNTING, absorb, event, filled, page, ticket, totals
from postgresql_server import empty_schema
from sqlalchemy import URL, create_engine, text

from connector.helpdesk import Stream
from connector.store.database import Database
from connector.store.rows import LockedError, StoreError
from connector.store.store import Store, open_store


@pytest.fixture
def within(postgresql: URL) -> Iterator[URL]:
    with empty_schema(postgresql) as url:
        yield url.update_query_dict({"application_name": url.query["options"]})


@pytest.fixture
def store(within: URL) -> Iterator[Store]:
    opened = open_store(within.render_as_string(hide_password=False))
    yield opened
    opened.close()


def test_a_missing_driver_is_named_with_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError, match=r"needs a driver .*psycopg.*pip install 'touchcost\[postgresql\]'"):
        open_store("postgresql+psycopg://127.0.0.1/touchcost")


def test_another_driver_is_refused_with_the_url_to_write() -> None:
    with pytest.raises(StoreError, match=r"psycopg2 is not supported; write postgresql\+psycopg://host/name"):
        open_store("postgresql+psycopg2://127.0.0.1/touchcost")


def test_a_database_that_lets_us_make_nothing_is_refused_without_its_password(postgresql: URL) -> None:
    nowhere = postgresql.update_query_dict({"options": "-csearch_path=nowhere"})
    with pytest.raises(StoreError, match=r"cannot open .*no schema") as refused:
        open_store(nowhere.render_as_string(hide_password=False))
    assert not postgresql.password or str(postgresql.password) not in str(refused.value)


def test_a_reader_sees_one_state_from_its_first_query_to_its_last(store: Store, within: URL) -> None:
    filled(store)
    database = Database(within.render_as_string(hide_password=False))
    count = text("SELECT count(*) FROM ticket")
    with database.read() as connection:
        before = connection.scalar(count)
        absorb(store, page(Stream.TICKETS, [ticket(1)]))
        assert connection.scalar(count) == before
    with database.read() as connection:
        assert connection.scalar(count) == 1
    database.close()


def test_a_store_goes_on_after_its_server_has_dropped_every_connection(store: Store, within: URL) -> None:
    filled(store, page(Stream.TICKETS, [ticket(1)]))
    engine = create_engine(within.update_query_dict({"application_name": "another"}))
    drop = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = :name")
    with engine.begin() as connection:
        assert connection.scalars(drop, {"name": within.query["application_name"]}).all()
    engine.dispose()
    absorb(store, page(Stream.EVENTS, [event(1)]))
    assert store.doctor(ACME, COUNTING) == ()


def test_stores_in_one_database_have_locks_of_their_own(store: Store, postgresql: URL) -> None:
    with empty_schema(postgresql) as url:
        other = open_store(url.render_as_string(hide_password=False))
        with store.lock(ACME), other.lock(ACME), pytest.raises(LockedError), store.lock(ACME):
            pass
        other.close()


def test_totals_built_beside_pages_are_the_sum_of_the_tickets(store: Store) -> None:
    filled(store, page(Stream.TICKETS, [ticket(number, organization=str(number % 5)) for number in range(40)]))
    pages = [page(Stream.EVENTS, [event(number, number % 40)]) for number in range(60)]
    with ThreadPoolExecutor(3) as pool:
        absorbing = [pool.submit(lambda half: [absorb(store, one) for one in half], pages[part::2]) for part in (0, 1)]
        for _ in range(5):
            store.build_totals(ACME, COUNTING)
        for one in absorbing:
            one.result()
    assert store.doctor(ACME, COUNTING) == ()
    assert sum(counts[0] for key, counts in totals(store).items() if len(key) > 2) == 60
