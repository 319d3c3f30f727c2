"""Digests as the helpdesk gets them: one a week, in private, each solving the one before."""

from pathlib import Path
from threading import Event

from cycle_desk import NAME, Desk, open_desk
from cycle_worlds import Office

from connector.daemon import Signals, _Watchman
from connector.simulator import Server
from connector.simulator.records import Ticket
from rules.alert import Phase
from rules.facts import AccountId

SINCE = "2026-09-15"


def _digests(office: Office) -> list[Ticket]:
    with office.world.lock:
        keys = office.world.with_external_id
        found = [
            number for key, numbers in keys.items() if key.startswith("touchcost:acme:digest:") for number in numbers
        ]
        return [office.world.tickets[number] for number in sorted(found)]


def _nights(desk: Desk, office: Office, account: int, days: int) -> None:
    for _ in range(days):
        office.tickets(account, 1)
        desk.world.advance(seconds=-90)
        desk.night()


def _begin(desk: Desk, office: Office, days: int = 4) -> int:
    """A customer who is for review since Sunday; it is Monday morning, where the office began on a Wednesday."""
    account = office.account("Acme")
    desk.night()
    office.tickets(account, 12)
    _nights(desk, office, account, days)
    return account


def test_every_monday_brings_one_digest_and_solves_the_one_before(desk: Desk, office: Office) -> None:
    account = _begin(desk, office)
    [first] = _digests(office)
    assert office.comments(first.id)[0].splitlines()[0] == "1 of 1 accounts are for review."
    assert first.status != "solved"
    desk.good()
    assert len(_digests(office)) == 1

    _nights(desk, office, account, 7)
    before, last = _digests(office)
    assert before.status in ("solved", "closed")
    assert last.status not in ("solved", "closed")
    assert "Waiting for an answer" in office.comments(last.id)[0]


def test_a_machine_that_was_off_for_weeks_sends_one(desk: Desk, office: Office) -> None:
    account = _begin(desk, office)
    for _ in range(30):
        office.tickets(account, 1)
        desk.world.advance(days=1, seconds=-90)
    desk.good()
    desk.good()
    assert len(_digests(office)) == 2


def test_a_refused_rule_file_leaves_the_old_rules_to_judge_by_and_stands_in_the_digest(
    desk: Desk, office: Office
) -> None:
    account = _begin(desk, office, days=3)
    daemon = _Watchman(desk.path, desk.installation, Signals(Event()))
    (desk.path.parent / "rules.yaml").write_text("version: 1\nrules: [{id: nonsense}]\n")
    assert not daemon._is_renewed()
    late = office.account("Beta")
    office.tickets(late, 12)
    _nights(desk, office, account, 1)
    assert desk.states()[AccountId(str(late))]["busy"].phase is Phase.PENDING
    _nights(desk, office, account, 7)
    assert AccountId(str(late)) in desk.open()
    texts = [office.comments(digest.id)[0] for digest in _digests(office)]
    assert ["- A changed configuration was refused" in text for text in texts] == [True, True]
    assert "Beta" in texts[1]


def test_plan_names_the_digest_and_does_not_send_it(desk: Desk, office: Office) -> None:
    _begin(desk, office, days=3)
    desk.world.advance(days=1)
    said = desk.touchcost("plan", "--json")
    assert [change["kind"] for change in said.json["changes"] if change["reason"] == "digest"] == ["open_alert"]
    assert "the digest of the week" in desk.touchcost("plan").out
    assert _digests(office) == []
    assert desk.store.weeks(NAME) == ()


def test_each_owner_has_a_digest_of_their_own(office: Office, server: Server, tmp_path: Path) -> None:
    people = office.world.people
    fields = {"revenue_month": "mrr", "currency": "currency", "owner": "csm"}
    with open_desk(office.world, server, tmp_path, SINCE, fields=fields) as desk:
        north = people.add_organization("Acme", {"mrr": 50_000.0, "currency": "EUR", "csm": "North"})
        people.add_organization("Beta", {"mrr": 50_000.0, "currency": "EUR", "csm": "South"})
        office.requesters[north] = people.add_customer(north)
        desk.night()
        office.tickets(north, 12)
        _nights(desk, office, north, 4)
    subjects = [digest.subject for digest in _digests(office)]
    assert subjects == ["Reviews of the week: 1 of 1 accounts", "Reviews of the week for North: 1 of 1 accounts"]
