"""Taking everything away: what is shown, what is on its way, and what was never sent."""

from dataclasses import replace
from datetime import timedelta

from planning_desk import ACME, POLICY, Desk, standing

from rules.facts import TicketId
from rules.marks import WriteKind
from rules.planning.ask import Asked
from rules.planning.change import Cause, Change, Waiting, Why
from rules.planning.reconcile import Ledger
from rules.planning.withdraw import Belongings, everything, unclear, withdraw


def ours(desk: Desk, *waiting: Waiting) -> Belongings:
    scene = desk.scene()
    states = {account: case.states for account, case in scene.cases.items()}
    return Belongings(
        helpdesk=scene.helpdesk,
        at=scene.at,
        writing=scene.writing,
        ledger=scene.ledger,
        waiting=waiting,
        states=states,
    )


def told() -> Desk:
    desk = Desk(policy=POLICY)
    desk.add(tags=["gold", "care_vip"], cost_share=standing())
    desk.round()
    return desk


def planned() -> tuple[Desk, dict[WriteKind, Change]]:
    """A plan that is saved and of which nothing was sent."""
    desk = Desk(policy=POLICY)
    desk.add(cost_share=standing())
    made = desk.plan()
    desk.save(made)
    return desk, {change.kind: change for change in made.changes}


def row(change: Change, number: int = 1, *, tried: bool = False, in_job: bool = False, parked: bool = False) -> Waiting:
    return Waiting(
        id=number,
        account=change.account,
        kind=change.kind,
        key=change.key,
        what=change.what,
        body=change.body,
        tried=tried,
        in_job=in_job,
        parked=parked,
    )


def test_withdrawal_leaves_nothing_of_ours_and_everything_of_others() -> None:
    desk = told()
    assert everything(ours(desk)) == Asked(accounts=(ACME,), tickets=(TicketId(1),))
    made = withdraw(ours(desk), desk.read())
    assert [(change.kind, change.reason) for change in made.changes] == [
        ("close_alert", Cause.WITHDRAWN),
        ("remove_tag", Cause.WITHDRAWN),
        ("set_field", Cause.WITHDRAWN),
    ]
    desk.save(made)
    for change in made.changes:
        if change.kind != "close_alert":
            desk.apply(change)
    desk.later()
    desk.settle()
    assert desk.tags[ACME] == {"gold", "care_vip"}
    assert set(desk.fields[ACME].values()) == {None}
    assert desk.ledger.marks == ()


def test_withdrawn_states_are_untold_and_otherwise_as_they_were() -> None:
    desk = told()
    before = ours(desk).states[ACME]["cost-share"]
    assert before.told_level is not None
    after = withdraw(ours(desk), desk.read()).states[ACME, "cost-share"]
    assert after == replace(before, told_at=None, told_level=None, held=None)


def test_write_that_was_never_sent_is_cancelled_and_its_mark_forgotten() -> None:
    desk, changes = planned()
    rows = [row(change, number) for number, change in enumerate(changes.values())]
    made = withdraw(ours(desk, *rows), desk.read())
    assert made.changes == ()
    assert sorted(made.cancelled) == [one.id for one in rows]
    assert set(made.dropped) == set(desk.ledger.marks)
    assert all(ticket.ended_at is not None for ticket in made.tickets)


def test_tag_that_was_sent_and_never_answered_is_taken_off_though_it_is_not_shown() -> None:
    desk, changes = planned()
    made = withdraw(ours(desk, row(changes[WriteKind.ADD_TAG], tried=True)), desk.read())
    assert [change.kind for change in made.changes] == [WriteKind.REMOVE_TAG]
    assert made.cancelled == (1,)
    assert [(mark.name, mark.unwanted_at) for mark in made.marks] == [("care_review", desk.now)]


def test_unclear_writes_stay_with_their_marks_and_tickets() -> None:
    desk, changes = planned()
    waiting = (
        row(changes[WriteKind.OPEN_ALERT], 1, tried=True),
        row(changes[WriteKind.SET_FIELD], 2, tried=True, in_job=True),
        row(changes[WriteKind.ADD_TAG], 3, tried=True),
    )
    assert unclear(waiting) == {1, 2}
    made = withdraw(ours(desk, *waiting), desk.read())
    assert made.cancelled == (3,)
    assert made.tickets == ()
    assert {mark.kind for mark in (*made.dropped, *made.marks)} == {"tag"}


def test_ticket_whose_all_clear_was_never_sent_is_solved() -> None:
    desk = told()
    [ticket] = desk.ledger.tickets
    desk.ledger = replace(desk.ledger, marks=(), tickets=(replace(ticket, ended_at=desk.now - timedelta(hours=1)),))
    assert withdraw(ours(desk), desk.read()).changes == ()
    [close] = withdraw(replace(ours(desk), ledger=Ledger(tickets=(ticket,))), desk.read()).changes
    cancelled = withdraw(ours(desk, row(close)), desk.read())
    assert [change.what for change in cancelled.changes] == [ticket.key]
    assert cancelled.tickets == desk.ledger.tickets


def test_tags_that_nobody_can_see_stay_ours_and_are_said() -> None:
    desk = told()
    desk.tagging_on = False
    made = withdraw(ours(desk), desk.read())
    assert {change.kind for change in made.changes} == {WriteKind.CLOSE_ALERT, WriteKind.SET_FIELD}
    assert [(held.change.kind, held.change.what, held.why) for held in made.withheld] == [
        (WriteKind.REMOVE_TAG, "care_review", Why.TAGGING_OFF)
    ]
    desk.save(made)
    desk.settle()
    assert [mark.name for mark in desk.ledger.marks if mark.kind == "tag"] == ["care_review"]


def test_tag_whose_removal_is_on_its_way_stays_ours_while_nobody_can_see_it() -> None:
    desk = told()
    desk.save(withdraw(ours(desk), desk.read()))
    desk.tagging_on = False
    desk.later()
    desk.settle()
    assert [mark.name for mark in desk.ledger.marks if mark.kind == "tag"] == ["care_review"]


def test_tag_that_was_refused_or_never_sent_is_forgotten_though_nobody_can_see_it() -> None:
    desk, changes = planned()
    desk.tagging_on = False
    for waiting in (row(changes[WriteKind.ADD_TAG]), row(changes[WriteKind.ADD_TAG], tried=True, parked=True)):
        made = withdraw(ours(desk, waiting), desk.read())
        assert made.withheld == ()
        assert "care_review" in {mark.name for mark in made.dropped}
