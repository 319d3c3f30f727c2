"""What administrators set up for tickets by the API: ticket fields and macros."""

from flask import Blueprint, Response

from connector.simulator.answers import Body, allowed, answer, here, inner, invalid, need_admin
from connector.simulator.fields import TYPES
from connector.simulator.lists import page
from connector.simulator.records import Macro, Value
from connector.simulator.render import field_row, macro_row

forms = Blueprint("forms", __name__, url_prefix="/api/v2")


@forms.post("/ticket_fields", endpoint="create_ticket_field")
@allowed("tickets")
def create_ticket_field() -> Response:
    """A new ticket field, by an administrator. Several may have one title."""
    need_admin()
    world, asked = here(), inner("ticket_field")
    kind, title = str(asked.get("type") or ""), str(asked.get("title") or "")
    if not title:
        raise invalid("title", "Title: cannot be blank", "BlankValue")
    if kind not in TYPES:
        raise invalid("type", f"{kind} is not a type")
    made = world.fields.of_tickets[world.fields.add_to_tickets(title, kind, world.now())]
    world.write_down("field", f"made the ticket field {title} ({kind})")
    return answer({"ticket_field": field_row(made, 9999)}, 201)


@forms.get("/macros", endpoint="macros")
@allowed("macros")
def list_macros() -> Response:
    """Macros, in the order of their making."""
    return page("macros", list(here().macros.values()), lambda macro: macro_row(macro, 9999))


@forms.post("/macros", endpoint="create_macro")
@allowed("macros")
def create_macro() -> Response:
    """A new macro that everybody may apply, by an administrator."""
    need_admin()
    world, asked = here(), inner("macro")
    title = str(asked.get("title") or "")
    if not title:
        raise invalid("title", "Title: cannot be blank", "BlankValue")
    made = Macro(
        id=world.new_id(),
        title=title,
        actions=_actions(asked),
        created_at=world.now(),
        description=str(asked.get("description") or ""),
    )
    world.macros[made.id] = made
    world.write_down("macro", f"made the macro “{title}”")
    return answer({"macro": macro_row(made, 9999)}, 201)


def _actions(asked: Body) -> tuple[tuple[str, Value], ...]:
    listed = asked.get("actions")
    rows = [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []
    if not rows:
        raise invalid("actions", "Actions: cannot be blank", "BlankValue")
    return tuple((str(row.get("field")), row.get("value")) for row in rows)
