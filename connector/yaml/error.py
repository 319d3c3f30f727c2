"""The error of everything a person wrote for touchcost: configuration, rule files, references to secrets."""

from collections.abc import Iterable


class ConfigError(Exception):
    """Show it and end with 2; a daemon that runs keeps the configuration it has."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        """Each `file:line:column: sentence`, with the source line and a caret where there is one. Never a secret."""
        super().__init__("\n".join(self.problems))
