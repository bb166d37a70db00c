"""Where backups lie, and making one: in the folder and on every stick that is ours."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy.exc import SQLAlchemyError

from festival.backup import archive, image, keeping, locked, sticks
from festival.backup.archive import SQLITE, Backup
from festival.backup.locked import Key
from festival.backup.sticks import Stick
from festival.backup.trouble import BackupTrouble, Why, why
from festival.settings import Settings

FOLDER, STICK = "folder", "stick"
# Where there is nothing to be backed up: no place is to blame.
DATA = "data"


class Source(Protocol):
    """A database that can be taken while it is written to."""

    def take(self) -> tuple[bytes, dict[str, Any]]:
        """Return one moment of it, and what is to be told of that; raises BackupTrouble and OSError."""


@dataclass(frozen=True, slots=True)
class SqliteSource:
    """The file in the data folder."""

    file: Path

    def take(self) -> tuple[bytes, dict[str, Any]]:
        """Return one moment of the file, and what is to be told of it."""
        data = image.take(self.file)
        with image.opened(data) as db:
            return data, {"kind": SQLITE, **image.described(db)}


@dataclass(frozen=True, slots=True)
class Taken:
    """What another source gave, or why it gave nothing: to be taken here and written elsewhere."""

    given: tuple[bytes, dict[str, Any]] | Exception

    @classmethod
    def of(cls, source: Source) -> "Taken":
        """Take from ``source`` now."""
        try:
            return cls(source.take())
        except (OSError, SQLAlchemyError, BackupTrouble) as error:
            return cls(error)

    def take(self) -> tuple[bytes, dict[str, Any]]:
        """Return or raise what the source did."""
        if isinstance(self.given, Exception):
            raise self.given
        return self.given


@dataclass(frozen=True, slots=True)
class Placed:
    """A backup, and where it lies: ``stick`` is the stick's name, empty for the folder."""

    backup: Backup
    stick: str


@dataclass(frozen=True, slots=True)
class Failure:
    """A place that did not get its backup."""

    where: str
    why: Why
    text: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one backup: the files that were made and verified, and the places that failed."""

    made: tuple[Path, ...]
    failures: tuple[Failure, ...]


def sticks_of(settings: Settings, community: str) -> list[Stick]:
    """Return the sticks that are plugged in."""
    return sticks.plugged_in(sticks.volumes(settings.volumes), community)


def make(source: Source, settings: Settings, made_at: datetime, reason: str) -> Outcome:
    """Back up to the folder and to every stick of ours, each read back from there; then drop what is not needed.

    ``made_at`` is a moment before this call: whatever was answered until then is in the backup. One place's trouble
    does not keep the others from their backup.
    """
    try:
        data, told = source.take()
        key = locked.kept(settings.data)
    except (OSError, SQLAlchemyError, BackupTrouble) as error:
        return Outcome((), (Failure(DATA, why(error), str(error)),))
    ours = [stick.folder for stick in sticks_of(settings, told["community"]) if stick.is_ours]
    made: list[Path] = []
    failures: list[Failure] = []
    for where, folder in [(FOLDER, settings.backups_folder), *((STICK, folder) for folder in ours)]:
        try:
            if where == FOLDER:
                # Not its parents: where the whole disk is gone, nothing may be written where it was.
                folder.mkdir(mode=0o700, exist_ok=True)
            made.append(archive.write(folder, data, told, made_at, reason, key))
            tidy(folder, told["community"], made_at)
        except (OSError, BackupTrouble) as error:
            failures.append(Failure(where, why(error), str(error)))
    return Outcome(tuple(made), tuple(failures))


def lock_older(settings: Settings, community: str, key: Key) -> tuple[int, list[Path]]:
    """Lock this community's backups that lie unlocked in the folder and on its sticks, each under its own name.

    Return how many were locked, and which could not be.
    """
    folders = [stick.folder for stick in sticks_of(settings, community) if stick.is_ours]
    done, failed = 0, []
    for backup in [each for folder in (settings.backups_folder, *folders) for each in archive.listed(folder)]:
        if backup.is_locked or backup.about.get("community", community) != community:
            continue
        try:
            data = archive.verify(backup.path, None)
            archive.write(backup.path.parent, data, backup.about, backup.made_at, backup.reason, key)
            done += 1
        except (OSError, BackupTrouble):
            failed.append(backup.path)
    return done, failed


def tidy(folder: Path, community: str, now: datetime) -> None:
    """Drop this community's backups that the rule does not keep, and what a broken-off backup left."""
    ours = [backup for backup in archive.listed(folder) if backup.about.get("community") == community]
    for backup in keeping.to_drop(ours, now):
        backup.path.unlink(missing_ok=True)
    for part in folder.glob(".laojiefang-*.part"):
        if now.timestamp() - part.stat().st_mtime > 3600:
            part.unlink(missing_ok=True)


def all_backups(settings: Settings, also: Iterable[Path] = ()) -> list[Placed]:
    """Return all backups in the folder, on sticks (of any community) and in ``also``, newest first."""
    found = [Placed(backup, "") for folder in (settings.backups_folder, *also) for backup in archive.listed(folder)]
    for stick in sticks_of(settings, ""):
        found += [Placed(backup, stick.name) for backup in archive.listed(stick.folder)]
    return sorted(found, key=lambda placed: (placed.backup.made_at, not placed.stick), reverse=True)


def of_ours(settings: Settings, community: str) -> list[Placed]:
    """Return this community's backups, and the damaged ones that nobody can tell; not those of a stranger's stick."""
    return [placed for placed in all_backups(settings) if placed.backup.about.get("community", community) == community]


def last_good(settings: Settings, community: str) -> datetime | None:
    """Return the moment of this community's newest backup that is known to work, None where there is none."""
    return next((placed.backup.made_at for placed in of_ours(settings, community) if placed.backup.is_good), None)
