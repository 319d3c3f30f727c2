"""What people do with marks and alert tickets is respected, and nothing is taken for an answer that is none."""

from datetime import UTC, datetime

import pytest
from cycle_desk import Desk
from cycle_worlds import GROUP, Office

from connector.helpdesk import Stream, Walk
from rules.alert import Phase
from rules.facts import AccountId
from rules.rule import Level

TAG = "care_review"


def _tags(office: Office, account: int) -> tuple[str, ...]:
    return office.world.organizations[account].tags


def _acknowledged(desk: Desk, account: int) -> Level | None:
    return desk.states()[AccountId(str(account))]["busy"].acknowledged


def _raise_alert(desk: Desk, office: Office, name: str = "Acme", tags: tuple[str, ...] = ()) -> int:
    """An account over the amber line, marked and told in a ticket of its own."""
    account = office.account(name, tags)
    desk.good()
    office.tickets(account, 10)
    for _ in range(4):
        desk.night()
    assert TAG in _tags(office, account)
    assert [ticket.status for ticket in office.alerts(account)] == ["new"]
    return account


def _raise_to_red(desk: Desk, office: Office, account: int) -> None:
    office.tickets(account, 8)
    desk.night()
    assert desk.states()[AccountId(str(account))]["busy"].level is Level.RED


def test_tags_of_theirs_survive_an_alert_from_its_beginning_to_its_end(desk: Desk, office: Office) -> None:
    theirs = ("vip", "care_plan", "care_reviewed", "key account")
    account = _raise_alert(desk, office, tags=theirs)
    assert set(_tags(office, account)) == {*theirs, TAG}
    for _ in range(40):
        desk.night()
    assert desk.open() == frozenset()
    assert _tags(office, account) == theirs
    assert [ticket.status for ticket in office.alerts(account)] == ["closed"]


def test_our_tag_taken_off_by_hand_is_an_answer_and_is_not_put_back_in_that_episode(desk: Desk, office: Office) -> None:
    account = _raise_alert(desk, office)
    office.world.people.remove_tag(account, TAG)
    for _ in range(5):
        desk.night()
    assert _tags(office, account) == ()
    assert _acknowledged(desk, account) is Level.AMBER
    assert len(office.alerts(account)) == 1


def test_a_raise_after_the_tag_was_taken_off_puts_it_back_and_tells_again(desk: Desk, office: Office) -> None:
    account = _raise_alert(desk, office)
    office.world.people.remove_tag(account, TAG)
    desk.night()
    _raise_to_red(desk, office, account)
    assert _tags(office, account) == (TAG,)
    assert _acknowledged(desk, account) is None
    assert [len(office.comments(ticket.id)) for ticket in office.alerts(account)] == [2]


def test_a_solved_alert_ticket_is_an_answer_and_is_opened_again_only_when_the_alert_rises(
    desk: Desk, office: Office
) -> None:
    account = _raise_alert(desk, office)
    [alert] = office.alerts(account)
    office.world.people.solve(alert.id, office.person)
    for _ in range(2):
        desk.night()
    assert _acknowledged(desk, account) is Level.AMBER
    assert [ticket.status for ticket in office.alerts(account)] == ["solved"]
    _raise_to_red(desk, office, account)
    [again] = office.alerts(account)
    assert (again.status, len(office.comments(again.id))) == ("open", 2)


def test_an_alert_ticket_that_was_closed_meanwhile_is_followed_by_number_two(desk: Desk, office: Office) -> None:
    account = _raise_alert(desk, office)
    [alert] = office.alerts(account)
    office.world.people.solve(alert.id, office.person)
    for _ in range(6):
        desk.night()
    assert [ticket.status for ticket in office.alerts(account)] == ["closed"]
    _raise_to_red(desk, office, account)
    assert [ticket.status for ticket in office.alerts(account)] == ["closed", "new"]
    assert len(office.comments(alert.id)) == 1


@pytest.mark.parametrize("act", ["merge", "delete"])
def test_an_alert_ticket_that_is_gone_is_not_followed_and_number_two_comes_with_a_raise(
    desk: Desk, office: Office, act: str
) -> None:
    account = _raise_alert(desk, office)
    [alert] = office.alerts(account)
    if act == "merge":
        other = office.world.people.create_ticket(office.requesters[account])
        office.world.people.merge(alert.id, other, office.person)
    else:
        office.world.people.delete(alert.id)
    for _ in range(3):
        desk.night()
    assert _acknowledged(desk, account) is Level.AMBER
    assert len(office.alerts(account)) == 1
    _raise_to_red(desk, office, account)
    assert [ticket.status for ticket in office.alerts(account)][1:] == ["new"]


def test_an_export_that_shows_the_account_late_is_no_answer(desk: Desk, office: Office) -> None:
    account = _raise_alert(desk, office)
    office.world.hidden_until["organization", account] = datetime(2027, 6, 1, tzinfo=UTC)
    for _ in range(3):
        desk.night()
    assert (_acknowledged(desk, account), _tags(office, account)) == (None, (TAG,))


def test_tagging_switched_off_and_on_again_is_no_answer(desk: Desk, office: Office) -> None:
    account = _raise_alert(desk, office)
    office.world.people.switch_tagging(enabled=False)
    for _ in range(3):
        desk.night()
    assert _acknowledged(desk, account) is None
    office.world.people.switch_tagging(enabled=True)
    desk.night()
    assert (_acknowledged(desk, account), _tags(office, account)) == (None, (TAG,))


def test_an_old_page_that_comes_again_is_no_answer(desk: Desk, office: Office) -> None:
    account = office.account("Acme")
    desk.good()
    settings = desk.installation.settings.helpdesks[0]
    old = [
        page
        for stream in Stream
        for page in desk.installation.open_helpdesk(settings).pull(
            Walk(stream=stream, start=datetime(2026, 10, 1, tzinfo=UTC))
        )
    ]
    office.tickets(account, 10)
    for _ in range(4):
        desk.night()
    before = desk.dump("account", "ticket", "event")
    for page in old:
        desk.absorb(page)
    desk.night()
    assert (_acknowledged(desk, account), _tags(office, account)) == (None, (TAG,))
    assert desk.states()[AccountId(str(account))]["busy"].phase is Phase.OPEN
    assert {row[:2] for row in before["ticket"]} <= {row[:2] for row in desk.dump("ticket")["ticket"]}


def test_more_marks_missing_than_people_take_off_is_no_answer_and_nothing_is_written(
    desk: Desk, office: Office
) -> None:
    accounts = [_raise_alert(desk, office, f"Acme {number}") for number in range(5)]
    for account in accounts:
        office.world.people.remove_tag(account, TAG)
    written = len(office.world.written)
    report = [desk.night() for _ in range(2)][-1]
    assert {_acknowledged(desk, account) for account in accounts} == {None}
    assert len(office.world.written) == written
    assert report.warnings != ()


def test_alert_and_digest_mail_agents_once_each_and_customers_never(desk: Desk, office: Office) -> None:
    account = _raise_alert(desk, office)
    for _ in range(3):
        desk.night()
    ours = [mail for mail in office.world.mails if mail.caused_by == office.world.connector]
    assert [(mail.audience, mail.trigger) for mail in ours] == 2 * [("agent", "Notify group of assignment")]
    [alert] = office.alerts(account)
    assert office.world.groups[alert.group_id or 0].name == GROUP
    assert not alert.is_public


def test_an_alert_ticket_counts_nowhere(desk: Desk, office: Office) -> None:
    account = _raise_alert(desk, office)
    [alert] = office.alerts(account)
    office.world.people.answer(alert.id, office.person, public=False, seconds=900)
    desk.night()
    counted = desk.dump("account_day", "effort_day")
    assert sum(number for row in counted["account_day"] for number in [row[3]] if isinstance(number, int)) == 10
