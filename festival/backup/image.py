"""One moment of the SQLite file, in memory: taken beside the running server, opened again, and recounted.

In memory, so that nothing unlocked is ever left lying about in a half-made file; a festival of 5,550 residents has
some twenty megabytes.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from festival.backup.trouble import BackupTrouble, Why

HERE = "edition_id = (SELECT edition_id FROM festival)"
LIVE = f"FROM visits WHERE undone_at IS NULL AND {HERE}"
FIGURES = {
    "visits": f"SELECT coalesce(sum(party), 0) {LIVE}",
    "people": f"SELECT count(DISTINCT visitor_id) {LIVE}",
    "walk_ins": f"SELECT coalesce(sum(party), 0) {LIVE} AND visitor_id IS NULL",
    "cards": "SELECT count(*) FROM cards",
    "stations": "SELECT count(*) FROM stations WHERE revoked_at IS NULL AND token_hash IS NOT NULL",
    "last_visit": "SELECT coalesce(max(id), 0) FROM visits",
    "last_visit_at": "SELECT coalesce(max(taken_at), 0) FROM visits",
    "last_scan": "SELECT coalesce(max(id), 0) FROM scans",
}
COUNTED = {
    "visits": f"SELECT coalesce(sum(visits), 0) FROM booth_totals WHERE {HERE}",
    "walk_ins": "SELECT walk_ins FROM editions WHERE id = (SELECT edition_id FROM festival)",
}
PEOPLE = "SELECT people FROM editions WHERE wiped_at IS NULL AND id = (SELECT edition_id FROM festival)"
WORDS = {
    "community": "SELECT community FROM festival",
    "generation": "SELECT generation FROM festival",
    "revision": "SELECT version_num FROM alembic_version",
    "edition": "SELECT name FROM editions WHERE id = (SELECT edition_id FROM festival)",
    "time_zone": "SELECT time_zone FROM editions WHERE id = (SELECT edition_id FROM festival)",
}
# The header says "with a log beside it"; an image has none, and SQLite would not open it so.
_NO_LOG = slice(18, 20)


def take(file: Path) -> bytes:
    """Return one moment of the database in ``file``; raises BackupTrouble where it is gone or damaged.

    All pages in one step: readers never hold up the writer of a database with a write-ahead log, while a copy in
    steps begins again with every check-in between two of them.
    """
    if not file.is_file():
        raise BackupTrouble(Why.GONE, str(file))
    try:
        source = sqlite3.connect(f"{file.resolve().as_uri()}?mode=rw", uri=True, timeout=5)
        with closing(source), closing(sqlite3.connect(":memory:")) as copy:
            source.backup(copy)
            image = bytearray(copy.serialize())
    except sqlite3.Error as error:
        raise BackupTrouble(_why(error), str(error)) from error
    image[_NO_LOG] = b"\x01\x01"
    return bytes(image)


def _why(error: sqlite3.Error) -> Why:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return {
        sqlite3.SQLITE_FULL: Why.FULL,
        sqlite3.SQLITE_CANTOPEN: Why.GONE,
        sqlite3.SQLITE_READONLY: Why.READ_ONLY,
    }.get(code, Why.DAMAGED)


@contextmanager
def opened(image: bytes) -> Iterator[sqlite3.Connection]:
    """Give an image as a database in memory; raises BackupTrouble where it is none."""
    with closing(sqlite3.connect(":memory:")) as db:
        try:
            db.deserialize(image)
            yield db
        except (sqlite3.Error, OverflowError) as error:
            raise BackupTrouble(Why.DAMAGED, str(error)) from error


def described(db: sqlite3.Connection) -> dict[str, Any]:
    """Return what a backup tells of itself: whose it is, and its figures."""
    words = {name: _one(db, query) for name, query in WORDS.items()}
    return words | {"figures": {name: _one(db, query) for name, query in FIGURES.items()}}


def community(db: sqlite3.Connection) -> str:
    """Return whose database it is."""
    return str(_one(db, WORDS["community"]))


def verify(image: bytes, told: dict[str, Any]) -> None:
    """Open, check and recount an image against what is ``told`` of it and against its own counters.

    Raises BackupTrouble.
    """
    with opened(image) as db:
        if _one(db, "PRAGMA integrity_check") != "ok" or db.execute("PRAGMA foreign_key_check").fetchone():
            raise BackupTrouble(Why.DAMAGED, "integrity_check")
        found = described(db)
        counters = {name: _one(db, query) for name, query in COUNTED.items()}
        people = db.execute(PEOPLE).fetchone()
    if any(found[name] != told.get(name) for name in found):
        raise BackupTrouble(Why.DAMAGED, "the figures differ from what is told")
    figures = found["figures"]
    # Once all that is personal was taken away, nobody can be told apart any more.
    if any(figures[name] != count for name, count in counters.items()) or people not in (None, (figures["people"],)):
        raise BackupTrouble(Why.DAMAGED, "the figures differ from the counters")


def _one(db: sqlite3.Connection, query: str) -> Any:
    return db.execute(query).fetchone()[0]
