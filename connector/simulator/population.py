"""Customers and agents who live: filled in by the next change."""

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from connector.simulator.world import World


def populate(world: "World", *, seed: int, accounts: int, turn: datetime) -> None:
    """Placeholder until the lively population lands."""
