"""calls for help

Revision: 0004
"""

import sqlalchemy as sa
from alembic import op

from festival.storage.types import Moment

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

IS_WAITING = sa.text("ended_at IS NULL")


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.create_table(
        "calls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.LargeBinary(length=16), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("rings", sa.Integer(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("ended_as", sa.String(length=7), nullable=True),
        sa.Column("ended_by", sa.String(length=60), nullable=True),
        sa.Column("ended_station_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_calls_edition_id_editions")),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_calls_station_id_stations")),
        sa.ForeignKeyConstraint(["ended_station_id"], ["stations.id"], name=op.f("fk_calls_ended_station_id_stations")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
    )
    op.create_index(
        "uq_calls_waiting",
        "calls",
        ["station_id"],
        unique=True,
        sqlite_where=IS_WAITING,
        postgresql_where=IS_WAITING,
    )


def downgrade() -> None:
    """Take this revision back."""
    op.drop_table("calls")
