"""The course of two months in the demo, with the shipped rules and their own holds."""

from pathlib import Path

from connector.demo.news import Look, Who, look, news
from connector.demo.stage import Demo, Wish, open_demo
from connector.progress import Silent
from connector.simulator import World

_MET_AGAIN = (0, 4, 12, 26, 47)


def _of(demo: Demo, kind: str) -> int:
    return next(account for account, found in demo.world.kinds.items() if found == kind)


def _state(seen: Look, account: int) -> object:
    return seen.accounts[account].state


def _cycle(demo: Demo) -> Look:
    report = demo.run_cycle(Silent())
    assert report.is_good, report.sentence
    return demo.look()


def _lived(demo: Demo) -> dict[int, Look]:
    """What the helpdesk shows after some of the days, with a cycle that writes and one that must not."""
    seen = {}
    for day in range(max(_MET_AGAIN) + 1):
        if day in _MET_AGAIN:
            seen[day] = _cycle(demo)
            assert _cycle(demo).counts.writes == seen[day].counts.writes
        demo.live_a_day()
    return seen


def test_accounts_rise_people_answer_and_marks_go(tmp_path: Path) -> None:
    with open_demo(Wish(folder=tmp_path)) as demo:
        demo.make_forms()
        seen = _lived(demo)
        kinds = {kind: _of(demo, kind) for kind in set(demo.world.kinds.values())}
        loudness = [demo.loudness().get(line.id, (0, 0)) for line in seen[47].marked]
    assert loudness == sorted(loudness, reverse=True)
    for kind in ("costly", "long", "reopening", "newcomer", "calming"):
        assert _state(seen[0], kinds[kind]) == "for review"
    for kind, day in (("surge", 4), ("beginner", 12), ("rising", 26), ("late", 47)):
        assert _state(seen[0], kinds[kind]) != "for review"
        assert _state(seen[day], kinds[kind]) == "for review"
    assert _state(seen[26], kinds["newcomer"]) == "in order"
    payer = [seen[day].accounts[kinds["steady"]] for day in (0, 12, 26)]
    assert [line.state for line in payer] == ["watched", "for review", "in order"]
    assert payer[1].why == "Invoices past their due date: 1, the oldest by 21 days"
    calm = seen[47].accounts[kinds["calming"]]
    assert (calm.state, calm.marks, calm.why) == ("in order", (), None)
    last = seen[47]
    assert any(ticket.notes[-1].author != "touchcost" for ticket in last.tickets.values())
    assert (last.counts.mails_to_customers, last.counts.violations) == (0, 0)
    assert last.counts.mails_to_agents <= last.counts.alerts + sum(len(one.notes) for one in last.tickets.values())


def _alert(world: World, account: int) -> int:
    key = f"touchcost:demo:{account}:1"
    return world.people.create_ticket(world.connector, "For review: Acme – a reason", fields={"external_id": key})


def test_what_people_do_is_told_as_theirs() -> None:
    world = World.empty()
    acme = world.people.add_organization("Acme", {"care_state": "for review", "care_why": "Many"}, tags=["care_review"])
    agent = world.people.add_agent()
    before = look(world)
    world.people.remove_tag(acme, "care_review")
    assert [one.what for one in news(Who.PEOPLE, before, look(world))] == ["care_review taken off"]
    alert = _alert(world, acme)
    before = look(world)
    world.people.answer(alert, agent, public=False, status="solved")
    assert [(one.account, one.what) for one in news(Who.PEOPLE, before, look(world))] == [
        ("Acme", f"answered #{alert} and solved it")
    ]


def test_what_the_connector_does_is_one_piece_an_account() -> None:
    world = World.empty()
    acme = world.people.add_organization("Acme", {"care_state": "in order", "care_why": ""})
    calm = world.people.add_organization("Calm", {"care_state": "watched"})
    before = look(world)
    world.people.set_field(acme, "care_state", "for review")
    world.people.set_field(acme, "care_why", "Support took 31 % of it")
    alert = _alert(world, acme)
    world.people.set_field(calm, "care_state", "in order")
    told = {one.account: one.what for one in news(Who.TOUCHCOST, before, look(world))}
    assert told == {"Acme": f"for review: Support took 31 % of it; alert ticket #{alert}", "Calm": "in order"}


def test_an_account_that_is_shown_for_the_first_time_is_no_news() -> None:
    world = World.empty()
    acme = world.people.add_organization("Acme", {"care_state": None})
    before = look(world)
    world.people.set_field(acme, "care_state", "in order")
    assert list(news(Who.TOUCHCOST, before, look(world))) == []


def test_a_further_alert_ticket_is_told_with_its_reason() -> None:
    world = World.empty()
    acme = world.people.add_organization("Acme", {"care_state": "for review"})
    before = look(world)
    alert = _alert(world, acme)
    assert [one.what for one in news(Who.TOUCHCOST, before, look(world))] == [f"alert ticket #{alert}: a reason"]
