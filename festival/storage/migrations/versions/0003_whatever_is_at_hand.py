"""scanning with whatever is at hand: built-in stations, stations' clocks, the tray, residents' own phones

Revision: 0003
"""

import time

import sqlalchemy as sa
from alembic import op

from festival.storage.types import BigId, Moment

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.add_column("stations", sa.Column("built_in", sa.String(length=5), nullable=True))
    op.create_index("uq_stations_built_in", "stations", ["built_in"], unique=True)
    op.add_column("stations", sa.Column("clock_ahead", sa.BigInteger(), nullable=True))
    op.add_column("visits", sa.Column("scanned_at", Moment(), nullable=True))
    op.add_column("booths", sa.Column("self_check_in", sa.String(length=4), nullable=False, server_default="no"))
    op.create_table(
        "tray",
        sa.Column("scan_id", BigId, nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("booth_id", sa.Integer(), nullable=True),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("scanned_at", Moment(), nullable=True),
        sa.Column("party", sa.Integer(), nullable=False),
        sa.Column("answers", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("settled_at", Moment(), nullable=True),
        sa.Column("settled_as", sa.String(length=7), nullable=True),
        sa.Column("settled_by", sa.String(length=60), nullable=True),
        sa.Column("visit_id", BigId, nullable=True),
        sa.ForeignKeyConstraint(["booth_id"], ["booths.id"], name=op.f("fk_tray_booth_id_booths")),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_tray_edition_id_editions")),
        sa.ForeignKeyConstraint(["scan_id"], ["scans.id"], name=op.f("fk_tray_scan_id_scans")),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_tray_station_id_stations")),
        sa.PrimaryKeyConstraint("scan_id", name=op.f("pk_tray")),
    )
    op.create_index("ix_tray_edition_id_settled_at", "tray", ["edition_id", "settled_at"])
    _build_in_stations()


def _build_in_stations() -> None:
    """Name the residents' phones' station, and add paper's; data that are made just now have neither yet."""
    op.execute("UPDATE stations SET built_in = 'self' WHERE kind = 'self'")
    if op.get_bind().execute(sa.text("SELECT count(*) FROM stations WHERE built_in = 'self'")).scalar():
        op.execute(
            sa.text(
                "INSERT INTO stations (name, kind, built_in, enrolled_at) VALUES (:name, 'organiser', 'paper', :now)"
            ).bindparams(name="手工补录", now=int(time.time() * 1000))
        )


def downgrade() -> None:
    """Take this revision back; what lies in the tray unsettled stays in the scan log alone."""
    op.drop_table("tray")
    op.drop_column("booths", "self_check_in")
    op.drop_column("visits", "scanned_at")
    op.drop_column("stations", "clock_ahead")
    op.drop_index("uq_stations_built_in", table_name="stations")
    op.drop_column("stations", "built_in")
