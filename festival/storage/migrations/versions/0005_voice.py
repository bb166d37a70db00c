"""the kiosks' voice: what neighbours have recorded

Revision: 0005
"""

import sqlalchemy as sa
from alembic import op

from festival.storage.types import Moment

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.create_table(
        "clips",
        sa.Column("phrase", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.Column("sound", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.Column("is_heard", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("phrase", "digest", name=op.f("pk_clips")),
    )
    heard = sa.text("is_heard")
    op.create_index(
        "uq_clips_phrase_heard", "clips", ["phrase"], unique=True, sqlite_where=heard, postgresql_where=heard
    )


def downgrade() -> None:
    """Take this revision back; what was recorded is gone."""
    op.drop_table("clips")
