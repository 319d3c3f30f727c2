"""Everything one account adds to a plan: its alert ticket, tags and fields."""

from rules.marks import AlertTicket, WriteKind
from rules.planning.case import Case, on_hold, shown
from rules.planning.field_moves import plan_fields
from rules.planning.message_moves import ended_rows, plan_message
from rules.planning.moves import Moves, merge
from rules.planning.scene import Scene, live_ticket
from rules.planning.tag_moves import plan_tags
from rules.planning.writing import AlertChoice


def move_account(case: Case, scene: Scene) -> Moves:
    """The changes of one account. One that was not read keeps what it shows, and is told nothing."""
    if case.account not in scene.reading.accounts:
        return Moves()
    if case.account not in scene.shown:
        return _gone(case, scene)
    message = plan_message(case, scene)
    fields = plan_fields(case, _ticket_link(case, message, scene), scene)
    return merge((message, plan_tags(case, scene), fields, Moves(cancelled=ended_rows(case, scene))))


def _gone(case: Case, scene: Scene) -> Moves:
    """An account that does not exist takes its marks with it. Until the helpdesk says so elsewhere too, we wait."""
    if case.exists:
        return Moves()
    rows = scene.waits(case.account, WriteKind.ADD_TAG, WriteKind.REMOVE_TAG, WriteKind.SET_FIELD)
    given_up = Moves(dropped=scene.marks(case.account), cancelled=tuple(row.id for row in rows if not row.underway))
    return merge((plan_message(case, scene), given_up))


def _ticket_link(case: Case, message: Moves, scene: Scene) -> str | None:
    """The link of the alert ticket, its key while the helpdesk has yet to give it a number."""
    if scene.writing.alerts is AlertChoice.OFF or not (shown(case, scene.rules) or on_hold(case, scene.rules)):
        return None
    changed = {ticket.key: ticket for ticket in message.tickets}
    tickets = [changed.pop(ticket.key, ticket) for ticket in scene.tickets(case.account)]
    ticket = live_ticket((*tickets, *changed.values()))
    if ticket is None:
        return None
    if ticket.ticket is not None:
        return scene.pages.ticket_link(ticket.ticket)
    # A ticket that the helpdesk refused has no link, and none to wait for.
    return None if _is_refused(ticket, scene) else ticket.key


def _is_refused(ticket: AlertTicket, scene: Scene) -> bool:
    rows = scene.waits(ticket.account, WriteKind.OPEN_ALERT)
    return any(row.parked and row.key == ticket.key for row in rows)
