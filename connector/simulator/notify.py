"""The e-mails that an update's triggers would send, written into the world's log instead."""

from dataclasses import replace
from typing import TYPE_CHECKING

from connector.simulator.records import Audit, Mail, Ticket
from connector.simulator.triggers import Action, Trigger, Update, firing, recipients

if TYPE_CHECKING:
    from connector.simulator.world import World


def notify(world: "World", ticket: Ticket, audit: Audit, caused_by: int) -> Audit:
    """Send what the triggers say; the event with the names of those that did."""
    update = Update(
        ticket=ticket,
        audit=audit,
        author=world.users.get(audit.author_id),
        requester=world.users.get(ticket.requester_id),
    )
    sending = tuple(
        trigger.title
        for trigger in firing(world.triggers, update)
        for action in trigger.actions
        if _send(world, trigger, action, update, caused_by)
    )
    return replace(audit, notified_by=sending) if sending else audit


def _send(world: "World", trigger: Trigger, action: Action, update: Update, caused_by: int) -> bool:
    value = action.get("value")
    if not str(action.get("field", "")).startswith("notification_") or not isinstance(value, list):
        return False
    reached = recipients(str(value[0]), update, world.users)
    agents = tuple(user.id for user in reached if user.is_agent)
    customers = tuple(user.id for user in reached if not user.is_agent)
    if agents:
        world.mails.append(_mail(trigger, update, caused_by, agents=agents))
    if customers:
        world.mails.append(_mail(trigger, update, caused_by, customers=customers))
    return bool(reached)


def _mail(
    trigger: Trigger,
    update: Update,
    caused_by: int,
    agents: tuple[int, ...] = (),
    customers: tuple[int, ...] = (),
) -> Mail:
    return Mail(
        at=update.audit.at,
        audience="agent" if agents else "customer",
        recipients=agents or customers,
        trigger=trigger.title,
        ticket_id=update.ticket.id,
        caused_by=caused_by,
    )
