"""Remembers which account a deleted one was merged into."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Of accounts that are deleted already nobody knows."""
    op.add_column("account", sa.Column("merged_into", _NAME))
