"""The database: one connection that writes, others that read."""

import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text

BUSY_MILLISECONDS = 5000
# Any fixed number: whoever writes holds this lock until its transaction ends.
WRITE_LOCK = 2017


class Database:
    """One database with a connection that writes and a pool that reads.

    Every writing transaction takes the write lock at its start, so that nothing read in it can be outdated by
    another writer: ``BEGIN IMMEDIATE`` on SQLite, one advisory lock on PostgreSQL.
    """

    def __init__(self, url: str | URL) -> None:
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self._writer = _engine(url, is_sqlite=self.is_sqlite)
        self._readers = _engine(url, is_sqlite=self.is_sqlite)
        self._write_connection: Connection | None = None

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a transaction that holds the write lock; it is committed at the end, rolled back on an error."""
        # One connection for good: taking one from a pool costs as much as a statement.
        if self._write_connection is None:
            self._write_connection = self._writer.connect()
        with self._write_connection.begin():
            self._begin_write(self._write_connection)
            yield self._write_connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a transaction that sees one moment of the database."""
        with self._readers.begin() as connection:
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
