"""what keeps a day safe: sign-ins that end, stewards' booths, editions that are opened and wiped, restored data

Revision: 0002
"""

import secrets

import sqlalchemy as sa
from alembic import op

from festival.storage.types import BigId, Moment

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# REPLACE takes a row away without firing the trigger against removal.
NO_REPLACEMENT = """CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit
    WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"""


def upgrade() -> None:
    """Bring the tables to this revision."""
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ended_at", Moment(), nullable=True))
        batch_op.drop_column("session_key")
    op.create_table(
        "account_booths",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("booth_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_account_booths_account_id_accounts")),
        sa.ForeignKeyConstraint(["booth_id"], ["booths.id"], name=op.f("fk_account_booths_booth_id_booths")),
        sa.PrimaryKeyConstraint("account_id", "booth_id", name=op.f("pk_account_booths")),
    )
    op.create_table(
        "sign_ins",
        sa.Column("id", BigId, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("began_at", Moment(), nullable=False),
        sa.Column("ends_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_sign_ins_account_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_sign_ins_key_hash")),
    )
    op.add_column("editions", sa.Column("opened_at", Moment(), nullable=True))
    op.add_column("editions", sa.Column("wiped_at", Moment(), nullable=True))
    op.add_column("festival", sa.Column("community", sa.String(length=32), nullable=False, server_default=""))
    op.add_column("festival", sa.Column("generation", sa.String(length=32), nullable=False, server_default=""))
    op.add_column("festival", sa.Column("id_floor", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("festival", sa.Column("card_floor", sa.Integer(), nullable=False, server_default="0"))
    op.execute(
        sa.text("UPDATE festival SET community = :community, generation = :generation").bindparams(
            community=secrets.token_hex(16), generation=secrets.token_hex(16)
        )
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(NO_REPLACEMENT)


def downgrade() -> None:
    """Take this revision back; everybody has to sign in again."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_no_replace")
    for table, names in (
        ("festival", ("card_floor", "id_floor", "generation", "community")),
        ("editions", ("wiped_at", "opened_at")),
    ):
        for name in names:
            op.drop_column(table, name)
    op.drop_table("sign_ins")
    op.drop_table("account_booths")
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.drop_column("ended_at")
        batch_op.add_column(sa.Column("session_key", sa.String(length=64), nullable=False, server_default=""))
