"""What a database's error says of the disk: which trouble it is, or none, where the error is a mistake of ours."""

import errno
import secrets
import sqlite3
from pathlib import Path

from festival.notices import Trouble

# An extended code of SQLite holds the plain one in its lowest byte.
PLAIN = 0xFF

_OF_SQLITE = {
    sqlite3.SQLITE_PERM: Trouble.READ_ONLY,
    sqlite3.SQLITE_BUSY: Trouble.NOT_ANSWERING,
    sqlite3.SQLITE_LOCKED: Trouble.NOT_ANSWERING,
    sqlite3.SQLITE_READONLY: Trouble.READ_ONLY,
    sqlite3.SQLITE_IOERR: Trouble.DISK_FAILING,
    sqlite3.SQLITE_CORRUPT: Trouble.DAMAGED,
    sqlite3.SQLITE_FULL: Trouble.DISK_FULL,
    sqlite3.SQLITE_CANTOPEN: Trouble.DISK_FAILING,
    sqlite3.SQLITE_PROTOCOL: Trouble.NOT_ANSWERING,
    sqlite3.SQLITE_NOTADB: Trouble.DAMAGED,
}

# SQLSTATE, whole or its first two characters (a class), of PostgreSQL.
_OF_POSTGRES = {
    "53100": Trouble.DISK_FULL,
    "25006": Trouble.READ_ONLY,
    "58030": Trouble.DISK_FAILING,
    "55P03": Trouble.NOT_ANSWERING,
    "40": Trouble.NOT_ANSWERING,
    "XX001": Trouble.DAMAGED,
    "XX002": Trouble.DAMAGED,
    "08": Trouble.NOT_ANSWERING,
    "53": Trouble.NOT_ANSWERING,
    "57": Trouble.NOT_ANSWERING,
    "58": Trouble.DISK_FAILING,
}

_OF_SYSTEM = {
    errno.ENOSPC: Trouble.DISK_FULL,
    errno.EDQUOT: Trouble.DISK_FULL,
    errno.EROFS: Trouble.READ_ONLY,
    errno.EACCES: Trouble.READ_ONLY,
    errno.EPERM: Trouble.READ_ONLY,
    errno.ENOENT: Trouble.FOLDER_GONE,
    errno.ENOTDIR: Trouble.FOLDER_GONE,
}


def of(error: BaseException | None) -> Trouble | None:
    """Return which trouble the driver's or the system's ``error`` tells of; None where it tells of none."""
    if isinstance(error, sqlite3.Error):
        return _OF_SQLITE.get(getattr(error, "sqlite_errorcode", 0) & PLAIN)
    if isinstance(error, OSError):
        return _OF_SYSTEM.get(error.errno or 0, Trouble.DISK_FAILING)
    state = getattr(error, "sqlstate", None)
    if state is None:
        # The driver itself gave up: the server was not reached, or went away.
        names = {kind.__name__ for kind in type(error).__mro__}
        return Trouble.NOT_ANSWERING if "OperationalError" in names else None
    return _OF_POSTGRES.get(state) or _OF_POSTGRES.get(state[:2])


def of_folder(folder: Path) -> Trouble | None:
    """Return what keeps a small file from being written in ``folder``; None where nothing does.

    SQLite says for many causes only that the disk did not do as told; a file of our own is told the cause.
    """
    probe = folder / f".{secrets.token_hex(4)}"
    try:
        probe.write_bytes(b"." * 4096)
        probe.unlink()
    except OSError as error:
        return of(error)
    return None
