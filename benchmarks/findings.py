"""What the benchmark found, and the numbers that follow from it."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from benchmarks.spent import Spent, median

PER = 100_000
"""Tickets, with five events each, that the shown costs are for."""


class Contender(StrEnum):
    """Whose process was measured."""

    FLOOR = "floor"
    PEER = "peer"
    OURS = "ours"
    DECODE = "decode"


@dataclass(frozen=True, slots=True, kw_only=True)
class Steady:
    """One steady cycle: 1,000 changed tickets with 2,000 events."""

    cpu: float
    asked: Mapping[str, int]
    """How often each address was read."""

    @property
    def reads(self) -> int:
        """All of them but the token."""
        return sum(count for path, count in self.asked.items() if not path.startswith("/oauth/"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Every run of every contender, by the number of tickets that were served."""

    runs: Mapping[int, Mapping[Contender, Sequence[Spent]]]
    far: Spent
    """Ours at twice the larger number: by then caches are full, and what still grows is what grows with tickets."""
    steady: Sequence[Steady]

    @property
    def sizes(self) -> tuple[int, int]:
        """The smaller and the larger number of tickets."""
        return min(self.runs), max(self.runs)

    def cpu(self, contender: Contender, size: int) -> float:
        """Median CPU seconds of the whole process."""
        return median(self.runs[size][contender], lambda spent: spent.cpu)

    def peak(self, contender: Contender, size: int) -> float:
        """Median peak memory in MB."""
        return median(self.runs[size][contender], lambda spent: spent.peak)

    def marginal_cpu(self, contender: Contender) -> float:
        """CPU seconds that 100,000 more tickets cost: start-up and what depends on accounts alone fall out."""
        return self._slope(self.cpu, contender)

    def marginal_peak(self, contender: Contender) -> float:
        """MB that 100,000 more tickets add to the peak."""
        return self._slope(self.peak, contender)

    def far_growth(self) -> float:
        """MB that 100,000 more tickets add to our peak between the larger number and twice as many."""
        _, large = self.sizes
        return (self.far.peak - self.peak(Contender.OURS, large)) * PER / large

    def steady_cpu(self) -> float:
        """Median CPU seconds of a steady cycle."""
        return statistics.median(one.cpu for one in self.steady)

    def steady_reads(self) -> int:
        """The most reads that any steady cycle needed."""
        return max(one.reads for one in self.steady)

    def _slope(self, of: Callable[[Contender, int], float], contender: Contender) -> float:
        small, large = self.sizes
        return (of(contender, large) - of(contender, small)) * PER / (large - small)
