"""Wiping an edition: what is personal goes, the figures stay, and a search of all files proves it."""

import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, null, select, update

from festival import audit, personal, traces, voice
from festival.personal import Sought, is_unknown_booth, of_visitors_gone
from festival.storage.engine import Database
from festival.storage.tables import Clip, Edition, Scan, TrayItem, Visit, Visitor
from festival.traces import Searched

BACKUPS = "laojiefang-*.zip"
# What a restore put aside is these data, too, as is what a restore or a backup left when it was broken off.
REPLACED = "replaced-*"
BROKEN_OFF = ("festival.db.new*", ".laojiefang-*.part")


class NotClosed(Exception):
    """The edition is not closed down: it still needs what would be wiped."""


@dataclass(frozen=True, slots=True)
class Cleared:
    """How many of each were taken away; ``kept`` counts names that stay for another edition."""

    names: int
    answers: int
    texts: int
    replies: int
    kept: int


@dataclass(frozen=True, slots=True)
class Wiped:
    """What was taken away, and what the search for it found."""

    cleared: Cleared
    backups: int
    sought: Sought
    searched: Searched


def backups_in(folder: Path) -> list[Path]:
    """Return the backups in a folder; none where it is not there."""
    return sorted(file for file in folder.glob(BACKUPS) if file.is_file())


def wipe(
    database: Database,
    data: Path,
    *,
    edition_id: int,
    backups: Sequence[Path],
    folders: Sequence[Path],
    actor: str,
    now: datetime,
) -> Wiped:
    """Take what is personal in a closed edition out of the database and its files, and delete ``backups``
    and what earlier restores put aside or left unfinished.

    Then search ``data`` and ``folders`` for it. Nobody else may have the database open. Raises NotClosed.
    """
    with database.reading() as db:
        texts = personal.texts_of(db, edition_id)
    with database.writing() as db:
        if database.is_sqlite:
            db.exec_driver_sql("PRAGMA secure_delete=ON")
        cleared = clear(db, edition_id=edition_id, backups=len(backups), actor=actor, now=now)
    database.rewrite(*[table.__tablename__ for table in (Visitor, Visit, Scan, TrayItem, Clip)])
    for backup in backups:
        backup.unlink(missing_ok=True)
    for replaced in data.glob(REPLACED):
        shutil.rmtree(replaced)
    for left in [file for folder in (data, *folders) for name in BROKEN_OFF for file in folder.glob(name)]:
        left.unlink(missing_ok=True)
    with database.reading() as db:
        sought = personal.sought(db, texts)
    return Wiped(cleared, len(backups), sought, traces.search(sought.texts, [data, *folders]))


def clear(db: Connection, *, edition_id: int, backups: int, actor: str, now: datetime) -> Cleared:
    """Empty every personal column of an edition, mark it as wiped, and note how much went. Raises NotClosed."""
    closed_at = db.execute(select(Edition.closed_at).where(Edition.id == edition_id)).scalar_one()
    if closed_at is None:
        raise NotClosed
    scans = update(Scan).where(Scan.edition_id == edition_id)
    named = Visitor.name.is_not(None)
    names = db.execute(update(Visitor).where(named, of_visitors_gone(db, edition_id)).values(name=None)).rowcount
    answers = 0
    for table in (Visit, TrayItem):
        answered = (table.edition_id == edition_id) & table.answers.is_not(null())
        answers += db.execute(update(table).where(answered).values(answers=null())).rowcount
    texts = db.execute(scans.where(Scan.raw.is_not(None)).values(raw=None)).rowcount
    texts += db.execute(scans.where(is_unknown_booth()).values(booth=None)).rowcount
    replies = db.execute(scans.where(Scan.reply.is_not(None)).values(reply=None, subject=None)).rowcount
    voice.drop_unheard(db)
    db.execute(update(Edition).where(Edition.id == edition_id).values(wiped_at=now))
    kept = len(db.execute(select(Visitor.id).where(named)).all())
    cleared = Cleared(names=names, answers=answers, texts=texts, replies=replies, kept=kept)
    log = asdict(cleared) | {"backups": backups}
    audit.note(db, actor=actor, now=now, act="edition.wipe", thing=f"edition {edition_id}", change=(None, log))
    return cleared
