"""One cycle of one helpdesk: pull, absorb, measure, judge, read, plan, save, deliver."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from connector import log
from connector.billed import refresh_billed, what_is_unread
from connector.billing.gather import Gathered
from connector.deliver import Delivered, Delivery
from connector.helpdesk import Helpdesk, HelpdeskBusyError, HelpdeskError
from connector.installation import Installation
from connector.judging import Judging, judge_due
from connector.planning import Draft, draft, told_rows, what_is_withheld
from connector.progress import Progress
from connector.pulling import Pull, Pulled, StoppedError
from connector.settings import HelpdeskSettings, WritePolicy
from connector.store.rows import CycleEnd, FencedError
from connector.withdrawing import draft_withdrawal, hidden_tags, unclear_writes, what_is_left, withdrawal_rows
from connector.yaml.error import ConfigError
from rules.planning.change import Plan

_STALE = timedelta(hours=24)
_TOO_OLD = (
    "what is stored reaches only to {:%Y-%m-%d %H:%M} UTC, more than a day back, and nothing is planned from that; "
    "`touchcost status` says what the daemon did last, and what to do"
)
_STOPPED = "Stopped as asked; the next cycle goes on."


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleReport:
    """How a cycle went."""

    helpdesk: str
    end: CycleEnd
    sentence: str = ""
    """What went wrong, for people."""
    as_of: datetime | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    """What is to be said and leaves the cycle good: held, parked, billing that could not be read."""
    wait: timedelta | None = None
    """How long the helpdesk asked us to stay away."""
    misconfigured: bool = False
    """Whether it failed for what a person wrote, or for a secret that is not there."""

    @property
    def is_good(self) -> bool:
        """Whether it came to its end and every write was clear."""
        return self.end is CycleEnd.FINE


class Cycle:
    """One helpdesk of an installation, opened once and run again and again."""

    def __init__(self, installation: Installation, settings: HelpdeskSettings) -> None:
        self._installation = installation
        self._store = installation.store
        self._clock = installation.clock
        self._settings = settings
        self._helpdesk: Helpdesk | None = None

    def run_once(self, progress: Progress, *, patience: timedelta | None = None) -> CycleReport:
        """One cycle; `patience` is how long delivery may take, None: to its end.

        Takes the helpdesk's lock. Raises LockedError and StoreError; what the helpdesk or its secret does wrong is in
        the report.
        """
        with self._store.lock(self._settings.name):
            number = self._store.begin_cycle(self._settings.name, self._clock.now())
            report = self._guarded(lambda: self._run(progress, patience))
            self._store.end_cycle(
                number,
                ended_at=self._clock.now(),
                as_of=report.as_of,
                end=report.end,
                sentence=report.sentence,
                counts=report.counts,
            )
        log.info("cycle_ended", helpdesk=report.helpdesk, end=report.end, as_of=report.as_of, **report.counts)
        return report

    def plan_once(self, progress: Progress) -> Draft | None:
        """What `sync` would write now: pulls and judges, saves the facts alone, writes nothing.

        None while there is nothing to judge. Takes the helpdesk's lock. Raises HelpdeskBusyError and HelpdeskError too.
        """
        with self._store.lock(self._settings.name):
            helpdesk = self._open()
            pulled = self._pull(helpdesk, progress)
            refresh_billed(self._store, self._settings)
            judging = judge_due(self._store, self._settings, pulled.as_of, progress, whole=True)
            return None if judging is None else self._draft(helpdesk, judging)

    def plan_stored(self, progress: Progress) -> Draft | None:
        """The same on what is stored: for use beside a daemon, which holds the lock.

        Raises HelpdeskError too when what is stored is more than a day behind: no cycle would judge that.
        """
        as_of = self._store.absorbed_until(self._settings.name)
        if as_of is None:
            return None
        if self._clock.now() - as_of > _STALE:
            raise HelpdeskError(_TOO_OLD.format(as_of))
        judging = judge_due(self._store, self._settings, as_of, progress, whole=True)
        if judging is None:
            return None
        return draft(self._open(), self._store, self._settings, judging, self._clock.now())

    def plan_withdrawal(self) -> Plan:
        """What takes away everything we ever wrote. Raises HelpdeskBusyError and HelpdeskError."""
        return draft_withdrawal(self._open(), self._store, self._settings, self._clock.now())

    def withdraw(self, progress: Progress) -> CycleReport:
        """Takes away everything we ever wrote, through the same outbox. Takes the helpdesk's lock.

        The report is not good while anything of ours is left.
        """
        with self._store.lock(self._settings.name):
            return self._guarded(lambda: self._withdraw(progress))

    def _withdraw(self, progress: Progress) -> CycleReport:
        helpdesk = self._open()
        self._delivery(helpdesk).resolve(unclear_writes(self._store, self._settings.name), progress)
        if self._installation.stop.is_set():
            return self._report(CycleEnd.CUT, _STOPPED)
        drawn = draft_withdrawal(helpdesk, self._store, self._settings, self._clock.now())
        self._store.save_plan(self._settings.name, withdrawal_rows(drawn, self._store, self._clock.now()))
        delivered = self._deliver(helpdesk, progress, None)
        left = what_is_left(self._store, self._settings.name)
        sentence = " ".join([*delivered.problems, *hidden_tags(drawn), *left])
        end = CycleEnd.FAILED if sentence else CycleEnd.FINE
        return self._report(end, sentence, counts=delivered.counts, warnings=delivered.notes)

    def _guarded(self, work: Callable[[], CycleReport]) -> CycleReport:
        try:
            return work()
        except StoppedError:
            return self._report(CycleEnd.CUT, _STOPPED)
        except FencedError as fenced:
            return self._report(CycleEnd.CUT, f"Another worker goes on with this helpdesk: {fenced}")
        except HelpdeskBusyError as busy:
            # A wait that ends because we are asked to stop is no failure of the helpdesk.
            if self._installation.stop.is_set():
                return self._report(CycleEnd.CUT, _STOPPED)
            return self._report(CycleEnd.BUSY, str(busy), wait=busy.wait)
        except (HelpdeskError, ConfigError) as wrong:
            report = self._report(CycleEnd.FAILED, str(wrong))
            return replace(report, misconfigured=isinstance(wrong, ConfigError))

    def _run(self, progress: Progress, patience: timedelta | None) -> CycleReport:
        helpdesk = self._open()
        pulled = self._pull(helpdesk, progress)
        gathered = refresh_billed(self._store, self._settings)
        writes = self._settings.write.policy is WritePolicy.SYNC
        whole = writes and self._is_first_plan()
        judging = judge_due(self._store, self._settings, pulled.as_of, progress, whole=whole)
        if judging is None:
            return self._report(CycleEnd.FINE, as_of=pulled.as_of, counts=_pulled_counts(pulled))
        if not writes:
            self._store.save_judgement(self._settings.name, judging.judgement)
            self._prune(judging)
            counts = {**_pulled_counts(pulled), "judged": len(judging.cases)}
            return self._report(CycleEnd.FINE, as_of=pulled.as_of, counts=counts, warnings=what_is_unread(gathered))
        drafted = self._draft(helpdesk, judging)
        self._store.save_plan(self._settings.name, told_rows(drafted))
        self._prune(judging)
        delivered = self._deliver(helpdesk, progress, patience)
        return self._delivered(_pulled_counts(pulled), drafted, delivered, gathered)

    def _is_first_plan(self) -> bool:
        """Whether no rule that can be told of was ever planned here, or none since reports were all that was wanted."""
        told = any(rule.enabled and not rule.shadow for rule in self._settings.policy.rules)
        return told and all(row.planned_at is None for row in self._store.rules(self._settings.name))

    def _open(self) -> Helpdesk:
        """Signs in and binds the store to what answers. A helpdesk stays open from cycle to cycle."""
        if self._helpdesk is None:
            self._helpdesk = self._installation.open_helpdesk(self._settings)
        self._store.bind(self._settings.name, self._helpdesk.identify())
        return self._helpdesk

    def _pull(self, helpdesk: Helpdesk, progress: Progress) -> Pulled:
        pull = Pull(
            helpdesk=helpdesk,
            store=self._store,
            settings=self._settings,
            clock=self._clock,
            stop=self._installation.stop,
            progress=progress,
        )
        return pull.run()

    def _draft(self, helpdesk: Helpdesk, judging: Judging) -> Draft:
        return draft(helpdesk, self._store, self._settings, judging, self._clock.now())

    def _deliver(self, helpdesk: Helpdesk, progress: Progress, patience: timedelta | None) -> Delivered:
        return self._delivery(helpdesk).run(progress, patience)

    def _delivery(self, helpdesk: Helpdesk) -> Delivery:
        return Delivery(helpdesk, self._store, self._settings, self._clock, self._installation.stop)

    def _prune(self, judging: Judging) -> None:
        if judging.day_turned:
            self._store.prune(self._settings.name, judging.as_of - timedelta(days=self._settings.retention_days))

    def _delivered(
        self, pulled: Mapping[str, int], drafted: Draft, delivered: Delivered, gathered: Gathered | None
    ) -> CycleReport:
        counts = {**pulled, "judged": len(drafted.judging.cases), **delivered.counts}
        warnings = (*what_is_unread(gathered), *delivered.notes, *what_is_withheld(drafted.plan))
        end = CycleEnd.FAILED if delivered.problems else CycleEnd.FINE
        sentence = " ".join(delivered.problems)
        return self._report(end, sentence, as_of=drafted.judging.as_of, counts=counts, warnings=warnings)

    def _report(
        self,
        end: CycleEnd,
        sentence: str = "",
        *,
        as_of: datetime | None = None,
        counts: Mapping[str, int] | None = None,
        warnings: tuple[str, ...] = (),
        wait: timedelta | None = None,
    ) -> CycleReport:
        return CycleReport(
            helpdesk=self._settings.name,
            end=end,
            sentence=sentence,
            as_of=as_of,
            counts=counts or {},
            warnings=warnings,
            wait=wait,
        )


def run_once(installation: Installation, settings: HelpdeskSettings, progress: Progress) -> CycleReport:
    """One whole cycle of one helpdesk, as `touchcost once` runs it."""
    return Cycle(installation, settings).run_once(progress)


def _pulled_counts(pulled: Pulled) -> Mapping[str, int]:
    return {"rows": pulled.rows, "set_aside": len(pulled.rejected)}
