"""How often helpdesks of both kinds are asked in a steady cycle: `python -m benchmarks.asked` measures and writes it.

Two cycles of one process, as the daemon runs them: one in which nothing changed, then one in which 1,000 tickets did.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

_BEGIN, _END = "<!-- asked -->\n", "<!-- end of asked -->\n"
_KINDS = {
    "zendesk": "Zendesk, the simulated one, pages of 1,000",
    "request_tracker": "Request Tracker, a running one, pages of 100",
}
_TESTS = Path(__file__).parents[1] / "tests" / "request_tracker"
_Cycles = Mapping[str, Mapping[str, int]]
"""`quiet` and `busy`, each with how often what was asked for."""


def main(page: Path = Path("docs/benchmarks.md")) -> None:
    """Measures both kinds, and replaces their part of the page."""
    page.write_text(with_part(page.read_text(), "\n".join(_lines())))


def with_part(text: str, part: str) -> str:
    """The text of the page with another part of ours."""
    before, _, rest = text.partition(_BEGIN)
    return f"{before}{_BEGIN}{part}\n{_END}{rest.partition(_END)[2]}"


def part_of(page: Path) -> str:
    """Our part as it stands."""
    return page.read_text().partition(_BEGIN)[2].partition(_END)[0].rstrip("\n") if page.exists() else ""


def _lines() -> Iterator[str]:
    found = {kind: measure(kind) for kind in _KINDS}
    yield "| requests of a cycle | nothing changed | 1,000 tickets changed |"
    yield "|---|---|---|"
    for kind, name in _KINDS.items():
        cycles = found[kind]
        cells = (
            ("not measured: there was none",) * 2 if cycles is None else (_sum(cycles["quiet"]), _sum(cycles["busy"]))
        )
        yield f"| {name} | {cells[0]} | **{cells[1]}** |"
    for kind, cycles in found.items():
        if cycles is not None:
            yield ""
            yield f"{_KINDS[kind].partition(',')[0]}, with 1,000 changed: {_listed(cycles['busy'])}."


def measure(kind: str) -> _Cycles | None:
    """The requests of both cycles of one kind; None where there is no such helpdesk."""
    command = [sys.executable, "-m", f"benchmarks.asked_{kind}"]
    environment = {**os.environ, "PYTHONPATH": f"{_TESTS}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    found: _Cycles | None = json.loads(done.stdout)
    if found is None:
        print(f"!! {kind}: THERE IS NONE HERE, AND SO ITS REQUESTS WERE NOT COUNTED", file=sys.stderr)
    return found


def _sum(asked: Mapping[str, int]) -> str:
    return str(sum(asked.values()))


def _listed(asked: Mapping[str, int]) -> str:
    return " · ".join(f"{count} of `{path}`" for path, count in sorted(asked.items()))


if __name__ == "__main__":
    main()
