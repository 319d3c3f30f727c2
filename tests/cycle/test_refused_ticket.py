"""An alert ticket that the helpdesk refuses costs nothing more in the cycles after."""

from cycle_desk import NAME, Desk
from cycle_worlds import Office

from connector.simulator import Fault
from connector.store.rows import OutboxState
from rules.alert import Phase
from rules.facts import AccountId
from rules.marks import WriteKind


def _writes(desk: Desk) -> int:
    return sum(call.is_write for call in desk.world.calls)


def test_an_alert_whose_ticket_is_refused_lives_on(desk: Desk, office: Office) -> None:
    account = office.account("Alfa")
    desk.good()
    office.tickets(account, 10)
    desk.world.faults.put(Fault(endpoint="create_ticket", kind="403", method="POST", times=None))
    phases, refused = [], (WriteKind.OPEN_ALERT, OutboxState.PARKED)
    for _ in range(40):
        desk.world.advance(days=1)
        desk.once()
        state = desk.states()[AccountId(str(account))]["busy"]
        phases += [state.phase] if state.phase not in phases[-1:] else []
        rows = [row for row in desk.store.outbox(NAME) if row.write.account == str(account)]
        assert [(row.write.kind, row.state) for row in rows] == ([refused] if state.level else [])
    assert phases == [Phase.PENDING, Phase.OPEN, Phase.CLEARING, Phase.IDLE]
    assert (state.episode, state.acknowledged) == (1, None)


def test_fields_are_not_written_again_while_the_ticket_is_refused(desk: Desk, office: Office) -> None:
    account = office.account("Alfa")
    desk.good()
    office.tickets(account, 10)
    desk.world.faults.put(Fault(endpoint="create_ticket", kind="403", method="POST", times=None))
    for _ in range(4):
        desk.world.advance(days=1)
        desk.once()
    assert office.alerts(account) == []
    assert desk.world.organizations[account].fields["care_state"] == "for review"
    written = _writes(desk)
    for _ in range(3):
        desk.world.advance(seconds=900)
        desk.once()
    assert _writes(desk) == written
