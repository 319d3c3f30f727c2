"""Accounts in lists: a line each, the largest amount first."""

from collections.abc import Iterable
from decimal import Decimal

from rules.messages.english import ENGLISH
from rules.planning.case import Alert, Case
from rules.planning.evidence import account_name, reason_line, since_line
from rules.planning.scene import Scene, live_ticket


def amount(case: Case) -> Decimal:
    """What the account's support costs in 90 days; its minutes where there are no rates. To sort by."""
    for name in ("touch_cost_90d", "touch_minutes_90d"):
        value = case.metrics.value(name)
        if isinstance(value, Decimal | int) and not isinstance(value, bool):
            return Decimal(value)
    return Decimal(0)


def by_amount(cases: Iterable[Case]) -> list[Case]:
    """The cases, the largest amount first."""
    return sorted(cases, key=lambda case: (-amount(case), case.account))


def account_line(case: Case, alert: Alert, scene: Scene) -> str:
    """*Acme: why. Since 12 Nov.* and the link of the account."""
    since, link = since_line(alert, scene.calendar), scene.pages.account_link(case.account)
    reason = f"{reason_line(case, alert)}."
    return ENGLISH.listed.format(
        name=account_name(case), reason=reason, since=since and f" {since}", link=link and f" {link}"
    )


def closest_link(case: Case, scene: Scene) -> str:
    """The link of the account's alert ticket, of the account where it has none, with a blank before it; or ''."""
    ticket = live_ticket(scene.tickets(case.account))
    if ticket is not None and ticket.ticket is not None:
        return f" {scene.pages.ticket_link(ticket.ticket)}"
    link = scene.pages.account_link(case.account)
    return link and f" {link}"
