"""Background jobs: they wait, work and complete while other requests come in."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Literal

JobStatus = Literal["queued", "working", "completed", "failed", "killed"]
Row = dict[str, object]
Work = Callable[[], list[Row]]


@dataclass(slots=True, kw_only=True)
class Job:
    """One job; `work` applies it and answers its rows, once."""

    id: str
    type: str
    total: int
    made_at: datetime
    work: Work
    requests_left: int
    status: JobStatus = "queued"
    progress: int | None = None
    message: str | None = None
    results: list[Row] | None = None

    @property
    def is_running(self) -> bool:
        """Queued or working: it counts against the limit."""
        return self.status in ("queued", "working")


@dataclass(slots=True)
class Jobs:
    """All jobs of the account. `held` keeps those queued where they are; `failing` ends the next ones so."""

    held: bool = False
    failing: list[Literal["failed", "killed"]] = field(default_factory=list)
    _jobs: dict[str, Job] = field(default_factory=dict)
    _numbers: "count[int]" = field(default_factory=count)

    def submit(self, kind: str, total: int, work: Work, now: datetime, requests: int) -> Job:
        """Queue a job that is done `requests` requests later."""
        digest = hashlib.md5(str(next(self._numbers)).encode(), usedforsecurity=False).hexdigest()
        job = Job(id=f"V3-{digest}", type=kind, total=total, made_at=now, work=work, requests_left=requests)
        self._jobs[job.id] = job
        if requests <= 0:
            self._finish(job)
        return job

    def running(self) -> list[Job]:
        """Jobs that count against the limit."""
        return [job for job in self._jobs.values() if job.is_running]

    def find(self, job_id: str) -> Job | None:
        """The job, or None when it never was or is forgotten."""
        return self._jobs.get(job_id)

    def step(self) -> None:
        """Move every job on by one request."""
        if self.held:
            return
        for job in self.running():
            job.requests_left -= 1
            job.status = "working"
            if job.requests_left <= 0:
                self._finish(job)

    def forget_before(self, moment: datetime) -> None:
        """Drop what was made before `moment`: job data are kept about a day."""
        self._jobs = {key: job for key, job in self._jobs.items() if job.made_at >= moment}

    def _finish(self, job: Job) -> None:
        if self.failing:
            job.status = self.failing.pop(0)
            job.message = f"Job {job.status}"
            return
        job.results = job.work()
        job.progress, job.status, job.message = job.total, "completed", "Completed"
