"""The migrations make exactly the tables that the code knows, on both databases; the audit log only grows."""

from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError

from festival import audit
from festival.storage.engine import Database
from festival.storage.migrate import migrate
from festival.storage.tables import AuditEntry, Base


def test_the_migrations_make_what_the_tables_say(database: Database) -> None:
    with database.writing() as db:
        context = MigrationContext.configure(db, opts={"compare_type": True, "render_as_batch": True})
        assert compare_metadata(context, Base.metadata) == []


def test_migrating_again_changes_nothing(database: Database) -> None:
    with database.writing() as db:
        before = db.execute(text("SELECT version_num FROM alembic_version")).all()
        migrate(db)
        assert db.execute(text("SELECT version_num FROM alembic_version")).all() == before


@pytest.mark.parametrize("statement", ["UPDATE audit SET actor = 'nobody'", "DELETE FROM audit", "TRUNCATE audit"])
def test_the_audit_log_can_be_neither_changed_nor_shortened(database: Database, statement: str) -> None:
    if statement.startswith("TRUNCATE") and database.is_sqlite:
        pytest.skip("SQLite has no TRUNCATE")
    with database.writing() as db:
        audit.note(db, actor="test", now=datetime(2026, 10, 24, tzinfo=UTC), act="test", thing="log")
        before = db.execute(text("SELECT count(*) FROM audit WHERE actor = 'test'")).scalar_one()
    with pytest.raises(DBAPIError, match="append-only"), database.writing() as db:
        db.execute(text(statement))
    with database.reading() as db:
        assert db.execute(text("SELECT count(*) FROM audit WHERE actor = 'test'")).scalar_one() == before


def test_moments_are_kept_and_read_in_utc_to_the_millisecond(database: Database) -> None:
    moment = datetime(2026, 10, 24, 1, 31, 7, 123_000, tzinfo=UTC)
    with database.writing() as db:
        db.execute(insert(AuditEntry).values(at=moment, actor="clock", act="x", thing="x"))
        assert db.execute(select(AuditEntry.at).where(AuditEntry.actor == "clock")).scalar_one() == moment


def test_a_reader_sees_one_moment(database: Database) -> None:
    with database.reading() as one:
        before = one.execute(text("SELECT count(*) FROM audit")).scalar_one()
        with database.writing() as other:
            audit.note(other, actor="test", now=datetime(2026, 10, 24, tzinfo=UTC), act="test", thing="log")
        assert one.execute(text("SELECT count(*) FROM audit")).scalar_one() == before
