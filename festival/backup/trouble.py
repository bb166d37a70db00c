"""Why a backup could not be made or used."""

import errno
import zipfile
import zlib
from enum import StrEnum


class Why(StrEnum):
    """What stood in the way, as the desk's words name it."""

    FULL = "full"
    GONE = "gone"
    READ_ONLY = "readonly"
    DAMAGED = "damaged"
    NEWER = "newer"
    NO_PG_DUMP = "no_pg_dump"
    OTHER = "other"


class BackupTrouble(Exception):
    """A backup that could not be made, or is none: ``why`` says it in a word."""

    def __init__(self, why: Why, text: str = "") -> None:
        super().__init__(text or why.value)
        self.why = why


class WrongPassphrase(Exception):
    """A passphrase that does not open the backup."""


_BY_NUMBER = {
    errno.ENOSPC: Why.FULL,
    errno.EDQUOT: Why.FULL,
    errno.ENOENT: Why.GONE,
    errno.ENOTDIR: Why.GONE,
    errno.ENODEV: Why.GONE,
    errno.ENXIO: Why.GONE,
    errno.EIO: Why.GONE,
    errno.EROFS: Why.READ_ONLY,
    errno.EACCES: Why.READ_ONLY,
    errno.EPERM: Why.READ_ONLY,
}


def why(error: Exception) -> Why:
    """Return the word for whatever stopped a backup."""
    if isinstance(error, BackupTrouble):
        return error.why
    if isinstance(error, OSError):
        return _BY_NUMBER.get(error.errno or 0, Why.OTHER)
    if isinstance(error, zipfile.BadZipFile | zlib.error):
        return Why.DAMAGED
    return Why.OTHER
