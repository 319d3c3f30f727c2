"""What the benchmark's server keeps of a row."""

from typing import NamedTuple


class Row(NamedTuple):
    """A row as it goes over the wire, and the Unix second by which its export is ordered."""

    second: int
    body: bytes
