"""Organisation fields by jobs: up to 100 rows each, five at once, every row's result read."""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NotRequired

from pydantic import TypeAdapter
from typing_extensions import TypedDict
from zenpy import Zenpy
from zenpy.lib.api_objects import Organization

from connector.helpdesk import Outcome, Outside, Receipt, Write
from connector.helpdesks.zendesk.sending import Ended, try_once
from connector.http.texts import clean
from connector.http.transport import Ask, Refusal, Transport

MOST_ROWS = 100
"""Rows a job. Source: Zendesk's page on organisations; more answers 400 TooManyValues."""

MOST_JOBS = 5
"""At once, of the 30 that all apps of the account share."""

PATIENCE = 60.0
"""Seconds that a job is waited for; then its rows go back to the outbox."""

_FULL = timedelta(seconds=60)
_TOO_MANY = 429
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 10.0


class _Result(TypedDict):
    id: NotRequired[int | None]
    index: NotRequired[int | None]
    success: NotRequired[bool | None]
    error: NotRequired[str | None]
    details: NotRequired[str | None]


class _Status(TypedDict):
    status: str
    results: NotRequired[list[_Result] | None]


class _Answer(TypedDict):
    job_status: _Status


_ANSWER = TypeAdapter(_Answer)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    id: str
    writes: tuple[Write, ...]
    until: float
    """The running second at which we stop waiting for it."""


class Jobs:
    """Sends fields of organisations."""

    def __init__(self, client: Zenpy, transport: Transport, outside: Outside) -> None:
        self._client = client
        self._transport = transport
        self._outside = outside

    def apply(self, writes: Sequence[Write]) -> Iterator[Receipt]:
        """Ask about the jobs of an earlier run, then start new ones; each write gets its own end.

        The rows of a failed or unknown job are sent once more.
        """
        yield from _Sending(self._client, self._transport, self._outside, writes).run()


class _Sending:
    """One run over some writes."""

    def __init__(self, client: Zenpy, transport: Transport, outside: Outside, writes: Sequence[Write]) -> None:
        self._client = client
        self._transport = transport
        self._outside = outside
        self._left = deque(write for write in writes if write.job is None)
        self._running = self._earlier(writes)
        self._again: set[int] = set()

    def run(self) -> Iterator[Receipt]:
        pause = _FIRST_PAUSE
        yield from self._look()
        while self._left or self._running:
            yield from self._start()
            if self._running and self._outside.wait(pause):
                yield from (_unfinished(job, "stopped as asked") for job in self._running)
                return
            pause = min(2 * pause, _LONGEST_PAUSE)
            yield from self._look()

    def _earlier(self, writes: Iterable[Write]) -> list[_Job]:
        by_job: dict[str, list[Write]] = defaultdict(list)
        for write in writes:
            if write.job is not None:
                by_job[write.job].append(write)
        return [self._job(job, found) for job, found in by_job.items()]

    def _job(self, job: str, writes: Iterable[Write]) -> _Job:
        return _Job(id=job, writes=tuple(writes), until=self._outside.clock.monotonic() + PATIENCE)

    def _start(self) -> Iterator[Receipt]:
        while self._left and len(self._running) < MOST_JOBS:
            rows = [self._left.popleft() for _ in range(min(MOST_ROWS, len(self._left)))]
            good = [write for write in rows if write.account.isdecimal()]
            yield from (_refused(write, "no organisation has such an id") for write in rows if write not in good)
            if not good:
                continue
            started = self._submit(good)
            if isinstance(started, _Job):
                self._running.append(started)
                yield _receipt(good, Outcome.JOB_STARTED, job=started.id)
                continue
            yield _receipt(good, started.outcome, started.reason, started.wait)
            if started.outcome is Outcome.POSTPONED:
                yield from self._give_up(started)

    def _submit(self, writes: Sequence[Write]) -> _Job | Ended:
        found: list[str] = []

        def call() -> None:
            # Only id and organization_fields: `tags` in here would replace the whole list.
            rows = [Organization(id=int(write.account), organization_fields=_fields(write)) for write in writes]
            found.append(str(self._client.organizations.update(rows).id))

        ended = try_once(call)
        if ended.outcome is Outcome.APPLIED:
            return self._job(found[0], writes)
        if ended.status == _TOO_MANY and ended.wait is None:
            return Ended(outcome=ended.outcome, reason=ended.reason, wait=_FULL, status=ended.status, error=ended.error)
        return ended

    def _give_up(self, ended: Ended) -> Iterator[Receipt]:
        """There is no room for more jobs, or the account is asked to wait: the rest need not be tried."""
        if self._left:
            yield _receipt(self._left, Outcome.POSTPONED, ended.reason, ended.wait)
        self._left.clear()

    def _look(self) -> Iterator[Receipt]:
        still = []
        for job in self._running:
            status = self._ask(job)
            if status is not None and status["status"] in ("queued", "working"):
                if self._outside.clock.monotonic() < job.until:
                    still.append(job)
                else:
                    yield _unfinished(job, "the job is not done yet")
            elif status is not None and status["status"] == "completed":
                yield from _results(job, status.get("results") or [])
            else:
                yield from self._failed(job, "unknown" if status is None else status["status"])
        self._running = still

    def _ask(self, job: _Job) -> _Status | None:
        """The state of a job; None when the helpdesk does not know it: it is forgotten after about a day."""
        found = self._transport.read(Ask(path=f"/api/v2/job_statuses/{job.id}"), _ANSWER.validate_json)
        return None if isinstance(found, Refusal) else found.value["job_status"]

    def _failed(self, job: _Job, state: str) -> Iterator[Receipt]:
        for write in job.writes:
            if write.id in self._again:
                reason = f"the job is {clean(state)}"
                yield Receipt(writes=(write.id,), outcome=Outcome.UNCLEAR, reason=reason)
            else:
                self._again.add(write.id)
                self._left.append(write)


def _fields(write: Write) -> Mapping[str, str | None]:
    fields = write.body["fields"]
    if not isinstance(fields, Mapping):
        raise TypeError("a write of fields holds no fields")
    return dict(fields)


def _results(job: _Job, results: Sequence[_Result]) -> Iterator[Receipt]:
    """*Completed* is not *all applied*: each row says for itself."""
    by_id = {str(result["id"]): result for result in results if result.get("id") is not None}
    by_place = {result["index"]: result for result in results if result.get("index") is not None}
    for place, write in enumerate(job.writes):
        result = by_id.get(write.account) or by_place.get(place)
        if result is None:
            yield Receipt(writes=(write.id,), outcome=Outcome.UNCLEAR, reason="the job says nothing of this row")
        elif result.get("error"):
            yield _refused(write, clean(f"{result.get('error')}: {result.get('details') or ''}"))
        else:
            yield Receipt(writes=(write.id,), outcome=Outcome.APPLIED)


def _refused(write: Write, reason: str) -> Receipt:
    return Receipt(writes=(write.id,), outcome=Outcome.REFUSED, reason=reason)


def _unfinished(job: _Job, reason: str) -> Receipt:
    return _receipt(job.writes, Outcome.POSTPONED, reason, job=job.id)


def _receipt(
    writes: Iterable[Write], outcome: Outcome, reason: str = "", wait: timedelta | None = None, job: str | None = None
) -> Receipt:
    ids = tuple(write.id for write in writes)
    return Receipt(writes=ids, outcome=outcome, reason=reason, wait=wait, job=job)
