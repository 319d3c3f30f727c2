"""What a ticket and its events count for."""

from datetime import UTC, datetime
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.counting.contribution import Contribution, Counting, DayCount, contribution
from rules.days import Calendar
from rules.facts import (
    SYSTEM,
    AccountId,
    Agent,
    Comment,
    Day,
    Event,
    Kind,
    Method,
    PersonKey,
    Ticket,
    TicketId,
    TicketStatus,
    UtcSecond,
)

NOON = UtcSecond(int(datetime(2026, 11, 2, 12, tzinfo=UTC).timestamp()))
TODAY = Day(datetime(2026, 11, 2, tzinfo=UTC).toordinal())
AGENT, COLLEAGUE, CUSTOMER, OURS = (PersonKey(key) for key in (11, 12, 21, 99))
ACCOUNT = AccountId("7")
AGENTS = {key: Agent(key=key, since=UtcSecond(0), group=group) for key, group in ((AGENT, "Tier 1"), (COLLEAGUE, None))}


def counting(**changes: object) -> Counting:
    values: dict[str, object] = {
        "calendar": Calendar(UTC),
        "ignored_tags": frozenset({"spam"}),
        "ignored_requesters": frozenset({PersonKey(66)}),
        "own": OURS,
        "facts_from": UtcSecond(0),
    }
    return Counting(**{**values, **changes})


def ticket(**changes: object) -> Ticket:
    whole = Ticket(
        id=TicketId(1),
        organization="7",
        domain=None,
        requester=CUSTOMER,
        assignee=None,
        channel="email",
        created=NOON,
        changed=NOON,
        status=TicketStatus.OPEN,
        own=False,
        tags=("printer",),
    )
    return whole._replace(**changes)


def event(number: int, after: int, author: PersonKey, comment: Comment | None = None, **changes: object) -> Event:
    whole = Event(
        ticket=TicketId(1),
        id=number,
        at=UtcSecond(NOON + after),
        author=author,
        group=None,
        comment=comment,
        status=None,
        timer=None,
        merge=False,
    )
    return whole._replace(**changes)


def count(*events: Event, of: Ticket | None = None, **changes: object) -> Contribution:
    return contribution(of or ticket(), ACCOUNT, events, AGENTS, counting(**changes))


def worked(found: Contribution) -> dict[tuple[str, str], tuple[int, int]]:
    return {(key.kind.value, key.method.value): tuple(effort) for key, effort in found.effort.items()}


def test_ticket_counts_on_the_day_of_its_creation_in_the_zone_of_the_helpdesk() -> None:
    late = ticket(created=UtcSecond(NOON + 11 * 3600 + 1800))
    assert count(of=late).days == {TODAY: DayCount(1, 0, 0)}
    assert count(of=late, calendar=Calendar(ZoneInfo("Europe/Rome"))).days == {Day(TODAY + 1): DayCount(1, 0, 0)}


@pytest.mark.parametrize(
    "changes",
    [{"status": TicketStatus.DELETED}, {"own": True}, {"tags": ("a", "spam")}, {"requester": PersonKey(66)}],
)
def test_deleted_own_and_ignored_tickets_count_nowhere(changes: dict[str, object]) -> None:
    found = count(event(1, 0, AGENT, Comment.PUBLIC, timer=60), of=ticket(**changes))
    assert found == Contribution(ACCOUNT, {}, {})


def test_replies_notes_changes_and_contacts_are_told_apart() -> None:
    found = count(
        event(1, 0, CUSTOMER, Comment.PUBLIC),
        event(2, 1000, AGENT, Comment.PUBLIC),
        event(3, 2000, AGENT, Comment.PRIVATE),
        event(4, 3000, AGENT),
        event(5, 4000, CUSTOMER),
    )
    assert worked(found) == {
        ("contact", "assumed"): (1, 0),
        ("reply", "assumed"): (1, 0),
        ("note", "assumed"): (1, 0),
        ("change", "assumed"): (1, 0),
    }
    assert {key.channel for key in found.effort} == {"email"}


@pytest.mark.parametrize(("gap", "touches"), [(60, 1), (61, 2)])
def test_updates_of_one_agent_within_a_minute_are_one_touch(gap: int, touches: int) -> None:
    found = count(event(1, 0, AGENT, Comment.PUBLIC), event(2, gap, AGENT, Comment.PUBLIC))
    assert worked(found) == {("reply", "assumed"): (touches, 0)}


def test_a_minute_is_counted_from_its_first_update() -> None:
    found = count(*(event(number, 40 * number, AGENT, Comment.PUBLIC) for number in range(4)))
    assert worked(found) == {("reply", "assumed"): (2, 0)}


def test_a_reply_outweighs_notes_and_changes_of_its_minute() -> None:
    found = count(
        event(1, 0, AGENT),
        event(2, 10, AGENT, Comment.PRIVATE),
        event(3, 20, AGENT, Comment.PUBLIC),
        event(4, 30, AGENT),
    )
    assert worked(found) == {("reply", "assumed"): (1, 0)}


def test_two_agents_in_one_minute_are_two_touches() -> None:
    found = count(event(1, 0, AGENT, Comment.PUBLIC), event(2, 5, COLLEAGUE, Comment.PUBLIC))
    assert sum(effort.count for effort in found.effort.values()) == 2


@pytest.mark.parametrize(("gap", "contacts"), [(300, 1), (301, 2)])
def test_comments_of_one_customer_within_five_minutes_are_one_contact(gap: int, contacts: int) -> None:
    found = count(event(1, 0, CUSTOMER, Comment.PUBLIC), event(2, gap, CUSTOMER, Comment.PUBLIC))
    assert worked(found) == {("contact", "assumed"): (contacts, 0)}


def test_system_merges_and_our_own_user_are_no_work() -> None:
    found = count(
        event(1, 0, SYSTEM, Comment.PUBLIC),
        event(2, 100, OURS, Comment.PRIVATE),
        event(3, 200, AGENT, Comment.PRIVATE, merge=True),
    )
    assert found.effort == {}


def test_measured_seconds_are_differences_of_the_timer_total_in_order() -> None:
    found = count(
        event(3, 2000, COLLEAGUE, Comment.PRIVATE, timer=400),
        event(1, 0, AGENT, Comment.PUBLIC, timer=100),
        event(2, 1000, AGENT, Comment.PUBLIC),
    )
    assert worked(found) == {
        ("reply", "measured"): (1, 100),
        ("reply", "assumed"): (1, 0),
        ("note", "measured"): (1, 300),
    }


def test_timer_totals_of_one_second_are_ordered_by_id() -> None:
    found = count(event(2, 0, COLLEAGUE, Comment.PRIVATE, timer=90), event(1, 0, AGENT, Comment.PUBLIC, timer=60))
    assert worked(found) == {("reply", "measured"): (1, 60), ("note", "measured"): (1, 30)}


def test_a_falling_timer_total_counts_nothing_and_is_the_new_base() -> None:
    found = count(
        event(1, 0, AGENT, Comment.PUBLIC, timer=500),
        event(2, 1000, AGENT, Comment.PUBLIC, timer=100),
        event(3, 2000, AGENT, Comment.PUBLIC, timer=150),
    )
    assert worked(found) == {("reply", "measured"): (3, 550)}


def test_the_first_timer_total_of_a_ticket_from_before_the_facts_is_only_the_base() -> None:
    events = (event(1, 0, AGENT, Comment.PUBLIC, timer=5000), event(2, 1000, AGENT, Comment.PUBLIC, timer=5030))
    assert worked(count(*events, facts_from=UtcSecond(NOON + 1))) == {("reply", "measured"): (2, 30)}
    assert worked(count(*events, facts_from=NOON)) == {("reply", "measured"): (2, 5030)}


def test_a_timer_total_without_a_comment_is_a_measured_change() -> None:
    assert worked(count(event(1, 0, AGENT, timer=45))) == {("change", "measured"): (1, 45)}


def test_a_timer_total_within_the_minute_of_a_touch_belongs_to_the_touch() -> None:
    found = count(event(1, 0, AGENT, Comment.PUBLIC), event(2, 30, AGENT, timer=45))
    assert worked(found) == {("reply", "measured"): (1, 45)}


def test_what_was_measured_for_one_update_is_its_own() -> None:
    found = count(
        event(1, 0, AGENT, Comment.PUBLIC, spent=300),
        event(2, 1000, AGENT, Comment.PRIVATE, spent=120),
        event(3, 2000, COLLEAGUE, spent=60),
        event(4, 3000, AGENT, Comment.PUBLIC),
    )
    assert worked(found) == {
        ("reply", "measured"): (1, 300),
        ("note", "measured"): (1, 120),
        ("change", "measured"): (1, 60),
        ("reply", "assumed"): (1, 0),
    }


def test_measures_of_updates_within_a_minute_add_up() -> None:
    found = count(event(1, 0, AGENT, Comment.PUBLIC, spent=300), event(2, 30, AGENT, spent=60))
    assert worked(found) == {("reply", "measured"): (1, 360)}


def test_a_measure_below_zero_takes_back_from_the_latest_before_it() -> None:
    found = count(
        event(1, 0, AGENT, Comment.PUBLIC, spent=300),
        event(2, 1000, COLLEAGUE, Comment.PRIVATE, spent=120),
        event(3, 2000, AGENT, spent=-180),
    )
    assert worked(found) == {
        ("reply", "measured"): (1, 240),
        ("note", "measured"): (1, 0),
        ("change", "measured"): (1, 0),
    }


@given(st.lists(st.integers(-900, 900)))
def test_measures_add_up_and_never_to_less_than_nothing(spent: list[int]) -> None:
    events = [event(number, number * 100, AGENT, Comment.PUBLIC, spent=one) for number, one in enumerate(spent)]
    total = 0
    for one in spent:
        total = max(0, total + one)
    efforts = count(*events).effort.values()
    assert sum(effort.seconds for effort in efforts) == total
    assert all(effort.seconds >= 0 for effort in efforts)


def test_solving_counts_once_and_only_the_customer_reopens() -> None:
    found = count(
        event(1, 0, AGENT, status=TicketStatus.SOLVED),
        event(2, 100, AGENT, status=TicketStatus.SOLVED),
        event(3, 200, CUSTOMER, Comment.PUBLIC, status=TicketStatus.OPEN),
        event(4, 300, AGENT, status=TicketStatus.SOLVED),
        event(5, 400, COLLEAGUE, status=TicketStatus.OPEN),
        event(6, 500, AGENT, status=TicketStatus.SOLVED),
        event(7, 600, SYSTEM, status=TicketStatus.CLOSED),
    )
    assert found.days == {TODAY: DayCount(1, 3, 1)}


@pytest.mark.parametrize(
    ("writer", "later", "reopens"), [(CUSTOMER, 5, 1), (CUSTOMER, 61, 0), (AGENT, 5, 0), (OURS, 5, 0)]
)
def test_a_ticket_that_the_system_opens_for_a_message_is_reopened_by_its_writer(
    writer: PersonKey, later: int, reopens: int
) -> None:
    found = count(
        event(1, 0, AGENT, status=TicketStatus.SOLVED),
        event(2, 200, writer, Comment.PUBLIC),
        event(3, 200 + later, SYSTEM, status=TicketStatus.OPEN),
    )
    assert found.days == {TODAY: DayCount(1, 1, reopens)}


def test_a_customer_who_becomes_an_agent_keeps_the_past_as_a_customer() -> None:
    agents = {AGENT: Agent(key=AGENT, since=UtcSecond(NOON + 500), group=None)}
    events = (event(1, 0, AGENT, Comment.PUBLIC), event(2, 500, AGENT, Comment.PUBLIC))
    found = contribution(ticket(), ACCOUNT, events, agents, counting())
    assert worked(found) == {("contact", "assumed"): (1, 0), ("reply", "assumed"): (1, 0)}


def test_the_group_of_the_event_comes_before_the_group_of_the_agent() -> None:
    found = count(
        event(1, 0, AGENT, Comment.PUBLIC),
        event(2, 1000, AGENT, Comment.PUBLIC, group="Tier 2"),
        event(3, 2000, COLLEAGUE, Comment.PUBLIC),
        event(4, 3000, CUSTOMER, Comment.PUBLIC, group="Tier 2"),
    )
    assert {(key.group, key.kind) for key in found.effort} == {
        ("Tier 1", Kind.REPLY),
        ("Tier 2", Kind.REPLY),
        ("", Kind.REPLY),
        ("", Kind.CONTACT),
    }


def test_the_order_in_which_events_are_given_does_not_matter() -> None:
    random = Random(4)  # noqa: S311 - an order to try, no secret.
    events = [
        event(
            number,
            random.randrange(600),
            random.choice((AGENT, COLLEAGUE, CUSTOMER, SYSTEM)),
            random.choice((Comment.PUBLIC, Comment.PRIVATE, None)),
            status=random.choice((None, *TicketStatus)),
            timer=random.choice((None, random.randrange(900))),
            spent=random.choice((None, None, random.randrange(-300, 900))),
        )
        for number in range(60)
    ]
    expected = count(*events)
    for _ in range(20):
        random.shuffle(events)
        assert count(*events) == expected
    assert {key.method for key in expected.effort} == {Method.MEASURED, Method.ASSUMED}
