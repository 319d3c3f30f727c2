"""Keeps the time that a helpdesk measured for one update."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Adds the column; no event that is there was measured so."""
    op.add_column("event", sa.Column("spent", sa.BigInteger()))
