"""Bringing a backup back: what it would lose, and putting it in place so that nothing is given out twice."""

import os
import secrets
import shutil
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import URL, Connection, func, select, update
from sqlalchemy.exc import SQLAlchemyError

from festival import audit
from festival.backup import image
from festival.backup.archive import Backup
from festival.clock import to_text
from festival.codes import LARGEST_SHORT_SERIAL
from festival.errors import CannotKeep
from festival.storage.engine import Database
from festival.storage.migrate import migrate
from festival.storage.tables import Card, Edition, Festival, Scan, Visit

NEW = "festival.db.new"
CURRENT = "festival.db"
# More than the hours between two backups can hold, and cheap: ids have nineteen digits.
SKIPPED_IDS = 1_000_000
SKIPPED_VERSIONS = 1_000_000
SKIPPED_CARDS = 1_000


@dataclass(frozen=True, slots=True)
class Lost:
    """What the data have now that the backup has not. ``stations`` are the names of devices to be paired again."""

    visits: int
    cards: int
    stations: tuple[str, ...]
    is_of_another: bool = False


def lost(now: bytes, then: bytes) -> Lost:
    """Return what is in the database ``now`` and was not in the one ``then``; raises BackupTrouble."""
    with image.opened(then) as db:
        visits, cards, stations = (_ids(db, table) for table in ("visits", "cards", "stations"))
        community = image.community(db)
    with image.opened(now) as db:
        is_of_another = image.community(db) != community
        if is_of_another:
            # Another festival's numbers say nothing about ours.
            visits, cards, stations = set(), set(), set()
        names = dict(db.execute("SELECT id, name FROM stations WHERE revoked_at IS NULL ORDER BY id"))
        return Lost(
            len(_ids(db, "visits") - visits),
            len(_ids(db, "cards") - cards),
            tuple(name for number, name in names.items() if number not in stations),
            is_of_another,
        )


def _ids(db: sqlite3.Connection, table: str) -> set[int]:
    return {row[0] for row in db.execute(f"SELECT id FROM {table}")}


@dataclass(frozen=True, slots=True)
class GivenOut:
    """The highest numbers that a festival's data have given out so far."""

    community: str
    id: int = 0
    card: int = 0
    version: int = 0


def given_out(db: Connection) -> GivenOut:
    """Return what a database has given out."""
    festival = db.execute(select(Festival.community, Festival.id_floor, Festival.card_floor)).one()
    ids = [db.execute(select(func.max(table.id))).scalar() or 0 for table in (Visit, Scan)]
    short = db.execute(select(func.max(Card.short))).scalar()
    version = db.execute(select(func.max(Edition.version))).scalar() or 0
    serial = int(short[:-1]) if short else 0
    return GivenOut(festival.community, max(*ids, festival.id_floor), max(serial, festival.card_floor), version)


def given_out_at(url: URL | str) -> GivenOut | None:
    """Return what the data there have given out; None where they cannot be read."""
    database = Database(url)
    try:
        with database.reading() as db:
            return given_out(db)
    except (SQLAlchemyError, CannotKeep):
        return None
    finally:
        database.dispose()


def put_in_place(
    data: bytes, backup: Backup, folder: Path, replaced: GivenOut | None = None, *, actor: str, now: datetime
) -> Path | None:
    """Make ``data`` the database of ``folder``; return where the files that were there lie now, None for none.

    The new file is finished before an old one is touched, and no old one is deleted. Where that cannot be, nothing of
    the new one is left: a disk that is full stays as full as it was.
    Raises OSError, CannotKeep, NewerData.
    """
    folder.mkdir(parents=True, exist_ok=True)
    current, new = folder / CURRENT, folder / NEW
    _take_away(new)
    try:
        _make_new(new, data, backup, replaced, actor=actor, now=now)
        aside = set_aside(folder, now)
        new.replace(current)
    except BaseException:
        _take_away(new)
        raise
    return aside


def _take_away(new: Path) -> None:
    for left in (new, *_beside(new)):
        left.unlink(missing_ok=True)


def _make_new(new: Path, data: bytes, backup: Backup, replaced: GivenOut | None, *, actor: str, now: datetime) -> None:
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
    database = Database(URL.create("sqlite", database=new.as_posix()))
    try:
        with database.writing() as db:
            migrate(db)
            begin_anew(db, backup, replaced, actor=actor, now=now)
    finally:
        database.dispose()


def set_aside(folder: Path, now: datetime) -> Path | None:
    """Keep the database's files in a folder of their own; return it, None where there were none.

    The log beside the file goes: a restored file must never meet another's log. The file itself is copied: where
    the plug is pulled now, a start must not find an empty folder and fill in the example.
    """
    current = folder / CURRENT
    there = [file for file in (current, *_beside(current)) if file.exists()]
    if not there:
        return None
    aside = folder / f"replaced-{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
    aside.mkdir(mode=0o700)
    try:
        for file in there:
            shutil.copy2(file, aside / file.name)
    except OSError:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    for file in _beside(current):
        file.unlink(missing_ok=True)
    return aside


def _beside(file: Path) -> list[Path]:
    return [file.with_name(file.name + ending) for ending in ("-wal", "-shm")]


def begin_anew(db: Connection, backup: Backup, replaced: GivenOut | None, *, actor: str, now: datetime) -> None:
    """Mark restored data as such: nothing that the lost part may have given out is given out again.

    Nor what the data that are ``replaced`` have given out, where they are this community's. Open pages see another
    ``generation`` and send their last check-ins once more.
    """
    here = given_out(db)
    there = replaced if replaced is not None and replaced.community == here.community else GivenOut(here.community)
    serial = max(here.card, there.card)
    db.execute(
        update(Festival).values(
            generation=secrets.token_hex(16),
            config_version=secrets.randbelow(2**53),
            id_floor=max(here.id, there.id) + SKIPPED_IDS,
            card_floor=min(serial + SKIPPED_CARDS, max(serial, LARGEST_SHORT_SERIAL - SKIPPED_CARDS)),
        )
    )
    beyond = max(0, there.version - here.version)
    db.execute(update(Edition).values(version=Edition.version + beyond + SKIPPED_VERSIONS))
    change = (None, {"made_at": to_text(backup.made_at), "backup": backup.path.name})
    audit.note(db, actor=actor, now=now, act="festival.restore", thing="backup", change=change)
