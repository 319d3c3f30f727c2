"""A Zendesk-shaped helpdesk on loopback, for the demo and for tests; it knows nothing of the connector."""

from connector.simulator.faults import Fault
from connector.simulator.limits import Limits, no_limits
from connector.simulator.oauth import API_TOKEN, CLIENT_ID, CLIENT_SECRET
from connector.simulator.people import People
from connector.simulator.server import Server, serve
from connector.simulator.settings import Settings
from connector.simulator.stream import StreamRow, read_stream
from connector.simulator.world import World

__all__ = [
    "API_TOKEN",
    "CLIENT_ID",
    "CLIENT_SECRET",
    "Fault",
    "Limits",
    "People",
    "Server",
    "Settings",
    "StreamRow",
    "World",
    "no_limits",
    "read_stream",
    "serve",
]
