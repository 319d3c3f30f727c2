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


def end_at_once_on_signals() -> None:
    """From now on Ctrl-C, SIGTERM and a closed terminal raise KeyboardInterrupt, so that what is open is closed."""
    for number in (*_ASKING, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)


def stop_on_signals(stop: Event) -> None:
    """From now on they set `stop`. In the main thread alone, as all of these."""
    for number in (*_ASKING, signal.SIGHUP):
        signal.signal(number, lambda _number, _frame: stop.set())
