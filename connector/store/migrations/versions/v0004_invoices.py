"""Invoices, beside revenue."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Makes the table; the next cycle fills it from billing."""
    op.create_table(
        "invoice",
        sa.Column("helpdesk", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("account", _NAME, primary_key=True, autoincrement=False),
        sa.Column("number", _NAME, primary_key=True, autoincrement=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("paid", sa.Date()),
        sa.Column("amount", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sqlite_with_rowid=False,
    )
