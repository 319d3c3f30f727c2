"""Work on tickets that are our own fault: told apart when it is counted, and taken off when it is measured."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.catalogue import CHANNELS, METRICS, find_metric
from rules.counting.contribution import Counting, contribution
from rules.counting.cost import Pricing
from rules.counting.own_fault import OwnFault
from rules.counting.revenue import Monthly
from rules.counting.taken_off import TakenOff, find_taken_off
from rules.days import Calendar
from rules.facts import (
    AccountId,
    Agent,
    Comment,
    Day,
    Event,
    Kind,
    Method,
    PersonKey,
    Rate,
    Ticket,
    TicketId,
    TicketStatus,
    UtcSecond,
)
from rules.measuring.measure import Absence, DayRow, Fleet, History, Metrics, Subject, measure

TODAY = Day(date(2026, 11, 21).toordinal())
NOON = UtcSecond(1_795_262_400)
AGENT, CUSTOMER, ROBOT = (PersonKey(key) for key in (11, 21, 66))
ACME = Subject(id=AccountId("1"), name="Acme", monthly=Monthly(amount=Decimal("365"), currency="EUR"))
COUNTING = Counting(
    calendar=Calendar(UTC),
    ignored_tags=frozenset({"spam"}),
    ignored_requesters=frozenset({ROBOT}),
    own=None,
    facts_from=UtcSecond(0),
    own_fault=OwnFault(tags=frozenset({"our_bug", "outage"})),
)
PRICING = Pricing(
    rates=(Rate(per_hour=Decimal("60.00"), group=None, first=None),),
    minutes={channel: Decimal(5) for channel in (*CHANNELS, "note", "change")},
    currency="EUR",
    gross_margin=Decimal("0.78"),
)


def ticket(number: int = 1, **changes: object) -> Ticket:
    whole = Ticket(
        id=TicketId(number),
        organization="1",
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


def row(count: int = 1, *, kind: Kind = Kind.REPLY, method: Method = Method.ASSUMED, own_fault: bool = False) -> DayRow:
    return DayRow(TODAY, "", "email", kind, method, count, 60, 0, 0, 0, own_fault)


def metrics(rows: Sequence[DayRow], fleet: Fleet | None = None) -> Metrics:
    return measure(ACME, History(rows), PRICING, TODAY, Day(TODAY - 1000), fleet=fleet)


@pytest.mark.parametrize(
    ("own_fault", "changes", "expected"),
    [
        (OwnFault(), {}, False),
        (OwnFault(), {"problem": TicketId(9)}, True),
        (OwnFault(), {"tags": ("our_bug",)}, False),
        (OwnFault(problem_links=False), {"problem": TicketId(9)}, False),
        (COUNTING.own_fault, {"tags": ("a", "outage")}, True),
        (COUNTING.own_fault, {"tags": ()}, False),
        (replace(COUNTING.own_fault, problem_links=False), {"tags": ("our_bug",), "problem": TicketId(9)}, True),
    ],
)
def test_a_ticket_is_our_own_fault_by_a_tag_or_by_its_problem(
    own_fault: OwnFault, changes: dict[str, object], *, expected: bool
) -> None:
    assert own_fault.covers(ticket(**changes)) is expected


events = st.lists(
    st.builds(
        Event,
        st.just(TicketId(1)),
        st.integers(1, 10_000),
        st.integers(NOON, NOON + 400_000).map(UtcSecond),
        st.sampled_from((AGENT, CUSTOMER)),
        st.none(),
        st.none() | st.sampled_from(Comment),
        st.none() | st.sampled_from(TicketStatus),
        st.none() | st.integers(0, 5_000),
        st.booleans(),
    ),
    max_size=8,
    unique_by=lambda event: event.id,
)


@given(events, st.sampled_from([{"problem": TicketId(1)}, {"tags": ("printer", "our_bug")}]))
def test_marking_a_ticket_moves_its_effort_and_nothing_else(given: list[Event], mark: dict[str, object]) -> None:
    agents = {AGENT: Agent(key=AGENT, since=UtcSecond(0), group="Tier 1")}
    before = contribution(ticket(), ACME.id, given, agents, COUNTING)
    after = contribution(ticket(**mark), ACME.id, given, agents, COUNTING)
    assert (after.account, after.days) == (before.account, before.days)
    assert after.effort == {key._replace(own_fault=True): effort for key, effort in before.effort.items()}
    assert not any(key.own_fault for key in before.effort)


def test_what_is_made_of_work_is_without_our_own_fault() -> None:
    found = metrics([row(4), row(2, method=Method.MEASURED), row(6, own_fault=True), row(3, kind=Kind.CHANGE)])
    names = ("touches_90d", "replies_90d", "touches_email_90d", "changes_90d", "minutes_90d", "touch_cost_90d")
    assert [found.value(name) for name in names] == [6, 6, 6, 3, 36, 36]
    assert found.value("cost_share_90d") == Decimal(36) / 1080
    assert found.value("contribution_90d") == Decimal("0.78") * 1080 - 36
    assert found.value("measured_share_90d") == Decimal(1) / 36
    assert [found.value(f"{name}_all_90d") for name in ("touches", "touch_minutes", "minutes", "touch_cost")] == [
        12,
        66,
        66,
        66,
    ]
    assert found.value("own_fault_share_90d") == Decimal(30) / 66


def test_what_came_in_is_counted_whole() -> None:
    counted = DayRow(TODAY, "", "", None, None, 0, 0, 7, 5, 2)
    found = metrics([counted, row(3, kind=Kind.CONTACT), row(4, kind=Kind.CONTACT, own_fault=True)])
    names = ("tickets_90d", "solved_90d", "reopens_90d", "contacts_90d")
    assert [found.value(name) for name in names] == [7, 5, 2, 7]


def test_a_share_of_all_cost_leaves_our_own_fault_out_on_both_sides() -> None:
    rows = [row(2), row(8, own_fault=True)]
    fleet = Fleet([*rows, row(6), row(50, own_fault=True)], [ACME])
    assert metrics(rows, fleet).value("cost_share_of_all_90d") == Decimal("0.25")


def test_the_share_that_is_our_own_fault_is_unknown_without_work() -> None:
    assert metrics([]).absence("own_fault_share_90d") is Absence.NO_WORK


def test_work_without_a_rate_is_no_obstacle_where_it_is_our_own_fault() -> None:
    pricing = Pricing(
        rates=(Rate(per_hour=Decimal("60.00"), group="Tier 1", first=None),),
        minutes={"email": Decimal(5)},
        currency="EUR",
        gross_margin=None,
    )
    rows = [row(2)._replace(group="Tier 1"), row(3, own_fault=True)]
    found = measure(ACME, History(rows), pricing, TODAY, Day(TODAY - 1000))
    assert (found.value("touch_cost_90d"), found.absence("touch_cost_all_90d")) == (10, Absence.NO_RATE)


lines = st.lists(
    st.builds(
        DayRow,
        st.integers(TODAY - 100, TODAY).map(Day),
        st.sampled_from(("", "Tier 2")),
        st.sampled_from(CHANNELS),
        st.sampled_from(Kind),
        st.sampled_from(Method),
        st.integers(0, 9),
        st.integers(0, 5_000),
        *[st.integers(0, 3)] * 3,
        st.booleans(),
    ),
    max_size=12,
)


@given(lines)
def test_with_our_own_fault_is_without_it_and_our_own_fault(rows: list[DayRow]) -> None:
    ours = metrics([one._replace(own_fault=False) for one in rows if one.own_fault])
    for history in (History(rows), History(rows).folded()):
        found = measure(ACME, history, PRICING, TODAY, Day(TODAY - 1000))
        for name in ("touches", "touch_minutes", "touch_cost"):
            parts = (found.exact(f"{name}_90d"), ours.exact(f"{name}_90d"))
            assert found.exact(f"{name}_all_90d") == sum(parts)


@given(lines)
def test_an_account_without_any_own_fault_has_one_number_under_both_names(rows: list[DayRow]) -> None:
    found = metrics([one._replace(own_fault=False) for one in rows])
    for name in ("touches", "touch_minutes", "touch_cost"):
        assert found.exact(f"{name}_90d") == found.exact(f"{name}_all_90d")


@given(lines)
def test_marking_work_never_makes_a_number_without_our_own_fault_larger(rows: list[DayRow]) -> None:
    unmarked = metrics([one._replace(own_fault=False) for one in rows])
    found = metrics(rows)
    for name in ("touches_90d", "touch_minutes_90d", "touch_cost_90d", "cost_share_90d"):
        assert found.exact(name) <= unmarked.exact(name)


def test_every_name_of_work_says_that_it_is_without_our_own_fault() -> None:
    said = {metric.stem for metric in METRICS.values() if "; without our own fault" in metric.sentence}
    assert said == {metric.stem for metric in METRICS.values() if metric.is_without_own_fault}
    assert find_metric("minutes_all_28d") is find_metric("touch_minutes_all_28d")


@pytest.mark.parametrize(
    ("tickets", "expected"),
    [
        ([], None),
        ([ticket()], None),
        ([ticket(problem=TicketId(5)), ticket(2)], TakenOff(tickets=1, problem=TicketId(5))),
        ([ticket(5, problem=TicketId(5)), ticket(6, problem=TicketId(5))], TakenOff(tickets=2, problem=TicketId(5))),
        ([ticket(problem=TicketId(5)), ticket(2, problem=TicketId(6))], TakenOff(tickets=2, problem=None)),
        ([ticket(problem=TicketId(5)), ticket(2, tags=("outage",))], TakenOff(tickets=2, problem=None)),
        ([ticket(tags=("our_bug",)), ticket(2, tags=("our_bug", "spam"))], TakenOff(tickets=1, problem=None)),
        ([ticket(problem=TicketId(5), status=TicketStatus.DELETED)], None),
        ([ticket(problem=TicketId(5), requester=ROBOT)], None),
    ],
)
def test_tickets_that_are_our_own_fault_name_the_one_problem_they_belong_to(
    tickets: list[Ticket], expected: TakenOff | None
) -> None:
    assert find_taken_off(tickets, COUNTING) == expected


def test_a_problem_that_marks_nothing_is_not_named() -> None:
    by_tag = replace(COUNTING, own_fault=replace(COUNTING.own_fault, problem_links=False))
    tagged = [ticket(problem=TicketId(5), tags=("our_bug",)), ticket(2, problem=TicketId(5))]
    assert find_taken_off(tagged, by_tag) == TakenOff(tickets=1, problem=None)
