"""Writes docs/benchmarks.md: the numbers, how they came about, and which limits are kept."""

import os
import platform
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.asked import part_of
from benchmarks.findings import PER, Contender, Findings

_TEMPLATE = Path(__file__).with_name("page.md")
_TIMES_FLOOR, _DECODE_SECONDS, _PEAK, _READS = 3, 5, 200, 8
_GROWTH = 10
"""MB per 100,000 tickets that still count as flat: a peak wanders by a few between two runs of the same."""

_NAMES = {
    Contender.FLOOR: "the floor: urllib3 and json, nothing kept",
    Contender.PEER: "zenpy's objects, nothing kept",
    Contender.OURS: "touchcost, the whole cycle",
    Contender.DECODE: "touchcost, tickets decoded, nothing kept",
}


def write(findings: Findings, path: Path) -> None:
    """Replaces the page, but for the requests of steady cycles: these are counted apart."""
    small, large = findings.sizes
    text = _TEMPLATE.read_text().format(
        date=datetime.now(UTC).date(),
        processor=_processor(),
        cores=os.cpu_count(),
        system=f"{platform.system()} {platform.machine()}",
        python=platform.python_version(),
        zenpy=version("zenpy"),
        repetitions=len(findings.steady),
        small=f"{small:,}",
        large=f"{large:,}",
        per=f"{PER:,}",
        limits="\n".join(_limits(findings)),
        costs="\n".join(_cost(findings, contender) for contender in Contender),
        reads=findings.steady_reads(),
        steady=f"{findings.steady_cpu():.2f}",
        requests=part_of(path),
        asked="\n".join(f"- {count} of `{path}`" for path, count in sorted(findings.steady[0].asked.items())),
    )
    path.write_text(text)


def _cost(findings: Findings, contender: Contender) -> str:
    small, large = findings.sizes
    times = findings.marginal_cpu(contender) / findings.marginal_cpu(Contender.FLOOR)
    cells = (
        _NAMES[contender],
        f"{findings.cpu(contender, small):.2f}",
        f"{findings.cpu(contender, large):.2f}",
        f"**{findings.marginal_cpu(contender):.1f}**",
        "" if contender is Contender.DECODE else f"{times:.1f}",
        f"{findings.peak(contender, small):.0f}",
        f"{findings.peak(contender, large):.0f}",
        f"{findings.marginal_peak(contender):+.0f}",
    )
    return f"| {' | '.join(cells)} |"


def _limits(findings: Findings) -> Iterator[str]:
    _, large = findings.sizes
    times = findings.marginal_cpu(Contender.OURS) / findings.marginal_cpu(Contender.FLOOR)
    whole = findings.cpu(Contender.OURS, large) / findings.cpu(Contender.FLOOR, large)
    decode, growth = findings.marginal_cpu(Contender.DECODE), findings.far_growth()
    peak, reads = findings.peak(Contender.OURS, large), findings.steady_reads()
    floor = f"at most {_TIMES_FLOOR} times the floor"
    yield _limit(f"the whole cycle, filling included, {floor}", f"{times:.2f} times", kept=times <= _TIMES_FLOOR)
    yield _limit(
        f"the same with start-up and judging, at {large:,} tickets", f"{whole:.2f} times", kept=whole <= _TIMES_FLOOR
    )
    yield _limit(
        f"tickets decoded within {_DECODE_SECONDS} CPU s per {PER:,}", f"{decode:.1f} s", kept=decode <= _DECODE_SECONDS
    )
    yield _limit(f"memory under {_PEAK} MB, at {large:,} tickets", f"{peak:.0f} MB", kept=peak < _PEAK)
    yield _limit(
        f"memory flat: at most {_GROWTH} MB per {PER:,} more, from {large:,} to {2 * large:,}",
        f"{growth:+.0f} MB, to {findings.far.peak:.0f} MB",
        kept=growth <= _GROWTH,
    )
    yield _limit(f"a steady cycle within {_READS} reads", f"{reads} reads", kept=reads <= _READS)


def _limit(limit: str, found: str, *, kept: bool) -> str:
    return f"| {limit} | {found} | {'reached' if kept else '**not reached**'} |"


def _processor() -> str:
    facts = Path("/proc/cpuinfo")
    lines = facts.read_text().splitlines() if facts.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or "a processor without a name")
