"""An alert ticket that the helpdesk refuses costs nothing more in the cycles after."""

from cycle_desk import Desk
from cycle_worlds import Office

from connector.simulator import Fault


def _writes(desk: Desk) -> int:
    return sum(call.is_write for call in desk.world.calls)


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
