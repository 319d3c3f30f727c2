"""The demo: a simulated helpdesk that lives in quick time, and the main job working on it from outside, over HTTP."""

import csv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from threading import Event

from connector.cycle import Cycle, CycleReport
from connector.demo.files import GROUP, Access, write_files
from connector.demo.invoices import Books
from connector.demo.news import Look, Loudness, look
from connector.helpdesk import HelpdeskError, Outcome
from connector.installation import Installation, open_installation
from connector.progress import Progress
from connector.reports.needs import form_writes
from connector.simulator import CLIENT_ID, CLIENT_SECRET, Server, StreamRow, World, read_stream, serve
from connector.simulator.clock import wall_time
from connector.simulator.reactions import Reactions
from connector.yaml.error import ConfigError
from rules.planning.case import standing_in

HISTORY = timedelta(days=365)
"""How long the helpdesk has been in use when the demo begins."""

_ACCOUNTS = 60
_MORNING = timedelta(hours=9)
_REVENUE = (("revenue_month", "mrr"), ("currency", "currency"))
_CUSTOMERS = (
    *_REVENUE,
    ("seats", "seats"),
    ("segment", "segment"),
    ("customer_since", "contract_start"),
    ("renewal", "contract_end"),
    ("owner", "csm"),
    ("status", "customer_status"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What kind of demo it shall be."""

    folder: Path
    """Where its files go; nothing is written anywhere else."""
    port: int = 0
    """On 127.0.0.1; 0 takes a free one."""
    days: int = 60
    """Simulated days that pass quickly."""
    seed: int = 1
    stream: Path | None = None
    """A ticket log to replay instead of made-up customers."""


class Demo:
    """A running demo: the helpdesk on one side, an installation like any other on the other."""

    def __init__(self, server: Server, installation: Installation, config: Path) -> None:
        self.world = server.world
        """The simulated helpdesk."""
        self._books = Books(folder=config.parent, world=server.world, begun=server.world.now().date())
        self._installation = installation
        self._settings = installation.settings.helpdesks[0]
        self._cycle = Cycle(installation, self._settings)
        self.config = config
        self.url = server.url
        """The address of the page."""
        self.clock_url = _clock_url(server)
        """What TOUCHCOST_NOW has to say, so that other commands work on the demo's time."""
        self.every = self._settings.every
        """How long after one cycle the next one follows in real time."""
        self.clock = installation.clock
        """The helpdesk's time as the connector is told it, and running seconds."""

    def now(self) -> datetime:
        """The helpdesk's time."""
        return self.world.now()

    def look(self) -> Look:
        """What the helpdesk shows now, as its page does, but the loudest alerts first: the page knows no levels."""
        return look(self.world).ordered(self.loudness())

    def loudness(self) -> Mapping[int, Loudness]:
        """How loud the loudest alert of each account is, by its number in the helpdesk."""
        rules = {rule.id: rule for rule in self._settings.policy.rules}
        states = self._installation.store.states(self._settings.name)
        open_alerts = {int(account): standing_in(found, rules) for account, found in states.items() if account}
        return {number: (alerts[0].level, alerts[0].excess) for number, alerts in open_alerts.items() if alerts}

    def make_forms(self) -> None:
        """The fields and macros that are needed, made as `touchcost setup` makes them. Raises HelpdeskError."""
        helpdesk = self._installation.open_helpdesk(self._settings)
        for receipt in helpdesk.apply(form_writes(self._settings.write)):
            if receipt.outcome is not Outcome.APPLIED:
                raise HelpdeskError(f"A field or macro could not be made: {receipt.reason}")

    def run_cycle(self, progress: Progress) -> CycleReport:
        """One cycle, as `touchcost once` and the daemon run it, on what billing exported just before."""
        self._books.export()
        return self._cycle.run_once(progress)

    def live_a_day(self) -> None:
        """Let a day pass in the helpdesk: tickets, answers, and what people make of our marks."""
        self.world.advance(days=1)

    def live_in_real_time(self) -> None:
        """From now on the helpdesk's clock runs as any clock."""
        self.world.clock.run()


@contextmanager
def open_demo(wish: Wish, stop: Event | None = None) -> Iterator[Demo]:
    """Starts the helpdesk, writes a configuration for it and opens that like anybody's; `stop` cuts a cycle.

    Raises ConfigError for a log that cannot be read, HelpdeskError when the port is taken.
    """
    world = make_world(wish)
    with _serve(world, wish.port) as server:
        fields = _CUSTOMERS if wish.stream is None else _REVENUE
        access = Access(url=server.url, client_id=CLIENT_ID, secret=CLIENT_SECRET, fields=fields)
        config = write_files(wish.folder, access, since=(world.now() - HISTORY).date())
        environment = {"TOUCHCOST_NOW": _clock_url(server)}
        with open_installation(config, stop, environment) as installation:
            yield Demo(server, installation, config)


def make_world(wish: Wish) -> World:
    """The helpdesk on the last Monday morning: the same days of the week make the same story. Raises ConfigError."""
    today = wall_time()
    midnight = today.replace(hour=0, minute=0, second=0)
    monday = midnight - timedelta(days=today.weekday()) + _MORNING
    begin = monday if monday <= today else monday - timedelta(weeks=1)
    world = _lively(wish, begin) if wish.stream is None else _replayed(wish, wish.stream, begin)
    # A cycle polls its jobs once a second or less often: more than one poll and a day would take longer than told.
    world.settings.job_requests = 1
    return world


def _lively(wish: Wish, begin: datetime) -> World:
    return World.lively(seed=wish.seed, accounts=_ACCOUNTS, days=HISTORY.days, now=begin)


def _replayed(wish: Wish, log: Path, begin: datetime) -> World:
    """The log with its last `days` still to come, and people who answer alert tickets."""
    end = begin + timedelta(days=wish.days)
    world = World.from_stream(_read_log(log), now=end, withhold_after=begin, seed=wish.seed)
    people = tuple(world.people.add_agent(group=GROUP) for _ in range(2))
    Reactions(world, Random(wish.seed), people).begin()  # noqa: S311 - a simulation, not a secret.
    return world


def _read_log(path: Path) -> list[StreamRow]:
    try:
        rows = read_stream(path)
    except (KeyError, ValueError, EOFError, OSError, csv.Error):
        rows = []
    if not rows:
        columns = "Case ID, Activity, Resource, Complete Timestamp, customer, workgroup"
        raise ConfigError([f"--stream: {path}: this is not a ticket log as CSV with the columns {columns}"])
    return rows


def _serve(world: World, port: int) -> Server:
    try:
        return serve(world, port)
    except OSError as refused:
        raise HelpdeskError(
            f"The page cannot be shown on port {port} of 127.0.0.1 ({refused.strerror or refused}): "
            "name another one with --port, or leave it out for a free one."
        ) from None


def _clock_url(server: Server) -> str:
    return f"{server.url}/_sim/now"
