"""Which errors tell of the disk, and which of a mistake."""

import errno
import sqlite3
from pathlib import Path

import psycopg
import pytest

from festival.notices import Trouble
from festival.storage import trouble
from festival.storage.opened_files import OpenedFiles


def of_sqlite(code: int) -> sqlite3.Error:
    error = sqlite3.OperationalError("told by SQLite")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("code", "found"),
    [
        (sqlite3.SQLITE_FULL, Trouble.DISK_FULL),
        (sqlite3.SQLITE_CORRUPT, Trouble.DAMAGED),
        (sqlite3.SQLITE_NOTADB, Trouble.DAMAGED),
        (sqlite3.SQLITE_BUSY, Trouble.NOT_ANSWERING),
        (sqlite3.SQLITE_READONLY, Trouble.READ_ONLY),
        (sqlite3.SQLITE_IOERR_FSYNC, Trouble.DISK_FAILING),
        (sqlite3.SQLITE_IOERR_WRITE, Trouble.DISK_FAILING),
        (sqlite3.SQLITE_CONSTRAINT_UNIQUE, None),
        (sqlite3.SQLITE_ERROR, None),
    ],
)
def test_what_sqlite_tells(code: int, found: Trouble | None) -> None:
    assert trouble.of(of_sqlite(code)) is found


@pytest.mark.parametrize(
    ("error", "found"),
    [
        (psycopg.errors.DiskFull(), Trouble.DISK_FULL),
        (psycopg.errors.ReadOnlySqlTransaction(), Trouble.READ_ONLY),
        (psycopg.errors.DataCorrupted(), Trouble.DAMAGED),
        (psycopg.errors.AdminShutdown(), Trouble.NOT_ANSWERING),
        (psycopg.errors.TooManyConnections(), Trouble.NOT_ANSWERING),
        (psycopg.OperationalError("connection refused"), Trouble.NOT_ANSWERING),
        (psycopg.errors.UniqueViolation(), None),
        (psycopg.errors.UndefinedColumn(), None),
        (psycopg.errors.InternalError_(), None),
    ],
)
def test_what_postgresql_tells(error: psycopg.Error, found: Trouble | None) -> None:
    assert trouble.of(error) is found


@pytest.mark.parametrize(
    ("number", "found"),
    [
        (errno.ENOSPC, Trouble.DISK_FULL),
        (errno.EROFS, Trouble.READ_ONLY),
        (errno.ENOENT, Trouble.FOLDER_GONE),
        (errno.EIO, Trouble.DISK_FAILING),
    ],
)
def test_what_the_system_tells(number: int, found: Trouble) -> None:
    assert trouble.of(OSError(number, "told by the system")) is found


def test_a_folder_in_which_a_file_can_be_written_has_no_trouble(tmp_path: Path) -> None:
    assert trouble.of_folder(tmp_path) is None
    assert list(tmp_path.iterdir()) == []
    assert trouble.of_folder(tmp_path / "nowhere") is Trouble.FOLDER_GONE


def test_a_name_that_leads_to_another_file_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "festival.db"
    file.write_bytes(b"one")
    opened = OpenedFiles(file)
    assert opened.opened()
    assert opened.written()
    # Kept, so that the new one cannot have its number.
    file.rename(tmp_path / "old")
    assert not opened.are_there()
    file.write_bytes(b"two")
    assert not opened.written()
    (tmp_path / "old").replace(file)
    assert opened.written()


def test_a_file_that_is_gone_before_it_is_looked_at_is_noticed(tmp_path: Path) -> None:
    assert not OpenedFiles(tmp_path / "nowhere.db").opened()
