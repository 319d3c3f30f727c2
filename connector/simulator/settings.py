"""How this helpdesk behaves where accounts differ, or where a test wants another behaviour."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(slots=True, kw_only=True)
class Settings:
    """Switches of one simulated helpdesk; all may be changed while it runs.

    `hidden` is the newest time that incremental exports keep back, `too_recent` how old `start_time` must
    be, `largest_page` how many rows one of their pages may hold. `job_requests` is how many requests later
    a job is done. `tag_edits_move_updates` says whether a tag edit moves an organisation's `updated_at`,
    which is not documented. `dates_carry_time` gives date fields of organisations back as
    `2026-11-12T00:00:00+00:00`. `closes_solved_after` is the standard automation, None switches it off.
    """

    hidden: timedelta = timedelta(seconds=60)
    too_recent: timedelta = timedelta(seconds=60)
    largest_page: int = 1000
    token_seconds: int = 7200
    tags_enabled: bool = True
    tag_edits_move_updates: bool = False
    dates_carry_time: bool = True
    custom_fields_allowed: bool = True
    idempotency_kept: timedelta = timedelta(hours=2)
    job_requests: int = 2
    job_kept: timedelta = timedelta(days=1)
    closes_solved_after: timedelta | None = timedelta(days=4)
