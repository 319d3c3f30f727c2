"""Where Request Tracker cannot be had its tests are left out loudly, or fail where they are required."""

import pytest
from request_tracker_server import leave_out


def test_left_out_tests_say_so_and_required_ones_fail() -> None:
    with pytest.raises(pytest.skip.Exception, match="NOTHING WAS TESTED AGAINST A REAL HELPDESK"):
        leave_out(required=False)
    with pytest.raises(pytest.fail.Exception, match="TOUCHCOST_TEST_HELPDESK REQUIRES IT"):
        leave_out(required=True)
