"""clips remember the words that they were recorded for

Revision: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this revision; what was recorded before counts as the booths are called now."""
    op.add_column("clips", sa.Column("words", sa.String(length=40), nullable=True))
    op.execute("UPDATE clips SET words = (SELECT name FROM booths WHERE 'booth-' || booths.slug = clips.phrase)")


def downgrade() -> None:
    """Take this revision back; which words a clip says is not known any more."""
    op.drop_column("clips", "words")
