"""An account that the configuration leaves out loses our marks, and its ticket is solved with what is true."""

import json
from pathlib import Path

from cycle_desk import NAME, Desk, open_installed
from cycle_worlds import Office

from rules.alert import Reason
from rules.facts import AccountId


def _leave_out(path: Path, account: int) -> None:
    """An edit of `ignore:`."""
    keys = json.loads(path.read_text())
    keys["helpdesks"][0]["ignore"] = {"accounts": [str(account)]}
    path.write_text(json.dumps(keys))


def _alerted(desk: Desk, office: Office) -> int:
    account = office.account("Alfa")
    desk.good()
    office.tickets(account, 10)
    for _ in range(4):
        desk.night()
    assert desk.open() == {str(account)}
    return account


def test_an_account_that_is_left_out_shows_nothing_of_ours_and_its_ticket_says_so(desk: Desk, office: Office) -> None:
    account = _alerted(desk, office)
    _leave_out(desk.path, account)
    with open_installed(desk.world, desk.server, desk.path) as edited:
        edited.night()
        edited.night()
        organization = desk.world.organizations[account]
        ours = {key: value for key, value in organization.fields.items() if key.startswith("care_")}
        assert (set(ours.values()), organization.tags) == ({None}, ())
        (ticket,) = office.alerts(account)
        assert ticket.status == "solved"
        assert office.comments(ticket.id)[-1] == "This review is over: this account is no longer reviewed."
        assert edited.store.ledger(NAME).marks == ()
        written = len(desk.world.written)
        edited.night()
        assert desk.world.written[written:] == []


def test_an_account_that_is_left_out_is_logged_as_such_and_one_that_was_deleted_as_gone(
    desk: Desk, office: Office
) -> None:
    left_out = _alerted(desk, office)
    deleted = office.account("Beta")
    office.tickets(deleted, 10)
    for _ in range(4):
        desk.night()
    office.world.people.delete_organization(deleted)
    _leave_out(desk.path, left_out)
    with open_installed(desk.world, desk.server, desk.path) as edited:
        edited.night()
        ends = {row.account: row.transition.reason for row in edited.store.transitions(NAME)}
        assert ends[AccountId(str(left_out))] is Reason.ACCOUNT_IGNORED
        assert ends[AccountId(str(deleted))] is Reason.ACCOUNT_GONE
