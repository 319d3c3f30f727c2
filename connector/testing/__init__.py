"""The contract that every helpdesk keeps, as tests for those who write one: `test_contract = suite(open_place)`.

Needs pytest (the extra `testing`). docs/new-helpdesk.md shows it step by step.
"""

import pytest

_TOLD = ("answers", "marks", "pulled", "pulling", "tickets", "walking", "writing")
# What a broken promise was compared with is shown as in any test of pytest's.
pytest.register_assert_rewrite(*(f"connector.testing.{part}" for part in _TOLD))

from connector.testing.place import ImpossibleError, Place  # noqa: E402 - after what they are read by.
from connector.testing.promise import Promise  # noqa: E402
from connector.testing.steady_time import NOW, SteadyTime  # noqa: E402
from connector.testing.suite import PROMISES, suite  # noqa: E402

__all__ = ["NOW", "PROMISES", "ImpossibleError", "Place", "Promise", "SteadyTime", "suite"]
