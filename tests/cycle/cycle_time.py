"""Running time that moves only where somebody waits, so that nothing in these tests waits."""

from threading import Event


class Hurry(Event):
    """A stop event whose waits are over at once, and whose seconds are counted."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        """True when we are asked to stop."""
        self.waits.append(timeout or 0.0)
        return self.is_set()

    def monotonic(self) -> float:
        """The seconds that were waited so far."""
        return sum(self.waits)
