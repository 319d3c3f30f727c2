"""The simulator's own endpoints under /_sim: clock, faults, people, log books."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request

from connector.simulator.answers import RefusedError, answer, body, here
from connector.simulator.clock import iso, parse_iso
from connector.simulator.faults import fault_from
from connector.simulator.fields import BadValueError
from connector.simulator.ticketing import ClosedTicketError

control = Blueprint("control", __name__, url_prefix="/_sim")
ACTS = (
    "add_agent",
    "add_customer",
    "add_organization",
    "add_tag",
    "answer",
    "change_silently",
    "change_ticket",
    "close_by_system",
    "create_ticket",
    "deactivate",
    "delete",
    "delete_organization",
    "link",
    "merge",
    "merge_organizations",
    "move_ticket",
    "remove_tag",
    "rename",
    "restore",
    "scrub",
    "set_field",
    "set_role",
    "show_late",
    "solve",
    "switch_tagging",
    "tag_ticket",
    "write",
)

AGENT_ACTS = ("apply_macro", "fill", "note", "untag")


@control.get("/now")
def tell_time() -> Response:
    """The helpdesk's time in ISO 8601, as plain text."""
    here().catch_up()
    return Response(iso(here().now()), mimetype="text/plain")


@control.post("/clock")
def set_clock() -> Response:
    """{"set": time}, {"advance": seconds} and {"run": true or false}; what is due by then happens."""
    world, asked = here(), body()
    try:
        if "set" in asked:
            world.move_to(parse_iso(str(asked["set"])))
        if "advance" in asked:
            world.advance(seconds=float(str(asked["advance"])))
    except ValueError as wrong:
        raise _bad(str(wrong)) from wrong
    if "run" in asked:
        (world.clock.run if asked["run"] else world.clock.stop)()
    return answer({"now": iso(world.now()), "running": world.clock.is_running})


@control.route("/faults", methods=["POST", "DELETE"])
def queue_faults() -> Response:
    """POST one fault or {"faults": […]}; DELETE forgets all of them."""
    world = here()
    if request.method == "DELETE":
        world.faults.clear()
        return answer({"waiting": 0})
    asked = body()
    listed = asked.get("faults", [asked])
    try:
        for row in listed if isinstance(listed, list) else []:
            world.faults.put(fault_from(row))
    except ValueError as wrong:
        raise _bad(str(wrong)) from wrong
    return answer({"waiting": len(world.faults)}, 201)


@control.post("/people")
def act() -> Response:
    """{"act": name, …}: an act of `People` or `Agents` with its arguments by name; answers what it returns.

    {"act": "note", "ticket_id": …, "body": …} is a private comment; left out, its user is some agent.
    """
    asked = body()
    name = asked.pop("act", None)
    if name not in ACTS and name not in AGENT_ACTS:
        raise _bad(f"act is one of {', '.join((*ACTS, *AGENT_ACTS))}")
    arguments: dict[str, Any] = asked
    actors = here().agents if name in AGENT_ACTS else here().people
    try:
        if name == "note":
            arguments.setdefault("user_id", here().agents.anybody())
        made = getattr(actors, str(name))(**arguments)
    except (TypeError, KeyError, BadValueError, ClosedTicketError) as wrong:
        raise _bad(f"{name}: {type(wrong).__name__} {wrong}") from wrong
    return answer({"made": made}, 201)


@control.post("/patches")
def lay_over() -> Response:
    """{"kind": ticket, event or organization, "id": …, "values": {…}}: send these values for that row."""
    asked = body()
    values = asked.get("values")
    if not isinstance(values, dict):
        raise _bad("values is an object")
    here().patches[str(asked.get("kind")), int(str(asked.get("id")))] = values
    return answer({}, 201)


@control.get("/mails")
def list_mails() -> Response:
    """Every e-mail that triggers would have sent; `to_customers` counts those of the connector's calls."""
    world = here()
    rows = [_plain(asdict(mail)) for mail in world.mails]
    return answer({"mails": rows, "to_customers": len(world.mails_to_customers())})


@control.get("/requests")
def list_calls() -> Response:
    """Every call of the API as it was answered; `writes` counts those that asked for a change."""
    calls = here().calls
    rows = [_plain(asdict(call)) for call in calls]
    return answer({"requests": rows, "writes": sum(call.is_write for call in calls)})


@control.get("/violations")
def list_violations() -> Response:
    """Requests that would have replaced a tag list."""
    return answer({"violations": here().violations})


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {key: iso(value) if isinstance(value, datetime) else value for key, value in row.items()}


def _bad(sentence: str) -> RefusedError:
    return RefusedError(400, {"error": "BadControl", "description": sentence})
