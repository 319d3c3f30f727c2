"""A helpdesk that a stranger wrote, found by its entry point, keeps the contract."""

from plain_place import plain_place

from connector.testing import suite

test_contract = suite(plain_place)
