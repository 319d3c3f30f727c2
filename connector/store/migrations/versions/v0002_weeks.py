"""What is remembered of each week's digest."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """A line for each week."""
    op.create_table(
        "week",
        sa.Column("helpdesk", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("for_review", sa.Integer(), nullable=False),
        sqlite_with_rowid=False,
    )
