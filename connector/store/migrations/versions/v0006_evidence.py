"""Days with an alert are kept with their evidence: also whether the rule's condition was met."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """One column more. Days kept without evidence go: nobody could tell them from a day that is judged again."""
    op.execute("DELETE FROM verdict_day")
    op.add_column("verdict_day", sa.Column("condition", sa.SmallInteger()))
