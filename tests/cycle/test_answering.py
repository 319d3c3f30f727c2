"""What agents answer on an alert ticket, by macro, comment, field or tag, and what the helpdesk shows of it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from cycle_desk import Desk
from cycle_worlds import Office

from connector.simulator.records import Ticket
from rules.alert import Answer
from rules.facts import AccountId

TAG = "care_review"
Act = Callable[[Office, Ticket], None]


@pytest.fixture
def account(desk: Desk, office: Office) -> int:
    """An account for review, with its alert ticket; setup was run before."""
    said = desk.touchcost("setup", "--yes")
    assert said.status == 0, said.err
    account = office.account("Acme")
    desk.good()
    _work(desk, office, account, days=4, first=10)
    assert [ticket.status for ticket in office.alerts(account)] == ["new"]
    return account


def _work(desk: Desk, office: Office, account: int, *, days: int, first: int = 0) -> None:
    office.tickets(account, first)
    for _ in range(days):
        desk.night()


def _shown(office: Office, account: int) -> tuple[object, tuple[str, ...]]:
    organization = office.world.organizations[account]
    return organization.fields.get("care_state"), organization.tags


def _said(office: Office, account: int) -> list[str]:
    return [comment for ticket in office.alerts(account) for comment in office.comments(ticket.id)]


def _macro(title: str, **filled: str) -> Act:
    return lambda office, ticket: office.world.agents.apply_macro(
        ticket.id, office.person, f"Review: {title}", **filled
    )


def _note(body: str) -> Act:
    return lambda office, ticket: office.world.agents.note(ticket.id, office.person, body)


def _field(value: str) -> Act:
    return lambda office, ticket: office.world.agents.fill(ticket.id, office.person, "care_answer", value)


SNOOZES = {
    "macro": _macro("Snooze 30 days, because …", because="they are on holiday"),
    "comment": _note("#snooze 30d because they are on holiday\nmore words"),
    "field": _field("snooze 30d because they are on holiday"),
}


@pytest.mark.parametrize("act", SNOOZES.values(), ids=[*SNOOZES])
def test_a_snooze_takes_the_tag_off_and_says_until_when(desk: Desk, office: Office, account: int, act: Act) -> None:
    [alert] = office.alerts(account)
    act(office, alert)
    desk.world.advance(seconds=600)
    until = (desk.world.now() + timedelta(days=30)).date().isoformat()
    desk.good()
    assert _shown(office, account) == (f"on hold until {until}", ())
    assert _said(office, account)[-1] == f"On hold until {until}."
    assert office.alerts(account)[0].status not in ("solved", "closed")


def test_an_answer_is_confirmed_once_and_the_field_is_emptied(desk: Desk, office: Office, account: int) -> None:
    [alert] = office.alerts(account)
    _macro("I take it")(office, alert)
    for _ in range(3):
        desk.night()
    confirmed = [said for said in _said(office, account) if said.startswith("Taken.")]
    assert len(confirmed) == 1
    field = office.world.fields.titled("care_answer")
    assert not office.world.tickets[alert.id].custom_fields.get(field)


def test_what_was_snoozed_is_told_once_when_the_time_is_over(desk: Desk, office: Office, account: int) -> None:
    [alert] = office.alerts(account)
    _note("#snooze 5d because we talk on Friday")(office, alert)
    _work(desk, office, account, days=7)
    over = [said for said in _said(office, account) if said.startswith("The time on hold is over")]
    assert len(over) == 1
    assert _shown(office, account) == ("for review", (TAG,))


def test_without_a_reason_it_holds_for_a_week_and_says_so(desk: Desk, office: Office, account: int) -> None:
    [alert] = office.alerts(account)
    _note("#snooze 30d")(office, alert)
    desk.world.advance(seconds=600)
    until = (desk.world.now() + timedelta(days=7)).date().isoformat()
    desk.good()
    assert _shown(office, account)[0] == f"on hold until {until}"
    assert "Without a reason that is at most 7 days" in _said(office, account)[-1]


def test_wrong_ends_the_review_and_keeps_quiet(desk: Desk, office: Office, account: int) -> None:
    [alert] = office.alerts(account)
    _macro("Wrong: our fault")(office, alert)
    desk.world.advance(seconds=600)
    desk.good()
    assert _shown(office, account) == ("in order", ())
    assert office.alerts(account)[0].status == "solved"
    state = desk.states()[AccountId(str(account))]["busy"]
    assert (state.level, state.answer) == (None, Answer.OUR_FAULT)
    told = len(_said(office, account))
    _work(desk, office, account, days=10)
    assert len(_said(office, account)) == told
    assert len(office.alerts(account)) == 1


def test_what_was_wrong_comes_back_when_it_is_worse(desk: Desk, office: Office, account: int) -> None:
    [alert] = office.alerts(account)
    _note("#wrong wrong data")(office, alert)
    desk.world.advance(seconds=600)
    desk.good()
    _work(desk, office, account, days=5, first=10)
    assert _shown(office, account) == ("for review", (TAG,))
    assert len(office.alerts(account)) == 2


def test_done_is_kept_as_the_outcome_and_the_tag_stays(desk: Desk, office: Office, account: int) -> None:
    [alert] = office.alerts(account)
    _note("#done talked")(office, alert)
    desk.night()
    state = desk.states()[AccountId(str(account))]["busy"]
    assert (state.answer, state.acknowledged) == (Answer.TALKED, state.level)
    assert _shown(office, account) == ("for review", (TAG,))


def test_what_cannot_be_understood_is_told_once_with_what_can_be_written(
    desk: Desk, office: Office, account: int
) -> None:
    [alert] = office.alerts(account)
    _note("#snoooze forever")(office, alert)
    for _ in range(3):
        desk.night()
    told = [said for said in _said(office, account) if said.startswith("This could not be understood")]
    assert len(told) == 1
    assert _shown(office, account) == ("for review", (TAG,))


def test_open_takes_a_snooze_back(desk: Desk, office: Office, account: int) -> None:
    [alert] = office.alerts(account)
    _note("#snooze 30d because of a project")(office, alert)
    desk.night()
    _note("#open")(office, alert)
    desk.night()
    assert _shown(office, account) == ("for review", (TAG,))


def test_open_after_an_answer_speaks_of_no_hold_that_never_was(desk: Desk, office: Office, account: int) -> None:
    [alert] = office.alerts(account)
    _note("#take")(office, alert)
    desk.night()
    _note("#open")(office, alert)
    for _ in range(2):
        desk.night()
    told = [line for said in _said(office, account) for line in said.splitlines()]
    assert sum(line.startswith("Open again, for the answer was taken back: ") for line in told) == 1
    assert not [line for line in told if "time on hold" in line]


def test_a_command_tag_on_the_account_is_obeyed_and_taken_off(desk: Desk, office: Office, account: int) -> None:
    office.world.people.add_tag(account, "care_snooze_10d")
    office.world.people.add_tag(account, "vip")
    for _ in range(2):
        desk.night()
    state, tags = _shown(office, account)
    assert str(state).startswith("on hold until")
    assert tags == ("vip",)


def test_two_answers_in_one_cycle_are_taken_in_their_order(desk: Desk, office: Office, account: int) -> None:
    [alert] = office.alerts(account)
    _note("#snooze 30d because of a project")(office, alert)
    desk.world.advance(seconds=60)
    _note("#open")(office, alert)
    desk.night()
    assert _shown(office, account) == ("for review", (TAG,))


def test_a_person_who_only_chats_gives_no_answer(desk: Desk, office: Office, account: int) -> None:
    [alert] = office.alerts(account)
    before = len(_said(office, account))
    _note("#47102 is the same problem, I will look at it")(office, alert)
    for _ in range(2):
        desk.night()
    assert len(_said(office, account)) == before + 1
    assert desk.states()[AccountId(str(account))]["busy"].acknowledged is None


def test_no_word_of_an_answer_reaches_the_store(desk: Desk, office: Office, account: int) -> None:
    [alert] = office.alerts(account)
    _note("#snooze 30d because Quetzalcoatl wants it")(office, alert)
    desk.night()
    assert b"Quetzalcoatl" not in (desk.path.parent / "desk.db").read_bytes()
    for extra in desk.path.parent.glob("desk.db-*"):
        assert b"Quetzalcoatl" not in extra.read_bytes()


def test_explain_says_until_when_an_alert_is_on_hold(desk: Desk, office: Office, account: int) -> None:
    [alert] = office.alerts(account)
    _note("#snooze 30d because of a project")(office, alert)
    desk.night()
    shown = " ".join(desk.touchcost("explain", "Acme").out.split())
    assert (
        "on hold by a person on 23 Nov 2026 at amber (snoozed), with a reason, until 23 Dec 2026: nothing of it"
        in shown
    )
    [rule] = [one for one in desk.touchcost("explain", "Acme", "--json").json["rules"] if one["rule"] == "busy"]
    assert (rule["answer"], rule["snoozed_until"] is not None, rule["muted_by"]) == ("snoozed", True, None)
