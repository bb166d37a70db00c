"""first tables

Revision: 0001, the first
"""

import sqlalchemy as sa
from alembic import op

from festival.storage.types import BigId, Moment

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


AUDIT_IS_APPEND_ONLY = {
    "sqlite": [
        f"""CREATE TRIGGER audit_no_{act} BEFORE {act.upper()} ON audit
            BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"""
        for act in ("update", "delete")
    ],
    "postgresql": [
        """CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$""",
        """CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
           FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()""",
    ],
}


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=9), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("session_key", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "role IN ('organiser', 'steward', 'volunteer', 'viewer')", name=op.f("ck_accounts_role_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("name", name=op.f("uq_accounts_name")),
    )
    op.create_table(
        "audit",
        sa.Column("id", BigId, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("actor", sa.String(length=60), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("thing", sa.String(length=60), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_table(
        "editions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("time_zone", sa.String(length=40), nullable=False),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("walk_ins", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_editions")),
    )
    op.create_table(
        "pairing_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=9), nullable=False),
        sa.Column("booths", sa.Text(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairing_codes")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_pairing_codes_code_hash")),
    )
    op.create_table(
        "sections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=30), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sections")),
        sa.UniqueConstraint("slug", name=op.f("uq_sections_slug")),
    )
    op.create_table(
        "stations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=9), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("enrolled_at", Moment(), nullable=False),
        sa.Column("last_seen", Moment(), nullable=True),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.CheckConstraint("kind IN ('kiosk', 'booth', 'organiser', 'self')", name=op.f("ck_stations_kind_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stations")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_stations_token_hash")),
    )
    op.create_table(
        "visitors",
        sa.Column("id", BigId, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visitors")),
    )
    op.create_table(
        "booths",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=30), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("short_name", sa.String(length=4), nullable=False),
        sa.Column("icon", sa.String(length=40), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("place_en", sa.String(length=120), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("counts", sa.String(length=5), nullable=False),
        sa.Column("again_after_minutes", sa.Integer(), nullable=True),
        sa.Column("opens_at", sa.String(length=5), nullable=True),
        sa.Column("closes_at", sa.String(length=5), nullable=True),
        sa.Column("first_visit_id", sa.Integer(), nullable=True),
        sa.Column("questions", sa.JSON(none_as_null=True), nullable=False),
        sa.CheckConstraint("counts IN ('once', 'every')", name=op.f("ck_booths_counts_known")),
        sa.ForeignKeyConstraint(["first_visit_id"], ["booths.id"], name=op.f("fk_booths_first_visit_id_booths")),
        sa.ForeignKeyConstraint(["section_id"], ["sections.id"], name=op.f("fk_booths_section_id_sections")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booths")),
        sa.UniqueConstraint("slug", name=op.f("uq_booths_slug")),
    )
    op.create_table(
        "cards",
        sa.Column("id", BigId, nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("short", sa.String(length=6), nullable=False),
        sa.Column("visitor_id", BigId, nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("issued_at", Moment(), nullable=False),
        sa.CheckConstraint("state IN ('active', 'lost', 'withdrawn', 'replaced')", name=op.f("ck_cards_state_known")),
        sa.ForeignKeyConstraint(["visitor_id"], ["visitors.id"], name=op.f("fk_cards_visitor_id_visitors")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cards")),
        sa.UniqueConstraint("code", name=op.f("uq_cards_code")),
        sa.UniqueConstraint("short", name=op.f("uq_cards_short")),
    )
    with op.batch_alter_table("cards", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cards_visitor_id"), ["visitor_id"], unique=False)

    op.create_table(
        "festival",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("config_version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_festival_one_row")),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_festival_edition_id_editions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_festival")),
    )
    op.create_table(
        "booth_days",
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("booth_id", sa.Integer(), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=True),
        sa.Column("open", sa.Boolean(), nullable=True),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["booth_id"], ["booths.id"], name=op.f("fk_booth_days_booth_id_booths")),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_booth_days_edition_id_editions")),
        sa.PrimaryKeyConstraint("edition_id", "booth_id", name=op.f("pk_booth_days")),
    )
    op.create_table(
        "booth_spans",
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("begin", Moment(), nullable=False),
        sa.Column("booth_id", sa.Integer(), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("walk_ins", sa.Integer(), nullable=False),
        sa.Column("last_seen", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["booth_id"], ["booths.id"], name=op.f("fk_booth_spans_booth_id_booths")),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_booth_spans_edition_id_editions")),
        sa.PrimaryKeyConstraint("edition_id", "seconds", "begin", "booth_id", name=op.f("pk_booth_spans")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "booth_totals",
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("booth_id", sa.Integer(), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("walk_ins", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["booth_id"], ["booths.id"], name=op.f("fk_booth_totals_booth_id_booths")),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_booth_totals_edition_id_editions")),
        sa.PrimaryKeyConstraint("edition_id", "booth_id", name=op.f("pk_booth_totals")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "scans",
        sa.Column("id", BigId, nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("booth", sa.String(length=200), nullable=True),
        sa.Column("card_id", BigId, nullable=True),
        sa.Column("raw", sa.String(length=200), nullable=True),
        sa.Column("outcome", sa.String(length=7), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.Column("bad", sa.Boolean(), nullable=False),
        sa.Column("nonce", sa.LargeBinary(length=16), nullable=True),
        sa.Column("subject", sa.String(length=100), nullable=True),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("visit_id", BigId, nullable=True),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name=op.f("fk_scans_card_id_cards")),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_scans_edition_id_editions")),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_scans_station_id_stations")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scans")),
        sa.UniqueConstraint("nonce", "station_id", name=op.f("uq_scans_nonce_station_id")),
    )
    with op.batch_alter_table("scans", schema=None) as batch_op:
        batch_op.create_index(
            "ix_scans_bad",
            ["station_id", "at"],
            unique=False,
            sqlite_where=sa.text("bad = 1"),
            postgresql_where=sa.text("bad"),
        )

    op.create_table(
        "seals",
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("visitor_id", BigId, nullable=False),
        sa.Column("booth_id", sa.Integer(), nullable=False),
        sa.Column("ever", sa.Integer(), nullable=False),
        sa.Column("live", sa.Integer(), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("first_visit_id", BigId, nullable=True),
        sa.Column("last_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["booth_id"], ["booths.id"], name=op.f("fk_seals_booth_id_booths")),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_seals_edition_id_editions")),
        sa.ForeignKeyConstraint(["visitor_id"], ["visitors.id"], name=op.f("fk_seals_visitor_id_visitors")),
        sa.PrimaryKeyConstraint("edition_id", "visitor_id", "booth_id", name=op.f("pk_seals")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "station_booths",
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("booth_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["booth_id"], ["booths.id"], name=op.f("fk_station_booths_booth_id_booths")),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_station_booths_station_id_stations")),
        sa.PrimaryKeyConstraint("station_id", "booth_id", name=op.f("pk_station_booths")),
    )
    op.create_table(
        "visits",
        sa.Column("id", BigId, nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("booth_id", sa.Integer(), nullable=False),
        sa.Column("visitor_id", BigId, nullable=True),
        sa.Column("card_id", BigId, nullable=True),
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("taken_at", Moment(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("party", sa.Integer(), nullable=False),
        sa.Column("answers", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("undone_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["booth_id"], ["booths.id"], name=op.f("fk_visits_booth_id_booths")),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name=op.f("fk_visits_card_id_cards")),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_visits_edition_id_editions")),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_visits_station_id_stations")),
        sa.ForeignKeyConstraint(["visitor_id"], ["visitors.id"], name=op.f("fk_visits_visitor_id_visitors")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
        sa.UniqueConstraint(
            "edition_id",
            "booth_id",
            "visitor_id",
            "ordinal",
            name=op.f("uq_visits_edition_id_booth_id_visitor_id_ordinal"),
        ),
    )
    with op.batch_alter_table("visits", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visits_edition_id_at"), ["edition_id", "at"], unique=False)
    for statement in AUDIT_IS_APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Take this revision back."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER audit_append_only ON audit")
        op.execute("DROP FUNCTION audit_is_append_only()")
    with op.batch_alter_table("visits", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visits_edition_id_at"))

    op.drop_table("visits")
    op.drop_table("station_booths")
    op.drop_table("seals")
    with op.batch_alter_table("scans", schema=None) as batch_op:
        batch_op.drop_index("ix_scans_bad", sqlite_where=sa.text("bad = 1"), postgresql_where=sa.text("bad"))

    op.drop_table("scans")
    op.drop_table("booth_totals")
    op.drop_table("booth_spans")
    op.drop_table("booth_days")
    op.drop_table("festival")
    with op.batch_alter_table("cards", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cards_visitor_id"))

    op.drop_table("cards")
    op.drop_table("booths")
    op.drop_table("visitors")
    op.drop_table("stations")
    op.drop_table("sections")
    op.drop_table("pairing_codes")
    op.drop_table("editions")
    op.drop_table("audit")
    op.drop_table("accounts")
