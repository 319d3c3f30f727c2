"""The error of everything a person wrote for touchcost: configuration, rule files, references to secrets."""

from collections.abc import Iterable

from connector.yaml.source import Problem


class ConfigError(Exception):
    """Show it and end with 2; a daemon that runs keeps the configuration it has."""

    def __init__(self, found: Iterable[Problem | str]) -> None:
        self.found = tuple(found)
        """What is wrong, at its place; a sentence alone where no file is to blame. Never a secret."""
        super().__init__("\n".join(self.problems))

    @property
    def problems(self) -> tuple[str, ...]:
        """Each `file:line:column: sentence`, with the source line and a caret where there is one."""
        return tuple(map(str, self.found))
