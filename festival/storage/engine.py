"""The database: one connection that writes, others that read."""

import errno
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError

from festival.errors import CannotKeep
from festival.notices import STOPS_SCANNING, Notices, Trouble
from festival.storage import trouble
from festival.storage.opened_files import OpenedFiles

BUSY_MILLISECONDS = 5000
# Any fixed number: whoever writes holds this lock until its transaction ends.
WRITE_LOCK = 2017
COMMITS_REMEMBERED = 20
# Over only with another start: to write on would make damaged data worse.
_FOR_GOOD = frozenset({Trouble.DAMAGED})


class Database:
    """One database with a connection that writes and a pool that reads.

    Every writing transaction takes the write lock at its start, so that nothing read in it can be outdated by
    another writer: ``BEGIN IMMEDIATE`` on SQLite, one advisory lock on PostgreSQL.

    Whatever the disk or the database does not do is told in ``notices`` and raised as CannotKeep; a mistake of ours
    is raised as it is.
    """

    def __init__(self, url: str | URL) -> None:
        address = make_url(url)
        self.is_sqlite = address.get_backend_name() == "sqlite"
        self.notices = Notices()
        # How many seconds each of the last commits took.
        self.commits: deque[float] = deque(maxlen=COMMITS_REMEMBERED)
        self._writer = _engine(url, is_sqlite=self.is_sqlite)
        self._readers = _engine(url, is_sqlite=self.is_sqlite)
        self._write_connection: Connection | None = None
        self._files = OpenedFiles(Path(address.database)) if self.is_sqlite and address.database else None
        # What stops the writing, as far as is known.
        self._stopped_by: Trouble | None = None

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a transaction that holds the write lock; it is committed at the end, rolled back on an error.

        Raises CannotKeep.
        """
        with self._telling():
            self._refuse_while_lost()
            connection = self._opened_writer()
            with connection.begin():
                self._begin_write(connection)
                yield connection
                began = time.perf_counter()
            self._committed(time.perf_counter() - began)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a transaction that sees one moment of the database; raises CannotKeep."""
        with self._telling(), self._readers.begin() as connection:
            self._begin_read(connection)
            yield connection

    def rewrite(self, *tables: str) -> None:
        """Write the database's files anew, so that nothing that was deleted is left in them; PostgreSQL: of ``tables``.

        Nobody else may have it open. Raises OSError where SQLite's log could not be emptied.
        """
        self.dispose()
        if self.is_sqlite:
            with self._writer.connect() as connection:
                connection.exec_driver_sql("VACUUM")
                busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
            if busy:
                raise OSError(errno.EBUSY, "somebody else has the database open")
            return
        with self._writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for table in tables:
                connection.exec_driver_sql(f'VACUUM FULL "{table}"')

    def dispose(self) -> None:
        """Close all connections."""
        if self._write_connection is not None:
            self._write_connection.close()
            self._write_connection = None
        self._writer.dispose()
        self._readers.dispose()

    def _opened_writer(self) -> Connection:
        # One connection for good: taking one from a pool costs as much as a statement.
        if self._write_connection is None:
            connection = self._writer.connect()
            if self._files is not None and not self._files.opened():
                connection.close()
                raise self._stopped(Trouble.FOLDER_GONE)
            self._write_connection = connection
        return self._write_connection

    def _begin_write(self, connection: Connection) -> None:
        if self.is_sqlite:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITE_LOCK})")

    def _begin_read(self, connection: Connection) -> None:
        if self.is_sqlite:
            connection.exec_driver_sql("BEGIN")
        else:
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")

    def _committed(self, seconds: float) -> None:
        self.commits.append(seconds)
        if self._files is not None and not self._files.written():
            raise self._stopped(Trouble.FOLDER_GONE)
        if self._stopped_by is not None:
            self._goes_on()

    def _refuse_while_lost(self) -> None:
        """Write nothing where it would be lost: into files that nobody will find, or among damage."""
        if self._stopped_by in _FOR_GOOD or (self._stopped_by is Trouble.FOLDER_GONE and not self._are_files_there()):
            raise CannotKeep(self._stopped_by)

    def _are_files_there(self) -> bool:
        return self._files is None or self._files.are_there()

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            found = self._trouble_of(error)
            if found is None:
                raise
            raise self._stopped(found, error) from error

    def _trouble_of(self, error: DBAPIError) -> Trouble | None:
        if not self._are_files_there():
            return Trouble.FOLDER_GONE
        if error.connection_invalidated:
            return Trouble.NOT_ANSWERING
        found = trouble.of(error.orig)
        if found is Trouble.DISK_FAILING and self._files is not None:
            return trouble.of_folder(self._files.folder) or found
        return found

    def _stopped(self, found: Trouble, error: DBAPIError | None = None) -> CannotKeep:
        if self._stopped_by not in _FOR_GOOD:
            self._stopped_by = found
        self.notices.tell(found, why=str(error.orig) if error is not None else "")
        return CannotKeep(found, lost=error is not None and error.connection_invalidated)

    def _goes_on(self) -> None:
        self._stopped_by = None
        for told in STOPS_SCANNING - _FOR_GOOD:
            self.notices.over(told)


def _engine(url: str | URL, *, is_sqlite: bool) -> Engine:
    arguments: dict[str, Any] = {}
    if is_sqlite:
        # The writer may run in another thread than the one that opened it; it is never used by two at once.
        arguments["connect_args"] = {"check_same_thread": False, "timeout": BUSY_MILLISECONDS / 1000}
    # Names and codes are parameters: they must not reach a log inside an error.
    engine = create_engine(url, hide_parameters=True, **arguments)
    if is_sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own BEGIN comes too late (at the first write) and takes no lock; ours comes from _begin_*.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    if sys.platform == "darwin":
        # There fsync leaves the data in the drive's own cache; only F_FULLFSYNC survives a pulled plug.
        connection.execute("PRAGMA fullfsync=ON")
        connection.execute("PRAGMA checkpoint_fullfsync=ON")


def is_empty(connection: Connection) -> bool:
    """Return whether no festival was ever kept in this database."""
    return not connection.execute(text("SELECT count(*) FROM festival")).scalar_one()
