"""Time that passes only where somebody waits, and the world around a helpdesk that is tried."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from connector.clock import Clock
from connector.helpdesk import Outside
from connector.settings import Secret, SecretText
from rules.facts import PersonKey

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
"""When a steady time begins."""


@dataclass
class SteadyTime:
    """Both readings of time go on together, by waiting alone. It keeps the waits, and the lines that were logged."""

    begun: datetime = NOW
    passed: float = 0.0
    waits: list[float] = field(default_factory=list)
    lines: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    stopping: bool = False

    def now(self) -> datetime:
        """The time of the data."""
        return self.begun + timedelta(seconds=self.passed)

    def monotonic(self) -> float:
        """The running of time, in seconds."""
        return self.passed

    def wait(self, seconds: float) -> bool:
        """Lets it pass; whether we are asked to stop."""
        self.waits.append(seconds)
        self.passed += seconds
        return self.stopping

    def log(self, event: str, /, **fields: object) -> None:
        """Keeps a line."""
        self.lines.append((event, fields))

    def outside(self) -> Outside:
        """The world as this time sees it; a secret's text is the last part of its reference."""
        return Outside(
            clock=Clock(now=self.now, monotonic=self.monotonic),
            wait=self.wait,
            resolve=resolve,
            person_key=person_key,
            random=Random(1),  # noqa: S311  The jitter of waits is no secret.
            log=self.log,
        )


def resolve(secret: Secret) -> SecretText:
    """The text behind the first colon of the reference."""
    return SecretText(secret.reference.partition(":")[2])


def person_key(person: int) -> PersonKey:
    """Not a fingerprint: one that a reader of a test can see through."""
    return PersonKey(-person)
