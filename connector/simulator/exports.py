"""The incremental exports: tickets by cursor, ticket events and organisations by time."""

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from connector.simulator.answers import allowed, answer, base_url, here, refuse
from connector.simulator.clock import from_unix, unix
from connector.simulator.event_rows import event_row
from connector.simulator.records import Ticket
from connector.simulator.render import (
    exported_ticket,
    group_row,
    organization_row,
    user_row,
)
from connector.simulator.timeline import Place, Timeline

exports = Blueprint("exports", __name__, url_prefix="/api/v2/incremental")
LARGEST_PAGE = 1000
_CURSOR = re.compile(r"(\d+)\.0\|\|(\d+)\|")


@exports.get("/organizations", endpoint="organizations")
@allowed("organizations", admin=True)
def export_organizations() -> Response:
    """Organisations by the time they were last updated; deleted ones carry `deleted_at`."""
    world, base = here(), base_url()
    return _time_page(
        "organizations",
        world.organization_line,
        "organization",
        lambda row: organization_row(world, world.organizations[row], base),
    )


@exports.get("/ticket_events", endpoint="ticket_events")
@allowed("tickets", admin=True)
def export_ticket_events() -> Response:
    """Updates of tickets; whole comments only with `include=comment_events`."""
    world = here()
    whole = "comment_events" in request.args.get("include", "").split(",")
    return _time_page(
        "ticket_events",
        world.audit_line,
        "audit",
        lambda row: event_row(world, world.audits[row], with_comments=whole),
    )


def _time_page(name: str, line: Timeline, kind: str, render: Callable[[int], object]) -> Response:
    rows = _visible(line.since(_start_time()), kind)
    places, following = _whole_seconds(rows, _per_page())
    if not places:
        return answer({name: [], "count": 0, "end_time": None, "next_page": None, "end_of_stream": True})
    last = unix(places[-1][0])
    breaks_off = following is not None and following[0] == places[-1][0]
    # A full page that breaks off inside a second is asked for again from that second on.
    end_time = last if breaks_off else last + 1
    return answer(
        {
            name: [render(place[1]) for place in places],
            "count": len(places),
            "end_time": end_time,
            "next_page": _url({"start_time": str(end_time)}),
            "end_of_stream": following is None,
        }
    )


def _whole_seconds(rows: Iterator[Place], size: int) -> tuple[list[Place], Place | None]:
    """A page and the row behind it: a second's rows come together, as far as the largest page reaches."""
    places = list(islice(rows, size))
    following = next(rows, None)
    while places and following is not None and following[0] == places[-1][0] and len(places) < LARGEST_PAGE:
        places.append(following)
        following = next(rows, None)
    return places, following


@exports.get("/tickets/cursor", endpoint="tickets_cursor")
@allowed("tickets", admin=True)
def export_tickets() -> Response:
    """Tickets by (generated_timestamp, id); an empty page gives the cursor back that it was given."""
    world, base = here(), base_url()
    cursor = request.args.get("cursor")
    walk = world.ticket_line.since(_start_time()) if cursor is None else _behind(cursor)
    rows = _visible(walk, "ticket")
    shown = _listed(rows, _per_page())
    at_end = next(rows, None) is None
    after = _cursor(shown[-1]) if shown else cursor
    return answer(
        {
            "tickets": [exported_ticket(world, ticket, base) for ticket in shown],
            "after_url": None if after is None else _url({"cursor": after}),
            "before_url": None,
            "after_cursor": after,
            "before_cursor": None,
            "end_of_stream": at_end,
            **_side_loads(shown),
        }
    )


def _listed(rows: Iterator[Place], size: int) -> list[Ticket]:
    tickets = (here().tickets[place[1]] for place in rows)
    if request.args.get("exclude_deleted") == "true":
        tickets = (ticket for ticket in tickets if not ticket.is_gone)
    return list(islice(tickets, size))


def _behind(cursor: str) -> Iterator[Place]:
    try:
        found = _CURSOR.fullmatch(base64.b64decode(cursor).decode())
    except (binascii.Error, UnicodeDecodeError):
        found = None
    if found is None:
        raise refuse("InvalidValue", "The cursor is invalid")
    return here().ticket_line.after((from_unix(int(found[1])), int(found[2])))


def _cursor(ticket: Ticket) -> str:
    return base64.b64encode(f"{unix(ticket.generated_at)}.0||{ticket.id}|".encode()).decode()


def _side_loads(tickets: list[Ticket]) -> dict[str, object]:
    world, base = here(), base_url()
    asked = request.args.get("include", "").split(",")
    loads: dict[str, object] = {}
    if "users" in asked:
        people = {t.requester_id for t in tickets} | {t.submitter_id for t in tickets}
        people |= {t.assignee_id for t in tickets if t.assignee_id is not None}
        loads["users"] = [user_row(world.users[user], base) for user in sorted(people)]
    if "groups" in asked:
        groups = {t.group_id for t in tickets if t.group_id in world.groups}
        loads["groups"] = [group_row(g, base) for g in world.groups.values() if g.id in groups]
    if "organizations" in asked:
        owners = {t.organization_id for t in tickets if t.organization_id is not None}
        loads["organizations"] = [organization_row(world, world.organizations[owner], base) for owner in sorted(owners)]
    return loads


def _visible(rows: Iterator[Place], kind: str) -> Iterator[Place]:
    world = here()
    newest = world.now() - world.settings.hidden
    for place in rows:
        if place[0] > newest:
            return
        if not world.is_hidden(kind, place[1]):
            yield place


def _start_time() -> datetime:
    text = request.args.get("start_time", "")
    if not text.isdigit():
        raise refuse("InvalidValue", "start_time is required and is given in Unix seconds")
    start = from_unix(int(text))
    if start > here().now() - here().settings.too_recent:
        sentence = "Too recent start_time. Use a start_time older than 60 seconds"
        raise refuse("StartTimeTooRecent", sentence)
    return start


def _per_page() -> int:
    text = request.args.get("per_page", "")
    asked = int(text) if text.isdigit() else LARGEST_PAGE
    return min(max(asked, 1), here().settings.largest_page)


def _url(changed: dict[str, str]) -> str:
    kept = {k: v for k, v in request.args.items() if k not in ("start_time", "cursor")}
    return f"{base_url()}{request.path}.json?{urlencode({**kept, **changed})}"
