"""Lists that seldom change: users, groups, custom fields, triggers and automations."""

from flask import Blueprint, Response, request

from connector.simulator.answers import (
    Body,
    RefusedError,
    allowed,
    answer,
    base_url,
    here,
    ids_asked,
    inner,
    invalid,
    missing_record,
    need_admin,
)
from connector.simulator.fields import TYPES
from connector.simulator.lists import page
from connector.simulator.records import Field, User
from connector.simulator.render import field_row, group_row, rule_row, user_row
from connector.simulator.triggers import Trigger

directory = Blueprint("directory", __name__, url_prefix="/api/v2")


@directory.get("/users", endpoint="users")
@allowed("users")
def list_users() -> Response:
    """Active users, of the roles asked for by `role[]`."""
    roles = request.args.getlist("role[]") or request.args.getlist("role")
    rows = [user for user in here().users.values() if user.active and (not roles or user.role in roles)]
    return _users(rows)


@directory.get("/users/search", endpoint="user_search")
@allowed("users")
def search_users() -> Response:
    """Users whose name or address holds the query; by page number only."""
    if "page[size]" in request.args:
        raise RefusedError(400, {"errors": [{"code": "InvalidPaginationParameter", "title": "Not here"}]})
    wanted = request.args.get("query", "").removeprefix("email:").strip('"').lower()
    rows = [user for user in here().users.values() if user.active and wanted in f"{user.name} {user.email}".lower()]
    return _users(rows)


@directory.get("/users/show_many", endpoint="users_show_many")
@allowed("users")
def show_users() -> Response:
    """Up to 100 users by id; ids that nobody has are left out."""
    users, base = here().users, base_url()
    rows = [user_row(users[user], base) for user in ids_asked() if user in users]
    return answer({"users": rows, "count": len(rows), "next_page": None, "previous_page": None})


@directory.get("/users/<int:user_id>", endpoint="user")
@allowed("users")
def show_user(user_id: int) -> Response:
    """One user."""
    user = here().users.get(user_id)
    if user is None:
        raise missing_record()
    return answer({"user": user_row(user, base_url())})


def _users(rows: list[User]) -> Response:
    base = base_url()
    return page("users", rows, lambda user: user_row(user, base))


@directory.get("/groups", endpoint="groups")
@allowed("groups")
def list_groups() -> Response:
    """Groups of agents."""
    base = base_url()
    return page("groups", list(here().groups.values()), lambda group: group_row(group, base))


@directory.get("/ticket_fields", endpoint="ticket_fields")
@allowed("tickets")
def list_ticket_fields() -> Response:
    """Custom fields of tickets, the Time Tracking app's two among them."""
    return page("ticket_fields", list(here().fields.of_tickets.values()), lambda row: field_row(row, 9999))


@directory.get("/triggers", endpoint="triggers")
@allowed("triggers")
def list_triggers() -> Response:
    """Triggers, in their order."""
    return _rules("triggers", here().triggers)


@directory.get("/automations", endpoint="automations")
@allowed("automations")
def list_automations() -> Response:
    """Automations, in their order."""
    return _rules("automations", here().automations)


def _rules(name: str, rows: list[Trigger]) -> Response:
    places = {row.id: place for place, row in enumerate(rows, start=1)}
    return page(name, rows, lambda row: rule_row(row, places[row.id]))


@directory.get("/organization_fields", endpoint="organization_fields")
@allowed("organizations")
def list_fields() -> Response:
    """Custom fields of organisations."""
    rows = list(here().fields.of_organizations.values())
    return page("organization_fields", rows, lambda row: field_row(row, 9999))


@directory.post("/organization_fields", endpoint="create_organization_field")
@allowed("organizations")
def create_field() -> Response:
    """A new custom field, by an administrator, where the plan has them."""
    need_admin()
    if not here().settings.custom_fields_allowed:
        raise RefusedError(403, {"error": {"title": "Forbidden", "message": "Not on your plan"}})
    field = _made(inner("organization_field"))
    here().write_down("field", f"made the organisation field {field.key} ({field.type})")
    return answer({"organization_field": field_row(field, 9999)}, 201)


def _made(asked: Body) -> Field:
    key, title, kind = (str(asked.get(name) or "") for name in ("key", "title", "type"))
    if not key or not title:
        raise invalid("key" if not key else "title", "cannot be blank", "BlankValue")
    if kind not in TYPES:
        raise invalid("type", f"{kind} is not a type")
    try:
        return here().fields.add_to_organizations(key, title, kind, here().now(), str(asked.get("description") or ""))
    except KeyError as taken:
        raise invalid("key", f"Key: {key} has already been taken", "DuplicateValue") from taken
