"""Every helpdesk of ours keeps the contract."""

import pytest
from places import memory_place, simulated_place
from request_tracker_place import queue_place, request_tracker_place
from request_tracker_server import RequestTracker

from connector.testing import PROMISES, Promise, suite
from connector.testing.marks import PROMISES as MARKS

test_memory = suite(memory_place)
test_zendesk = suite(simulated_place)


@pytest.mark.parametrize("promise", PROMISES, ids=[promise.name for promise in PROMISES])
def test_request_tracker(promise: Promise, request_tracker_server: RequestTracker) -> None:
    suite(lambda: request_tracker_place(request_tracker_server))(promise)


@pytest.mark.parametrize("promise", MARKS, ids=[promise.name for promise in MARKS])
def test_queues_of_request_tracker(promise: Promise, request_tracker_server: RequestTracker) -> None:
    suite(lambda: queue_place(request_tracker_server))(promise)
