"""What pages do to the totals."""

import pytest
from facts_desk import (
    ACME,
    AGENT,
    COLLEAGUE,
    COUNTING,
    CUSTOMER,
    START,
    TODAY,
    absorb,
    account,
    agent,
    event,
    filled,
    page,
    ticket,
    totals,
)

from connector.helpdesk import Stream
from connector.settings import ORGANIZATION
from connector.store.store import Store
from rules.facts import NOBODY, AccountId, Comment, Kind, Method, TicketStatus, UtcSecond

ONE, TWO = AccountId("1"), AccountId("2")
CONTACT = ("", "email", Kind.CONTACT, Method.ASSUMED)
REPLY = ("Tier 1", "email", Kind.REPLY, Method.ASSUMED)


def test_a_ticket_and_its_events_count_for_its_organisation(store: Store) -> None:
    filled(store, page(Stream.AGENTS, [agent(AGENT)]))
    absorb(store, page(Stream.EVENTS, [event(1), event(2, author=AGENT)]))
    absorbed = absorb(store, page(Stream.TICKETS, [ticket(1)]))
    assert totals(store) == {
        (ONE, TODAY): (1, 0, 0),
        (ONE, TODAY, *CONTACT): (1, 0),
        (ONE, TODAY, *REPLY): (1, 0),
    }
    assert absorbed.changed == {ONE}
    assert absorbed.rows == 1


def test_an_event_whose_ticket_is_not_known_counts_when_the_ticket_comes(store: Store) -> None:
    filled(store)
    assert absorb(store, page(Stream.EVENTS, [event(1)])).changed == frozenset()
    assert totals(store) == {}
    absorb(store, page(Stream.TICKETS, [ticket(1)]))
    assert totals(store)[ONE, TODAY, *CONTACT] == (1, 0)


def test_absorbing_a_page_again_changes_nothing(store: Store) -> None:
    pages = (page(Stream.EVENTS, [event(1), event(2)]), page(Stream.TICKETS, [ticket(1)]))
    filled(store, *pages)
    before = totals(store)
    assert [absorb(store, given).changed for given in pages] == [frozenset(), frozenset()]
    assert totals(store) == before


def test_a_moved_ticket_takes_its_work_along(store: Store) -> None:
    filled(store, page(Stream.EVENTS, [event(1)]), page(Stream.TICKETS, [ticket(1)]))
    moved = ticket(1, organization="2", changed=UtcSecond(START + 5))
    assert absorb(store, page(Stream.TICKETS, [moved])).changed == {ONE, TWO}
    assert totals(store) == {(TWO, TODAY): (1, 0, 0), (TWO, TODAY, *CONTACT): (1, 0)}


def test_an_older_row_of_a_ticket_never_replaces_a_newer_one(store: Store) -> None:
    filled(store, page(Stream.TICKETS, [ticket(1, organization="2", changed=UtcSecond(START + 5))]))
    assert absorb(store, page(Stream.TICKETS, [ticket(1)])).changed == frozenset()
    assert totals(store) == {(TWO, TODAY): (1, 0, 0)}


@pytest.mark.parametrize("gone", [{"status": TicketStatus.DELETED}, {"tags": ("spam",)}, {"own": True}])
def test_a_ticket_that_is_deleted_or_ignored_leaves_the_totals(store: Store, gone: dict[str, object]) -> None:
    filled(store, page(Stream.EVENTS, [event(1)]), page(Stream.TICKETS, [ticket(1)]))
    absorb(store, page(Stream.TICKETS, [ticket(1, changed=UtcSecond(START + 5), **gone)]))
    assert totals(store) == {}


def test_an_event_keeps_the_group_that_was_known_first(store: Store) -> None:
    first, again = event(1, author=AGENT, group="Tier 1"), event(1, author=AGENT, group="Tier 2", timer=30)
    filled(store, page(Stream.AGENTS, [agent(AGENT)]), page(Stream.TICKETS, [ticket(1)]))
    absorb(store, page(Stream.EVENTS, [first]))
    absorb(store, page(Stream.EVENTS, [again]))
    assert totals(store)[ONE, TODAY, "Tier 1", "email", Kind.REPLY, Method.MEASURED] == (1, 30)


def test_a_changed_group_of_an_agent_stands_in_for_the_unknown_group_of_an_event(store: Store) -> None:
    events = [event(1, author=AGENT, group=None), event(2, author=AGENT, group="Tier 1")]
    filled(store, page(Stream.AGENTS, [agent(AGENT)]), page(Stream.EVENTS, events), page(Stream.TICKETS, [ticket(1)]))
    assert absorb(store, page(Stream.AGENTS, [agent(AGENT, "Tier 2")])).changed == {ONE}
    assert {key[2] for key in totals(store) if len(key) > 2} == {"Tier 1", "Tier 2"}


def test_whoever_the_list_shows_while_filling_was_always_an_agent(store: Store) -> None:
    filled(
        store,
        page(Stream.EVENTS, [event(1, author=AGENT)]),
        page(Stream.TICKETS, [ticket(1)]),
        page(Stream.AGENTS, [agent(AGENT)]),
    )
    assert totals(store)[ONE, TODAY, *REPLY] == (1, 0)


def test_a_customer_who_becomes_an_agent_keeps_the_past_as_a_customer(store: Store) -> None:
    filled(store, page(Stream.EVENTS, [event(1, author=AGENT)]), page(Stream.TICKETS, [ticket(1)]))
    absorb(store, page(Stream.AGENTS, [agent(AGENT)]))
    absorb(store, page(Stream.EVENTS, [event(2, author=AGENT)]))
    found = totals(store)
    assert (found[ONE, TODAY, *CONTACT], found[ONE, TODAY, *REPLY]) == ((1, 0), (1, 0))
    assert store.doctor(ACME, COUNTING) == ()


def test_whoever_is_given_a_ticket_was_always_an_agent(store: Store) -> None:
    filled(
        store,
        page(Stream.EVENTS, [event(1, author=COLLEAGUE), event(2, of=2, author=COLLEAGUE)]),
        page(Stream.TICKETS, [ticket(1), ticket(2, organization="2")]),
    )
    given = ticket(3, organization="2", assignee=COLLEAGUE)
    assert absorb(store, page(Stream.TICKETS, [given])).changed == {ONE, TWO}
    assert {key[4] for key in totals(store) if len(key) > 2} == {Kind.REPLY}


def test_an_agent_who_left_keeps_the_work_done(store: Store) -> None:
    filled(
        store,
        page(Stream.AGENTS, [agent(AGENT), agent(COLLEAGUE)]),
        page(Stream.EVENTS, [event(1, author=AGENT)]),
        page(Stream.TICKETS, [ticket(1)]),
    )
    before = totals(store)
    absorb(store, page(Stream.AGENTS, [agent(COLLEAGUE)]))
    assert totals(store) == before


def test_a_ticket_without_organisation_belongs_to_whoever_holds_the_domain(store: Store) -> None:
    filled(store, page(Stream.ACCOUNTS, [account("2", "two.test"), account("10", "two.test")]))
    rows = [ticket(1, organization=None, domain="two.test"), ticket(2, organization=None, domain="nobody.test")]
    absorb(store, page(Stream.TICKETS, rows))
    assert totals(store) == {(TWO, TODAY): (1, 0, 0), (NOBODY, TODAY): (1, 0, 0)}
    assert store.domains_without_account(ACME, START) == [("nobody.test", 1)]


def test_tickets_follow_a_domain_from_account_to_account(store: Store) -> None:
    filled(store, page(Stream.TICKETS, [ticket(1, organization=None, domain="two.test"), ticket(2)]))
    absorb(store, page(Stream.ACCOUNTS, [account("1", "two.test"), account("2")]))
    assert totals(store) == {(ONE, TODAY): (2, 0, 0)}
    absorb(store, page(Stream.ACCOUNTS, [account("1"), account("2", "two.test")]))
    assert totals(store) == {(ONE, TODAY): (1, 0, 0), (TWO, TODAY): (1, 0, 0)}
    absorb(store, page(Stream.ACCOUNTS, [account("2", "two.test", deleted=True)]))
    assert totals(store) == {(ONE, TODAY): (1, 0, 0), (NOBODY, TODAY): (1, 0, 0)}
    assert list(store.accounts(ACME)) == [account("1"), account("2", deleted=True)]


def test_domains_make_no_account_where_nobody_asked_for_them(store: Store) -> None:
    filled(store, page(Stream.ACCOUNTS, [account("2", "two.test")]))
    rows = page(Stream.TICKETS, [ticket(1, organization=None, domain="two.test")])
    absorb(store, rows, sources=(ORGANIZATION,))
    assert totals(store) == {(NOBODY, TODAY): (1, 0, 0)}


def test_accounts_come_back_as_they_were_given(store: Store) -> None:
    whole = account("7", "b.test", "a.test", external_id="x-7", fields=(("mrr", "12.50"), ("vip", None)))
    odd = account("8", name="NUL \0, half of a pair \ud83d", fields=(("note", "\ud83d\0"),))
    absorbed = absorb(store, page(Stream.ACCOUNTS, [whole, odd]))
    assert absorbed.changed == {AccountId("7"), AccountId("8")}
    found = list(store.accounts(ACME))
    assert [found[0].domains, found[0].fields, found[0].external_id] == [("a.test", "b.test"), whole.fields, "x-7"]
    assert (found[1].name, found[1].fields) == ("NUL , half of a pair ?", odd.fields)
    assert absorb(store, page(Stream.ACCOUNTS, [whole, odd])).changed == frozenset()


def test_a_row_that_no_table_can_hold_is_set_aside_and_the_rest_of_the_page_counts(store: Store) -> None:
    filled(store, page(Stream.TICKETS, [ticket(1)]))
    absorbed = absorb(store, page(Stream.EVENTS, [event(1, timer=2**70), event(2), event(3, spent=-(2**70))]))
    assert [one.row for one in absorbed.rejected] == ["1", "3"]
    assert absorbed.rows == 1
    assert totals(store)[ONE, TODAY, *CONTACT] == (1, 0)
    odd = ticket(2, tags=("\ud83d", "a b", "\0"), organization=None, domain="\0.test")
    assert absorb(store, page(Stream.TICKETS, [odd])).rejected == ()


def test_accounts_that_tickets_name_are_made_once_and_what_a_list_said_stays(store: Store) -> None:
    filled(store, page(Stream.ACCOUNTS, [account("1", "a.test", name="Acme")]))
    named = (account("1", name="1"), account("2", name="Bravo"))
    absorbed = absorb(store, page(Stream.TICKETS, [ticket(1)], accounts=named))
    assert absorbed.rows == 1
    assert absorbed.changed == {AccountId("1"), AccountId("2")}
    assert [(one.id, one.name, one.domains) for one in store.accounts(ACME)] == [
        ("1", "Acme", ("a.test",)),
        ("2", "Bravo", ()),
    ]


def test_agents_who_come_with_their_events_count_as_if_a_list_had_shown_them(store: Store) -> None:
    filled(
        store,
        page(Stream.TICKETS, [ticket(1)]),
        page(Stream.EVENTS, [event(1, author=AGENT)], agents=(agent(AGENT),)),
    )
    assert totals(store)[ONE, TODAY, *REPLY] == (1, 0)
    # Whoever comes later counts from what was not known yet, the event that brings the agent among it.
    absorb(store, page(Stream.EVENTS, [event(2, author=COLLEAGUE)]))
    absorb(store, page(Stream.EVENTS, [event(3, author=COLLEAGUE)], agents=(agent(COLLEAGUE, "Tier 2"),)))
    assert totals(store)[ONE, TODAY, "Tier 2", *REPLY[1:]] == (1, 0)
    assert totals(store)[ONE, TODAY, *CONTACT] == (1, 0)


def test_people_behind_ignored_addresses_are_known_by_the_last_list(store: Store) -> None:
    absorb(store, page(Stream.AGENTS, [agent(AGENT)], ignored=frozenset({CUSTOMER}), own=COLLEAGUE))
    standing = store.standing(ACME)
    assert (standing.ignored, standing.own) == ({CUSTOMER}, COLLEAGUE)
    absorb(store, page(Stream.AGENTS, [agent(AGENT)], own=COLLEAGUE))
    assert store.standing(ACME).ignored == frozenset()


def test_comments_of_both_kinds_survive_being_stored(store: Store) -> None:
    filled(store, page(Stream.AGENTS, [agent(AGENT)]), page(Stream.TICKETS, [ticket(1)]))
    kinds = (Comment.PUBLIC, Comment.PRIVATE, None)
    absorb(store, page(Stream.EVENTS, [event(n, author=AGENT, comment=kind) for n, kind in enumerate(kinds)]))
    assert {key[4] for key in totals(store) if len(key) > 2} == {Kind.REPLY, Kind.NOTE, Kind.CHANGE}


def test_a_deleted_account_that_went_into_another_one_stays_so_though_a_later_row_does_not_say_it(store: Store) -> None:
    merged = account("1", deleted=True, merged_into=AccountId("2"))
    filled(store, page(Stream.ACCOUNTS, [account("1"), account("2")]))
    absorb(store, page(Stream.ACCOUNTS, [merged]))
    again = absorb(store, page(Stream.ACCOUNTS, [account("1", deleted=True)]))
    assert (store.merged(ACME), again.changed) == ({"1": "2"}, frozenset())
    assert {one.id: one.merged_into for one in store.accounts(ACME)} == {"1": "2", "2": None}
