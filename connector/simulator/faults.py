"""Faults on request: what goes wrong, at which endpoint, on which of the next calls."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Literal, get_args

Kind = Literal[
    "429",
    "503",
    "504",
    "500",
    "502",
    "409",
    "401",
    "403",
    "truncated",
    "cut",
    "html",
    "lost_answer",
    "redirect",
    "foreign_next",
    "slow",
    "loop",
    "huge",
    "failed_job",
    "killed_job",
]
ANY = "*"


@dataclass(slots=True, kw_only=True)
class Fault:
    """One fault. It strikes on the `after`-th next call of `endpoint` and the `times` - 1 calls behind it.

    `times` None is for good. `retry_after` is seconds (`date` True writes them as an HTTP date), None
    leaves the header out. `seconds` is how long a slow answer takes. `over` lets only calls with a larger
    `per_page` count, `method` only those of that method. `target` is the other host of a redirect or link.
    `lost_answer` applies the write and then cuts the connection.
    """

    endpoint: str
    kind: Kind
    after: int = 1
    times: int | None = 1
    retry_after: int | None = None
    date: bool = False
    seconds: float = 0.0
    over: int = 0
    method: str | None = None
    target: str = "http://elsewhere.test"

    def is_for(self, endpoint: str, method: str, per_page: int) -> bool:
        """Whether a call counts."""
        return self.endpoint in (endpoint, ANY) and self.method in (method, None) and per_page > self.over

    def strikes(self) -> bool:
        """Count a call, and say whether this one is struck."""
        if self.after > 1:
            self.after -= 1
            return False
        if self.times is not None:
            self.times -= 1
        return True

    @property
    def is_spent(self) -> bool:
        """Whether it has struck as often as it should."""
        return self.times is not None and self.times <= 0


class FaultQueue:
    """Faults waiting for their call; of several for one endpoint the one put first strikes first."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def __len__(self) -> int:
        return len(self._faults)

    def put(self, fault: Fault) -> None:
        """Queue a fault."""
        self._faults.append(fault)

    def clear(self) -> None:
        """Forget every fault, those for good too."""
        self._faults.clear()

    def strike(self, endpoint: str, method: str, per_page: int) -> Fault | None:
        """Count a call of the endpoint; the fault that strikes it, or None."""
        for fault in self._faults:
            if not fault.is_for(endpoint, method, per_page):
                continue
            struck = fault.strikes()
            if fault.is_spent:
                self._faults.remove(fault)
            return fault if struck else None
        return None


def fault_from(row: Mapping[str, object]) -> Fault:
    """A fault from a JSON object with the attributes' names. Raises ValueError with a sentence."""
    wrong = set(row) - {known.name for known in fields(Fault)}
    if wrong or not {"endpoint", "kind"} <= set(row):
        raise ValueError(f"a fault has endpoint, kind and known keys only, not {sorted(wrong)}")
    if str(row["kind"]) not in get_args(Kind):
        raise ValueError(f"no such kind of fault: {row['kind']}")
    return Fault(**{**row, "kind": str(row["kind"])})  # type: ignore[arg-type]


def retry_after(fault: Fault, now: datetime) -> str | None:
    """The Retry-After header's text, or None."""
    if fault.retry_after is None:
        return None
    if not fault.date:
        return str(fault.retry_after)
    return http_date(now, fault.retry_after)


def http_date(now: datetime, seconds: int = 0) -> str:
    """`seconds` after now, as an HTTP date."""
    return format_datetime(now + timedelta(seconds=seconds), usegmt=True)
