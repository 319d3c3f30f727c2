"""Every helpdesk of ours keeps the contract."""

import pytest
from places import memory_place, simulated_place
from request_tracker_place import queue_place, request_tracker_place
from request_tracker_server import RequestTracker

from connector.testing import PROMISES, Promise, marks, suite, walking

test_memory = suite(memory_place)
test_zendesk = suite(simulated_place)


def _named(promises: tuple[Promise, ...]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("promise", promises, ids=[promise.name for promise in promises])


@_named(PROMISES)
def test_request_tracker(promise: Promise, request_tracker_server: RequestTracker) -> None:
    # Users come page by page too, and there are more of them.
    page = 2 if promise in walking.PROMISES else 20
    suite(lambda: request_tracker_place(request_tracker_server, page))(promise)


@_named(marks.PROMISES)
def test_queues_of_request_tracker(promise: Promise, request_tracker_server: RequestTracker) -> None:
    suite(lambda: queue_place(request_tracker_server))(promise)
