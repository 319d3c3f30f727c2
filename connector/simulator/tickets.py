"""Reading tickets: one, many, by external id, by tag, their audits, comments and tags."""

from datetime import datetime

from flask import Blueprint, Response, request

from connector.simulator.answers import (
    MANY,
    Body,
    allowed,
    answer,
    base_url,
    caller,
    here,
    ids_asked,
    invalid,
    missing_record,
    refuse,
)
from connector.simulator.clock import parse_iso
from connector.simulator.event_rows import audit_row, comment_row
from connector.simulator.lists import page
from connector.simulator.records import Audit, Ticket
from connector.simulator.render import ticket_row
from connector.simulator.tags import asked_tags, edited, tags_answer
from connector.simulator.ticketing import Actor, ClosedTicketError, Edit, update_ticket

tickets = Blueprint("tickets", __name__, url_prefix="/api/v2")


def living_ticket(ticket_id: int) -> Ticket:
    """The ticket. Raises RefusedError with 404 for one that is deleted or never was."""
    found = here().tickets.get(ticket_id)
    if found is None or found.is_gone:
        raise missing_record()
    return found


@tickets.get("/tickets", endpoint="tickets")
@allowed("tickets")
def list_tickets() -> Response:
    """All tickets, or those with an external id, of which there may be several."""
    world, base = here(), base_url()
    external_id = request.args.get("external_id")
    rows = list(world.tickets.values())
    if external_id is not None:
        rows = [world.tickets[found] for found in world.with_external_id.get(external_id, [])]
    living = [row for row in rows if not row.is_gone]
    return page("tickets", living, lambda row: ticket_row(world, row, base))


@tickets.get("/search", endpoint="search")
@allowed("tickets")
def search_tickets() -> Response:
    """Tickets with a tag, `type:ticket tags:<tag>`, the last updated first; other questions find nothing here."""
    world, base = here(), base_url()
    words = request.args.get("query", "").split()
    tags = {word.removeprefix("tags:") for word in words if word.startswith("tags:")}
    living = [row for row in world.tickets.values() if "type:ticket" in words and not row.is_gone]
    found = sorted((row for row in living if tags.intersection(row.tags)), key=lambda row: row.updated_at, reverse=True)
    shown = [{**ticket_row(world, row, base), "result_type": "ticket"} for row in found[:MANY]]
    return answer({"results": shown, "count": len(found), "next_page": None, "previous_page": None, "facets": None})


@tickets.get("/tickets/show_many", endpoint="tickets_show_many")
@allowed("tickets")
def show_tickets() -> Response:
    """Up to 100 tickets by id; those that are not there are left out."""
    world, base = here(), base_url()
    rows = [world.tickets[asked] for asked in ids_asked() if asked in world.tickets]
    shown = [ticket_row(world, row, base) for row in rows if not row.is_gone]
    return answer({"tickets": shown, "count": len(shown), "next_page": None, "previous_page": None})


@tickets.get("/tickets/<int:ticket_id>", endpoint="ticket")
@allowed("tickets")
def show_ticket(ticket_id: int) -> Response:
    """One ticket."""
    return answer({"ticket": ticket_row(here(), living_ticket(ticket_id), base_url())})


@tickets.get("/tickets/<int:ticket_id>/audits", endpoint="audits")
@allowed("tickets")
def list_audits(ticket_id: int) -> Response:
    """Every update of a ticket, oldest first."""
    return page("audits", here().audits_of[living_ticket(ticket_id).id], audit_row)


@tickets.get("/tickets/<int:ticket_id>/comments", endpoint="comments")
@allowed("tickets")
def list_comments(ticket_id: int) -> Response:
    """Every comment of a ticket, oldest first."""
    audits = here().audits_of[living_ticket(ticket_id).id]
    return page("comments", [audit for audit in audits if audit.comment is not None], _comment)


def _comment(audit: Audit) -> Body:
    return {} if audit.comment is None else comment_row(audit.comment, audit)


@tickets.route(
    "/tickets/<int:ticket_id>/tags",
    methods=["GET", "PUT", "POST", "DELETE"],
    endpoint="ticket_tags",
)
@allowed("tickets")
def ticket_tags(ticket_id: int) -> Response:
    """GET shows, PUT adds (200), POST replaces (201), DELETE removes (204); closed tickets refuse."""
    ticket = living_ticket(ticket_id)
    if request.method == "GET":
        return answer({"tags": list(ticket.tags)})
    asked = request.get_json(force=True, silent=True)
    check_stamp(ticket, asked if isinstance(asked, dict) else {})
    tags = edited(ticket.tags, asked_tags(), request.method)
    change(ticket, Edit(fields={"tags": tags}))
    here().write_down("ticket_tag", f"tags are {', '.join(tags) or 'none'}", ticket_id=ticket_id)
    return tags_answer(tags, request.method)


def change(ticket: Ticket, edit: Edit) -> Audit | None:
    """Update a ticket as the caller. Raises RefusedError with 422 for a closed one."""
    by = Actor(user_id=caller().user_id or 0, channel="api")
    try:
        return update_ticket(here(), ticket, edit, by)
    except ClosedTicketError as closed:
        raise invalid("status", "closed prevents ticket update") from closed


def check_stamp(ticket: Ticket, asked: Body) -> None:
    """Refuse with 409 when `safe_update` is given, whatever it says, and the ticket moved since."""
    if "safe_update" not in asked:
        return
    if _moment(asked.get("updated_stamp")) != ticket.updated_at:
        raise refuse("UpdateConflict", "Safe Update prevented the update due to outdated data", 409)


def _moment(text: object) -> datetime | None:
    try:
        return parse_iso(str(text))
    except ValueError:
        return None
