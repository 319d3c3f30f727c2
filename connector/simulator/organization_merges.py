"""Merges of organisations: asked for, shown, and listed by either of the two; for administrators alone."""

from flask import Blueprint, Response

from connector.simulator.answers import Body, allowed, answer, base_url, here, inner, invalid, missing_record
from connector.simulator.departures import begin, complete
from connector.simulator.lists import page
from connector.simulator.organizations import living
from connector.simulator.records import OrganizationMerge

organization_merges = Blueprint("organization_merges", __name__, url_prefix="/api/v2")


@organization_merges.post("/organizations/<int:organization_id>/merge", endpoint="merge_organization")
@allowed("organizations", admin=True)
def merge_organization(organization_id: int) -> Response:
    """Merge an organisation into the winner; it answers before anything has happened."""
    world = here()
    loser, winner_id = living(organization_id), inner("organization_merge").get("winner_id")
    winner = world.organizations.get(winner_id) if isinstance(winner_id, int) else None
    if winner is None or winner.deleted_at is not None or winner.id == loser.id:
        raise invalid("winner_id", "Winner: is no other organization")
    merge = begin(world, loser.id, winner.id)
    world.schedule(world.now(), lambda: complete(world, merge))
    return answer({"organization_merge": _row(merge)})


@organization_merges.get("/organization_merges/<int:merge_id>", endpoint="organization_merge")
@allowed("organizations", admin=True)
def show_merge(merge_id: int) -> Response:
    """How far a merge is."""
    found = here().merges.get(merge_id)
    if found is None:
        raise missing_record()
    return answer({"organization_merge": _row(found)})


@organization_merges.get("/organizations/<int:organization_id>/merges", endpoint="organization_merges")
@allowed("organizations", admin=True)
def list_merges(organization_id: int) -> Response:
    """The merges that an organisation took part in, as loser or as winner."""
    world = here()
    if organization_id not in world.organizations:
        raise missing_record()
    mine = [one for one in world.merges.values() if organization_id in (one.loser_id, one.winner_id)]
    return page("organization_merges", mine, _row)


def _row(merge: OrganizationMerge) -> Body:
    # Zendesk's ids of merges are texts of 26 characters.
    name = f"{merge.id:026d}"
    return {
        "id": name,
        "loser_id": merge.loser_id,
        "winner_id": merge.winner_id,
        "status": merge.status,
        "url": f"{base_url()}/api/v2/organization_merges/{name}",
    }
