"""A lively helpdesk: seeded, heavy-tailed, with customers who go wrong and people who answer."""

from collections import Counter
from datetime import timedelta
from statistics import median

import pytest
from simulator_client import NOW, Client

from connector.simulator import World, serve
from connector.simulator.known_problem import SUBJECT

TROUBLED = {"costly", "reopening", "surge", "long", "newcomer", "calming", "rising", "late", "beginner"}


@pytest.fixture(scope="module")
def lively() -> World:
    return World.lively(seed=3, accounts=60, days=120, now=NOW)


def _opened(world: World, first: int, last: int) -> Counter[int | None]:
    """Tickets by organisation, opened from `first` to `last` days after the turn."""
    begin, end = NOW + timedelta(days=first), NOW + timedelta(days=last)
    return Counter(row.organization_id for row in world.tickets.values() if begin <= row.created_at < end)


def _of(world: World, kind: str) -> int:
    return next(account for account, found in world.kinds.items() if found == kind)


def test_the_same_seed_makes_the_same_helpdesk(lively: World) -> None:
    again = World.lively(seed=3, accounts=60, days=120, now=NOW)
    assert again.tickets == lively.tickets
    assert again.audits == lively.audits
    assert World.lively(seed=4, accounts=60, days=120, now=NOW).tickets != lively.tickets


def test_history_ends_now_and_begins_days_before(lively: World) -> None:
    times = [audit.at for audit in lively.audits.values()]
    assert NOW - timedelta(days=121) <= min(times) < NOW - timedelta(days=115)
    assert NOW - timedelta(days=3) < max(times) <= NOW


def test_tickets_are_heavy_tailed(lively: World) -> None:
    counts = _opened(lively, -90, 0)
    ordered = sorted((counts[account] for account in lively.organizations), reverse=True)
    assert 2 <= median(ordered) <= 6
    assert sum(ordered[:12]) > 0.5 * sum(ordered)


def test_each_kind_of_trouble_is_there_once_in_sixty_accounts(lively: World) -> None:
    counts = Counter(lively.kinds.values())
    assert set(counts) == {*TROUBLED, "steady"}
    assert all(counts[kind] == 1 for kind in TROUBLED)


def test_some_accounts_have_no_revenue_and_some_tickets_no_account(lively: World) -> None:
    without = [row for row in lively.organizations.values() if "mrr" not in row.fields]
    assert 1 <= len(without) <= 12
    assert {"seats", "segment", "contract_start", "csm"} <= set(without[0].fields)
    strangers = [row for row in lively.tickets.values() if row.organization_id is None and row.type != "problem"]
    domains = {str(lively.users[row.requester_id].email).partition("@")[2] for row in strangers}
    assert domains == {"mail.test", "client-60.test"}
    assert any("client-60.test" in row.domain_names for row in lively.organizations.values())


def test_timers_run_on_part_of_the_updates_and_two_tiers_answer(lively: World) -> None:
    touched = [audit for audit in lively.audits.values() if audit.comment and _is_agent(lively, audit.author_id)]
    timed = [audit for audit in touched if any(c.name == str(lively.fields.total) for c in audit.changes)]
    assert 0.4 < len(timed) / len(touched) < 0.8
    names = {group.name for group in lively.groups.values()}
    working = {lively.groups[row.group_id].name for row in lively.tickets.values() if row.group_id}
    assert working == names - {"Customer Success"} == {"Tier 1", "Tier 2"}


def _is_agent(world: World, user: int) -> bool:
    return user > 0 and world.users[user].is_agent


def test_life_goes_on_when_time_moves_one_rises_and_one_calms_down() -> None:
    world = World.lively(seed=3, accounts=60, days=120, now=NOW)
    world.advance(days=50)
    rising, calming = _of(world, "rising"), _of(world, "calming")
    before, after = _opened(world, -50, 0), _opened(world, 0, 50)
    assert after[rising] > 2 * before[rising]
    assert _opened(world, -92, -42)[calming] > 4 * after[calming]


def test_people_answer_alert_tickets_and_take_one_tag_off() -> None:
    world = World.lively(seed=3, accounts=30, days=30, now=NOW)
    costly, surge = _of(world, "costly"), _of(world, "surge")
    with serve(world) as server:
        client = Client(server)
        for account in (costly, surge):
            client.send("PUT", f"organizations/{account}/tags", json={"tags": ["care_review"]})
            ticket = {
                "subject": "For review",
                "comment": {"body": "x", "public": False},
                "external_id": f"touchcost:demo:{account}:1",
            }
            client.send("POST", "tickets", json={"ticket": ticket})
        client.session.close()
    world.advance(days=2)
    alerts = [world.with_external_id[f"touchcost:demo:{account}:1"][0] for account in (costly, surge)]
    assert {world.tickets[number].status for number in alerts} == {"new"}
    world.advance(days=30)
    assert {world.tickets[number].status for number in alerts} <= {"solved", "closed"}
    assert sum(bool(world.organizations[account].tags) for account in (costly, surge)) == 1
    assert world.mails_to_customers() == []


def test_agents_gather_what_a_known_problem_brings_until_it_is_mended() -> None:
    lively = World.lively(seed=3, accounts=60, days=40, now=NOW)
    [problem] = [row for row in lively.tickets.values() if row.type == "problem"]
    linked = [row for row in lively.tickets.values() if row.problem_id == problem.id]
    assert problem.status == "open"
    assert len({row.organization_id for row in linked}) > 3
    assert {(row.subject, row.type) for row in linked} == {(SUBJECT, "incident")}
    lively.advance(days=11)
    assert lively.tickets[problem.id].status == "solved"
