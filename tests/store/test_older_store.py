"""A store that an older version made comes up to date when it is opened, and keeps what it holds."""

import json
from dataclasses import replace

import pytest
from alembic import command
from alembic.config import Config
from facts_desk import ACME, AGENT, BASIS, COUNTING, OWN_FAULT, START, TODAY, absorb, agent, event, page, ticket, totals
from sqlalchemy import Connection, text

from connector.helpdesk import Stream
from connector.store import migrate
from connector.store.database import Database
from connector.store.rows import Recount
from connector.store.store import Store, open_store
from rules.counting.own_fault import OwnFault
from rules.facts import AccountId, Kind, Method, TicketId, UtcSecond

ONE = AccountId("1")
NO_LINKS = replace(BASIS, own_fault=OwnFault(problem_links=False))
BASIS_OF_0001 = {
    "time_zone": "UTC",
    "ignored_tags": ["spam"],
    "ignored_requesters": [],
    "own": None,
    "timer_field": None,
    "sources": ["organization", "email_domain"],
    "since": "2026-01-01",
    "account_fields": [],
}


def run(connection: Connection, statement: str, **values: object) -> None:
    connection.execute(text(statement), values)


def fill(connection: Connection) -> None:
    """A ticket with one reply, as version 0001 kept it, counted."""
    run(
        connection,
        "INSERT INTO helpdesk (id, name, filling, due, basis, facts_from) VALUES (1, :name, 0, 0, :basis, 0)",
        name=ACME,
        basis=json.dumps(BASIS_OF_0001),
    )
    run(connection, "INSERT INTO agent (helpdesk, key, since, \"group\") VALUES (1, :key, 0, 'Tier 1')", key=AGENT)
    run(
        connection,
        "INSERT INTO ticket (helpdesk, id, organization, requester, channel, created, changed, status, own, tags, "
        "account, cut) VALUES (1, 1, '1', 21, 'email', :at, :at, 2, 0, '[\"our_bug\"]', '1', 0)",
        at=START,
    )
    run(
        connection,
        "INSERT INTO event (helpdesk, ticket, id, at, author, comment, status, merge) "
        "VALUES (1, 1, 1, :at, :author, 1, 0, 0)",
        at=START,
        author=AGENT,
    )
    run(connection, "INSERT INTO account_day VALUES (1, '1', :day, 1, 0, 0)", day=TODAY)
    run(
        connection,
        'INSERT INTO effort_day (helpdesk, account, day, "group", channel, kind, method, count, seconds) '
        "VALUES (1, '1', :day, 'Tier 1', 'email', 0, 2, 1, 0)",
        day=TODAY,
    )


@pytest.fixture
def older(url: str) -> str:
    """The URL of a store of version 0001."""
    database = Database(url)
    config = Config()
    config.set_main_option("script_location", str(migrate.__file__).replace("migrate.py", "migrations"))
    config.set_main_option("path_separator", "os")
    with database.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        fill(connection)
    database.close()
    return url


@pytest.fixture
def opened(older: str) -> Store:
    return open_store(older)


def test_what_was_counted_stays_counted_and_is_not_our_own_fault(opened: Store) -> None:
    reply = (ONE, TODAY, "Tier 1", "email", Kind.REPLY, Method.ASSUMED)
    assert totals(opened) == {(ONE, TODAY): (1, 0, 0), reply: (1, 0)}
    assert opened.doctor(ACME, COUNTING) == ()
    opened.close()


def test_rows_are_asked_for_again_only_where_links_to_problems_matter(opened: Store) -> None:
    assert opened.foresee(ACME, BASIS) is Recount.REFILL
    assert opened.foresee(ACME, NO_LINKS) is Recount.NOTHING
    assert opened.recount(ACME, BASIS) is Recount.REFILL
    assert opened.recount(ACME, NO_LINKS) is Recount.NOTHING
    opened.close()


def test_a_tag_is_known_of_old_rows_and_an_edit_of_tags_brings_no_links(opened: Store) -> None:
    tagged = OwnFault(tags=frozenset({"our_bug"}), problem_links=False)
    assert opened.recount(ACME, replace(NO_LINKS, own_fault=tagged)) is Recount.REBUILD
    opened.build_totals(ACME, replace(COUNTING, own_fault=tagged))
    assert (ONE, TODAY, "Tier 1", "email", Kind.REPLY, Method.ASSUMED, OWN_FAULT) in totals(opened)
    assert opened.recount(ACME, replace(NO_LINKS, own_fault=replace(tagged, problem_links=True))) is Recount.REFILL
    opened.close()


def test_a_filling_that_an_older_version_began_is_begun_again_where_links_matter(older: str) -> None:
    database = Database(older)
    with database.write() as connection:
        run(connection, "UPDATE helpdesk SET filling = 1, facts_from = NULL")
    database.close()
    opened = open_store(older)
    assert opened.recount(ACME, NO_LINKS) is Recount.NOTHING
    assert opened.recount(ACME, BASIS) is Recount.REFILL
    opened.begin_filling(ACME, BASIS)
    assert opened.recount(ACME, BASIS) is Recount.NOTHING
    opened.close()


def test_new_work_stands_beside_what_was_counted(opened: Store) -> None:
    absorb(opened, page(Stream.AGENTS, [agent(AGENT)]))
    absorb(opened, page(Stream.EVENTS, [event(1, 2, author=AGENT, at=START)]))
    absorb(opened, page(Stream.TICKETS, [ticket(2, problem=TicketId(9), changed=UtcSecond(START + 60))]))
    ours = {key: counts for key, counts in totals(opened).items() if key[-1] == OWN_FAULT}
    assert ours == {(ONE, TODAY, "Tier 1", "email", Kind.REPLY, Method.ASSUMED, OWN_FAULT): (1, 0)}
    assert opened.doctor(ACME, COUNTING) == ()
    opened.close()
