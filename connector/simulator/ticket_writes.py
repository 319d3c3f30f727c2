"""Writing tickets by the API: creating them once, and updating them."""

from collections.abc import Mapping
from typing import cast

from flask import Blueprint, Response, request

from connector.simulator.answers import (
    Body,
    RefusedError,
    allowed,
    answer,
    base_url,
    body,
    calling_user,
    here,
    inner,
    invalid,
    refuse,
)
from connector.simulator.event_rows import audit_row
from connector.simulator.records import Mail, Remembered, Value
from connector.simulator.render import ticket_row
from connector.simulator.tags import kept_tags
from connector.simulator.ticketing import (
    FIELDS,
    STATUSES,
    Actor,
    Edit,
    NewComment,
    NewTicket,
    open_ticket,
)
from connector.simulator.tickets import change, check_stamp, living_ticket

ticket_writes = Blueprint("ticket_writes", __name__, url_prefix="/api/v2")
_TYPES = (None, "problem", "incident", "question", "task")
_LONGEST_KEY = 255


@ticket_writes.post("/tickets", endpoint="create_ticket")
@allowed("tickets")
def create_ticket() -> Response:
    """A new ticket, 201. Under an Idempotency-Key the same creation is answered again for two hours."""
    world, asked, key = here(), body(), request.headers.get("Idempotency-Key")
    if key is None:
        made = _create()
        return answer(made.answered, 201, {"Location": made.location})
    if len(key) > _LONGEST_KEY:
        raise refuse("IdempotentRequestError", "The idempotency key is longer than 255 characters")
    known = world.remembered.get(key)
    if known is not None and known.at + world.settings.idempotency_kept > world.now():
        return _again(known, asked)
    made = world.remembered[key] = _create()
    return answer(made.answered, 201, {"Location": made.location, "x-idempotency-lookup": "miss"})


def _again(known: Remembered, asked: Body) -> Response:
    if known.asked != asked:
        sentence = "Request parameters don't match the given idempotency key"
        raise refuse("IdempotentRequestError", sentence)
    return answer(known.answered, 201, {"Location": known.location, "x-idempotency-lookup": "hit"})


def _create() -> Remembered:
    world, asked, user = here(), inner("ticket"), calling_user()
    comment = _comment(asked)
    if comment is None:
        raise invalid("base", "Description: cannot be blank", "BlankValue")
    requester_id = _requester(asked, user.id)
    submitter_id = _known_user(asked.get("submitter_id")) or user.id
    new = NewTicket(
        comment=comment,
        edit=_edit(asked),
        requester_id=requester_id,
        submitter_id=submitter_id,
        email_cc_ids=_copied(asked),
    )
    audit = open_ticket(world, new, Actor(user_id=user.id, channel="api"))
    world.write_down("ticket", f"opened “{asked.get('subject', '')}”", ticket_id=audit.ticket_id)
    ticket = ticket_row(world, world.tickets[audit.ticket_id], base_url())
    return Remembered(
        asked=body(),
        at=world.now(),
        answered={"ticket": ticket, "audit": audit_row(audit)},
        location=str(ticket["url"]),
    )


@ticket_writes.put("/tickets/<int:ticket_id>", endpoint="update_ticket")
@allowed("tickets")
def update(ticket_id: int) -> Response:
    """Change a ticket: fields, custom fields, tags as a whole, a comment."""
    world, asked, ticket = here(), inner("ticket"), living_ticket(ticket_id)
    check_stamp(ticket, asked)
    if world.limits.take("ticket_updates", world.limits.ticket_updates):
        wrong = {"code": "TooManyRequests", "title": "Too many ticket updates"}
        raise RefusedError(429, {"errors": [wrong]}, {"Retry-After": "60"})
    edit = _edit(asked)
    audit = change(ticket, edit)
    world.write_down("ticket", _words(edit), ticket_id=ticket_id)
    found: Body = {"ticket": ticket_row(world, world.tickets[ticket_id], base_url())}
    if audit is not None:
        found["audit"] = audit_row(audit)
    return answer(found)


def _words(edit: Edit) -> str:
    words = [f"{name} = {value}" for name, value in edit.fields.items()]
    if edit.comment is not None:
        words.append("public comment" if edit.comment.public else "private comment")
    return ", ".join(words) or "custom fields"


def _requester(asked: Body, caller_id: int) -> int:
    named = asked.get("requester")
    if isinstance(named, dict):
        return _new_requester(named)
    return _known_user(asked.get("requester_id")) or caller_id


def _new_requester(named: Mapping[str, object]) -> int:
    world, address = here(), str(named.get("email") or "")
    known = world.addresses.get(address)
    if known is not None:
        return known
    made = world.people.add_customer(email=address)
    mail = Mail(
        at=world.now(),
        audience="customer",
        recipients=(made,),
        trigger="Verification of a new user's address",
        ticket_id=None,
        caused_by=calling_user().id,
    )
    world.mails.append(mail)
    return made


def _known_user(asked: object) -> int | None:
    if asked is None:
        return None
    found = int(str(asked)) if str(asked).isdigit() else 0
    if found not in here().users:
        raise invalid("requester", f"Requester: {asked} is not a user")
    return found


def _copied(asked: Body) -> tuple[int, ...]:
    listed = asked.get("email_ccs")
    rows = listed if isinstance(listed, list) else []
    found = [_known_user(row.get("user_id")) for row in rows if isinstance(row, dict)]
    return tuple(user for user in found if user is not None)


def _edit(asked: Body) -> Edit:
    fields = {name: asked[name] for name in FIELDS if name in asked and name != "requester_id"}
    if isinstance(fields.get("tags"), list):
        fields["tags"] = kept_tags(cast("list[object]", fields["tags"]))
    _check(fields)
    metadata = asked.get("metadata")
    return Edit(
        fields=fields,
        custom=_custom(asked),
        comment=_comment(asked),
        metadata=metadata if isinstance(metadata, dict) else {},
    )


def _check(fields: Mapping[str, object]) -> None:
    if "status" in fields and fields["status"] not in STATUSES:
        raise invalid("status", f"Status: {fields['status']} is not valid")
    if fields.get("type") not in _TYPES:
        raise invalid("type", f"Type: {fields['type']} is not valid")
    for name in ("group_id", "assignee_id"):
        _check_id(name, fields.get(name))
    problem = fields.get("problem_id")
    if problem is not None and not _is_problem(problem):
        raise invalid("problem_id", f"Problem: {problem} is not a problem")
    owner = fields.get("organization_id")
    if owner is not None and int(str(owner)) not in here().organizations:
        raise invalid("organization", "Organization: is invalid")


def _is_problem(value: object) -> bool:
    known = here().tickets.get(int(str(value))) if str(value).isdigit() else None
    return known is not None and not known.is_gone and known.type == "problem"


def _check_id(name: str, value: object) -> None:
    if value is None:
        return
    known = here().groups if name == "group_id" else here().users
    if not str(value).isdigit() or int(str(value)) not in known:
        raise invalid(name.removesuffix("_id"), f"{name}: {value} is not valid")


def _custom(asked: Body) -> dict[int, Value]:
    listed = asked.get("custom_fields", asked.get("fields"))
    rows = listed if isinstance(listed, list) else []
    known = here().fields.of_tickets
    return {
        int(str(row["id"])): row.get("value")
        for row in rows
        if isinstance(row, dict) and str(row.get("id", "")).isdigit() and int(str(row["id"])) in known
    }


def _comment(asked: Body) -> NewComment | None:
    comment = asked.get("comment")
    if not isinstance(comment, dict):
        return None
    text = comment.get("body") or comment.get("html_body")
    if not text:
        return None
    public = comment.get("public")
    author = comment.get("author_id")
    return NewComment(
        body=str(text),
        public=public if isinstance(public, bool) else None,
        author_id=None if author is None else int(str(author)),
    )
