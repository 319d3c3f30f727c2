"""Puts the promises together, as one test of pytest's."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from connector.testing import answers, marks, pulling, tickets, walking
from connector.testing.place import ImpossibleError, Place
from connector.testing.promise import Promise

PROMISES: tuple[Promise, ...] = tuple(
    promise for part in (marks, tickets, answers, pulling, walking) for promise in part.PROMISES
)
"""Every promise of the contract."""


def suite(
    open_place: Callable[[], AbstractContextManager[Place]], promises: tuple[Promise, ...] = PROMISES
) -> Callable[[Promise], None]:
    """A test for each promise. One that needs what the helpdesk cannot do is skipped, and says so.

    `open_place` gives a new place each time; whatever is kept there, no customer was ever mailed because of us.
    """

    @pytest.mark.parametrize("promise", promises, ids=[promise.name for promise in promises])
    def test_contract(promise: Promise) -> None:
        with open_place() as place:
            lacking = promise.needs - place.helpdesk.identify().capabilities
            if lacking:
                pytest.skip(f"no {', '.join(sorted(lacking))} in this helpdesk")
            try:
                promise.keep(place)
            except ImpossibleError as impossible:
                pytest.skip(str(impossible))
            finally:
                assert place.mails_to_customers() == 0, "a customer was mailed because of us"

    return test_contract
