"""Pulls what changed at a helpdesk and absorbs it, page by page; fills the store the first time, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from threading import Event

from connector.clock import Clock
from connector.counting import first_moment, make_basis, make_counting
from connector.helpdesk import Helpdesk, Rejected, Stream, Walk
from connector.measuring import make_calendar
from connector.progress import Progress
from connector.settings import HelpdeskSettings
from connector.store.rows import Recount, WalkState
from connector.store.store import Store
from rules.facts import UtcSecond

OVERLAP = timedelta(minutes=10)
"""Every pull begins this long before the newest row seen: rows become visible late."""

SWEEP = timedelta(days=8)
"""Once a week it begins this long before."""

_LEGS = (timedelta(days=28), timedelta(days=90))


class StoppedError(Exception):
    """We were asked to stop between two pages; what was absorbed is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """What a pull brought."""

    as_of: datetime
    """Up to when every stream is absorbed."""
    rows: int
    rejected: tuple[Rejected, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One walk of the first pull, through events and tickets alike."""

    number: int
    start: datetime
    end: datetime | None


def legs(since: datetime, now: datetime) -> tuple[Leg, ...]:
    """The walks of a first pull, newest first: 28 days, 90, and back to `since`."""
    starts = [*(now - length for length in _LEGS if now - length > since), since]
    ends = [None, *starts[:-1]]
    return tuple(
        Leg(number=number, start=start, end=end)
        for number, (start, end) in enumerate(zip(starts, ends, strict=True), start=1)
    )


class Pull:
    """One pull of one helpdesk. Cut at any moment, the next one goes on where it was."""

    def __init__(
        self,
        *,
        helpdesk: Helpdesk,
        store: Store,
        settings: HelpdeskSettings,
        clock: Clock,
        stop: Event,
        progress: Progress,
    ) -> None:
        self._helpdesk = helpdesk
        self._store = store
        self._settings = settings
        self._clock = clock
        self._stop = stop
        self._progress = progress
        self._calendar = make_calendar(settings)
        self._since = first_moment(settings)
        self._rejected: list[Rejected] = []
        self._rows = 0

    def run(self) -> Pulled:
        """Pulls to the end of every stream.

        Raises HelpdeskBusyError or HelpdeskError where the helpdesk does not answer, StoppedError when asked to stop,
        FencedError when another worker has gone on.
        """
        self._lists()
        self._recount()
        if self._store.standing(self._settings.name).filling:
            self._fill()
            self._lists()
        walks = [self._steady(stream) for stream in (Stream.EVENTS, Stream.TICKETS)]
        return Pulled(
            as_of=min(walk.reached or walk.start for walk in walks),
            rows=self._rows,
            rejected=tuple(self._rejected),
        )

    def _lists(self) -> None:
        """Organisations and agents come first, so that what follows finds them."""
        self._store.keep_fields(self._settings.name, self._settings.account_fields)
        self._through(self._steady_walk(Stream.ACCOUNTS, self._resume_accounts()))
        self._through(self._steady_walk(Stream.AGENTS, self._since))

    def _recount(self) -> None:
        """Follows an edit of the configuration: totals built anew from the rows, or the rows pulled anew."""
        basis = make_basis(self._store, self._settings)
        asked = self._store.recount(self._settings.name, basis)
        if asked is Recount.REFILL:
            self._store.begin_filling(self._settings.name, basis)
        if asked is Recount.REBUILD:
            self._build(self._store.standing(self._settings.name).facts_from)

    def _fill(self) -> None:
        every = self._legs()
        over = [leg for leg in every if self._is_walked(leg)]
        # The last of them is counted again: whether it was before the cut is not known.
        for leg in (leg for leg in every if leg not in over[:-1]):
            self._progress.filling(self._settings.name, leg.number, len(every), leg.start)
            for stream in (Stream.EVENTS, Stream.TICKETS):
                self._fill_leg(stream, leg)
            self._build(UtcSecond(int(leg.start.timestamp())))
        self._store.end_filling(self._settings.name)

    def _legs(self) -> Sequence[Leg]:
        """The legs still to be walked, with the bounds they had when the filling began."""
        starts = [walk.start for walk in self._store.walks(self._settings.name) if walk.filling]
        # The first leg began 28 days before the filling did, unless `since` lies within these.
        return legs(self._since, max(starts) + _LEGS[0] if starts else self._clock.now().replace(microsecond=0))

    def _is_walked(self, leg: Leg) -> bool:
        found = [self._walk_of(stream, leg) for stream in (Stream.EVENTS, Stream.TICKETS)]
        return all(walk is not None and walk.done for walk in found)

    def _walk_of(self, stream: Stream, leg: Leg) -> WalkState | None:
        walks = [walk for walk in self._store.walks(self._settings.name) if walk.filling and walk.stream is stream]
        return next((walk for walk in walks if walk.start == leg.start), None)

    def _fill_leg(self, stream: Stream, leg: Leg) -> None:
        found = self._walk_of(stream, leg)
        if found is not None and found.done:
            return
        walk = Walk(stream=stream, start=leg.start, end=leg.end)
        self._through(found or self._store.open_walk(self._settings.name, walk, filling=True))

    def _build(self, facts_from: UtcSecond | None) -> None:
        if facts_from is not None:
            self._progress.counting(self._settings.name)
            counting = replace(make_counting(self._store, self._settings), facts_from=facts_from)
            self._store.build_totals(self._settings.name, counting)

    def _steady(self, stream: Stream) -> WalkState:
        seen = self._seen(stream)
        back = SWEEP if self._is_sweep_due(stream) else OVERLAP
        start = self._since if seen is None else max(seen - back, self._since)
        return self._through(self._steady_walk(stream, start))

    def _seen(self, stream: Stream) -> datetime | None:
        """The newest row seen, and no later than the last walk had come: a row may claim any time."""
        newest = self._store.newest(self._settings.name, stream)
        reached = self._reached(stream)
        if newest is None or reached is None:
            return None if newest is None else _moment(newest)
        return min(_moment(newest), reached)

    def _reached(self, stream: Stream) -> datetime | None:
        """Up to when the walks of a stream that came to their end have come."""
        walks = [walk for walk in self._store.walks(self._settings.name) if walk.stream is stream and walk.done]
        return max((walk.reached for walk in walks if walk.reached is not None), default=None)

    def _steady_walk(self, stream: Stream, start: datetime) -> WalkState:
        """The walk that was cut, unless it began later than is wanted by now; else a new one, which replaces it."""
        for walk in self._store.walks(self._settings.name):
            if walk.stream is stream and not walk.done and not walk.filling and walk.start <= start:
                return walk
        return self._store.open_walk(self._settings.name, Walk(stream=stream, start=start), filling=False)

    def _through(self, state: WalkState) -> WalkState:
        traced = self._store.traced(self._settings.name) if state.stream is Stream.ACCOUNTS else frozenset()
        walk = Walk(stream=state.stream, start=state.start, end=state.end, cursor=state.cursor, traced=traced)
        counting = make_counting(self._store, self._settings)
        for page in self._helpdesk.pull(walk):
            absorbed = self._store.absorb(self._settings.name, page, state, counting, self._settings.account)
            state = absorbed.walk or state
            self._rejected += absorbed.rejected
            self._rows += absorbed.rows
            self._progress.pulled(self._settings.name, page.stream, absorbed.rows, state.reached)
            if self._stop.is_set():
                raise StoppedError
        return state

    def _is_sweep_due(self, stream: Stream) -> bool:
        """True in the first pull of a calendar week."""
        last = self._reached(stream)
        return last is not None and self._week(last) != self._week(self._clock.now())

    def _week(self, moment: datetime) -> tuple[int, int]:
        year, week, _ = moment.astimezone(self._calendar.zone).isocalendar()
        return year, week

    def _resume_accounts(self) -> datetime:
        """Organisations carry no time of their own here: from up to where the last walk had come."""
        reached = self._reached(Stream.ACCOUNTS)
        # Every organisation is wanted the first time, however old.
        return datetime.fromtimestamp(0, UTC) if reached is None else reached - OVERLAP


def _moment(second: UtcSecond) -> datetime:
    return datetime.fromtimestamp(second, UTC)
