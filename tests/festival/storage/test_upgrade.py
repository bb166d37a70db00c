"""Data of an earlier version are brought to this one with nothing lost."""

from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from festival.storage.engine import Database
from festival.storage.migrate import _config, migrate

OLD_ROWS = (
    "INSERT INTO editions (id, name, name_en, time_zone, version, people, walk_ins)"
    " VALUES (1, '第五届', '', 'UTC', 7, 2, 1)",
    "INSERT INTO festival (id, edition_id, config_version) VALUES (1, 1, 5)",
    "INSERT INTO accounts (id, name, role, password_hash, session_key) VALUES (1, 'organiser', 'organiser', 'h', 'k')",
    "INSERT INTO audit (id, at, actor, act, thing) VALUES (1, 0, 'set-up', 'festival.fill', 'edition 1')",
)


CLIPS = (
    "INSERT INTO booths"
    " (id, slug, number, name, name_en, short_name, icon, place, place_en, position, counts, questions)"
    " VALUES (1, 'clinic', 1, '居民义诊', '', '义诊', 'heart', '', '', 1, 'once', '[]')",
    "INSERT INTO clips (phrase, digest, sound, kind, recorded_at, is_heard)"
    " SELECT column1, column1, 'x', 'webm', 0, 1 FROM (VALUES ('booth-clinic'), ('booth-gone'), ('welcome'))",
)


def brought_to(revision: str, db: Connection) -> None:
    """Bring a database to an earlier version."""
    config = _config()
    config.attributes["connection"] = db
    command.upgrade(config, revision)


@pytest.fixture
def old(tmp_path: Path) -> Database:
    """A database as the first version left it."""
    database = Database(f"sqlite:///{(tmp_path / 'festival.db').as_posix()}")
    with database.writing() as db:
        brought_to("0001", db)
        for row in OLD_ROWS:
            db.execute(text(row))
    return database


def test_the_first_version_s_data_go_on(old: Database) -> None:
    with old.writing() as db:
        migrate(db)
    with old.reading() as db:
        assert db.execute(text("SELECT name, role, password_hash FROM accounts")).all() == [("organiser",) * 2 + ("h",)]
        assert db.execute(text("SELECT name, version, people, opened_at FROM editions")).all() == [
            ("第五届", 7, 2, None)
        ]
        community, generation, floor = db.execute(text("SELECT community, generation, id_floor FROM festival")).one()
        assert len(community) == len(generation) == 32
        assert floor == 0
    with pytest.raises(DBAPIError, match="append-only"), old.writing() as db:
        db.execute(text("REPLACE INTO audit (id, at, actor, act, thing) VALUES (1, 0, 'x', 'x', 'x')"))
    old.dispose()


def test_a_booth_s_clip_counts_as_recorded_for_the_name_that_the_booth_has(old: Database) -> None:
    with old.writing() as db:
        brought_to("0006", db)
        for row in CLIPS:
            db.execute(text(row))
        migrate(db)
    with old.reading() as db:
        words = dict(db.execute(text("SELECT phrase, words FROM clips")).all())
    assert words == {"booth-clinic": "居民义诊", "booth-gone": None, "welcome": None}
    old.dispose()
