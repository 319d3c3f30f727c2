"""Updates of organisations: one by one at 5 a minute, or up to 100 in a job."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, request

from connector.simulator.answers import (
    Body,
    RefusedError,
    allowed,
    answer,
    base_url,
    body,
    check_count,
    here,
    ids_asked,
    inner,
    invalid,
    missing_record,
    need_admin,
    refuse,
)
from connector.simulator.fields import BadValueError
from connector.simulator.jobs import Job, Row
from connector.simulator.organizations import all_living, living
from connector.simulator.records import Organization
from connector.simulator.render import organization_row

if TYPE_CHECKING:
    from connector.simulator.world import World

organization_updates = Blueprint("organization_updates", __name__, url_prefix="/api/v2")
# Keys of an organisation that an update may hold; others are ignored and named in a header.
_KNOWN = {
    "id",
    "name",
    "external_id",
    "domain_names",
    "details",
    "notes",
    "tags",
    "organization_fields",
    "group_id",
    "shared_tickets",
    "shared_comments",
}
_NOTES_ONLY = {"id", "notes"}


@organization_updates.put("/organizations/<int:organization_id>", endpoint="update_organization")
@allowed("organizations")
def update_organization(organization_id: int) -> Response:
    """Change one organisation, at most 5 times a minute."""
    world, asked = here(), inner("organization")
    organization = living(organization_id)
    if world.limits.take(("organization", organization_id), world.limits.organization):
        wrong = {"code": "TooManyRequests", "title": "Too many requests to update"}
        raise RefusedError(429, {"errors": [wrong]}, {"Retry-After": "60"})
    _check_role(asked)
    _watch_tags(asked, f"PUT organizations/{organization_id}")
    refusal = _write(world, organization, asked)
    if refusal is not None:
        raise invalid("organization_fields" if "organization_fields" in asked else "name", refusal)
    row = organization_row(world, world.organizations[organization_id], base_url())
    return answer({"organization": row}, headers=_warning(asked))


def _check_role(asked: Body) -> None:
    if set(asked) - _NOTES_ONLY:
        need_admin()


def _watch_tags(asked: Body, where: str) -> None:
    if "tags" in asked:
        here().violations.append(f"{where} held tags, which replaces the whole list")


def _warning(asked: Body) -> dict[str, str]:
    unknown = sorted(set(asked) - _KNOWN)
    return {"x-zendesk-api-warn": f"Removed restricted keys {unknown}"} if unknown else {}


def _write(world: "World", organization: Organization, asked: Body) -> str | None:
    """Apply an update; the sentence that refuses it, or None."""
    if "name" in asked and _is_taken(world, organization.id, asked["name"]):
        return f"Name: {asked['name']} has already been taken"
    fields = asked.get("organization_fields")
    try:
        known = world.fields.known(fields if isinstance(fields, dict) else {})
    except BadValueError as wrong:
        return str(wrong)
    changed = replace(
        organization,
        fields={**organization.fields, **known},
        **_plain(asked),
    )
    world.save_organization(changed)
    words = ", ".join(f"{key} = {'nothing' if value is None else value}" for key, value in known.items())
    world.write_down("fields", f"set {words or 'keys of the record'}", organization_id=organization.id)
    return None


def _is_taken(world: "World", organization_id: int, name: object) -> bool:
    return any(
        row.name == name and row.id != organization_id and row.deleted_at is None
        for row in world.organizations.values()
    )


def _plain(asked: Body) -> dict[str, Any]:
    names = ("name", "external_id", "details", "notes")
    plain: dict[str, Any] = {key: asked[key] for key in names if key in asked}
    for key in ("domain_names", "tags"):
        listed = asked.get(key)
        if isinstance(listed, list):
            plain[key] = tuple(str(word) for word in listed)
    return plain


@organization_updates.put("/organizations/update_many", endpoint="update_many")
@allowed("organizations")
def update_many() -> Response:
    """A job that changes up to 100 organisations, each in its own way or all alike."""
    need_admin()
    rows = _rows_asked()
    check_count(len(rows))
    for row in rows:
        _watch_tags(row, "update_many")
    return _submitted("organization batch update", rows)


def _rows_asked() -> list[Body]:
    asked = body()
    batch = asked.get("organizations")
    if isinstance(batch, list):
        return [row for row in batch if isinstance(row, dict)]
    same = inner("organization")
    return [{**same, "id": found} for found in ids_asked() or _by_external_id()]


def _by_external_id() -> list[int]:
    wanted = request.args.get("external_ids", "").lower().split(",")
    return [row.id for row in all_living() if (row.external_id or "").lower() in wanted]


def _submitted(kind: str, rows: list[Body]) -> Response:
    world = here()
    running = world.jobs.running()
    if len(running) >= world.limits.jobs:
        sentence = f"You have {len(running)} jobs in progress; the limit is {world.limits.jobs}"
        raise refuse("TooManyJobs", sentence, 429, current_job_ids=[job.id for job in running])
    job = world.jobs.submit(
        kind,
        len(rows),
        lambda: [_result(world, index, row) for index, row in enumerate(rows)],
        world.now(),
        world.settings.job_requests,
    )
    left = world.limits.jobs - len(world.jobs.running())
    bucket = f"total={world.limits.jobs}; remaining={left}; resets=60"
    headers = {"zendesk-ratelimit-inflight-jobs": bucket}
    return answer({"job_status": job_row(job, base_url())}, headers=headers)


def _result(world: "World", index: int, row: Body) -> Row:
    found = world.organizations.get(int(str(row.get("id", 0))))
    if found is None or found.deleted_at is not None:
        return {"index": index, "id": row.get("id"), "error": "OrganizationNotFound", "details": "Not found"}
    refusal = world.refused_rows.get(found.id) or _write(world, found, row)
    if refusal is not None:
        return {"index": index, "id": found.id, "error": "OrganizationUpdateFailed", "details": refusal}
    return {"index": index, "id": found.id, "action": "update", "status": "Updated", "success": True}


def job_row(job: Job, base: str) -> Body:
    """A job's state; its rows only when it is over."""
    return {
        "id": job.id,
        "job_type": job.type,
        "url": f"{base}/api/v2/job_statuses/{job.id}.json",
        "total": job.total,
        "progress": job.progress,
        "status": job.status,
        "message": job.message,
        "results": job.results,
    }


@organization_updates.get("/job_statuses/<job_id>", endpoint="job")
@allowed("organizations")
def show_job(job_id: str) -> Response:
    """How far a job is; forgotten after about a day."""
    world = here()
    world.jobs.forget_before(world.now() - world.settings.job_kept)
    job = world.jobs.find(job_id)
    if job is None:
        raise missing_record()
    return answer({"job_status": job_row(job, base_url())})
