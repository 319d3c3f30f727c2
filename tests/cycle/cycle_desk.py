"""One installation beside one simulated helpdesk: cycles by the application, commands by the command line."""

import io
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cycle_config import RULES, helpdesk, write_config
from cycle_dump import End, Names, Rows, Shown, dump_helpdesk, dump_store, names_of
from cycle_time import Hurry

from connector import cli
from connector.clock import Clock
from connector.cycle import Cycle, CycleReport
from connector.helpdesk import Page
from connector.installation import Installation, read_configuration
from connector.measuring import make_calendar
from connector.planning import Draft
from connector.progress import Silent
from connector.simulator import Server, World
from connector.store.rows import CycleEnd
from connector.store.store import Store, open_store
from rules.alert import State
from rules.counting.contribution import Counting
from rules.facts import AccountId, HelpdeskName

NAME = HelpdeskName("acme")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a command said."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - a JSON document.
        return json.loads(self.out)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """An installation with one helpdesk, whose waits take no time and whose clock is the helpdesk's."""

    world: World
    server: Server
    path: Path
    """Of config.yaml."""
    installation: Installation
    stop: Hurry

    @property
    def store(self) -> Store:
        return self.installation.store

    @property
    def cycle(self) -> Cycle:
        """A cycle that was opened anew, as every `once` opens it."""
        return Cycle(self.installation, self.installation.settings.helpdesks[0])

    def once(self) -> CycleReport:
        """One cycle, whatever comes of it."""
        return self.cycle.run_once(Silent())

    def good(self) -> CycleReport:
        """One cycle that must come to its end."""
        report = self.once()
        assert report.end is CycleEnd.FINE, report.sentence
        return report

    def plan(self) -> Draft:
        """What would be written now."""
        found = self.cycle.plan_once(Silent())
        assert found is not None
        return found

    def night(self, days: float = 1) -> CycleReport:
        """Let time pass, and run one cycle."""
        self.world.advance(days=days)
        return self.good()

    def states(self) -> Mapping[AccountId, Mapping[str, State]]:
        return self.store.states(NAME)

    def open(self) -> frozenset[AccountId]:
        """The accounts on which an alert is open."""
        return frozenset(account for account, rules in self.states().items() if any(map(_is_open, rules.values())))

    def dump(self, *tables: str) -> Mapping[str, Rows]:
        """What the store holds."""
        file = self.path.parent / "desk.db"
        return dump_store(file, self.names, tables) if tables else dump_store(file, self.names)

    @property
    def names(self) -> Names:
        return names_of(self.world, self.store.person_key)

    def shown(self) -> Shown:
        """What the helpdesk shows."""
        return dump_helpdesk(self.world, self.names)

    def end(self) -> End:
        """Where store and helpdesk have come to."""
        return End(store=self.dump(), helpdesk=self.shown())

    def absorb(self, page: Page) -> None:
        """A page that belongs to no walk of ours, such as an old one."""
        settings = self.installation.settings.helpdesks[0]
        standing = self.store.standing(NAME)
        assert standing.facts_from is not None
        counting = Counting(
            calendar=make_calendar(settings),
            ignored_tags=settings.ignore.tags,
            ignored_requesters=standing.ignored,
            own=standing.own,
            facts_from=standing.facts_from,
            own_fault=settings.own_fault,
        )
        self.store.absorb(NAME, page, None, counting, settings.account)

    def touchcost(self, *arguments: str) -> Said:
        """A command, as somebody types it."""
        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            patch.setenv("TOUCHCOST_NOW", f"{self.server.url}/_sim/now")
            status = cli.run(["-c", str(self.path), *arguments])
        return Said(status=status, out=out.getvalue(), err=err.getvalue())


def _is_open(state: State) -> bool:
    return state.level is not None


@contextmanager
def open_desk(
    world: World,
    server: Server,
    folder: Path,
    since: str,
    rule_file: str = RULES,
    **keys: Any,  # noqa: ANN401
) -> Iterator[Desk]:
    """Writes the configuration and opens the installation; `keys` are those of the helpdesk."""
    path = write_config(folder, helpdesk(server.url, since, **keys), rule_file=rule_file)
    with open_installed(world, server, path) as desk:
        yield desk


@contextmanager
def open_installed(world: World, server: Server, path: Path) -> Iterator[Desk]:
    """Opens a configuration that is written already."""
    configuration, _ = read_configuration(path, {})
    stop = Hurry()
    store = open_store(configuration.settings.store)
    clock = Clock(now=world.now, monotonic=stop.monotonic)
    try:
        installation = Installation(configuration=configuration, store=store, clock=clock, stop=stop)
        yield Desk(world=world, server=server, path=path, installation=installation, stop=stop)
    finally:
        store.close()
