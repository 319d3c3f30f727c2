"""Keeps the problem that a ticket belongs to, and tells work on our own fault apart.

Of the rows that are here no problem is known: the next cycle asks for them again where problems matter.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_KEY = ("helpdesk", "account", "day", "group", "channel", "kind", "method", "own_fault")
_FORMER = "effort_day_before"


def upgrade() -> None:
    """No work that was counted so far is our own fault."""
    op.add_column("ticket", sa.Column("problem", sa.BigInteger()))
    if op.get_context().dialect.name == "sqlite":
        _rebuild_effort_day()
    else:
        _widen_key()


def _rebuild_effort_day() -> None:
    """SQLite cannot change a key: the rows go into a new table."""
    op.rename_table("effort_day", _FORMER)
    _create_effort_day()
    named = ", ".join(f'"{name}"' for name in (*_KEY[:-1], "count", "seconds"))
    op.execute(f'INSERT INTO effort_day ({named}, "own_fault") SELECT {named}, 0 FROM {_FORMER}')  # noqa: S608
    op.drop_table(_FORMER)


def _create_effort_day() -> None:
    op.create_table(
        "effort_day",
        sa.Column("helpdesk", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("account", _NAME, primary_key=True, autoincrement=False),
        sa.Column("day", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("group", _NAME, primary_key=True, autoincrement=False),
        sa.Column("channel", _NAME, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.SmallInteger(), primary_key=True, autoincrement=False),
        sa.Column("method", sa.SmallInteger(), primary_key=True, autoincrement=False),
        sa.Column("own_fault", sa.SmallInteger(), primary_key=True, autoincrement=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.BigInteger(), nullable=False),
        sqlite_with_rowid=False,
    )


def _widen_key() -> None:
    op.add_column("effort_day", sa.Column("own_fault", sa.SmallInteger(), nullable=False, server_default="0"))
    op.alter_column("effort_day", "own_fault", server_default=None)
    op.drop_constraint("effort_day_pkey", "effort_day", type_="primary")
    op.create_primary_key("effort_day_pkey", "effort_day", list(_KEY))
