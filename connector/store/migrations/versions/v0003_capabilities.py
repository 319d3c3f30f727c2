"""What each helpdesk can do, as it said at the last contact."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Unknown until the next contact."""
    op.add_column("helpdesk", sa.Column("capabilities", sa.Text()))
