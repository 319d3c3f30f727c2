"""Reads config.yaml and every file it names into Settings, or says everything that is wrong with them at once."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from connector.config.billing import billing_of, billing_problems
from connector.config.files import ConfigFiles, beside
from connector.config.helpdesk import ReadHelpdesk, Surroundings, read_helpdesk, settings_of, taken_twice
from connector.config.kinds import installed_kinds
from connector.config.layers import Layer, Layers
from connector.config.models import FileKeys
from connector.config.problems import defaults_problems, problems_of, told
from connector.config.rules import Rulebook
from connector.config.urls import store_beside
from connector.config.warnings import warnings_of
from connector.helpdesk import Finding
from connector.settings import Settings
from connector.yaml.error import ConfigError
from connector.yaml.marks import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """What the configuration says, and what `check` has to say of it."""

    settings: Settings
    warnings: tuple[Finding, ...]


def load_config(
    path: Path, now: datetime, kinds: Collection[str] | None = None, *, rules: bool = True
) -> Configuration:
    """Reads the configuration; `now` only says which days lie ahead, `kinds` (left out: those installed) what runs.

    Reads no secret and asks no helpdesk; with `rules` False no rule file either, and every policy is empty. Raises
    ConfigError with every problem of every file.
    """
    if not path.exists():
        raise ConfigError([f"{path}: there is no such file; touchcost init writes one"])
    files = ConfigFiles()
    top = files.open(path)
    if top is None:
        raise ConfigError(told(files.problems, files.paths))
    known = installed_kinds() if kinds is None else kinds
    return _Reading(top, files, Surroundings(kinds=known, now=now, rulebook=Rulebook(closed=not rules))).configuration()


class _Reading:
    """One reading of the configuration, with the problems it finds."""

    def __init__(self, top: Layer, files: ConfigFiles, surroundings: Surroundings) -> None:
        self._top = top
        self._files = files
        self._surroundings = surroundings
        self._beside = Layers([top])
        self._problems: list[Problem] = []

    def configuration(self) -> Configuration:
        """Settings and warnings. Raises ConfigError."""
        whole = self._whole()
        laid = self._laid()
        reads = list(self._helpdesks(laid))
        self._problems += taken_twice(laid)
        if whole is not None:
            self._problems += billing_problems(whole, self._beside, laid)
        problems = [*self._files.problems, *self._problems]
        if problems or whole is None:
            raise ConfigError(told(problems, self._files.paths))
        settings = self._settings(whole, reads)
        return Configuration(settings=settings, warnings=warnings_of(reads, settings, self._surroundings.now))

    def _settings(self, whole: FileKeys, reads: Sequence[ReadHelpdesk]) -> Settings:
        return Settings(
            store=store_beside(whole.store, self._top.path.parent),
            helpdesks=tuple(settings_of(read, billing_of(read, whole, self._beside)) for read in reads),
            paths=tuple(path.absolute() for path in (*self._files.paths, *self._surroundings.rulebook.paths)),
        )

    def _whole(self) -> FileKeys | None:
        try:
            return FileKeys.model_validate(self._top.value)
        except ValidationError as error:
            self._problems += problems_of(error, self._beside, FileKeys)
            return None

    def _laid(self) -> list[Layers]:
        """Each helpdesk's keys over `defaults` over what stands beside the helpdesks."""
        defaults = self._defaults()
        return [Layers([own, *defaults, beside(self._top)]) for own in self._files.helpdesks(self._top)]

    def _helpdesks(self, laid: Sequence[Layers]) -> Iterator[ReadHelpdesk]:
        """Every helpdesk that is right; what is wrong with the others is noted."""
        for layers in laid:
            read, problems = read_helpdesk(layers, self._surroundings)
            self._problems += problems
            if read is not None:
                yield read

    def _defaults(self) -> list[Layer]:
        """`defaults`, checked for themselves: a helpdesk's own keys may cover what is wrong there."""
        given = self._top.value.get("defaults") if isinstance(self._top.value, dict) else None
        if given is None:
            return []
        layer = self._top.under("defaults", given)
        self._problems += defaults_problems(Layers([layer]))
        return [layer]
