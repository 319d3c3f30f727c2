"""Organisations: reading them, and their tags."""

from dataclasses import replace

from flask import Blueprint, Response, request

from connector.simulator.answers import (
    allowed,
    answer,
    base_url,
    here,
    ids_asked,
    missing_endpoint,
    missing_record,
    need_admin,
)
from connector.simulator.lists import page
from connector.simulator.records import Organization
from connector.simulator.render import organization_row
from connector.simulator.tags import asked_tags, edited, tags_answer

organizations = Blueprint("organizations", __name__, url_prefix="/api/v2")


def living(organization_id: int) -> Organization:
    """The organisation. Raises RefusedError with 404 for one that is deleted or never was."""
    found = here().organizations.get(organization_id)
    if found is None or found.deleted_at is not None:
        raise missing_record()
    return found


def all_living() -> list[Organization]:
    """Every organisation that is not deleted."""
    return [row for row in here().organizations.values() if row.deleted_at is None]


@organizations.get("/organizations", endpoint="organization_list")
@allowed("organizations")
def list_organizations() -> Response:
    """All organisations."""
    world, base = here(), base_url()
    return page("organizations", all_living(), lambda row: organization_row(world, row, base))


@organizations.get("/organizations/count", endpoint="organization_count")
@allowed("organizations")
def count_organizations() -> Response:
    """How many organisations there are."""
    return answer({"count": {"value": len(all_living()), "refreshed_at": None}})


@organizations.get("/organizations/show_many", endpoint="show_many")
@allowed("organizations")
def show_organizations() -> Response:
    """Up to 100 organisations by id; those that are not there are left out."""
    world, base = here(), base_url()
    rows = [world.organizations.get(asked) for asked in ids_asked()]
    shown = [organization_row(world, row, base) for row in rows if row is not None and row.deleted_at is None]
    return answer({"organizations": shown, "count": len(shown), "next_page": None, "previous_page": None})


@organizations.get("/organizations/<int:organization_id>", endpoint="organization")
@allowed("organizations")
def show_organization(organization_id: int) -> Response:
    """One organisation."""
    row = organization_row(here(), living(organization_id), base_url())
    return answer({"organization": row})


@organizations.route(
    "/organizations/<int:organization_id>/tags",
    methods=["GET", "PUT", "POST", "DELETE"],
    endpoint="tags",
)
@allowed("organizations")
def organization_tags(organization_id: int) -> Response:
    """GET shows, PUT adds (200), POST replaces (201), DELETE removes (204). Writing needs an administrator."""
    world = here()
    if not world.settings.tags_enabled:
        raise missing_endpoint()
    organization = living(organization_id)
    if request.method == "GET":
        return answer({"tags": list(organization.tags)})
    need_admin()
    if request.method == "POST":
        world.violations.append(f"POST replaced the tags of organisation {organization_id}")
    tags = edited(organization.tags, asked_tags(), request.method)
    kept = replace(organization, tags=tags)
    world.save_organization(kept, moves=world.settings.tag_edits_move_updates)
    verb = {"PUT": "added", "POST": "replaced", "DELETE": "removed"}[request.method]
    world.write_down("tag", f"{verb} {', '.join(asked_tags())}", organization_id=organization_id)
    return tags_answer(tags, request.method)
