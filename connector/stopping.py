"""Turns SIGTERM and SIGINT into a wish to stop, so that the page or write in hand is finished first."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from types import FrameType

_ASKING = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def stopped_by_signals() -> Iterator[Event]:
    """The event that a first signal sets; a second one ends the process as usual. In the main thread alone."""
    stop = Event()
    before = {number: signal.getsignal(number) for number in _ASKING}

    def ask(number: int, _: FrameType | None) -> None:
        stop.set()
        signal.signal(number, signal.SIG_DFL)

    for number in _ASKING:
        signal.signal(number, ask)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
