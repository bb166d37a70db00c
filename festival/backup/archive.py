"""One backup is one file: a zip of ``about.json`` and the database. It has its name only once it was read back.

The moment in the name is UTC: names then have the order of time on every laptop.
"""

import base64
import hashlib
import json
import os
import re
import secrets
import zipfile
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from festival.backup import image, locked
from festival.backup.locked import Key
from festival.backup.trouble import BackupTrouble, Why, WrongPassphrase
from festival.clock import from_text, to_text

FORMAT = 1
ABOUT, PLAIN, LOCKED, DUMP = "about.json", "festival.db", "festival.db.locked", "festival.dump"
SQLITE, POSTGRESQL = "sqlite", "postgresql"
LARGEST_ABOUT = 100_000
NAME = re.compile(r"laojiefang-(\d{8}-\d{6})-([a-z][a-z-]{0,20})\.zip")
MOMENT = "%Y%m%d-%H%M%S"
# RuntimeError: zipfile takes a flipped bit in a header for a password.
UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, TypeError, ValueError, RuntimeError)


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup on a shelf. ``about`` is empty where the file cannot be read: then it is none."""

    path: Path
    size: int
    about: dict[str, Any]

    @property
    def is_good(self) -> bool:
        """Whether it was verified when it was made, and can still be read."""
        return bool(self.about)

    @property
    def made_at(self) -> datetime:
        """The moment that it holds: whatever was answered before is in it."""
        return from_text(self.about["made_at"]) if self.about else named(self.path)[0]

    @property
    def reason(self) -> str:
        """Why it was made."""
        return named(self.path)[1]

    @property
    def is_locked(self) -> bool:
        """Whether it takes a passphrase."""
        return bool(self.about.get("lock"))

    @property
    def figures(self) -> dict[str, int]:
        """What it counts."""
        return dict(self.about.get("figures", {}))


def named(path: Path) -> tuple[datetime, str]:
    """Return the moment and the reason in a backup's name; raises ValueError for any other name."""
    found = NAME.fullmatch(path.name)
    if found is None:
        raise ValueError(path.name)
    return datetime.strptime(found[1], MOMENT).replace(tzinfo=UTC), found[2]


def write(folder: Path, data: bytes, told: dict[str, Any], made_at: datetime, reason: str, key: Key | None) -> Path:
    """Write a backup into ``folder``, read it back, and only then give it its name; return that file.

    Raises OSError and BackupTrouble; then nothing of it is left, unless the folder is gone.
    """
    final = folder / f"laojiefang-{made_at.astimezone(UTC):{MOMENT}}-{reason}.zip"
    part = folder / f".{final.stem}-{secrets.token_hex(3)}.part"
    about, nonce = _about(data, told, made_at, reason, key)
    try:
        _pack(part, about, data, key, nonce)
        _forget_cache(part)
        verify(part, key)
        part.replace(final)
        _sync_folder(folder)
    except BaseException:
        _take_away(part)
        raise
    return final


def _take_away(part: Path) -> None:
    try:
        part.unlink(missing_ok=True)
    except OSError:
        # A stick that was pulled out: what stopped the backup is told, and an unfinished file is never listed.
        return


def _about(data: bytes, told: dict[str, Any], made_at: datetime, reason: str, key: Key | None) -> tuple[bytes, bytes]:
    nonce = secrets.token_bytes(locked.NONCE_BYTES)
    about = {"format": FORMAT, "made_at": to_text(made_at), "reason": reason, **told}
    about["sha256"] = hashlib.sha256(data).hexdigest()
    if key is not None:
        about["lock"] = key.public() | {"nonce": base64.b64encode(nonce).decode("ascii")}
    return json.dumps(about, ensure_ascii=False, indent=1).encode(), nonce


def _pack(part: Path, about: bytes, data: bytes, key: Key | None, nonce: bytes) -> None:
    plain = PLAIN if json.loads(about)["kind"] == SQLITE else DUMP
    with part.open("xb") as file:
        with zipfile.ZipFile(file, "w") as pack:
            pack.writestr(ABOUT, about)
            if key is None:
                pack.writestr(plain, data, zipfile.ZIP_DEFLATED, 6)
            else:
                pack.writestr(LOCKED, locked.lock(key, zlib.compress(data), nonce, about))
        file.flush()
        os.fsync(file.fileno())


def _forget_cache(part: Path) -> None:
    """Have the next reading come from the disk or stick itself, where the system lets us ask for that."""
    if hasattr(os, "posix_fadvise"):
        with part.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return  # there a folder cannot be opened
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def about_of(path: Path) -> dict[str, Any]:
    """Return what a backup tells of itself; raises OSError and BackupTrouble."""
    return _checked(_about_bytes(path))


def _about_bytes(path: Path) -> bytes:
    try:
        with zipfile.ZipFile(path) as pack:
            if pack.getinfo(ABOUT).file_size > LARGEST_ABOUT:
                raise BackupTrouble(Why.DAMAGED, str(path))
            return pack.read(ABOUT)
    except UNREADABLE as error:
        raise BackupTrouble(Why.DAMAGED, f"{path.name}: {error}") from error


def _checked(about: bytes) -> dict[str, Any]:
    try:
        told = json.loads(about)
        if told["format"] != FORMAT:
            raise BackupTrouble(Why.NEWER, "made by a newer version")
        from_text(told["made_at"])
        ZoneInfo(told["time_zone"])
        if not all(isinstance(told[name], str) for name in ("kind", "sha256", *image.WORDS)):
            raise BackupTrouble(Why.DAMAGED, ABOUT)
        {name: int(told["figures"][name]) for name in image.FIGURES}
    except (KeyError, TypeError, ValueError) as error:
        raise BackupTrouble(Why.DAMAGED, ABOUT) from error
    result: dict[str, Any] = told
    return result


def data_of(path: Path, key: Key | None) -> bytes:
    """Return the database in a backup, as its digest tells it.

    Raises OSError, BackupTrouble, and WrongPassphrase where the key does not open it.
    """
    about = _about_bytes(path)
    told = _checked(about)
    name = LOCKED if told.get("lock") else PLAIN if told["kind"] == SQLITE else DUMP
    try:
        with zipfile.ZipFile(path) as pack:
            data = pack.read(name)
        if told.get("lock"):
            if key is None:
                raise WrongPassphrase
            nonce = base64.b64decode(told["lock"]["nonce"])
            data = zlib.decompress(locked.unlock(key, data, nonce, about))
    except UNREADABLE as error:
        raise BackupTrouble(Why.DAMAGED, f"{path.name}: {error}") from error
    if hashlib.sha256(data).hexdigest() != told["sha256"]:
        raise BackupTrouble(Why.DAMAGED, f"{path.name}: sha256")
    return data


def verify(path: Path, key: Key | None) -> bytes:
    """Read a backup from its file, open and recount it; return the database.

    A dump of PostgreSQL is held to its digest here, and to ``pg_restore --list`` by who made it.
    Raises OSError, BackupTrouble and WrongPassphrase.
    """
    told = about_of(path)
    data = data_of(path, key)
    if told["kind"] == SQLITE:
        image.verify(data, told)
    return data


def listed(folder: Path) -> list[Backup]:
    """Return the backups in ``folder``, newest first; none where it is not there.

    What has a backup's name and is none is listed without ``about``.
    """
    try:
        files = [file for file in folder.iterdir() if NAME.fullmatch(file.name)]
    except OSError:
        return []
    return sorted(map(_looked_at, files), key=lambda backup: (backup.made_at, backup.path.name), reverse=True)


def _looked_at(path: Path) -> Backup:
    try:
        return Backup(path, path.stat().st_size, about_of(path))
    except (OSError, BackupTrouble):
        return Backup(path, 0, {})
