"""the day's programme and announcements

Revision: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.add_column("editions", sa.Column("programme", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    """Take this revision back; the programme is lost."""
    op.drop_column("editions", "programme")
