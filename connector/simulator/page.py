"""The page to look at: accounts, alert tickets and the last cycle's changes, rendered here."""

from flask import Blueprint, Response, abort, make_response, render_template, request

from connector.simulator.answers import here
from connector.simulator.page_lines import (
    account_lines,
    alert_lines,
    counts,
    last_changes,
    newest_tickets,
    own_fields,
    ticket_line,
    written_fields,
)

page = Blueprint("page", __name__, template_folder="templates")
SHOWN_ACCOUNTS = 15
NOT_FOUND = 404


@page.get("/")
def show_front() -> Response:
    """Everything on one page; it loads itself again every three seconds unless `?still=1`."""
    world = here()
    world.catch_up()
    accounts = account_lines(world)
    cycle, changes = last_changes(world)
    marked = sum(line.is_marked for line in accounts)
    shown = accounts if request.args.get("all") else accounts[: max(SHOWN_ACCOUNTS, marked)]
    return _rendered(
        "front.html",
        accounts=shown,
        hidden=len(accounts) - len(shown),
        alerts=alert_lines(world),
        changes=changes,
        changed_cycle=cycle,
        counts=counts(world, accounts),
        names={row.id: row.name for row in world.organizations.values()},
        reloads=not request.args.get("still"),
    )


@page.get("/agent/organizations/<int:organization_id>")
@page.get("/accounts/<int:organization_id>")
def show_account(organization_id: int) -> Response:
    """One organisation: its fields, tags, alert tickets and newest tickets; also where Zendesk's agents find it."""
    world = here()
    organization = world.organizations.get(organization_id)
    if organization is None:
        abort(NOT_FOUND)
    about = [line for line in alert_lines(world) if line.account and line.account.id == organization_id]
    return _rendered(
        "account.html",
        organization=organization,
        written=written_fields(organization),
        fields=own_fields(organization),
        alerts=about,
        tickets=newest_tickets(world, organization_id),
    )


@page.get("/agent/tickets/<int:ticket_id>")
@page.get("/tickets/<int:ticket_id>")
def show_ticket(ticket_id: int) -> Response:
    """One ticket with its comments; also where Zendesk's agents find it."""
    world = here()
    ticket = world.tickets.get(ticket_id)
    if ticket is None:
        abort(NOT_FOUND)
    return _rendered("ticket.html", ticket=ticket_line(world, ticket))


def missing_page() -> Response:
    """For an account, a ticket or a path that is not there."""
    shown = _rendered("missing.html", path=request.path)
    shown.status_code = NOT_FOUND
    return shown


def _rendered(template: str, **values: object) -> Response:
    return make_response(render_template(template, now=here().now(), **values))
