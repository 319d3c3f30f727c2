"""Everything a command or the daemon works with, opened from one configuration file."""

import os
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from random import SystemRandom
from threading import Event

from connector import log
from connector.clock import Clock, open_clock
from connector.config import secrets
from connector.config.reading import Configuration, load_config
from connector.helpdesk import Helpdesk, HelpdeskError, Outside
from connector.settings import HelpdeskSettings, Settings
from connector.store.broken import broken_told
from connector.store.store import Store, open_store
from connector.yaml.error import ConfigError

HELPDESKS = "touchcost.helpdesks"
"""The entry point group in which kinds of helpdesk are found, our own like a stranger's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """One configuration, its store and the world around it."""

    configuration: Configuration
    store: Store
    clock: Clock
    stop: Event
    """Set when we are asked to stop: every wait ends at once."""
    attended: bool = False
    """Whether a person waits: see `Outside.attended`."""

    @property
    def settings(self) -> Settings:
        """What the configuration says."""
        return self.configuration.settings

    def open_helpdesk(self, settings: HelpdeskSettings) -> Helpdesk:
        """The helpdesk of an entry of the configuration. Raises HelpdeskError or ConfigError; sends nothing yet."""
        return open_helpdesk(settings, self._outside(settings))

    def _outside(self, settings: HelpdeskSettings) -> Outside:
        return Outside(
            clock=self.clock,
            wait=self.stop.wait,
            resolve=secrets.resolve,
            person_key=self.store.person_key,
            random=SystemRandom(),
            log=lambda event, /, **fields: log.info(event, helpdesk=settings.name, **fields),
            attended=self.attended,
        )


def open_helpdesk(settings: HelpdeskSettings, outside: Outside) -> Helpdesk:
    """Finds the kind by its entry point and opens it. Raises HelpdeskError when the kind is not installed."""
    for entry in entry_points(group=HELPDESKS, name=settings.kind):
        helpdesk: Helpdesk = entry.load()(settings, outside)
        return helpdesk
    raise HelpdeskError(f"{settings.place}: no helpdesk of kind {settings.kind!r} is installed.")


def read_configuration(
    path: Path, environment: Mapping[str, str] = os.environ, *, rules: bool = True
) -> tuple[Configuration, Clock]:
    """The configuration, and the clock that it is to be read by. Raises ConfigError with every problem.

    With `rules` False no rule file is read: for what must work whatever stands in them.
    """
    machine = open_clock(None, ())
    configuration = load_config(path, machine.now(), rules=rules)
    urls = [helpdesk.url for helpdesk in configuration.settings.helpdesks]
    try:
        return configuration, open_clock(environment.get("TOUCHCOST_NOW"), urls)
    except ValueError as error:
        raise ConfigError([str(error)]) from None


@contextmanager
def open_installation(
    path: Path,
    stop: Event | None = None,
    environment: Mapping[str, str] = os.environ,
    *,
    rules: bool = True,
    attended: bool = False,
) -> Iterator[Installation]:
    """Reads the configuration and opens the store, which is closed again at the end.

    With `rules` False no rule file is read. Raises ConfigError, or StoreError when the store cannot be used or breaks.
    """
    configuration, clock = read_configuration(path, environment, rules=rules)
    with broken_told(), closing(open_store(configuration.settings.store)) as store:
        yield Installation(
            configuration=configuration, store=store, clock=clock, stop=stop or Event(), attended=attended
        )
