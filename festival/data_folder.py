"""The data folder: database, keys and lock, and nothing else."""

import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from festival import example, passwords, private_file
from festival.errors import CannotKeep
from festival.notices import Trouble
from festival.settings import Settings
from festival.storage.engine import Database, is_empty
from festival.storage.migrate import NewerData, migrate


class FolderTrouble(Exception):
    """The data folder cannot be used; the text is one clear sentence in both languages."""


def why_not_opened(error: Exception, folder: Path | str) -> str:
    """Return one clear line for data that the system or the database does not let us use."""
    if isinstance(error, OSError):
        reason, where = error.strerror or type(error).__name__, error.filename or folder
    else:
        reason, where = str(getattr(error, "orig", error)).splitlines()[0], folder
    return f"数据打不开：{where}（{reason}） / the data cannot be opened: {where} ({reason})"


@dataclass(frozen=True, slots=True)
class Opened:
    """A database ready for the day. ``first_password`` is set where it was made just now."""

    database: Database
    first_password: str | None


def make(folder: Path) -> None:
    """Make the folder where it is not there; raises FolderTrouble where nothing can be written in it."""
    probe = folder / f".{secrets.token_hex(4)}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise FolderTrouble(
            f"不能在这个文件夹里写东西：{folder}，请用 --data 换一个 / "
            f"this folder cannot be written, please choose another with --data: {folder}"
        ) from error


def keep_private(folder: Path) -> None:
    """Make keys and database readable by their owner alone, where an earlier version left them open.

    A database elsewhere keeps to its own rules, as does Windows, where these figures mean nothing.
    """
    if os.name == "nt":
        return
    for path in (folder / "keys", *folder.glob("keys/*"), *folder.glob("festival.db*")):
        if path.exists() and path.stat().st_mode & 0o077:
            path.chmod(path.stat().st_mode & 0o700)


def lock(folder: Path) -> FileLock:
    """Take the folder for this server; raises FolderTrouble, naming it, where another one has it.

    It is a lock of the operating system: it ends with the process, however that ends.
    """
    held = FileLock(folder / "lock")
    try:
        held.acquire(timeout=0)
    except Timeout as error:
        raise FolderTrouble(
            f"这个文件夹已经有一个服务在用了：{folder} / another server is using this folder: {folder}"
        ) from error
    return held


def secret_key(folder: Path) -> bytes:
    """Return the key that signs cookies, made at first; readable by its owner alone."""
    path = folder / "keys" / "cookies"
    if not path.exists():
        private_file.keep(path, secrets.token_bytes(32))
    return path.read_bytes()


def open_database(settings: Settings, now: datetime) -> Opened:
    """Migrate the database, and fill in the example festival where it is empty: all in one transaction.

    Raises FolderTrouble where a newer version made the data.
    """
    database = Database(settings.database_url)
    try:
        if database.is_sqlite:
            check(database)
        return Opened(database, _made_ready(database, now))
    except CannotKeep as error:
        raise FolderTrouble(why_stopped(error, settings.data)) from error
    except NewerData as error:
        raise FolderTrouble(
            f"这里的数据是更新的版本做的，请用那个版本打开：{settings.data} / "
            f"these data were made by a newer version, please open them with that one: {settings.data}"
        ) from error


def check(database: Database) -> None:
    """Look the whole file over; raises CannotKeep where some of it is damaged.

    It reads all: 0.1 s with 100,000 visits.
    """
    with database.reading() as db:
        found = db.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
    if found != "ok":
        raise CannotKeep(Trouble.DAMAGED) from FolderTrouble(found)


def why_stopped(stopped: CannotKeep, folder: Path | str) -> str:
    """Return one clear line for data that cannot be kept or read now."""
    cause = getattr(stopped.__cause__, "orig", stopped.__cause__)
    why = f"（{str(cause).splitlines()[0]}）" if cause else ""
    if stopped.trouble is not Trouble.DAMAGED:
        return f"数据写不下来：{folder}{why} / the data cannot be written down: {folder} ({stopped.trouble.value})"
    file = Path(folder) / "festival.db"
    return (
        f"数据文件坏了：{file}{why}，用备份恢复：start.py restore / "
        f"this file is damaged, put a backup back with start.py restore: {file}"
    )


def _made_ready(database: Database, now: datetime) -> str | None:
    """Migrate and fill in; return the first password where the festival was made just now."""
    password = passwords.new()
    password_hash = passwords.hashed(password)
    with database.writing() as db:
        migrate(db)
        if not is_empty(db):
            return None
        example.fill(db, password_hash=password_hash, now=now)
    return password
