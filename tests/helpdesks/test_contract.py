"""Every helpdesk of ours keeps the contract."""

from places import memory_place, simulated_place

from connector.testing import suite

test_memory = suite(memory_place)
test_zendesk = suite(simulated_place)
